"""People by role, and policies and treatments in every state of approval."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client

from pages.models import TreatmentPage
from policies.models import ChangeRequest, PolicyPage, PolicyVersion
from policies.stages import Stage
from portal.accounts.models import User
from tests.factories.approval import (
    approve_fully,
    approve_up_to,
    publish_policy,
    submit,
    write_draft,
)
from tests.factories.pages import PolicyPageFactory, TreatmentPageFactory
from tests.factories.people import UserFactory, full_rights_group
from tests.kept_states import kept_fixture

REFERENCE = "SP-100"
NEXT_NOTE = "The waiting time is shorter."


@pytest.fixture
def author(people: SimpleNamespace) -> User:
    return people.author


@pytest.fixture
def author2(people: SimpleNamespace) -> User:
    return people.author2


@pytest.fixture
def clinician(people: SimpleNamespace) -> User:
    return people.clinician


@pytest.fixture
def approver1(people: SimpleNamespace) -> User:
    return people.approver1


@pytest.fixture
def approver2(people: SimpleNamespace) -> User:
    return people.approver2


@pytest.fixture
def superuser(people: SimpleNamespace) -> User:
    return people.admin


@kept_fixture
def publisher(people: SimpleNamespace) -> User:
    """Somebody with every page permission that Wagtail knows, from the root down, and
    with roles that open the doors to pages.
    """
    user = UserFactory(
        username="publisher", roles=["Emergency publisher", "Treatment editor"]
    )
    user.groups.add(full_rights_group())
    return user


@pytest.fixture
def client_of() -> Callable[[User], Client]:
    """A browser in which the person is signed in."""

    def signed_in(user: User) -> Client:
        client = Client()
        client.force_login(user)
        return client

    return signed_in


@kept_fixture
def policy_draft(people: SimpleNamespace) -> PolicyPage:
    """A complete draft, not submitted."""
    return PolicyPageFactory(reference=REFERENCE, author=people.author)


@kept_fixture
def change(policy_draft: PolicyPage, people: SimpleNamespace) -> ChangeRequest:
    """The first version of a policy, in clinical review."""
    return submit(policy_draft, people.author)


@pytest.fixture
def submitted_policy(policy_draft: PolicyPage, change: ChangeRequest) -> PolicyPage:
    """A policy whose first version is in clinical review."""
    policy_draft.refresh_from_db()
    return policy_draft


@kept_fixture
def change_at_commissioning(
    change: ChangeRequest, people: SimpleNamespace
) -> ChangeRequest:
    """The clinical reviewer has approved; commissioning has not begun."""
    return approve_up_to(Stage.COMMISSIONING, change, people)


@pytest.fixture
def approve_all(people: SimpleNamespace) -> Callable[[ChangeRequest], ChangeRequest]:
    """Takes every decision that a change needs."""

    def approve(change: ChangeRequest) -> ChangeRequest:
        return approve_fully(change, people)

    return approve


@kept_fixture
def version_in_force(
    policy_draft: PolicyPage, people: SimpleNamespace
) -> PolicyVersion:
    """Version 1.0 of the policy, in force."""
    return publish_policy(policy_draft, people)


@kept_fixture
def policy_in_force(version_in_force: PolicyVersion) -> PolicyPage:
    """A policy with one version, in force."""
    return PolicyPage.objects.get(pk=version_in_force.policy_id)


@kept_fixture
def next_draft(policy_in_force: PolicyPage, people: SimpleNamespace) -> PolicyPage:
    """The policy in force, with a newer draft that nobody has approved."""
    write_draft(
        policy_in_force,
        people.author,
        title="A title nobody approved",
        lay_summary="A summary nobody approved.",
        scope="<p>A scope nobody approved.</p>",
        change_type="wording",
        change_note=NEXT_NOTE,
    )
    return PolicyPage.objects.get(pk=policy_in_force.pk)


@kept_fixture
def next_change(next_draft: PolicyPage, people: SimpleNamespace) -> ChangeRequest:
    """The second version of the policy, in clinical review."""
    return submit(next_draft, people.author)


@kept_fixture
def treatment_draft(people: SimpleNamespace) -> TreatmentPage:
    """A complete treatment page, not submitted."""
    return TreatmentPageFactory(
        title="Sample injection", slug="sample-injection", author=people.author
    )


@kept_fixture
def treatment_in_force(
    treatment_draft: TreatmentPage, people: SimpleNamespace
) -> TreatmentPage:
    """A treatment page that clinical review has approved."""
    approve_fully(submit(treatment_draft, people.author), people)
    return TreatmentPage.objects.get(pk=treatment_draft.pk)


@kept_fixture
def next_treatment_draft(
    treatment_in_force: TreatmentPage, people: SimpleNamespace
) -> TreatmentPage:
    """The approved treatment page, with a newer draft that nobody has approved."""
    write_draft(
        treatment_in_force,
        people.author,
        title="A title nobody approved",
        introduction="A summary nobody approved.",
        change_note=NEXT_NOTE,
    )
    return TreatmentPage.objects.get(pk=treatment_in_force.pk)


@pytest.fixture
def decision_form() -> Callable[..., dict[str, Any]]:
    """What the review screen posts."""

    def fields(change: ChangeRequest, **values: str) -> dict[str, Any]:
        return {
            "verdict": "approve",
            "note": "Checked.",
            "seen_hash": change.content_hash,
            **values,
        }

    return fields
