"""What followers are told, when, and once, whatever the mail server does."""

import datetime

import pytest
import time_machine
from django.core import mail
from django.core.files.base import ContentFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from policies.emergency import publish_at_once
from policies.models import PolicyDocument, PolicyPage
from policies.outbox import RETRY_AFTER, deliver, notices, requeue
from policies.rescission import rescind
from policies.subscriptions.bulletins import BATCH, spread_batch, spread_due
from policies.subscriptions.models import Bulletin, Delivery, Follow, Follower
from policies.subscriptions.sending import MOST_REFUSALS, SUSPICIOUS
from portal.media.models import PortalDocument
from tests.factories.approval import publish_next, publish_policy, write_draft
from tests.factories.files import pdf
from tests.factories.pages import PolicyPageFactory, SpecialtyFactory
from tests.policies.mail_server import running_mail_server
from tests.policies.races import together

pytestmark = pytest.mark.django_db

NOTE = "Smokers may now be referred."
DAY = datetime.timedelta(days=1)


@pytest.fixture
def policy(policy_in_force):
    """In force, with its first bulletin and the staff's mail out of the way."""
    tell_everybody()
    mail.outbox.clear()
    return policy_in_force


@pytest.fixture
def mail_server(settings):
    with running_mail_server(settings) as server:
        yield server


def tell_everybody():
    spread_due()
    deliver()


def follow(email, policy=None, specialty=None, **more):
    follower, _created = Follower.objects.get_or_create(email=email)
    Follow.objects.create(follower=follower, policy=policy, specialty=specialty, **more)
    return follower


def follow_all(count, prefix="reader"):
    followers = Follower.objects.bulk_create(
        Follower(email=f"{prefix}{number}@example.com") for number in range(count)
    )
    Follow.objects.bulk_create(Follow(follower=row) for row in followers)


def told():
    """Who outside the staff got mail."""
    return sorted(
        message.to[0] for message in mail.outbox if message.to[0].endswith(".com")
    )


def publish_later(policy, people, **values):
    return publish_next(
        policy,
        people,
        change_note=NOTE,
        effective_on=timezone.localdate() + 30 * DAY,
        lay_summary="Later words.",
        **values,
    )


def test_followers_of_policy_specialty_and_everything_are_told_once(policy, people):
    eyes = SpecialtyFactory(name="Eyes")
    other = PolicyPageFactory(reference="SP-200", author=people.author)
    follow("policy@example.com", policy=policy)
    follow("policy@example.com", specialty=policy.specialty)
    follow("policy@example.com")
    follow("specialty@example.com", specialty=policy.specialty)
    follow("everything@example.com")
    follow("eyes@example.com", specialty=eyes)
    follow("other@example.com", policy=other)
    follow("unconfirmed@example.com", asked_at=timezone.now())

    publish_next(policy, people, change_note=NOTE, lay_summary="Secret of the text.")
    tell_everybody()
    tell_everybody()

    assert told() == [
        "everything@example.com",
        "policy@example.com",
        "specialty@example.com",
    ]
    [message] = [m for m in mail.outbox if m.to == ["policy@example.com"]]
    assert "SP-100 Sample policy SP-100: text changed" in message.subject
    assert "version 2.0 is in force from" in message.body
    assert f"What changed and why: {NOTE}" in message.body
    assert "http://testserver/policies/sp-100/versions/2/" in message.body
    assert "Secret of the text" not in message.body
    assert "List-Unsubscribe-Post" in message.extra_headers
    assert not Delivery.objects.exists()
    assert ".com" not in str(notices().values_list())


def test_a_scheduled_version_is_told_at_its_moment(policy, people):
    follow("reader@example.com", policy=policy)
    version = publish_later(policy, people)

    tell_everybody()
    assert told() == []
    with time_machine.travel(version.effective_from):
        tell_everybody()

    assert told() == ["reader@example.com"]
    assert "is in force from" in mail.outbox[-1].body


def test_an_announced_version_is_told_twice_and_taken_back_once(policy, people):
    follow("reader@example.com", policy=policy)
    version = publish_later(policy, people, is_announced=True)
    tell_everybody()
    announced = mail.outbox[-1]

    rescind(version=version, person=people.governance, reason="Too early.")
    rescind(version=version, person=people.approver1, reason="Agreed.")
    tell_everybody()
    taken_back = next(m for m in mail.outbox if "announced for" in m.body)
    with time_machine.travel(version.effective_from + DAY):
        tell_everybody()

    assert "change announced" in announced.subject
    assert "until then nothing changes" in announced.body
    assert taken_back.to == ["reader@example.com"]
    assert "http://testserver/policies/sp-100/\n" in taken_back.body
    assert told() == ["reader@example.com"] * 2


def test_a_version_taken_back_before_anybody_knew_of_it_is_told_to_nobody(
    policy, people
):
    follow("reader@example.com", policy=policy)
    version = publish_later(policy, people)
    rescind(version=version, person=people.governance, reason="Too early.")
    rescind(version=version, person=people.approver1, reason="Agreed.")

    with time_machine.travel(version.effective_from + DAY):
        tell_everybody()

    assert told() == []


@pytest.mark.once
@pytest.mark.parametrize(
    ("values", "subject", "words"),
    [
        (
            {"status": "withdrawn", "status_reason": "No use."},
            "withdrawn",
            "the policy is withdrawn from",
        ),
        (
            {
                "status": "superseded",
                "superseded_by": "SP-300",
                "status_reason": "One policy for both.",
            },
            "superseded by another policy",
            "policy SP-300 takes over from",
        ),
        (
            {
                "change_type": "correction",
                "lay_summary": "The right number.",
                "correction_notice": "A wrong number.",
                "wrong_since": datetime.date(2026, 1, 1),
            },
            "correction of a published error",
            "Type of change: Correction of a published error",
        ),
    ],
)
def test_endings_and_corrections_are_named(policy, people, values, subject, words):
    follow("reader@example.com", policy=policy)

    publish_next(policy, people, change_note=NOTE, **values)
    tell_everybody()

    assert subject in mail.outbox[-1].subject
    assert words in mail.outbox[-1].body


@pytest.mark.once
def test_an_emergency_and_a_new_consultation_are_named(policy, people):
    follow("reader@example.com", policy=policy)
    draft = policy.get_latest_revision_as_object()
    document = PortalDocument.objects.create(
        title="Should we pay for more?",
        kind="consultation",
        file=ContentFile(pdf("a consultation"), name="consultation.pdf"),
    )
    draft.documents.add(PolicyDocument(document=document))
    write_draft(draft, people.emergency, lay_summary="Stop.")
    draft.lay_summary = "Stop."
    draft.change_type = "wording"
    draft.save_revision(user=people.emergency)

    publish_at_once(
        policy=PolicyPage.objects.get(pk=policy.pk),
        person=people.emergency,
        reason="Recalled.",
    )
    tell_everybody()

    body = next(m for m in mail.outbox if m.to == ["reader@example.com"]).body
    assert "published in an emergency" in body
    assert "New consultation document: Should we pay for more?" in body


def test_a_batch_costs_the_same_for_any_number_of_followers(policy, people):
    costs = []
    for count in (1, BATCH - 10):
        follow_all(count, prefix=f"of{count}-")
        publish_next(
            policy, people, change_note=f"For {count}.", lay_summary=f"Words {count}."
        )
        bulletin = Bulletin.objects.get(is_spread=False)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            spread_batch(bulletin.pk)
        costs.append(len(queries))

    assert costs[0] == costs[1]


def test_many_followers_are_reached_in_batches_after_an_interruption(policy, people):
    follow_all(2 * BATCH + 10)
    publish_next(policy, people, change_note=NOTE, lay_summary="Other words.")
    notices().delete()
    bulletin = Bulletin.objects.get(is_spread=False)

    spread_batch(bulletin.pk)
    spread_due()

    assert Delivery.objects.count() == 2 * BATCH + 10
    assert notices().count() == 3
    deliver()
    assert len(set(told())) == len(told()) == 2 * BATCH + 10


@pytest.mark.django_db(transaction=True)
def test_ticks_in_parallel_tell_everybody_once(policy_in_force):
    follow_all(BATCH + 5)

    results = together(tell_everybody, tell_everybody, tell_everybody)

    assert results == [None] * 3
    assert len(set(told())) == len(told()) == BATCH + 5


def publish_and_send(policy, people, number):
    publish_next(
        policy,
        people,
        change_note=f"Note {number}.",
        lay_summary=f"Words {number}.",
    )
    tell_everybody()


def test_an_address_that_refuses_several_mails_for_good_is_forgotten(
    policy, people, mail_server, caplog
):
    follow("gone@example.com", policy=policy)
    follow("reader@example.com", policy=policy)
    mail_server.answers["gone@example.com"] = "550 No such person"

    for number in range(MOST_REFUSALS):
        assert Follower.objects.filter(email="gone@example.com").exists()
        publish_and_send(policy, people, number)

    assert not Follower.objects.filter(email="gone@example.com").exists()
    assert mail_server.recipients.count("reader@example.com") == MOST_REFUSALS
    assert "1 addresses refused" in caplog.text
    assert "gone@example.com" not in caplog.text


def test_one_mail_that_arrives_wipes_the_refusals_out(policy, people, mail_server):
    follower = follow("reader@example.com", policy=policy)
    mail_server.answers["reader@example.com"] = "550 Full for ever"
    publish_and_send(policy, people, 1)
    follower.refresh_from_db()
    assert follower.refusals == 1

    del mail_server.answers["reader@example.com"]
    publish_and_send(policy, people, 2)

    follower.refresh_from_db()
    assert follower.refusals == 0


def test_mail_that_is_not_taken_now_is_tried_again_without_the_others(
    policy, people, mail_server, caplog
):
    follow("busy@example.com", policy=policy)
    follow("reader@example.com", policy=policy)
    mail_server.answers["busy@example.com"] = "450 Later"
    publish_and_send(policy, people, 1)
    assert mail_server.recipients.count("busy@example.com") == 0

    mail_server.answers.clear()
    requeue()
    with time_machine.travel(timezone.now() + RETRY_AFTER[0]):
        deliver()

    assert mail_server.recipients.count("busy@example.com") == 1
    assert mail_server.recipients.count("reader@example.com") == 1
    assert "busy@example.com" not in str(notices().values_list()) + caplog.text


def test_a_server_that_refuses_everybody_costs_nobody_a_subscription(
    policy, people, mail_server
):
    follow_all(SUSPICIOUS)
    mail_server.default = "554 Relay access denied"

    publish_and_send(policy, people, 1)

    assert Follower.objects.filter(refusals=0).count() == SUSPICIOUS
    assert Delivery.objects.count() == SUSPICIOUS
    mail_server.default = "250 OK"
    requeue()
    with time_machine.travel(timezone.now() + RETRY_AFTER[0]):
        deliver()
    assert len([a for a in mail_server.recipients if a.endswith(".com")]) == SUSPICIOUS


def test_a_bulletin_that_is_given_up_leaves_nothing_behind(policy, people, settings):
    follow("reader@example.com", policy=policy)
    publish_next(policy, people, change_note=NOTE, lay_summary="Other words.")
    settings.EMAIL_BACKEND = "tests.policies.test_notifications.DeadMailServer"
    spread_due()
    now = timezone.now()
    deliver()

    for wait in RETRY_AFTER:
        with time_machine.travel(now, tick=False):
            requeue()
        now += wait
        with time_machine.travel(now, tick=False):
            deliver()

    assert not Delivery.objects.exists()
    assert Follower.objects.get().refusals == 0


def test_a_bulletin_is_written_with_the_version_it_tells_about(policy_draft, people):
    version = publish_policy(policy_draft, people)

    assert Bulletin.objects.get().version == version
    assert Bulletin.objects.get().due_at == version.effective_from
