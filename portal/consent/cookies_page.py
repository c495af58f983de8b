"""The page at /cookies/: what is declared, what the visitor chose, and the form."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.forms import BoundField
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from portal.consent.choices import Choices, current_choices
from portal.consent.declaration import Content, group_content
from portal.consent.forms import CookieChoicesForm
from portal.consent.identity import key_of
from portal.consent.models import Audience
from portal.consent.notices import declaration_of
from portal.consent.recording import has_global_privacy_control

TEMPLATE = "consent/cookies_page.html"
NOT_SAVED = (
    "We could not save your choice. Nothing was switched on. Try again in a few "
    "minutes."
)
OUTDATED = (
    "What we say about these cookies has changed since you opened the page. Nothing "
    "was switched on. Read it and choose again."
)


@dataclass(frozen=True)
class Question:
    """An optional group together with its radios."""

    group: Content
    field: BoundField


def optional_groups(request: HttpRequest) -> list[Content]:
    """What the published notice says about each group that visitors decide about."""
    declaration = declaration_of(request)
    told = {row["varname"]: row for row in declaration.notice.groups}
    return [
        told.get(varname) or group_content(group)
        for varname, group in declaration.groups.items()
    ]


def required_groups(request: HttpRequest) -> list[Content]:
    """Essential groups, without what only members of staff get."""
    return [
        {
            **group,
            "items": [
                item for item in group["items"] if item["audience"] == Audience.PUBLIC
            ],
        }
        for group in declaration_of(request).notice.groups
        if group["is_required"]
    ]


def answers_so_far(choices: Choices) -> dict[str, str]:
    """Fills the radios in; nobody who has not chosen sees one selected."""
    return {
        varname: "yes" if is_granted else "no"
        for varname, is_granted in choices.answers().items()
    }


def saved_url(next_url: str = "") -> str:
    """The page with its confirmation, and the way to where the visitor came from."""
    query = {"saved": "yes", **({"next": next_url} if next_url else {})}
    return f"{reverse('cookie_consent_cookie_group_list')}?{urlencode(query)}"


def render_cookies_page(
    request: HttpRequest,
    *,
    form: CookieChoicesForm | None = None,
    next_url: str = "",
    is_saved: bool = False,
    failure: str = "",
    status: int = 200,
) -> HttpResponse:
    groups = optional_groups(request)
    choices = current_choices(request)
    if form is None:
        form = CookieChoicesForm(groups, initial=answers_so_far(choices))
    context = {
        "notice": declaration_of(request).notice,
        "required_groups": required_groups(request),
        "questions": [
            Question(group, form[group["varname"]])
            for group in groups
            if group["varname"] in form.fields
        ],
        "form": form,
        "next_url": next_url,
        "saved_url": saved_url(),
        "is_saved": is_saved and bool(choices.answers()),
        "failure": failure,
        "has_record": bool(key_of(request)),
        "has_gpc": has_global_privacy_control(request),
    }
    return render(request, TEMPLATE, context, status=status)
