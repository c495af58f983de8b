"""Publication in an emergency: at once, by its role, judged afterwards by others."""

import datetime

import pytest
from django.db import transaction
from django.utils import timezone

from policies import ledger
from policies.emergency import (
    has_restoration_open,
    is_overdue,
    is_unresolved,
    judge,
    publish_at_once,
)
from policies.models import (
    ChangeKind,
    ChangeRequest,
    ChangeStatus,
    EmergencyVerdict,
    PolicyPage,
    PolicyVersion,
)
from policies.stages import EMERGENCY_PUBLISHER, EMERGENCY_RATIFICATION_TIME
from portal.refusals import Refusal
from tests.factories.approval import (
    decide_as,
    publish_next,
    publish_policy,
    submit,
    write_draft,
)
from tests.factories.people import UserFactory, give_oneself

ADDRESS = "/policies/sp-100/"
RECALL = "The product was recalled."
TEXT = "Do not use the recalled product."


def publish(policy, person, reason=RECALL):
    return publish_at_once(
        policy=PolicyPage.objects.get(pk=policy.pk), person=person, reason=reason
    )


def judge_as(person, version, verdict=EmergencyVerdict.RATIFY, **values):
    return judge(
        version=version,
        person=person,
        verdict=verdict,
        note=values.get("note", "Right at the time."),
        seen_hash=values.get("seen_hash", version.content_hash),
    )


@pytest.fixture
def urgent_draft(policy_in_force, people):
    """A newer draft of the policy in force, by the emergency publisher."""
    write_draft(policy_in_force, people.emergency, lay_summary=TEXT)
    return PolicyPage.objects.get(pk=policy_in_force.pk)


@pytest.fixture
def emergency_version(urgent_draft, people):
    return publish(urgent_draft, people.emergency)


def test_an_emergency_version_is_in_force_at_once(emergency_version, client):
    page = client.get(ADDRESS)

    assert TEXT in page.content.decode()
    assert emergency_version.kind == ChangeKind.EMERGENCY
    assert emergency_version.change_note == RECALL
    assert (
        emergency_version.ratify_by - emergency_version.recorded_at
        == EMERGENCY_RATIFICATION_TIME
    )
    assert list(ledger.verify()) == []


@pytest.mark.parametrize(
    "name", ["author", "clinician", "approver1", "governance", "access", "admin"]
)
def test_it_takes_the_role(urgent_draft, people, name):
    with pytest.raises(Refusal, match=EMERGENCY_PUBLISHER), transaction.atomic():
        publish(urgent_draft, getattr(people, name))

    assert PolicyVersion.objects.count() == 1


def test_a_superuser_with_the_role_does_not_publish_at_once(urgent_draft, people):
    people.admin.groups.set(people.emergency.groups.all())

    with pytest.raises(Refusal, match=EMERGENCY_PUBLISHER), transaction.atomic():
        publish(urgent_draft, people.admin)


def test_a_role_that_one_gave_oneself_does_not_publish(urgent_draft, people):
    person = UserFactory(username="impatient")
    give_oneself(person, EMERGENCY_PUBLISHER)

    with pytest.raises(Refusal, match="Another person"), transaction.atomic():
        publish(urgent_draft, person)


@pytest.mark.parametrize("reason", ["", "  ", "\n"])
def test_it_takes_a_reason(urgent_draft, people, reason):
    with pytest.raises(Refusal, match="reason"), transaction.atomic():
        publish(urgent_draft, people.emergency, reason)

    assert PolicyVersion.objects.count() == 1


def test_it_closes_the_open_change(next_change, people):
    decide_as(people.clinician, next_change)

    version = publish(next_change.page, people.emergency)

    next_change.refresh_from_db()
    assert next_change.status == ChangeStatus.CANCELLED
    assert next_change.workflow_state.status == "cancelled"
    assert version.number == 2


def test_it_rescinds_what_was_scheduled(policy_in_force, people, client):
    write_draft(
        policy_in_force,
        people.author,
        lay_summary="From next month.",
        change_type="wording",
        change_note="Takes effect later.",
        effective_on=timezone.localdate() + datetime.timedelta(days=30),
    )
    scheduled = publish_policy(policy_in_force, people)
    write_draft(policy_in_force, people.emergency, lay_summary=TEXT)

    version = publish(policy_in_force, people.emergency)

    assert scheduled.rescission.emergency == version
    later = timezone.now() + datetime.timedelta(days=60)
    assert PolicyVersion.objects.in_force(later).get() == version
    assert list(ledger.verify()) == []


@pytest.mark.parametrize("ratified", [0, 1, 2])
def test_ordinary_changes_wait_for_two_ratifications(
    emergency_version, people, ratified
):
    policy = PolicyPage.objects.get(pk=emergency_version.policy_id)
    for person in [people.clinician, people.approver1][:ratified]:
        judge_as(person, emergency_version)
    write_draft(
        policy,
        people.author,
        lay_summary="Ordinary again.",
        change_note="Back to ordinary.",
        change_type="wording",
    )

    if ratified < 2:
        with pytest.raises(Refusal, match="waits to be ratified"), transaction.atomic():
            submit(policy, people.author)
    else:
        assert submit(policy, people.author).is_open
    assert is_unresolved(emergency_version) == (ratified < 2)


def test_no_second_emergency_hides_the_first(emergency_version, people):
    policy = PolicyPage.objects.get(pk=emergency_version.policy_id)
    write_draft(policy, people.emergency, lay_summary="Another emergency.")

    with pytest.raises(Refusal, match="already waits"), transaction.atomic():
        publish(policy, people.emergency)


def test_its_treatments_say_so_until_it_is_ratified(
    policy_in_force, treatment_in_force, people, client
):
    write_draft(
        policy_in_force,
        people.emergency,
        lay_summary=TEXT,
        treatments=[treatment_in_force],
    )
    version = publish(policy_in_force, people.emergency)
    address, notice = treatment_in_force.url, "was published in an emergency"

    assert notice in client.get(address).content.decode()
    judge_as(people.clinician, version)
    assert notice in client.get(address).content.decode()
    judge_as(people.approver1, version)
    assert TEXT in client.get(address).content.decode()
    assert notice not in client.get(address).content.decode()


@pytest.mark.parametrize("verdict", EmergencyVerdict)
def test_its_publisher_does_not_judge_it(emergency_version, people, verdict):
    people.emergency.groups.add(*people.clinician.groups.all())

    with pytest.raises(Refusal, match="You contributed"), transaction.atomic():
        judge_as(people.emergency, emergency_version, verdict)


def test_whoever_wrote_the_text_does_not_judge_it(policy_in_force, people):
    both = UserFactory(roles=["Policy author", "Clinical reviewer"])
    write_draft(policy_in_force, both, lay_summary=TEXT)
    version = publish(policy_in_force, people.emergency)

    with pytest.raises(Refusal, match="You contributed"), transaction.atomic():
        judge_as(both, version)


@pytest.mark.parametrize("name", ["author2", "governance", "admin", "access"])
def test_judging_takes_a_deciding_role(emergency_version, people, name):
    with pytest.raises(Refusal, match="people with a role of"), transaction.atomic():
        judge_as(getattr(people, name), emergency_version)


def test_nobody_ratifies_twice(emergency_version, people):
    judge_as(people.clinician, emergency_version)

    with pytest.raises(Refusal, match="already judged"), transaction.atomic():
        judge_as(people.clinician, emergency_version)

    assert is_unresolved(emergency_version)


@pytest.mark.parametrize(
    ("values", "reason"),
    [({"note": " "}, "Write a note"), ({"seen_hash": "0" * 64}, "text you saw")],
)
def test_a_judgement_needs_a_note_and_the_text(
    emergency_version, people, values, reason
):
    with pytest.raises(Refusal, match=reason), transaction.atomic():
        judge_as(people.clinician, emergency_version, **values)


def test_a_role_given_afterwards_does_not_judge(emergency_version):
    late = UserFactory(roles=["Clinical reviewer"])

    with pytest.raises(Refusal, match="beforehand"), transaction.atomic():
        judge_as(late, emergency_version)


def test_it_is_overdue_when_its_time_is_over(emergency_version, people, monkeypatch):
    assert not is_overdue(emergency_version)
    later = emergency_version.ratify_by + datetime.timedelta(seconds=1)
    monkeypatch.setattr(timezone, "now", lambda: later)

    assert is_overdue(emergency_version)

    judge_as(people.clinician, emergency_version)
    judge_as(people.approver1, emergency_version)
    assert not is_overdue(emergency_version)


def test_overturning_opens_a_change_that_restores_the_former_text(
    emergency_version, version_in_force, people, client
):
    judge_as(people.clinician, emergency_version, EmergencyVerdict.OVERTURN)

    change = ChangeRequest.objects.get(kind=ChangeKind.RESTORATION)
    assert has_restoration_open(emergency_version)
    assert change.content["lay_summary"] == version_in_force.lay_summary
    assert TEXT in client.get(ADDRESS).content.decode()
    with pytest.raises(Refusal, match="You contributed"), transaction.atomic():
        decide_as(people.clinician, change)


def test_a_restored_text_takes_ordinary_approval_and_the_emergency_stays_on_record(
    urgent_draft, version_in_force, people, client
):
    second_clinician = UserFactory(roles=["Clinical reviewer"])
    emergency = publish(urgent_draft, people.emergency)
    judge_as(people.clinician, emergency, EmergencyVerdict.OVERTURN)
    change = ChangeRequest.objects.get(kind=ChangeKind.RESTORATION)

    for person in (second_clinician, people.approver1, people.approver2):
        decide_as(person, change)

    assert version_in_force.lay_summary in client.get(ADDRESS).content.decode()
    former = client.get(f"{ADDRESS}versions/{emergency.number}/")
    assert TEXT in former.content.decode()
    assert list(ledger.verify()) == []


def test_a_policy_that_began_in_an_emergency_is_withdrawn_when_overturned(
    policy_draft, people
):
    version = publish(policy_draft, people.emergency)

    judge_as(people.clinician, version, EmergencyVerdict.OVERTURN)

    change = ChangeRequest.objects.get(kind=ChangeKind.RESTORATION)
    assert change.content["status"] == "withdrawn"


def test_an_emergency_needs_a_known_hand(policy_in_force, people):
    policy_in_force.get_latest_revision_as_object().save_revision()

    with pytest.raises(Refusal, match="nobody known"), transaction.atomic():
        publish(policy_in_force, people.emergency)


def test_text_in_force_is_not_published_again(policy_in_force, people):
    with pytest.raises(Refusal, match="Nothing has changed"), transaction.atomic():
        publish(policy_in_force, people.emergency)

    assert policy_in_force.versions.count() == 1


def test_text_in_force_is_published_again_to_stop_a_scheduled_one(
    policy_in_force, people
):
    former = policy_in_force.get_latest_revision_as_object().lay_summary
    scheduled = publish_next(
        policy_in_force,
        people,
        lay_summary="Later.",
        change_note="Later.",
        effective_on=timezone.localdate() + datetime.timedelta(days=9),
    )
    write_draft(policy_in_force, people.emergency, lay_summary=former)

    version = publish(policy_in_force, people.emergency)

    assert scheduled.rescission.emergency == version


def test_scheduled_text_is_brought_forward(policy_in_force, people):
    scheduled = publish_next(
        policy_in_force,
        people,
        lay_summary="Later.",
        change_note="Later.",
        effective_on=timezone.localdate() + datetime.timedelta(days=9),
    )

    version = publish(policy_in_force, people.emergency)

    assert version.content_hash == scheduled.content_hash
    assert PolicyVersion.objects.in_force().get() == version
