"""Staff who draft, submit and approve over HTTP, and note what they were told.

Needs Django set up for the database of the layout, to know what the editor shows.
"""

import itertools
import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlencode

import psycopg
from django.conf import settings
from django.db import Error, connections
from django.urls import reverse
from wagtail.models import Revision

from policies.models import ChangeRequest, ChangeStatus, Decision, PolicyPage, Verdict
from portal.accounts.models import User
from portal.accounts.samples import DEFAULT_PASSWORD
from tests.factories.approval import deciders
from tests.factories.forms import editor_form
from tests.factories.pages import PolicyPageFactory
from tests.rehearsal.visitors import NO_ANSWER, Answer, Record

CSRF_TOKEN = "k" * 32
ANSWER_SECONDS = 60
# A sign-in is fresh for ten minutes; decisions need a fresh one.
SESSION_SECONDS = 300
DRAFTS_BEFORE_SUBMISSION = 2


@dataclass(frozen=True)
class Act:
    """What one person posts, and how to see afterwards whether it is on record."""

    name: str
    person: User
    path: str
    form: dict[str, Any]
    is_on_record: Callable[[], bool]


class Doors:
    """Signed-in sessions of people, renewed before they are too old to decide."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.sessions: dict[str, tuple[str, float]] = {}
        self.lock = threading.Lock()

    def session_of(self, person: User) -> str:
        with self.lock:
            session, since = self.sessions.get(person.username, ("", 0.0))
            if not session or time.monotonic() - since > SESSION_SECONDS:
                session = self.sign_in(person.username)
                self.sessions[person.username] = session, time.monotonic()
            return session

    def forget(self, person: User) -> None:
        with self.lock:
            self.sessions.pop(person.username, None)

    def sign_in(self, username: str) -> str:
        form = {"login": username, "password": DEFAULT_PASSWORD}
        status, headers = self.post(reverse("account_login"), form, "")
        for header in headers:
            if header.startswith(f"{settings.SESSION_COOKIE_NAME}="):
                return header.partition("=")[2].partition(";")[0]
        raise ConnectionError(f"{username} could not sign in: {status}.")

    def post(
        self, path: str, form: dict[str, Any], session: str
    ) -> tuple[int, list[str]]:
        """Status and cookies of the answer; raises what the connection raises.

        Whoever is led back to the sign-in was refused, so that counts as status 401.
        """
        cookies = {settings.CSRF_COOKIE_NAME: CSRF_TOKEN}
        if session:
            cookies[settings.SESSION_COOKIE_NAME] = session
        headers = {
            "Content-Type": "application/x-www-form-urlencoded",
            "Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items()),
            "X-CSRFToken": CSRF_TOKEN,
            "Connection": "close",
        }
        door = HTTPConnection("127.0.0.1", self.port, timeout=ANSWER_SECONDS)
        try:
            door.request("POST", path, urlencode(form), headers)
            answer = door.getresponse()
            answer.read()
            status, leads_to = answer.status, answer.headers.get("Location", "")
            if session and leads_to.startswith("/staff/"):
                status = HTTPStatus.UNAUTHORIZED
            return status, answer.headers.get_all("Set-Cookie") or []
        finally:
            door.close()


@dataclass
class Editors:
    """Each has a policy of their own, and takes it from draft to publication."""

    port: int
    people: SimpleNamespace
    policies: list[PolicyPage]
    record: Record
    pause: float = 1.0
    may_publish: bool = True
    told: list[Act] = field(default_factory=list)
    outcomes: Counter[str] = field(default_factory=Counter)
    seconds: list[float] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.doors = Doors(self.port)
        self.numbers = itertools.count(1)
        self.over = threading.Event()
        self.threads = [
            threading.Thread(target=self.work, args=[policy], daemon=True)
            for policy in self.policies
        ]

    def __enter__(self) -> "Editors":
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_raised: object) -> None:
        self.over.set()
        for thread in self.threads:
            thread.join(ANSWER_SECONDS * 2)

    def work(self, policy: PolicyPage) -> None:
        act = None
        for turn in itertools.count():
            if self.over.wait(self.pause):
                break
            # Without the database this process cannot prepare another form, so the
            # person presses the button of the last one once more.
            with suppress(Error, psycopg.Error):
                act = None if act is None else replace(act, name="the same again")
                act = self.next_act(policy.pk, turn)
            if act is not None:
                self.take(act)
            connections["default"].close()

    def take(self, act: Act) -> None:
        begun, phase = time.monotonic(), self.record.phase
        try:
            session = self.doors.session_of(act.person)
            status, _cookies = self.doors.post(act.path, act.form, session)
        except (OSError, HTTPException):
            status = NO_ANSWER
        if phase != self.record.phase:
            # Of what was under way the time counts that passed since the part went.
            phase = f"under way, {self.record.phase}"
            begun = max(begun, self.record.since)
        seconds = time.monotonic() - begun
        self.record.add(Answer(f"staff, {phase}", act.path, status, False, seconds))
        self.outcomes[f"{act.name}: {status or 'no answer'}"] += 1
        if status == HTTPStatus.FOUND and act.name != "the same again":
            self.told.append(act)
        elif status in {HTTPStatus.FORBIDDEN, HTTPStatus.UNAUTHORIZED}:
            self.doors.forget(act.person)

    def next_act(self, key: int, turn: int) -> Act:
        policy = PolicyPage.objects.get(pk=key)
        change = policy.changes.filter(status=ChangeStatus.IN_REVIEW).first()
        if change is not None:
            return self.decision(change)
        if self.may_publish and turn % (DRAFTS_BEFORE_SUBMISSION + 1) == 0:
            return self.submission(policy)
        return self.draft(policy)

    def draft(self, policy: PolicyPage) -> Act:
        note = f"Draft number {next(self.numbers)} of this policy."
        saved = Revision.objects.filter(
            object_id=str(policy.pk), content__lay_summary=note
        )
        return self.edit("draft", policy, note, saved.exists)

    def submission(self, policy: PolicyPage) -> Act:
        note = f"Wording {next(self.numbers)}."
        changes = ChangeRequest.objects.filter(page=policy, change_note=note)
        return self.edit("submission", policy, note, changes.exists, "action-submit")

    def edit(
        self,
        name: str,
        policy: PolicyPage,
        note: str,
        is_on_record: Callable[[], bool],
        *buttons: str,
    ) -> Act:
        kind = "wording" if policy.versions.exists() else "new"
        values = {"lay_summary": note, "change_note": note, "change_type": kind}
        form = editor_form(policy, *buttons, **values)
        path = reverse("wagtailadmin_pages:edit", args=[policy.pk])
        return Act(name, self.people.author, path, form, is_on_record)

    def decision(self, change: ChangeRequest) -> Act:
        decided = set(change.decisions.values_list("person", flat=True))
        waiting = [
            one for one in deciders(change, self.people) if one.pk not in decided
        ]
        form = {
            "verdict": Verdict.APPROVE,
            "note": f"Checked, number {next(self.numbers)}.",
            "seen_hash": change.content_hash,
        }
        decisions = Decision.objects.filter(
            change=change, person=waiting[0], note=form["note"]
        )
        path = reverse("policy_change_decide", args=[change.pk])
        return Act("decision", waiting[0], path, form, decisions.exists)

    @property
    def lost(self) -> list[Act]:
        """What somebody was told is saved, and is not there."""
        return [act for act in self.told if not act.is_on_record()]


def new_policies(number: int, people: SimpleNamespace, first: int) -> list[PolicyPage]:
    return [
        PolicyPageFactory(reference=f"RH-{first + each:03}", author=people.author)
        for each in range(number)
    ]


def people_of_sample() -> SimpleNamespace:
    return SimpleNamespace(**{user.username: user for user in User.objects.all()})
