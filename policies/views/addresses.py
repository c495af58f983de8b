"""What the permanent public addresses share: their form, their storage, their help."""

from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import resolve, reverse
from django.views.decorators.http import require_safe

from policies.forms_for_readers import DayForm
from policies.history import announced_versions
from policies.periods import moment_words
from portal.cache.headers import ask_before_reuse

View = Callable[..., HttpResponse]
LIST_ADDRESS = "/policies/"


def public_address(view: View) -> View:
    """Wrap the view of an address below `/policies/<reference>/`.

    The address has its reference in small letters, and what it answers is the same for
    everybody.
    """

    @require_safe
    @wraps(view)
    def answer(request: HttpRequest, reference: str, **kwargs: Any) -> HttpResponse:
        if reference != reference.lower():
            return redirect_to_lower_case(request, reference)
        response = view(request, reference, **kwargs)
        ask_before_reuse(response)
        return response

    return answer


def redirect_to_lower_case(request: HttpRequest, reference: str) -> HttpResponse:
    match = resolve(request.path_info)
    kwargs = {**match.kwargs, "reference": reference.lower()}
    address = reverse(match.view_name, kwargs=kwargs)
    query = request.META.get("QUERY_STRING", "")
    response = HttpResponse(status=301)
    response["Location"] = f"{address}?{query}" if query else address
    return response


def breadcrumbs(title: str = "", url: str = "") -> list[dict[str, str]]:
    """The way from the home page to a policy, and to one of its pages."""
    crumbs = [
        {"title": "Home", "url": "/"},
        {"title": "Policies", "url": LIST_ADDRESS},
    ]
    if title:
        crumbs.append({"title": title, "url": url})
    return crumbs


def help_page(
    request: HttpRequest,
    *,
    heading: str,
    sentences: Sequence[str],
    links: Sequence[dict[str, str]] = (),
    day_form: DayForm | None = None,
    day_form_url: str = "",
    status: int = 404,
) -> HttpResponse:
    """Say what is not at this address, and what to do next."""
    context = {
        "heading": heading,
        "sentences": sentences,
        "links": links,
        "day_form": day_form,
        "day_form_url": day_form_url,
        "breadcrumbs": breadcrumbs(),
    }
    response = TemplateResponse(
        request, "policies/no_policy.html", context, status=status
    )
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def no_policy(request: HttpRequest, reference: str) -> HttpResponse:
    """No version was ever in force under this reference."""
    announced = announced_versions(reference).without_content().first()
    sentences, links = ["If you typed the reference, check that it is correct."], []
    if announced is not None:
        sentences = [
            f"“{announced.title}” is announced: it takes effect on "
            f"{moment_words(announced.effective_from)}."
        ]
        links = [
            {
                "text": f"Read version {announced.label}, not yet in force",
                "url": announced.get_absolute_url(),
            }
        ]
    return help_page(
        request,
        heading=f"No policy with the reference {reference.upper()} is in force",
        sentences=sentences,
        links=links,
    )


def history_link(reference: str) -> dict[str, str]:
    return {
        "text": "See all versions of this policy",
        "url": reverse("policy_history", args=[reference]),
    }
