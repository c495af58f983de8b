"""What tests of signing in have in common."""

from typing import Any

from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.test import Client

from tests.factories.people import PASSWORD

SIGN_IN = "/staff/login/"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
WRONG = "The name or the password is not right."


def sign_in(client: Client, name: str, password: str = PASSWORD, **extra: Any) -> Any:
    return client.post(SIGN_IN, {"login": name, "password": password}, **extra)


def is_in(client: Client) -> bool:
    return bool(client.get("/admin/").status_code == 200)


def code_for(moment: float) -> str:
    return format_hotp_value(hotp_value(SECRET, int(moment) // 30))
