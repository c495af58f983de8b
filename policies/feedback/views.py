"""The forms with which readers say what they think of a page."""

from typing import Any
from urllib.parse import urlencode

from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext

from policies.feedback.forms import AnswerForm, PageForm, ProblemForm, ReasonForm
from policies.feedback.models import Answer, Feedback
from policies.feedback.redaction import REMOVED
from policies.feedback.subjects import Subject, subject_at
from policies.views.addresses import help_page
from portal.public_forms import public_form, see_other, used_up
from portal.rate_limits import HOUR, MINUTE, Limit

SALT = "policies.feedback"
# A hospital may share one address. All together bound what a flood can fill.
NETWORK = Limit("feedback-network", 60, 10 * MINUTE)
EVERYBODY = Limit("feedback-everybody", 2000, HOUR)


@public_form
def answer(request: HttpRequest) -> HttpResponse:
    """Was the page useful? Stored at once; the reason may follow."""
    if request.method != "POST":
        return about(request, "ask", PageForm(request.GET))
    form = AnswerForm(request.POST)
    if too_many := used_up(request, NETWORK, EVERYBODY):
        return refuse_more(request, too_many)
    is_valid = form.is_valid()
    subject = subject_of(request, form)
    if subject is None:
        return unknown_page(request)
    if not is_valid:
        return screen(request, "ask", subject=subject, form=form, status=422)
    feedback = Feedback.objects.create(
        page=subject.page, version=subject.version, answer=form.cleaned_data["useful"]
    )
    token = signing.TimestampSigner(salt=SALT).sign(str(feedback.pk))
    return see_other(reverse("feedback_reason", args=[token]))


@public_form
def reason(request: HttpRequest, token: str) -> HttpResponse:
    """The words to an answer, once, within an hour of it."""
    feedback = feedback_of(token)
    if feedback is None:
        return screen(request, "sent")
    if request.method != "POST":
        return screen(request, "reason", feedback=feedback, form=ReasonForm())
    form = ReasonForm(request.POST)
    if too_many := used_up(request, NETWORK, EVERYBODY):
        return refuse_more(request, too_many)
    if not form.is_valid():
        return screen(request, "reason", feedback=feedback, form=form, status=422)
    Feedback.objects.filter(pk=feedback.pk, text="").update(
        text=form.cleaned_data["text"]
    )
    return sent_with(form.cleaned_data["text"])


def feedback_of(token: str) -> Feedback | None:
    """The answer that still waits for its words."""
    try:
        key = signing.TimestampSigner(salt=SALT).unsign(token, max_age=HOUR)
    except signing.BadSignature:
        return None
    return Feedback.objects.filter(pk=int(key), text="").first()


@public_form
def problem(request: HttpRequest) -> HttpResponse:
    """Report what is wrong with a page."""
    if request.method != "POST":
        return about(request, "problem", PageForm(request.GET))
    form = ProblemForm(request.POST)
    if too_many := used_up(request, NETWORK, EVERYBODY):
        return refuse_more(request, too_many)
    is_valid = form.is_valid()
    subject = subject_of(request, form)
    if subject is None:
        return unknown_page(request)
    if not is_valid:
        return screen(request, "problem", subject=subject, form=form, status=422)
    Feedback.objects.create(
        page=subject.page,
        version=subject.version,
        answer=Answer.PROBLEM,
        text=form.cleaned_data["text"],
    )
    return sent_with(form.cleaned_data["text"])


@public_form
def sent(request: HttpRequest) -> HttpResponse:
    return screen(request, "sent", is_redacted="removed" in request.GET)


def about(request: HttpRequest, name: str, form: PageForm) -> HttpResponse:
    """A form for the page that the address names."""
    form.is_valid()
    subject = subject_of(request, form)
    if subject is None:
        return unknown_page(request)
    return screen(request, name, subject=subject, form=None)


def subject_of(request: HttpRequest, form: PageForm) -> Subject | None:
    address = form.cleaned_data.get("page")
    return subject_at(request, address) if address else None


def screen(
    request: HttpRequest, name: str, *, status: int = 200, **context: Any
) -> HttpResponse:
    home = {"title": gettext("Home"), "url": reverse("wagtail_serve", args=[""])}
    context["breadcrumbs"] = [home]
    return TemplateResponse(request, f"feedback/{name}.html", context, status=status)


def sent_with(text: str) -> HttpResponse:
    """Say so if something was taken out of the words."""
    query = f"?{urlencode({'removed': 'yes'})}" if REMOVED in text else ""
    return see_other(reverse("feedback_sent") + query)


def unknown_page(request: HttpRequest) -> HttpResponse:
    return help_page(
        request,
        heading=gettext("We do not know which page you mean"),
        sentences=[
            gettext(
                "The form names a treatment or a policy that is not public. "
                "Nothing was saved."
            ),
            gettext("Open the page, and use the form at its end."),
        ],
    )


def refuse_more(request: HttpRequest, limit: Limit) -> HttpResponse:
    response = help_page(
        request,
        heading=gettext("Too many forms"),
        sentences=[
            gettext(
                "Many forms have come from your network or from everywhere. Go back "
                "to keep what you typed, and try again in an hour. Nothing was saved."
            )
        ],
        status=429,
    )
    response.headers["Retry-After"] = str(limit.seconds)
    return response
