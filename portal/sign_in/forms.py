from typing import Any

from allauth.account.forms import LoginForm
from allauth.account.forms import ResetPasswordForm as AllauthResetPasswordForm
from django.http import HttpRequest

from portal.sign_in.mail_tasks import send_password_link


class SignInForm(LoginForm):
    """User name or address, and password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].label = "User name or e-mail address"
        for field in self.fields.values():
            field.widget.attrs.pop("placeholder", None)
            field.help_text = ""

    def user_credentials(self) -> dict[str, str]:
        """One credential for either kind of name, so that each try costs one hash.

        Allauth would try an address twice, as an address and as a user name, and the
        time would tell that the address exists.
        """
        return {
            "username": self.cleaned_data["login"],
            "password": self.cleaned_data.get("password") or "",
        }


class PasswordResetForm(AllauthResetPasswordForm):
    """Asks for a link; the answer and the work are the same for every address."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].label = "Your e-mail address"
        self.fields["email"].widget.attrs.pop("placeholder", None)

    def clean_email(self) -> str:
        email: str = self.cleaned_data["email"]
        return email

    def save(self, request: HttpRequest, **kwargs: Any) -> str:
        email: str = self.cleaned_data["email"]
        send_password_link.enqueue(email)
        return email
