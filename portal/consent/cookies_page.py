"""The page at /cookies/: what is declared, what the visitor chose, and the form."""

from dataclasses import dataclass

from cookie_consent.models import Cookie, CookieGroup
from django.db.models import Prefetch, QuerySet
from django.forms import BoundField
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from portal.consent.choices import Choices, current_choices
from portal.consent.forms import CookieChoicesForm

TEMPLATE = "consent/cookies_page.html"
NOT_SAVED = "We could not save your choice. Nothing was switched on."


@dataclass(frozen=True)
class Question:
    """An optional group together with its radios."""

    group: CookieGroup
    field: BoundField


def declared_groups() -> QuerySet[CookieGroup]:
    """All groups with everything the page says about them, in three queries."""
    cookies = Cookie.objects.select_related("profile").order_by("name", "domain")
    return CookieGroup.objects.select_related("profile").prefetch_related(
        Prefetch("cookie_set", queryset=cookies)
    )


def optional_groups() -> QuerySet[CookieGroup]:
    return declared_groups().filter(is_required=False)


def answers_so_far(choices: Choices) -> dict[str, str]:
    """Fills the radios in; nobody who has not chosen sees one selected."""
    return {
        **dict.fromkeys(choices.accepted, "yes"),
        **dict.fromkeys(choices.declined, "no"),
    }


def render_cookies_page(
    request: HttpRequest,
    *,
    form: CookieChoicesForm | None = None,
    next_url: str = "",
    is_saved: bool = False,
    has_failed: bool = False,
    status: int = 200,
) -> HttpResponse:
    groups = list(declared_groups())
    optional = [group for group in groups if not group.is_required]
    choices = current_choices(request)
    if form is None:
        form = CookieChoicesForm(optional, initial=answers_so_far(choices))
    context = {
        "required_groups": [group for group in groups if group.is_required],
        "questions": [
            Question(group, form[group.varname])
            for group in optional
            if group.varname in form.fields
        ],
        "form": form,
        "next_url": next_url,
        "is_saved": is_saved and not choices.undecided,
        "failure": NOT_SAVED if has_failed else "",
    }
    return render(request, TEMPLATE, context, status=status)
