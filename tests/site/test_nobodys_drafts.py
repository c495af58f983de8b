"""Whoever may not read drafts finds none, however many addresses they try.

PORTAL_WALK_REQUESTS sets how many addresses people with an account open in all,
PORTAL_WALK_LOOKUPS how many a visitor does; the seed is fixed, so a failure comes back.
"""

import datetime
import gc
import os
import random
from types import SimpleNamespace

import pytest
from django.core.files.base import ContentFile
from django.db import connection
from django.utils import timezone
from wagtail.models import Site

from policies.feedback.models import Answer, Feedback
from policies.models import PolicyPage
from portal.accounts.roles import ROLES
from portal.audit.recording import record
from portal.media.models import HeldFile, PortalDocument
from tests.factories.approval import publish_next, write_draft
from tests.site.door_addresses import address, routes, rows_of
from tests.site.door_objects import (
    LETTERS,
    SECRET,
    browser,
    one_of_everybody,
    one_of_everything,
)
from tests.site.door_rows import OUTSIDERS
from tests.site.walking import Walker, guesses_of_staff, guesses_of_visitors

REQUESTS = int(os.environ.get("PORTAL_WALK_REQUESTS", "360"))
LOOKUPS = int(os.environ.get("PORTAL_WALK_LOOKUPS", "130"))
SEED = 10_000
SYSTEM_ADMINISTRATOR, NO_ROLE, VISITOR = "S", "N", "V"
# Words that stand nowhere but in one kind of thing.
DRAFT, FUTURE, FILE, HELD, TOLD, LOGGED = (
    *(SECRET, "Wombatfuture", "Numbatfile"),
    *("Quollheld", "Bilbyfeedback", "Potoroolog"),
)
WORDS = [DRAFT, FUTURE, FILE, HELD, TOLD, LOGGED]
SLUGS = ["sp-900", "sp-901", "sp-902", "unpublished", "musculoskeletal"]
FILES = ["private.txt", "document.pdf", "joint.png", "a.txt"]


@pytest.fixture
def things(site: Site) -> SimpleNamespace:
    """One of everything, and in what is not public words to know it by."""
    things = one_of_everything()
    policy = PolicyPage.objects.get(pk=things.version.policy_id)
    people = SimpleNamespace(**things.people)
    publish_next(
        policy,
        people,
        lay_summary=f"{FUTURE} summary.",
        change_note=f"{FUTURE} note.",
        effective_on=timezone.localdate() + datetime.timedelta(days=30),
    )
    write_draft(
        PolicyPage.objects.get(pk=policy.pk),
        people.author,
        lay_summary=f"{SECRET} summary.",
        internal_note=f"{SECRET} thought.",
    )
    PortalDocument.objects.create(
        title="Minutes",
        file=ContentFile(f"{FILE} words.".encode(), name="private.txt"),
        uploaded_by_user=people.author,
    )
    HeldFile.objects.create(key="k", name=f"{HELD}.txt", sha256="1", size=1)
    Feedback.objects.create(page=policy, answer=Answer.PROBLEM, text=f"{TOLD} words.")
    record("refused", name="/admin/", reason=f"{LOGGED} reason.")
    return things


def hidden_from(letter: str) -> list[str]:
    """The words that a person of this kind finds nowhere."""
    if letter == SYSTEM_ADMINISTRATOR:
        return []
    doors = {
        door
        for role in ROLES
        if role.name == LETTERS.get(letter)
        for door in role.doors
    }
    shown = {"feedback": [TOLD], "audit-log": [LOGGED]}
    found = {word for door in doors for word in shown.get(door, [])}
    if letter not in OUTSIDERS:
        found |= {DRAFT, FUTURE, FILE}
    return [word for word in WORDS if word not in found]


def tellings(
    letter: str, walker: Walker, number: int, guesses: object
) -> tuple[list[str], list[str]]:
    """What was told to somebody who is not to know, and what ended in an error."""
    words = hidden_from(letter)
    told, broken = [], []
    for path, status, body in walker.answers(number, guesses):  # type: ignore[arg-type]
        told += [
            f"{letter} {path}: {word}" for word in words if tells(body, word, path)
        ]
        if status >= 500:
            broken.append(f"{letter} {path}: {status}")
    return told, broken


def tells(body: bytes, word: str, path: str) -> bool:
    """In any letters, unless whoever asked wrote the word into the address."""
    if word.lower() in path.lower():
        return word.encode() in body
    return word.lower().encode() in body.lower()


def known_addresses(things: SimpleNamespace, chance: random.Random) -> list[str]:
    """Every address behind which something is."""
    found = {
        address(row, view, route, things)
        for view, route in routes()
        for row in rows_of(view)
        if "logout" not in view
    }
    return chance.sample(sorted(found), len(found))


# Wagtail leaves the file of a new rendition to the collector of garbage.
@pytest.mark.django_db
@pytest.mark.filterwarnings("ignore:Unclosed file:ResourceWarning")
def test_no_account_finds_what_its_roles_do_not_show(things, record_property) -> None:
    everybody = one_of_everybody()
    del everybody[VISITOR]
    share = -(-REQUESTS // len(everybody))
    told, broken = [], []
    for letter, client in everybody.items():
        chance = random.Random(f"{SEED} {letter}")
        walker = Walker(client, chance, known_addresses(things, chance))
        guesses = guesses_of_staff(chance, WORDS)
        found, faults = tellings(letter, walker, share, guesses)
        told, broken = told + found, broken + faults

    sent = share * len(everybody)
    record_property("walk", f"{len(told)} in {sent} requests of staff ({vendor()})")
    gc.collect()
    assert not told, "\n".join(told)
    assert not broken, "\n".join(broken)


@pytest.mark.django_db
@pytest.mark.filterwarnings("ignore:Unclosed file:ResourceWarning")
def test_no_visitor_finds_what_is_not_public(things, record_property) -> None:
    chance = random.Random(SEED)
    walker = Walker(browser(), chance, ["/", "/sitemap.xml", "/api/", "/policies/"])
    guesses = guesses_of_visitors(chance, WORDS, SLUGS, FILES)

    told, broken = tellings(VISITOR, walker, LOOKUPS, guesses)

    record_property("walk", f"{len(told)} in {LOOKUPS} public look-ups ({vendor()})")
    gc.collect()
    assert not told, "\n".join(told)
    assert not broken, "\n".join(broken)


def vendor() -> str:
    return connection.vendor


@pytest.mark.once
@pytest.mark.django_db
def test_the_walk_would_notice(things) -> None:
    """The words are there to be found by those who may."""
    everybody = one_of_everybody()
    people = {letter: hidden_from(letter) for letter in everybody}
    assert people[VISITOR] == people[NO_ROLE] == WORDS
    chance = random.Random(SEED)
    client = everybody[SYSTEM_ADMINISTRATOR]
    walker = Walker(client, chance, [f"/admin/pages/{things.policy_draft.pk}/edit/"])
    seen = b"".join(
        body for _path, _status, body in walker.answers(1, iter(["/admin/"]))
    )
    pages = [
        f"/admin/pages/{things.version.policy_id}/edit/",
        f"/admin/policies/{things.version.policy_id}/versions/",
        "/admin/quarantine/",
        "/admin/feedback/",
        "/admin/audit/",
        "/admin/documents/",
    ]
    seen += b"".join(walker.open(path)[1] for path in pages)
    document = PortalDocument.objects.get(title="Minutes")
    seen += walker.open(document.url)[1]
    assert [word for word in WORDS if word.encode() not in seen] == []
