"""The screens of a reader who follows policies. Nobody signs in; links are signed."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from policies.subscriptions import asking
from policies.subscriptions.forms import FollowForm, StopForm
from policies.subscriptions.letters import TOPIC
from policies.subscriptions.links import (
    CONFIRM,
    CONFIRM_WITHIN,
    MANAGE,
    STOP,
    follower_of,
    is_genuine,
    link,
)
from policies.subscriptions.models import Follower
from policies.subscriptions.topics import EVERYTHING, Topic, topic_named
from policies.views.addresses import breadcrumbs, help_page
from portal.public_forms import keep_private, public_form, see_other, used_up
from portal.rate_limits import HOUR, Limit

# A hospital may share one address. All together bound the mail to strangers.
NETWORK = Limit("follow-network", 30, HOUR)
EVERYBODY = Limit("follow-everybody", 1000, HOUR)


def screen(
    request: HttpRequest, name: str, *, status: int = 200, **context: Any
) -> HttpResponse:
    context["breadcrumbs"] = breadcrumbs()
    return TemplateResponse(
        request, f"subscriptions/{name}.html", context, status=status
    )


@public_form
def follow(request: HttpRequest) -> HttpResponse:
    """Ask for mail. The answer is the same whether or not the address is known."""
    if request.method != "POST":
        asked = FollowForm({"topic": request.GET.get("topic", EVERYTHING)})
        topic = wanted_topic(asked)
        if topic is None:
            return unknown_topic(request)
        return screen(request, "follow", topic=topic, form=None)
    form = FollowForm(request.POST)
    limit = used_up(request, NETWORK, EVERYBODY)
    if limit is not None:
        return too_many(request, limit)
    topic = wanted_topic(form)
    if topic is None:
        return unknown_topic(request)
    if not form.is_valid():
        return screen(request, "follow", topic=topic, form=form, status=422)
    asking.ask(email=form.cleaned_data["email"], topic=topic)
    return see_other(reverse("follow_asked"))


def wanted_topic(form: FollowForm) -> Topic | None:
    form.is_valid()
    name = form.cleaned_data.get("topic")
    return topic_named(name) if name else None


def unknown_topic(request: HttpRequest) -> HttpResponse:
    return help_page(
        request,
        heading="There is nothing to follow here",
        sentences=["No policy or specialty has this name. Nothing was saved."],
    )


def too_many(request: HttpRequest, limit: Limit) -> HttpResponse:
    response = help_page(
        request,
        heading="Too many requests",
        sentences=[
            "Many requests for e-mails have come from your network or from everywhere. "
            "Try again in an hour. Nothing was saved."
        ],
        status=429,
    )
    response.headers["Retry-After"] = str(limit.seconds)
    return response


@public_form
def asked(request: HttpRequest) -> HttpResponse:
    return screen(request, "asked", days=CONFIRM_WITHIN.days)


@public_form
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """Only the button confirms: programs that scan mail open every link."""
    follower = follower_of(CONFIRM, token)
    if follower is None:
        return dead_link(request)
    if request.method == "POST":
        asking.confirm(follower)
        return see_other(f"{link(MANAGE, follower)}?done=confirmed")
    waiting = [row.topic for row in asking.pending(follower).select_related(*TOPIC)]
    if not waiting:
        return see_other(link(MANAGE, follower))
    return screen(request, "confirm", follower=follower, topics=waiting)


@public_form
def manage(request: HttpRequest, token: str) -> HttpResponse:
    """What the address follows, each with a button that ends it."""
    follower = follower_of(MANAGE, token)
    if follower is None:
        if is_genuine(MANAGE, token):
            return screen(request, "stopped")
        return dead_link(request)
    if request.method == "POST":
        return stop_some(request, follower)
    return managed(request, follower)


def stop_some(request: HttpRequest, follower: Follower) -> HttpResponse:
    form = StopForm(request.POST)
    if not form.is_valid():
        return managed(request, follower, error="Choose what to stop.", status=422)
    wanted = form.cleaned_data["stop"]
    if wanted is None:
        follower.delete()
        return see_other(reverse("follow_stopped"))
    asking.stop(follower, wanted)
    if follower.pk is None or not Follower.objects.filter(pk=follower.pk).exists():
        return see_other(reverse("follow_stopped"))
    return see_other(f"{link(MANAGE, follower)}?done=stopped")


def managed(
    request: HttpRequest, follower: Follower, *, error: str = "", status: int = 200
) -> HttpResponse:
    return screen(
        request,
        "manage",
        status=status,
        follower=follower,
        follows=asking.confirmed(follower).select_related(*TOPIC),
        waiting=asking.pending(follower).exists(),
        done=request.GET.get("done", ""),
        error=error,
    )


# Programs for mail post here by themselves, without a token or an origin of ours
# (RFC 8058). The link alone says whose mail stops.
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def stop(request: HttpRequest, token: str) -> HttpResponse:
    """End all mail to the address with one click, and forget it."""
    follower = follower_of(STOP, token)
    if follower is None and not is_genuine(STOP, token):
        response = dead_link(request)
    elif follower is None:
        response = screen(request, "stopped")
    elif request.method == "POST":
        follower.delete()
        response = screen(request, "stopped")
    else:
        response = screen(request, "stop", follower=follower)
    keep_private(response)
    return response


@public_form
def stopped(request: HttpRequest) -> HttpResponse:
    return screen(request, "stopped")


def dead_link(request: HttpRequest) -> HttpResponse:
    return help_page(
        request,
        heading="This link does not work any more",
        sentences=[
            f"A link to confirm works for {CONFIRM_WITHIN.days} days, and a link must "
            "be copied whole. Nothing was changed.",
            "To get a new one, ask for the e-mails again.",
        ],
        links=[{"text": "Follow policies by e-mail", "url": reverse("follow")}],
    )
