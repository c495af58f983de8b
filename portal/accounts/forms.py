from typing import Any

from django import forms
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError

from portal.accounts.models import User
from portal.accounts.roles import ROLES, ROLES_BY_NAME, faults_of_combination


def reason_field() -> forms.CharField:
    return forms.CharField(
        label="Reason",
        help_text="Required. Who asked for this, and why; it stands in the history.",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class RolesForm(forms.Form):
    """All roles with their sentences, ticked as the person holds them."""

    roles = forms.MultipleChoiceField(
        label="Roles",
        required=False,
        choices=[(role.name, role.name) for role in ROLES],
        widget=forms.CheckboxSelectMultiple,
    )
    reason = reason_field()

    def clean_roles(self) -> list[str]:
        names: list[str] = self.cleaned_data["roles"]
        faults = faults_of_combination(set(names))
        if faults:
            raise ValidationError(faults)
        return names

    @property
    def choices(self) -> list[dict[str, Any]]:
        """Each role with its sentence and its box, for the template."""
        return [
            {
                "box": box,
                "summary": ROLES_BY_NAME[str(box.data["value"])].summary,
                "id": f"{box.data['attrs']['id']}-summary",
            }
            for box in self["roles"]
        ]


class DetailsForm(forms.ModelForm):
    """Name and address of a person."""

    reason = reason_field()

    class Meta:
        model = User
        fields = ["first_name", "last_name", "email"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in self.fields:
            self.fields[name].required = True

    def clean_email(self) -> str:
        email: str = self.cleaned_data["email"]
        others = User.objects.filter(email__iexact=email).exclude(pk=self.instance.pk)
        if others.exists():
            raise ValidationError("Another account uses this e-mail address.")
        return email


class InvitationForm(DetailsForm, RolesForm):
    """Somebody new."""

    field_order = ["first_name", "last_name", "username", "email", "roles", "reason"]

    class Meta(DetailsForm.Meta):
        fields = ["first_name", "last_name", "username", "email"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["roles"].required = False


class ActivityForm(forms.Form):
    """Why an account is switched on or off."""

    reason = reason_field()


class DayForm(forms.Form):
    """The day on which the report looks."""

    on = forms.DateField(
        label="On the day",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        error_messages={"invalid": "Give a real day, such as 2026-03-31."},
    )


def role_names(person: User) -> list[str]:
    return sorted(Group.objects.filter(user=person).values_list("name", flat=True))
