"""A ledger with everything that programs must get, and everything they must not."""

import datetime
from collections.abc import Iterator
from types import SimpleNamespace

import pytest
import time_machine
from django.db import transaction
from pytest_django import DjangoDbBlocker

from pages.models import TreatmentPage
from policies.rescission import rescind
from tests.factories.approval import approve_fully, submit, write_draft
from tests.factories.pages import PolicyPageFactory, TreatmentPageFactory
from tests.factories.people import sample_people
from tests.policies.public_fixtures import Ledger, london

START = london(2026, 1, 5, 9)
APRIL = datetime.date(2026, 4, 1)
CANARY = "Quokka"
CODES = [
    ("code", {"system": "OPCS-4", "code": "W90.3", "is_included": True}),
    ("code", {"system": "OPCS-4", "code": "W90.4", "is_included": False}),
    ("code", {"system": "ICD-10", "code": "M17.1", "is_included": True}),
]


def criterion(text, **values):
    return ("criterion", {"kind": "condition", "text": text, **values})


def criteria(*members, rule="all_of", minimum=None):
    value = {"rule": rule, "minimum": minimum, "members": list(members)}
    return [("group", value)]


CRITERIA = criteria(
    criterion(
        "Pain on most nights.",
        unless="There is no sleep.",
        quantities=[
            {"measure": "BMI", "comparison": "at_most", "number": "39.9", "unit": "kg"}
        ],
    ),
    criteria(
        criterion("Physiotherapy was tried."),
        criterion("Tablets were tried."),
        criterion("Rest was tried."),
        rule="at_least",
        minimum=2,
    )[0],
    criteria(criterion("An infection."), rule="none_of")[0],
)


# One ledger for a module: making it costs more than what is asked of it. Each test
# marked `django_db` undoes what it adds.
once = pytest.fixture(scope="module")


@once
def clock(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[time_machine.Traveller]:
    with (
        time_machine.travel(START) as traveller,
        django_db_blocker.unblock(),
        transaction.atomic(),
    ):
        yield traveller
        transaction.set_rollback(True)


@once
def people(clock: time_machine.Traveller) -> SimpleNamespace:
    return sample_people()


@once
def treatment(people: SimpleNamespace) -> TreatmentPage:
    """A live treatment page."""
    draft = TreatmentPageFactory(
        title="Knee injections", slug="knee-injections", author=people.author
    )
    approve_fully(submit(draft, people.author), people)
    return TreatmentPage.objects.get(pk=draft.pk)


@once
def ledger(clock: time_machine.Traveller, people: SimpleNamespace) -> Ledger:
    return Ledger(clock, people, "SP-100")


@once
def register(ledger: Ledger, treatment: TreatmentPage) -> Ledger:
    """Two versions of one policy, the second in force; one policy that has ended."""
    ledger.publish(
        london(2026, 1, 6, 9),
        treatments=[treatment],
        criteria=CRITERIA,
        codes=CODES,
        lay_summary="=1+1 is the first summary.",
    )
    ledger.publish(london(2026, 2, 3, 9), lay_summary="The second summary.")
    ended = Ledger(ledger.clock, ledger.people, "SP-200")
    ended.publish(london(2026, 2, 4, 9), codes=CODES, lay_summary="It was paid for.")
    ended.publish(
        london(2026, 2, 5, 9),
        status="withdrawn",
        status_reason="Not offered any more.",
        lay_summary="Words of a withdrawn text.",
    )
    return ledger


def hidden(number: int) -> dict[str, str]:
    return {
        "lay_summary": f"{CANARY} summary {number}.",
        "change_note": f"{CANARY} note {number}.",
    }


@once
def secrets(register: Ledger, treatment: TreatmentPage) -> Ledger:
    """Beside it, texts that are not in force: each holds the canary."""
    people = register.people
    author = people.author
    taken_back = register.publish(effective_on=APRIL, **hidden(1))
    rescind(version=taken_back, person=people.governance, reason="Too early.")
    rescind(version=taken_back, person=people.approver1, reason="Agreed.")
    register.publish(effective_on=APRIL, is_announced=True, **hidden(2))
    register.publish(
        effective_on=datetime.date(2026, 5, 1),
        status="withdrawn",
        status_reason=f"{CANARY} ends.",
        **hidden(3),
    )
    write_draft(register.policy, author, title=f"{CANARY} draft", **hidden(4))
    PolicyPageFactory(reference="QUOKKA-1", title=f"{CANARY} policy", author=author)
    write_draft(treatment, author, introduction=f"{CANARY} introduction.")
    TreatmentPageFactory(title=f"{CANARY} treatment", slug="quokka", author=author)
    return register
