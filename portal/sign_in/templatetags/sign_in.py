"""What the sign-in page shows: which doors there are."""

from typing import NamedTuple

from django import template
from django.conf import settings

register = template.Library()


class SignOn(NamedTuple):
    """The ways in."""

    name: str
    with_password: bool


@register.simple_tag
def staff_sign_on() -> SignOn:
    return SignOn(
        name=settings.SSO_NAME if settings.SSO_ISSUER else "",
        with_password=settings.PASSWORD_SIGN_IN,
    )
