from typing import Any

from cookie_consent.models import Cookie
from django import forms
from django.db import models
from django.forms.models import model_to_dict
from django.utils import timezone

from portal.consent.models import GroupProfile, ItemKind, ItemProfile
from portal.consent.notices import published
from portal.consent.validators import (
    validate_cookie_domain,
    validate_cookie_name,
    validate_cookie_path,
    validate_pattern,
    validate_varname,
)
from portal.edits.forms import EditedModelForm


class CookieFieldsMixin(forms.ModelForm):
    """Refuses what would break the header that expires the cookie."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].validators.append(validate_cookie_name)
        self.fields["path"].validators.append(validate_cookie_path)
        self.fields["path"].required = True
        self.fields["domain"].validators.append(validate_cookie_domain)


class DeclaredCookieForm(CookieFieldsMixin):
    """The cookie as Django's admin edits it."""

    class Meta:
        model = Cookie
        fields = ["cookiegroup", "name", "description", "path", "domain"]


class ProfileFormMixin(EditedModelForm):
    """Edits a row of the package together with the portal's row beside it.

    A retired row stays, because choices are on record about it; visitors no longer
    see it once a notice without it is published.
    """

    profile_model: type[models.Model]
    profile_owner = ""
    profile_fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        profile = getattr(self.instance, "profile", None)
        if profile is not None:
            self.initial.update(model_to_dict(profile, self.profile_fields))
            self.initial["is_retired"] = profile.retired_at is not None

    def _save_m2m(self) -> None:
        super()._save_m2m()
        values = {name: self.cleaned_data[name] for name in self.profile_fields}
        profile = getattr(self.instance, "profile", None)
        retired_at = getattr(profile, "retired_at", None)
        if not self.cleaned_data["is_retired"]:
            retired_at = None
        elif retired_at is None:
            retired_at = timezone.now()
        self.profile_model._default_manager.update_or_create(
            **{self.profile_owner: self.instance},
            defaults={**values, "retired_at": retired_at},
        )


RETIRED_HELP = "Visitors no longer see it after the next notice. The record stays."


def profile_field(model: type[models.Model], name: str, **options: Any) -> forms.Field:
    """The form field that a field of a profile asks for."""
    field = model._meta.get_field(name).formfield(**options)  # type: ignore[union-attr]
    assert isinstance(field, forms.Field)  # noqa: S101 - narrows the type
    return field


class CookieWithProfileForm(CookieFieldsMixin, ProfileFormMixin):
    """The cookie together with what visitors are told about it."""

    profile_model = ItemProfile
    profile_owner = "cookie"
    profile_fields = [
        "kind",
        "pattern",
        "lifetime",
        "lifetime_seconds",
        "provider",
        "privacy_url",
        "party",
        "is_http_only",
        "audience",
    ]

    kind = profile_field(ItemProfile, "kind")
    pattern = profile_field(ItemProfile, "pattern", validators=[validate_pattern])
    lifetime = profile_field(
        ItemProfile,
        "lifetime",
        required=True,
        help_text="In words, for example “1 year” or “until you close your browser”.",
    )
    lifetime_seconds = profile_field(ItemProfile, "lifetime_seconds")
    provider = profile_field(
        ItemProfile,
        "provider",
        required=True,
        help_text="Who sets and reads this item.",
    )
    privacy_url = profile_field(ItemProfile, "privacy_url", assume_scheme="https")
    party = profile_field(ItemProfile, "party")
    is_http_only = profile_field(ItemProfile, "is_http_only")
    audience = profile_field(ItemProfile, "audience")
    is_retired = forms.BooleanField(
        label="Retired", required=False, help_text=RETIRED_HELP
    )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        pattern = cleaned.get("pattern")
        if pattern and cleaned.get("kind") == ItemKind.COOKIE:
            try:
                validate_cookie_name(pattern)
            except forms.ValidationError as fault:
                self.add_error("pattern", fault)
        return cleaned


class GroupWithProfileForm(ProfileFormMixin):
    """The group together with what visitors are told about it."""

    profile_model = GroupProfile
    profile_owner = "group"
    profile_fields = [
        "when_refused",
        "provider",
        "lawful_basis",
        "shares_with_third_parties",
    ]

    when_refused = profile_field(
        GroupProfile,
        "when_refused",
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="One plain sentence. Shown beside the choice, and on the banner.",
    )
    provider = profile_field(
        GroupProfile,
        "provider",
        help_text="Who sets or reads these cookies, for example “this website”.",
    )
    lawful_basis = profile_field(GroupProfile, "lawful_basis")
    shares_with_third_parties = profile_field(GroupProfile, "shares_with_third_parties")
    is_retired = forms.BooleanField(
        label="Retired", required=False, help_text=RETIRED_HELP
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].required = True
        self.fields["varname"].validators.append(validate_varname)
        # Visitors' choices are stored under this name: renaming it would ask all of
        # them again, and reusing it would apply old refusals to a new group.
        self.fields["varname"].disabled = self.instance.pk is not None
        told = {row["varname"] for row in published().groups}
        self.fields["is_required"].disabled = self.instance.varname in told
