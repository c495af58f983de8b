"""Guesses at passwords, 50 a second by the clock of the portal."""

import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.contrib.auth import hashers
from django.test import Client, override_settings

from tests.factories.people import PASSWORD

PER_SECOND = 50
HONEST_ADDRESS = "203.0.113.9"
NEW_ADDRESS = "203.0.113.77"


@dataclass(frozen=True)
class Attack:
    """Who is guessed at and from where, by the number of the guess."""

    name: Callable[[int], str]
    address: Callable[[int], str]
    # How many guesses the portal compares with a password at all.
    compared_at_most: int
    # Whether the honest person has signed in from this browser before.
    browser_is_known: bool = False


def one_address(number: int) -> str:
    return "198.51.100.7"


def many_addresses(number: int) -> str:
    return f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"


def one_network(number: int) -> str:
    """An IPv6 visitor has 2**64 addresses of his own."""
    return f"2001:db8::{number:x}"


def one_name(number: int) -> str:
    return ["author", "AUTHOR", "author@example.org"][number % 3]


def many_names(number: int) -> str:
    return ["author", "clinician", "approver1", f"typed{number}"][number % 4]


def known_names(number: int) -> str:
    return ["author", "clinician", "approver1"][number % 3]


ATTACKS = {
    "one name, one address": Attack(one_name, one_address, 5),
    "one name, one IPv6 network": Attack(one_name, one_network, 5),
    "many names, one address": Attack(many_names, one_address, 50),
    "one name, many addresses": Attack(one_name, many_addresses, 100, True),
    "many names, many addresses": Attack(known_names, many_addresses, 300, True),
}


@dataclass
class Outcome:
    """What became of the guesses, and of the person whose account it is."""

    guesses: int = 0
    compared: int = 0
    got_in: int = 0
    answers: Counter[int] = field(default_factory=Counter)
    honest_got_in: list[bool] = field(default_factory=list)
    seconds: float = 0.0


def sign_in(client: Client, name: str, password: str, address: str) -> Any:
    form = {"login": name, "password": password}
    return client.post("/staff/login/", form, headers={"x-forwarded-for": address})


def carry_out(
    attack: Attack, count: int, clock: Any, patch: pytest.MonkeyPatch
) -> Outcome:
    """Guess, and let the honest person sign in half way through and at the end.

    From the middle on, and once the limits are used up, every other guess is the right
    password.
    """
    outcome = Outcome()
    begins = max(count // 2, attack.compared_at_most)
    hasher = type(hashers.get_hasher())
    encode, compared = hasher.encode, []
    patch.setattr(hasher, "encode", lambda *args: compared.append(1) or encode(*args))
    with override_settings(ALLAUTH_TRUSTED_PROXY_COUNT=1):
        honest = Client()
        if attack.browser_is_known:
            sign_in(honest, "author", PASSWORD, HONEST_ADDRESS)
            honest.post("/staff/logout/")
        for number in range(count):
            is_right = number > begins and number % 2
            before, begun = len(compared), time.perf_counter()
            answer = sign_in(
                Client(),
                attack.name(number),
                PASSWORD if is_right else f"guess {number}",
                attack.address(number),
            )
            outcome.seconds += time.perf_counter() - begun
            outcome.compared += len(compared) - before
            outcome.guesses += 1
            outcome.answers[answer.status_code] += 1
            outcome.got_in += answer.status_code == 302
            clock.shift(1 / PER_SECOND)
            if number in {count // 2, count - 1}:
                answer = sign_in(honest, "author", PASSWORD, NEW_ADDRESS)
                outcome.honest_got_in.append(answer.status_code == 302)
                honest.post("/staff/logout/")
    return outcome
