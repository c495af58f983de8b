"""The criteria of a version as a checklist: nothing about a patient is stored.

With scripts the browser works the result out and sends nothing. Without, the form sends
the ticks in the body of a request, never in an address; the answer is stored nowhere.
"""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters

from policies.criteria.evaluation import Answer, Gate, questions_of, ticked
from policies.criteria.summary import DECIDES, OPEN, OUTCOMES, summary_lines
from policies.history import (
    neighbours,
    notices_for,
    readable_version,
    version_in_force,
)
from policies.models import PolicyVersion
from policies.views.addresses import (
    breadcrumbs,
    help_page,
    no_policy,
    public_address,
)
from policies.views.public import no_version


@public_address
def checklist(request: HttpRequest, reference: str) -> HttpResponse:
    """The checklist of the version in force now."""
    version = version_in_force(reference)
    if version is None:
        return no_policy(request, reference)
    return checklist_page(request, version)


# Exempt from the token against forged requests: nothing is changed, and the token would
# be a cookie.
@csrf_exempt
@sensitive_post_parameters()
def version_checklist(
    request: HttpRequest, reference: str, number: int
) -> HttpResponse:
    """The checklist of one version: to tick, or with what was ticked."""
    answer = ticked_checklist if request.method == "POST" else blank_checklist
    return answer(request, reference=reference, number=number)


@public_address
def blank_checklist(request: HttpRequest, reference: str, number: int) -> HttpResponse:
    version = readable_version(reference, number)
    if version is None:
        return no_version(request, reference, number)
    return checklist_page(request, version)


@never_cache
def ticked_checklist(request: HttpRequest, reference: str, number: int) -> HttpResponse:
    version = readable_version(reference, number)
    if version is None:
        return no_version(request, reference, number)
    return checklist_page(request, version, ticks=request.POST)


def checklist_page(
    request: HttpRequest,
    version: PolicyVersion,
    ticks: Mapping[str, str] | None = None,
) -> HttpResponse:
    """The form and its summary; `ticks` are what was sent, None before that."""
    group = version.text.criteria
    if group is None:
        return no_criteria(request, version)
    sent = readable_ticks(ticked(group, {}), ticks or {})
    top = ticked(group, sent)
    is_unreadable = any(
        question.key in (ticks or {}) and question.key not in sent
        for question in questions_of(top)
    )
    context = {
        **version_facts(version),
        "top": top,
        "outcomes": [
            {"value": answer.value, "sentence": sentence, "holds": answer == top.answer}
            for answer, sentence in OUTCOMES.items()
        ],
        "lines": summary_lines(top),
        "effects": {"decides": DECIDES, "open": OPEN},
        "is_ticked": ticks is not None,
        "is_unreadable": is_unreadable,
        "today": timezone.localdate() if ticks is not None else None,
    }
    response = TemplateResponse(
        request,
        "policies/checklist.html",
        context,
        status=400 if is_unreadable else 200,
    )
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def readable_ticks(top: Gate, ticks: Mapping[str, str]) -> dict[str, Answer]:
    """The ticks that answer a question of this tree with an answer there is."""
    return {
        question.key: Answer(ticks[question.key])
        for question in questions_of(top)
        if ticks.get(question.key) in Answer.values
    }


def version_facts(version: PolicyVersion) -> dict[str, Any]:
    return {
        "version": version,
        "text": version.text,
        "notices": notices_for(version, neighbours(version)),
        "checklist_url": reverse(
            "policy_version_checklist",
            args=[version.reference.lower(), version.number],
        ),
        "breadcrumbs": breadcrumbs(version.title, version.policy_url),
    }


def no_criteria(request: HttpRequest, version: PolicyVersion) -> HttpResponse:
    return help_page(
        request,
        heading=f"Policy {version.reference} has no criteria to tick",
        sentences=[f"{version.words.sentence} The policy says more."],
        links=[
            {
                "text": f"Read version {version.label} of {version.title}",
                "url": version.get_absolute_url(),
            }
        ],
    )
