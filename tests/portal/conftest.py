"""Browsers and accounts for tests of signing in and of access."""

from collections.abc import Callable
from types import SimpleNamespace

import pytest
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from django.test import Client

from portal.accounts.models import User
from tests.portal.signing_in import SECRET


@pytest.fixture
def browser_of() -> Callable[[User], Client]:
    def signed_in(user: User) -> Client:
        client = Client()
        client.force_login(user)
        return client

    return signed_in


@pytest.fixture
def with_app(people: SimpleNamespace) -> User:
    """The author, with an authenticator app and recovery codes."""
    TOTP.activate(people.author, SECRET)
    RecoveryCodes.activate(people.author)
    return people.author
