"""Where an invited person sets the first password."""

from django import forms
from django.contrib import messages
from django.contrib.auth.forms import SetPasswordForm
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from portal.accounts.grants import because
from portal.accounts.invitations import invited_person
from portal.accounts.models import User


class FirstPasswordForm(SetPasswordForm):
    """Django's form, with rules said in one sentence."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        first = self.fields["new_password1"]
        first.label = "Password"
        first.help_text = (
            "At least 12 characters. Three words that do not belong together are good."
        )
        self.fields["new_password2"] = forms.CharField(
            label="The same password again",
            strip=False,
            widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        )


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def accept_invitation(request: HttpRequest, key: str, token: str) -> HttpResponse:
    """Once; a link that is spent or old says so, and what to do."""
    with transaction.atomic():
        person = invited_person(key, token)
        if person is None:
            return render(request, "accounts/invitation_over.html", status=404)
        if request.method == "POST":
            # Two clicks at once: the second finds the link spent.
            person = User.objects.select_for_update().get(pk=person.pk)
        form = FirstPasswordForm(person, request.POST or None)
        if request.method == "POST" and form.is_valid():
            with because("Invitation accepted", by=person):
                form.save()
            messages.success(request, "Your password is set. Sign in with it.")
            return redirect("account_login")
    status = 422 if form.is_bound else 200
    context = {"form": form, "person": person}
    return render(request, "accounts/invitation.html", context, status=status)
