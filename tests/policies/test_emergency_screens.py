import datetime

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from policies import ledger
from policies.emergency import publish_at_once
from policies.governed import governed_content
from policies.models import ChangeRequest, PolicyPage, PolicyVersion
from portal.evidence.canonical import content_hash
from tests.factories.approval import publish_next, submit, write_draft

REASON = "A safety alert of today."
DANGER = "Stop: the sample treatment harms people."


@pytest.fixture
def emergency_draft(policy_in_force, people):
    write_draft(policy_in_force, people.emergency, lay_summary=DANGER)
    return policy_in_force


@pytest.fixture
def publish_url(emergency_draft):
    return reverse("policy_publish_at_once", args=[emergency_draft.pk])


@pytest.fixture
def emergency_version(emergency_draft, people):
    """Version 2.0, published at once and not ratified."""
    return publish_at_once(
        policy=emergency_draft, person=people.emergency, reason=REASON
    )


@pytest.fixture
def judge_url(emergency_version):
    return reverse("policy_judge", args=[emergency_version.pk])


def draft_hash(policy):
    policy = PolicyPage.objects.get(pk=policy.pk)
    return content_hash(governed_content(policy.get_latest_revision().as_object()))


def judgement(version, **values):
    return {
        "verdict": "ratify",
        "note": "Right and urgent.",
        "seen_hash": version.content_hash,
        **values,
    }


@pytest.mark.once
def test_publish_screen_shows_what_changes_and_what_follows(
    people, client_of, publish_url
):
    page = client_of(people.emergency).get(publish_url).content.decode()

    assert "Stop" in page
    assert "must ratify it within 72 hours" in page
    assert 'name="reason"' in page


def test_emergency_publisher_publishes_at_once(
    people, client_of, client, emergency_draft, publish_url
):
    answer = client_of(people.emergency).post(
        publish_url, {"reason": REASON, "seen_hash": draft_hash(emergency_draft)}
    )

    version = PolicyVersion.objects.get(kind="emergency")
    assert answer.status_code == 302
    assert version.change_note == REASON
    assert DANGER in client.get(version.policy_url).content.decode()


@pytest.mark.once
def test_publish_screen_names_what_it_rescinds_and_cancels(
    people, client_of, policy_in_force
):
    later = timezone.localdate() + datetime.timedelta(days=9)
    scheduled = publish_next(
        policy_in_force,
        people,
        lay_summary="Later.",
        change_note="Later.",
        effective_on=later,
    )
    write_draft(
        policy_in_force, people.author, lay_summary="In review.", change_note="Next."
    )
    change = submit(policy_in_force, people.author)
    url = reverse("policy_publish_at_once", args=[policy_in_force.pk])
    client = client_of(people.emergency)

    page = client.get(url).content.decode()
    client.post(url, {"reason": REASON, "seen_hash": draft_hash(policy_in_force)})

    assert f"Version {scheduled.label}, due on" in page
    assert reverse("policy_change", args=[change.pk]) in page
    change.refresh_from_db()
    assert change.status == "cancelled"
    assert scheduled.rescission.emergency == PolicyVersion.objects.get(kind="emergency")
    assert not list(ledger.verify())


@pytest.mark.once
@pytest.mark.parametrize(
    "username", ["author", "clinician", "approver1", "governance", "admin"]
)
def test_publishing_at_once_is_refused_to_others_and_keeps_the_reason(
    people, client_of, emergency_draft, publish_url, username
):
    client = client_of(getattr(people, username))
    answer = client.post(
        publish_url, {"reason": REASON, "seen_hash": draft_hash(emergency_draft)}
    )

    assert answer.status_code == 403
    assert REASON in answer.content.decode()
    assert "This is for people with the role Emergency publisher." in (
        client.get(publish_url).content.decode()
    )
    assert not PolicyVersion.objects.filter(kind="emergency").exists()


@pytest.mark.once
@pytest.mark.parametrize("username", ["access", "cookies", "dpo"])
def test_emergency_screens_are_for_staff_who_read_drafts(
    people, client_of, publish_url, judge_url, username
):
    client = client_of(getattr(people, username))

    text_url = judge_url.replace("judge", "text")
    for url in (publish_url, judge_url, text_url):
        assert client.get(url).status_code == 403


@pytest.mark.once
def test_publishing_at_once_needs_a_reason(
    people, client_of, emergency_draft, publish_url
):
    answer = client_of(people.emergency).post(
        publish_url, {"reason": " ", "seen_hash": draft_hash(emergency_draft)}
    )

    assert answer.status_code == 422
    assert not PolicyVersion.objects.filter(kind="emergency").exists()


def test_a_draft_that_moved_under_the_screen_is_not_published(
    people, client_of, emergency_draft, publish_url
):
    seen_hash = draft_hash(emergency_draft)
    write_draft(emergency_draft, people.author, lay_summary="Somebody else wrote this.")
    client = client_of(people.emergency)

    answer = client.post(publish_url, {"reason": REASON, "seen_hash": seen_hash})

    assert answer.status_code == 403
    assert "The draft has changed since you opened this screen." in (
        answer.content.decode()
    )
    assert draft_hash(emergency_draft) in answer.content.decode()
    assert not PolicyVersion.objects.filter(kind="emergency").exists()


def test_an_emergency_publication_cannot_follow_an_unratified_one(
    people, client_of, emergency_version, publish_url
):
    policy = emergency_version.policy
    answer = client_of(people.emergency).post(
        publish_url, {"reason": REASON, "seen_hash": draft_hash(policy)}
    )

    assert answer.status_code == 403
    assert "already waits" in answer.content.decode()


@pytest.mark.once
def test_judge_screen_shows_text_difference_and_seal(
    people, client_of, emergency_version, judge_url
):
    client = client_of(people.clinician)
    text_url = reverse("policy_version_text", args=[emergency_version.pk])

    page = client.get(judge_url).content.decode()
    text = client.get(text_url)

    assert f'src="{text_url}"' in page
    assert DANGER in text.content.decode()
    assert text.headers["X-Frame-Options"] == "SAMEORIGIN"
    assert "<ins>" in page
    assert emergency_version.content_hash in page
    assert REASON in page


def test_two_people_ratify(people, client_of, emergency_version, judge_url):
    for username in ("clinician", "approver1"):
        answer = client_of(getattr(people, username)).post(
            judge_url, judgement(emergency_version)
        )
        assert answer.status_code == 302

    page = client_of(people.approver2).get(judge_url).content.decode()
    assert "This version does not wait to be ratified." in page
    assert not list(ledger.verify())


def test_overturning_opens_a_change_that_restores_the_former_text(
    people, client_of, client, emergency_version, judge_url, version_in_force
):
    client_of(people.clinician).post(
        judge_url, judgement(emergency_version, verdict="overturn")
    )

    change = ChangeRequest.objects.get(kind="restoration")
    assert change.content["lay_summary"] == version_in_force.lay_summary
    assert "A change that restores the former text is in review." in (
        client_of(people.approver1).get(judge_url).content.decode()
    )
    assert DANGER in client.get(emergency_version.policy_url).content.decode()


@pytest.mark.once
@pytest.mark.parametrize("username", ["author", "emergency", "governance", "admin"])
def test_judging_is_refused_to_others_and_keeps_the_note(
    people, client_of, emergency_version, judge_url, username
):
    answer = client_of(getattr(people, username)).post(
        judge_url, judgement(emergency_version, note="What I typed.")
    )

    assert answer.status_code == 403
    assert "What I typed." in answer.content.decode()
    assert not emergency_version.emergency_decisions.exists()


@pytest.mark.once
@pytest.mark.parametrize(
    ("values", "status"),
    [
        ({"note": " "}, 422),
        ({"verdict": "perhaps"}, 422),
        ({"seen_hash": "0" * 64}, 403),
    ],
)
def test_a_judgement_needs_a_note_a_verdict_and_the_right_text(
    people, client_of, emergency_version, judge_url, values, status
):
    answer = client_of(people.clinician).post(
        judge_url, judgement(emergency_version, **values)
    )

    assert answer.status_code == status
    assert not emergency_version.emergency_decisions.exists()


@pytest.mark.once
def test_judge_screen_is_not_there_for_ordinary_versions(
    people, client_of, version_in_force
):
    url = reverse("policy_judge", args=[version_in_force.pk])

    assert client_of(people.clinician).get(url).status_code == 404


@pytest.mark.parametrize(
    ("username", "is_shown"),
    [("clinician", True), ("approver2", True), ("author", False), ("access", False)],
)
def test_dashboard_shows_emergencies_to_those_who_can_judge(
    people, client_of, judge_url, username, is_shown
):
    page = client_of(getattr(people, username)).get(reverse("wagtailadmin_home"))

    assert (judge_url in page.content.decode()) is is_shown


@pytest.mark.once
def test_overdue_emergencies_are_called_so(
    people, client_of, emergency_version, judge_url
):
    with time_machine.travel(timezone.now() + datetime.timedelta(hours=73), tick=True):
        client = client_of(people.governance)
        assert "Overdue" in client.get(judge_url).content.decode()
        assert "overdue" in client.get(reverse("policy_ledger")).content.decode()


@pytest.mark.once
@pytest.mark.parametrize(
    ("username", "is_shown"), [("emergency", True), ("author", False)]
)
def test_editor_offers_publish_at_once_to_emergency_publishers(
    people, client_of, emergency_draft, publish_url, username, is_shown
):
    url = reverse("wagtailadmin_pages:edit", args=[emergency_draft.pk])
    page = client_of(getattr(people, username)).get(url)

    assert page.status_code == 200
    assert (publish_url in page.content.decode()) is is_shown
    assert reverse("policy_versions", args=[emergency_draft.pk]) in (
        page.content.decode()
    )
