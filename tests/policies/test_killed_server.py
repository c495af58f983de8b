"""A server killed in the middle of its work loses nothing that it said was done.

PORTAL_KILL_ROUNDS sets how often the server is killed, PORTAL_KILL_SEED at which
moments. What became of the acts is written to the terminal.
"""

import os
import random
import signal
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from http import HTTPStatus
from itertools import count
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.conf import settings
from django.db import connection, connections
from django.test import Client
from django.urls import reverse

from policies.models import (
    ChangeRequest,
    ChangeStatus,
    Decision,
    PolicyPage,
    PolicyVersion,
    Verdict,
)
from portal.accounts.models import User
from tests.factories.approval import deciders
from tests.factories.forms import editor_form
from tests.factories.pages import PolicyPageFactory
from tests.policies import consistency
from tests.policies.served import ServedPortal, served_portal

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.first]
ROUNDS = int(os.environ.get("PORTAL_KILL_ROUNDS", "6"))
SEED = int(os.environ.get("PORTAL_KILL_SEED", "1"))
POLICIES = 2
REJECTIONS = 0.1
SETTLING_SECONDS = 30


@dataclass(frozen=True)
class Act:
    """What one person posts, and how to see afterwards whether it is on record."""

    name: str
    path: str
    data: dict[str, str]
    session: str
    is_on_record: Callable[[], bool]


class Staff:
    """People who take the next act on each policy, round after round."""

    def __init__(self, people: SimpleNamespace, chance: random.Random) -> None:
        self.people = people
        self.chance = chance
        self.numbers = count(1)
        self.sessions: dict[int, str] = {}

    def session_of(self, person: User) -> str:
        if person.pk not in self.sessions:
            client = Client()
            client.force_login(person)
            cookie = client.cookies[settings.SESSION_COOKIE_NAME]
            self.sessions[person.pk] = cookie.value
        return self.sessions[person.pk]

    def next_act(self, policy: PolicyPage) -> Act:
        change = policy.changes.filter(status=ChangeStatus.IN_REVIEW).first()
        if change is None:
            return self.submission(PolicyPage.objects.get(pk=policy.pk))
        decided = set(change.decisions.values_list("person", flat=True))
        waiting = deciders(change, self.people)
        return self.decision(
            change, next(person for person in waiting if person.pk not in decided)
        )

    def submission(self, policy: PolicyPage) -> Act:
        """The author saves another wording and submits it, in one request."""
        note = f"Wording {next(self.numbers)}."
        form = editor_form(
            policy,
            "action-submit",
            lay_summary=note,
            change_note=note,
            change_type="wording" if policy.versions.exists() else "new",
        )
        changes = ChangeRequest.objects.filter(page=policy, change_note=note)
        path = reverse("wagtailadmin_pages:edit", args=[policy.pk])
        return Act(
            "submission",
            path,
            form,
            self.session_of(self.people.author),
            changes.exists,
        )

    def decision(self, change: ChangeRequest, person: User) -> Act:
        is_rejected = self.chance.random() < REJECTIONS
        verdict = Verdict.REJECT if is_rejected else Verdict.APPROVE
        form = {
            "verdict": verdict,
            "note": f"Checked, number {next(self.numbers)}.",
            "seen_hash": change.content_hash,
        }
        decisions = Decision.objects.filter(
            change=change, person=person, note=form["note"], verdict=verdict
        )
        path = reverse("policy_change_decide", args=[change.pk])
        return Act("decision", path, form, self.session_of(person), decisions.exists)


@pytest.fixture
def portal(site: Any, tmp_path: Path) -> Iterator[ServedPortal]:
    with served_portal(tmp_path) as portal:
        portal.worker()
        yield portal


def test_killed_server_loses_nothing_that_it_reported_as_done(
    portal: ServedPortal,
    people: SimpleNamespace,
    capsys: pytest.CaptureFixture[str],
) -> None:
    chance = random.Random(SEED)
    staff = Staff(people, chance)
    policies = PolicyPageFactory.create_batch(POLICIES, author=people.author)
    usual = max(time_of_round(portal, staff, policies) for _act in range(5))
    reported: list[Act] = []
    outcomes: Counter[str] = Counter()

    for round_number in range(ROUNDS):
        acts = [staff.next_act(policy) for policy in policies]
        moment = chance.uniform(0, usual)
        answers = killed_while(portal, acts, after=moment)
        reported += [act for act, answer in zip(acts, answers, strict=True) if answer]
        assert set(answers) <= {HTTPStatus.FOUND, None}, portal.log.read_text()[-4000:]
        assert list(consistency.faults()) == [], f"Round {round_number}, seed {SEED}"
        outcomes.update(map(outcome_of, acts, answers))

    lost = [act for act in reported if not act.is_on_record()]
    outcomes["versions"] = PolicyVersion.objects.count()
    with capsys.disabled():
        sys.stdout.write(f"\n{ROUNDS} kills on {connection.vendor}: {dict(outcomes)}\n")
    assert lost == []


def outcome_of(act: Act, answer: int | None) -> str:
    if answer:
        return f"{act.name}: reported"
    return f"{act.name}: cut off, {'whole' if act.is_on_record() else 'undone'}"


def time_of_round(
    portal: ServedPortal, staff: Staff, policies: list[PolicyPage]
) -> float:
    """How long the next acts take when nobody kills the server."""
    acts = [staff.next_act(policy) for policy in policies]
    begun = time.monotonic()
    answers = posted(portal, acts, meanwhile=lambda: None)
    assert set(answers) == {HTTPStatus.FOUND}, portal.log.read_text()[-4000:]
    return time.monotonic() - begun


def killed_while(
    portal: ServedPortal, acts: list[Act], *, after: float
) -> list[int | None]:
    """All acts at once, and SIGKILL for the server `after` so many seconds."""
    worker = portal.worker()

    def kill() -> None:
        time.sleep(after)
        os.kill(worker, signal.SIGKILL)

    answers = posted(portal, acts, meanwhile=kill)
    portal.worker(after=worker)
    settle()
    return answers


def posted(
    portal: ServedPortal, acts: list[Act], *, meanwhile: Callable[[], None]
) -> list[int | None]:
    """The answers to all acts, sent at once.

    Nobody else has the database open meanwhile, so that SQLite has to recover it.
    """
    connections.close_all()
    with ThreadPoolExecutor(len(acts)) as pool:
        answers = [
            pool.submit(portal.post, act.path, act.data, act.session) for act in acts
        ]
        meanwhile()
        return [answer.result() for answer in answers]


def settle() -> None:
    """Wait until PostgreSQL has noticed that its client is gone.

    A session goes on with the statement it was given, be it the last one: COMMIT.
    """
    if connection.vendor != "postgresql":
        return
    deadline = time.monotonic() + SETTLING_SECONDS
    with connection.cursor() as cursor:
        while time.monotonic() < deadline:
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = "
                "current_database() AND pid <> pg_backend_pid() "
                "AND backend_type = 'client backend' AND state <> 'idle'"
            )
            if cursor.fetchone() == (0,):
                return
            time.sleep(0.01)
    raise RuntimeError("A killed client is still at work in the database.")
