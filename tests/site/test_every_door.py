"""Every address of the staff's ground answers every role as the table says."""

import gc
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import transaction
from django.http.cookie import SimpleCookie
from django.test import Client
from wagtail.models import Site

from tests.site.door_addresses import address, routes, rows_of
from tests.site.door_objects import SECRET, one_of_everybody, one_of_everything
from tests.site.door_rows import OUTSIDERS, REFUSED, SIGN_IN, Row
from tests.site.door_table import TABLE

# A refusal as JSON is the same refusal, and costs no page.
AS_SCRIPT = {"HTTP_ACCEPT": "application/json"}


@pytest.fixture
def things(site: Site) -> SimpleNamespace:
    return one_of_everything()


@pytest.fixture
def everybody(site: Site) -> dict[str, Client]:
    return one_of_everybody()


def asked(things: SimpleNamespace) -> Iterator[tuple[Row, str]]:
    """Each row with each address that it describes."""
    for view, route in routes():
        for row in rows_of(view):
            yield row, address(row, view, route, things)


def ask(client: Client, method: str, path: str) -> tuple[int | str, bool]:
    """The answer in one word, and whether it tells what is not public.

    What the request did is undone, and what the browser was given forgotten.
    """
    cookies = {name: morsel.value for name, morsel in client.cookies.items()}
    with transaction.atomic():
        response = getattr(client, method)(path, **(AS_SCRIPT if cookies else {}))
        is_telling = SECRET.encode() in response.getvalue()
        transaction.set_rollback(True)
    client.cookies = SimpleCookie(cookies)
    return in_one_word(response), is_telling


def in_one_word(response: Any) -> int | str:
    if response.status_code == 403:
        return REFUSED
    if response.status_code in {301, 302}:
        is_to_sign_in = "/staff/login/" in response["Location"]
        return SIGN_IN if is_to_sign_in else 302
    return int(response.status_code)


def expected(row: Row, letter: str) -> int | str:
    if letter in row.other:
        return row.other[letter]
    if letter in row.who:
        return row.answer
    return SIGN_IN if letter == "V" else REFUSED


def faults_of_reading(
    row: Row, path: str, everybody: dict[str, Client]
) -> Iterator[str]:
    for letter, client in everybody.items():
        found, is_telling = ask(client, "get", path)
        if found != expected(row, letter):
            yield f"{letter} GET {path}: {found}, not {expected(row, letter)}"
        if is_telling and letter in OUTSIDERS:
            yield f"{letter} GET {path} tells of a draft"


def faults_of_writing(
    row: Row, path: str, everybody: dict[str, Client]
) -> Iterator[str]:
    """An empty form, where a form matters."""
    if row.post is None:
        return
    for letter in dict.fromkeys([*row.who, *row.post, *"TPKV"]):
        found, is_telling = ask(everybody[letter], "post", path)
        if (found in {REFUSED, SIGN_IN}) == (letter in row.post):
            yield f"{letter} POST {path}: {found}"
        if is_telling and letter in OUTSIDERS:
            yield f"{letter} POST {path} tells of a draft"


@pytest.mark.once
def test_every_address_is_in_the_table() -> None:
    unknown = [f"{view} {route}" for view, route in routes() if not rows_of(view)]

    assert not unknown, "\n".join(unknown)


@pytest.mark.once
def test_every_row_of_the_table_is_an_address() -> None:
    views = [view for view, _route in routes()]
    used = [row for view in views for row in rows_of(view)]

    assert [row.views for row in TABLE if row not in used] == []


# Wagtail leaves the file of a new rendition to the collector of garbage.
@pytest.mark.first
@pytest.mark.once
@pytest.mark.filterwarnings("ignore:Unclosed file:ResourceWarning")
def test_every_address_answers_every_role_as_the_table_says(
    things: SimpleNamespace,
    everybody: dict[str, Client],
    record_property: Any,
) -> None:
    addresses = list(dict.fromkeys(path for _row, path in asked(things)))
    record_property(
        "doors",
        f"{len(addresses)} addresses, asked by {len(everybody)} kinds of people",
    )

    faults = [
        fault
        for row, path in asked(things)
        for found in (faults_of_reading, faults_of_writing)
        for fault in found(row, path, everybody)
    ]

    gc.collect()
    assert not faults, "\n".join(faults)
