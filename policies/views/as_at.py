"""What was in force on a day."""

import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone

from policies.forms_for_readers import HOW_TO_WRITE, DayForm, day_from_address
from policies.history import (
    announced_versions,
    corrections_concerning,
    corrections_of,
    first_version,
    period_of,
    public_versions,
    version_in_force,
    versions_during,
)
from policies.notices import correction
from policies.periods import day_words, moment_words, period_of_day
from policies.views.addresses import (
    breadcrumbs,
    help_page,
    history_link,
    no_policy,
    public_address,
)


@public_address
def choose_day(request: HttpRequest, reference: str) -> HttpResponse:
    """Ask for a day, and go to its permanent address."""
    version = version_in_force(reference)
    if version is None:
        return no_policy(request, reference)
    form = DayForm(request.GET if "date" in request.GET else None)
    if form.is_valid():
        day: datetime.date = form.cleaned_data["date"]
        return redirect("policy_on_day", reference, day.isoformat())
    context = {
        "version": version,
        "day_form": form,
        "breadcrumbs": breadcrumbs(version.title, version.policy_url),
    }
    return TemplateResponse(
        request,
        "policies/choose_day.html",
        context,
        status=400 if form.is_bound else 200,
    )


@public_address
def policy_on_day(request: HttpRequest, reference: str, day: str) -> HttpResponse:
    """All versions in force on a day of local time, each with its times."""
    chosen = day_from_address(day)
    if chosen is None:
        response = not_a_day(request, reference, day)
    elif chosen > timezone.localdate():
        response = not_yet(request, reference, chosen)
    else:
        response = past_day(request, reference, chosen)
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def past_day(request: HttpRequest, reference: str, day: datetime.date) -> HttpResponse:
    """The versions of a day that has begun."""
    versions = versions_during(reference, period_of_day(day))
    if not versions:
        return before_first(request, reference, day)
    last = versions[-1]
    corrections = corrections_of(reference)
    context = {
        "day": day,
        "is_today": day == timezone.localdate(),
        "latest": last,
        "entries": [
            {
                "version": version,
                "text": version.text,
                "period": period_of(version),
                "corrections": [
                    correction(corrected)
                    for corrected in corrections_concerning(
                        period_of(version), corrections
                    )
                ],
            }
            for version in versions
        ],
        "day_form": DayForm(),
        "day_form_url": reverse("policy_on", args=[reference]),
        "breadcrumbs": breadcrumbs(last.title, last.policy_url),
    }
    response = TemplateResponse(request, "policies/as_at.html", context)
    response.headers["Link"] = f'<{last.policy_url}>; rel="latest-version"'
    return response


def before_first(
    request: HttpRequest, reference: str, day: datetime.date
) -> HttpResponse:
    first = first_version(reference)
    if first is None:
        return no_policy(request, reference)
    return day_help(
        request,
        reference,
        heading=f"Policy {first.reference} was not in force on {day_words(day)}",
        sentences=[
            f"The first version took effect on {moment_words(first.effective_from)}.",
            *replaced_by(reference),
        ],
        typed=day.isoformat(),
    )


def replaced_by(reference: str) -> list[str]:
    """One sentence on what the policy's first version replaced, if it says so."""
    predecessors = public_versions(reference).reverse()[0].text.predecessors
    return [f"It replaced: {predecessors.rstrip('.')}."] if predecessors else []


def not_yet(request: HttpRequest, reference: str, day: datetime.date) -> HttpResponse:
    """Nobody knows what will be in force; what is announced may be named."""
    if first_version(reference) is None:
        return no_policy(request, reference)
    sentences = ["What will be in force then is not settled until that day."]
    sentences += [
        f"Announced: version {announced.label} takes effect on "
        f"{moment_words(announced.effective_from)}."
        for announced in announced_versions(reference).without_content()
    ]
    return day_help(
        request,
        reference,
        heading=f"{day_words(day)} has not come yet",
        sentences=sentences,
        typed=day.isoformat(),
    )


def not_a_day(request: HttpRequest, reference: str, typed: str) -> HttpResponse:
    if first_version(reference) is None:
        return no_policy(request, reference)
    return day_help(
        request,
        reference,
        heading="There is no such date",
        sentences=[
            "The address ends with a date written as year, month and day, such as "
            "2026-03-04.",
            HOW_TO_WRITE,
        ],
        typed=typed,
    )


def day_help(
    request: HttpRequest,
    reference: str,
    *,
    heading: str,
    sentences: list[str],
    typed: str,
) -> HttpResponse:
    """Help with another day, what was typed still there."""
    return help_page(
        request,
        heading=heading,
        sentences=sentences,
        links=[history_link(reference)],
        day_form=DayForm(initial={"date": typed}),
        day_form_url=reverse("policy_on", args=[reference]),
    )
