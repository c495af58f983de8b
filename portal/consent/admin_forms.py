from typing import Any

from cookie_consent.models import Cookie
from django import forms
from wagtail.admin.forms import WagtailAdminModelForm

from portal.consent.models import GroupProfile, ItemKind, ItemProfile
from portal.consent.validators import (
    validate_cookie_domain,
    validate_cookie_name,
    validate_cookie_path,
    validate_varname,
)


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


class CookieWithProfileForm(CookieFieldsMixin, WagtailAdminModelForm):
    """The cookie together with what visitors are told about it."""

    kind = forms.ChoiceField(choices=ItemKind, initial=ItemKind.COOKIE)
    lifetime = forms.CharField(
        max_length=100,
        help_text="In words, for example “1 year” or “until you close your browser”.",
    )
    provider = forms.CharField(
        max_length=200, help_text="Who sets and reads this item."
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        profile = getattr(self.instance, "profile", None)
        if profile is not None:
            self.initial.update(
                kind=profile.kind, lifetime=profile.lifetime, provider=profile.provider
            )

    def _save_m2m(self) -> None:
        super()._save_m2m()
        ItemProfile.objects.update_or_create(
            cookie=self.instance,
            defaults={
                name: self.cleaned_data[name]
                for name in ("kind", "lifetime", "provider")
            },
        )


class GroupWithProfileForm(WagtailAdminModelForm):
    """The group together with what visitors are told about it."""

    when_refused = forms.CharField(
        label="What stops working when refused",
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="One plain sentence. Shown beside the choice.",
    )
    provider = forms.CharField(
        max_length=200,
        required=False,
        help_text="Who sets or reads these cookies, for example “this website”.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].required = True
        self.fields["varname"].validators.append(validate_varname)
        # Visitors' choices are stored under this name: renaming it would ask all of
        # them again, and reusing it would apply old refusals to a new group.
        self.fields["varname"].disabled = self.instance.pk is not None
        profile = getattr(self.instance, "profile", None)
        if profile is not None:
            self.initial.update(
                when_refused=profile.when_refused, provider=profile.provider
            )

    def _save_m2m(self) -> None:
        super()._save_m2m()
        GroupProfile.objects.update_or_create(
            group=self.instance,
            defaults={
                name: self.cleaned_data[name] for name in ("when_refused", "provider")
            },
        )
