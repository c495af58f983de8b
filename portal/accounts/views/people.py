"""The screens of access administration: who there is, and one person."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from portal.accounts import people
from portal.accounts.forms import (
    ActivityForm,
    DetailsForm,
    InvitationForm,
    RolesForm,
    role_names,
)
from portal.accounts.freshness import require_recent_sign_in
from portal.accounts.models import User
from portal.accounts.requests import StaffRequest
from portal.refusals import Refusal

PEOPLE_PER_PAGE = 50
HISTORY_SHOWN = 50


@require_safe
def people_list(request: StaffRequest) -> HttpResponse:
    """Everybody with an account, found by name, user name, address or role."""
    people.require_administrator(request.user)
    query = " ".join(request.GET.get("q", "").replace("\0", "").split())[:100]
    found = User.objects.prefetch_related("groups").order_by(
        "-is_active", "last_name", "first_name", "pk"
    )
    for word in query.split():
        found = found.filter(
            Q(first_name__icontains=word)
            | Q(last_name__icontains=word)
            | Q(username__icontains=word)
            | Q(email__icontains=word)
            | Q(groups__name__icontains=word)
        ).distinct()
    context = {
        "page_title": "People",
        "query": query,
        "page_obj": Paginator(found, PEOPLE_PER_PAGE).get_page(request.GET.get("p")),
    }
    return render(request, "accounts/people.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def invite(request: StaffRequest) -> HttpResponse:
    """Ask for somebody's name, address and roles, and send the invitation."""
    people.require_administrator(request.user)
    form = InvitationForm(request.POST or None)
    status = 200
    if request.method == "POST":
        require_recent_sign_in(request)
        if form.is_valid():
            person = people.invite(by=request.user, **form.cleaned_data)
            messages.success(request, f"{person} is invited by mail.")
            return redirect("staff_person", person.pk)
        status = 422
    context = {"page_title": "Invite a person", "form": form}
    return render(request, "accounts/invite.html", context, status=status)


@require_safe
def person(request: StaffRequest, pk: int) -> HttpResponse:
    """One person: roles, details, activity, history."""
    people.require_administrator(request.user)
    return person_screen(request, get_object_or_404(User, pk=pk))


def person_screen(
    request: StaffRequest,
    person: User,
    *,
    roles: RolesForm | None = None,
    details: DetailsForm | None = None,
    activity: ActivityForm | None = None,
    status: int = 200,
) -> HttpResponse:
    """The screen, with one form as it was typed when it was not accepted."""
    person = User.objects.get(pk=person.pk)
    history = person.role_grants.select_related("granted_by")[:HISTORY_SHOWN]
    context = {
        "page_title": str(person),
        "person": person,
        "is_own": person.pk == request.user.pk,
        "state": people.state_of(person),
        "held": role_names(person),
        "history": history,
        "roles_form": roles or RolesForm(initial={"roles": role_names(person)}),
        "details_form": details or DetailsForm(instance=person),
        "activity_form": activity or ActivityForm(prefix="activity"),
        "is_waiting": not person.has_usable_password(),
    }
    return render(request, "accounts/person.html", context, status=status)


def answer(
    request: StaffRequest, person: User, form: Any, name: str, act: Any, done: str
) -> HttpResponse:
    """Do what a form asks for; a refusal comes back with the form still filled in."""
    require_recent_sign_in(request)
    if not form.is_valid():
        return person_screen(request, person, **{name: form}, status=422)
    try:
        act(form.cleaned_data)
    except Refusal as refusal:
        for reason in refusal.reasons:
            form.add_error(None, forms.ValidationError(reason))
        return person_screen(request, person, **{name: form}, status=403)
    messages.success(request, done)
    return redirect("staff_person", person.pk)


@require_http_methods(["POST"])
def change_roles(request: StaffRequest, pk: int) -> HttpResponse:
    people.require_administrator(request.user)
    person = get_object_or_404(User, pk=pk)

    def act(data: dict[str, Any]) -> None:
        people.change_roles(
            by=request.user,
            person=person,
            roles=data["roles"],
            reason=data["reason"],
            seen=request.POST.get("state", ""),
        )

    done = f"The roles of {person} are changed."
    return answer(request, person, RolesForm(request.POST), "roles", act, done)


@require_http_methods(["POST"])
def change_details(request: StaffRequest, pk: int) -> HttpResponse:
    people.require_administrator(request.user)
    person = get_object_or_404(User, pk=pk)
    form = DetailsForm(request.POST, instance=User.objects.get(pk=pk))

    def act(data: dict[str, Any]) -> None:
        people.change_details(
            by=request.user, person=person, seen=request.POST.get("state", ""), **data
        )

    done = f"The details of {person} are changed."
    return answer(request, person, form, "details", act, done)


@require_http_methods(["POST"])
def change_activity(request: StaffRequest, pk: int) -> HttpResponse:
    """Deactivate, or reactivate."""
    people.require_administrator(request.user)
    person = get_object_or_404(User, pk=pk)
    is_active = "reactivate" in request.POST

    def act(data: dict[str, Any]) -> None:
        people.set_active(
            by=request.user,
            person=person,
            is_active=is_active,
            reason=data["reason"],
            seen=request.POST.get("state", ""),
        )

    form = ActivityForm(request.POST, prefix="activity")
    done = f"{person} is {'active again' if is_active else 'deactivated'}."
    return answer(request, person, form, "activity", act, done)


@require_http_methods(["POST"])
def invite_again(request: StaffRequest, pk: int) -> HttpResponse:
    person = get_object_or_404(User, pk=pk)
    people.invite_again(by=request.user, person=person)
    messages.success(request, f"{person} is invited again by mail.")
    return redirect("staff_person", person.pk)
