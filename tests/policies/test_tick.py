"""What happens at a time: with the tick, without it, twice, and in parallel."""

import datetime
import threading
from collections import Counter

import pytest
import time_machine
from django.core import mail
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.db import connections
from django.utils import timezone
from wagtail.models import Page, Revision

from pages.models import InformationPage
from policies.emergency import publish_at_once
from policies.history import version_in_force as version_read_by_the_public
from policies.models import PolicyPage, PolicyVersion, Reminder
from policies.outbox import notices
from policies.tick import REVIEW_REMINDERS, tick
from portal.cache.generation import watch
from portal.rate_limits import count, counter
from portal.refusals import Refusal
from portal.sign_in.throttle import NAME
from portal.templatetags.portal import BRAND_CACHE_KEY
from tests.factories.approval import publish_next, publish_policy, submit, write_draft
from tests.factories.pages import PolicyPageFactory

pytestmark = pytest.mark.django_db

NEW_TITLE = "Sample policy with a new title"


def days_from_now(days):
    return timezone.now() + datetime.timedelta(days=days)


def schedule(policy, people, days, title=NEW_TITLE):
    """A further version that takes effect in some days."""
    return publish_next(
        policy,
        people,
        title=title,
        change_note=f"{title}, later.",
        effective_on=timezone.localdate() + datetime.timedelta(days=days),
    )


def publish_with_review(policy, people, days):
    """A version whose review is due in some days."""
    write_draft(
        policy,
        people.author,
        review_due="date",
        review_due_on=timezone.localdate() + datetime.timedelta(days=days),
    )
    return publish_policy(policy, people)


@pytest.fixture
def version_to_review(policy_draft, people):
    return publish_with_review(policy_draft, people, days=100)


@pytest.fixture
def mails_about():
    def subjects(words):
        return [message for message in mail.outbox if words in message.subject]

    return subjects


@pytest.fixture
def information_page(site, people):
    page = InformationPage(title="Opening hours", slug="opening-hours", live=False)
    Page.objects.get(pk=site.root_page_id).add_child(instance=page)
    return page


def test_future_version_is_read_at_its_moment_and_the_tick_updates_the_row(
    policy_in_force, people
):
    scheduled = schedule(policy_in_force, people, days=10)
    reference = policy_in_force.reference

    assert version_read_by_the_public(reference).label == "1.0"
    with time_machine.travel(days_from_now(10)):
        assert version_read_by_the_public(reference).pk == scheduled.pk
        assert Page.objects.get(pk=policy_in_force.pk).title != NEW_TITLE

        assert tick()["refreshed"] == 1

        page = Page.objects.get(pk=policy_in_force.pk)
        assert page.title == NEW_TITLE
        assert page.live_revision_id == scheduled.revision_id


def test_a_row_follows_the_ledger_while_a_later_change_is_in_review(
    policy_in_force, people
):
    scheduled = schedule(policy_in_force, people, days=10)
    write_draft(
        policy_in_force,
        people.author,
        title="Sample policy with a third title",
        effective_on=scheduled.effective_on,
        change_note="A third title.",
    )
    change = submit(policy_in_force, people.author)

    with time_machine.travel(days_from_now(10)):
        done = tick()

    change.refresh_from_db()
    assert (done["refreshed"], done["failed"]) == (1, 0)
    assert Page.objects.get(pk=policy_in_force.pk).title == NEW_TITLE
    assert change.is_open


def test_the_second_tick_finds_nothing_to_do(policy_in_force, people):
    schedule(policy_in_force, people, days=10)

    with time_machine.travel(days_from_now(10)):
        first = tick()
        second = tick()

    assert first["refreshed"] == 1
    assert first["sent"] > 0
    assert +second == Counter()


def test_public_caches_are_cleared_only_when_a_version_took_effect(
    policy_in_force, people, django_capture_on_commit_callbacks
):
    schedule(policy_in_force, people, days=10)
    wrong_password = [counter(NAME, "amina")]
    count(wrong_password)
    cache.set(BRAND_CACHE_KEY, "the old text")
    mark = watch().mark.value

    with django_capture_on_commit_callbacks(execute=True):
        tick()
    assert cache.get(BRAND_CACHE_KEY) == "the old text"
    assert watch().mark.value == mark

    with (
        time_machine.travel(days_from_now(10)),
        django_capture_on_commit_callbacks(execute=True),
    ):
        tick()
    assert cache.get(BRAND_CACHE_KEY) is None
    assert watch().mark.value != mark
    assert cache.get(wrong_password[0][1]) == 1


def test_one_row_that_cannot_be_updated_stops_no_other(
    policy_in_force, people, caplog, capsys
):
    other = PolicyPageFactory(author=people.author)
    publish_policy(other, people)
    schedule(policy_in_force, people, days=10, title="Poisoned")
    schedule(other, people, days=10, title="Sound")
    poison(policy_in_force)

    with (
        time_machine.travel(days_from_now(11)),
        pytest.raises(CommandError, match="1 failed"),
    ):
        call_command("policy_tick")

    assert Page.objects.get(pk=other.pk).title == "Sound"
    assert Page.objects.get(pk=policy_in_force.pk).title != "Poisoned"
    assert "could not refresh" in caplog.text
    assert "Policies refreshed: 1" in capsys.readouterr().out


def poison(policy):
    """Another page gets the address of this one, so the row cannot be saved."""
    Page.objects.filter(pk=PolicyPageFactory().pk).update(slug=policy.slug)


def test_tick_says_in_one_line_what_it_did(version_to_review, capsys):
    call_command("policy_tick")

    [line] = capsys.readouterr().out.splitlines()
    assert "reminders: 0" in line
    assert "given up: 0" in line


def test_each_review_reminder_is_sent_once(version_to_review, people, mails_about):
    due_on = datetime.date.fromisoformat(version_to_review.content["review_due_on"])
    sent = []
    for offset in REVIEW_REMINDERS:
        for day in (offset, offset + 1):
            moment = datetime.datetime.combine(
                due_on + datetime.timedelta(days=day), datetime.time(9)
            )
            with time_machine.travel(timezone.make_aware(moment)):
                sent.append(tick()["reminded"])

    assert sent == [1, 0] * len(REVIEW_REMINDERS)
    assert version_to_review.reminders.count() == len(REVIEW_REMINDERS)
    reminders = mails_about("review due on")
    assert {address for message in reminders for address in message.to} == {
        people.governance.email,
        people.author.email,
    }
    assert len(reminders) == 2 * len(REVIEW_REMINDERS)
    assert "is due in 90 days" in reminders[0].body
    assert "is overdue" in reminders[-1].body


def test_after_a_pause_only_the_latest_reminder_is_sent(version_to_review):
    with time_machine.travel(days_from_now(400)):
        assert tick()["reminded"] == 1
        assert tick()["reminded"] == 0

    assert Reminder.objects.get().occasion == "review+30"


def test_a_withdrawn_policy_needs_no_review(version_to_review, people):
    publish_next(
        PolicyPage.objects.get(pk=version_to_review.policy_id),
        people,
        status="withdrawn",
        status_reason="No longer needed.",
        change_note="Withdrawn.",
        change_type="position",
    )

    with time_machine.travel(days_from_now(400)):
        assert tick()["reminded"] == 0


def test_a_new_version_begins_its_own_reminders(version_to_review, people):
    policy = PolicyPage.objects.get(pk=version_to_review.policy_id)
    with time_machine.travel(days_from_now(20)):
        tick()
    publish_next(
        policy,
        people,
        change_note="Reviewed.",
        lay_summary="Reviewed words.",
        review_due_on=timezone.localdate() + datetime.timedelta(days=1000),
    )

    with time_machine.travel(days_from_now(200)):
        assert tick()["reminded"] == 0
    with time_machine.travel(days_from_now(950)):
        assert tick()["reminded"] == 1


def test_an_overdue_emergency_is_escalated_once(next_draft, people, mails_about):
    publish_at_once(policy=next_draft, person=people.emergency, reason="Recalled.")

    assert tick()["escalated"] == 0
    with time_machine.travel(days_from_now(2)):
        assert tick()["escalated"] == 0
    with time_machine.travel(days_from_now(4)):
        assert tick()["escalated"] == 1
        assert tick()["escalated"] == 0

    [message] = mails_about("not ratified in time")
    assert message.to == [people.governance.email]


@pytest.mark.django_db(transaction=True)
def test_ticks_in_parallel_do_everything_once(policy_draft, people, mails_about):
    version = publish_with_review(policy_draft, people, days=90)
    tick()
    mail.outbox.clear()
    schedule(PolicyPage.objects.get(pk=version.policy_id), people, days=10)
    with time_machine.travel(days_from_now(20)):
        notices().delete()
        done = run_in_parallel(tick, 3)

        assert sum(one["failed"] for one in done) == 0
        assert sum(one["refreshed"] for one in done) == 1
        assert sum(one["reminded"] for one in done) == 1
        assert sum(one["sent"] for one in done) == len(mail.outbox)
        reminded = [message.to for message in mails_about("review due on")]
        assert sorted(reminded) == [[people.author.email], [people.governance.email]]


@pytest.mark.django_db(transaction=True)
def test_after_two_hours_without_a_tick_four_take_effect_once_beside_a_poisoned_one(
    policy_in_force, people
):
    others = PolicyPageFactory.create_batch(2, author=people.author)
    for policy in others:
        publish_policy(policy, people)
    policies = [policy_in_force, *others]
    for policy in policies:
        schedule(PolicyPage.objects.get(pk=policy.pk), people, days=10, title="Due")
    poison(PolicyPage.objects.get(pk=policy_in_force.pk))
    versions = PolicyVersion.objects.count()
    tick()

    with time_machine.travel(days_from_now(10) + datetime.timedelta(hours=2)):
        done = run_in_parallel(tick, 4)

    assert sum(one["refreshed"] for one in done) == 2
    assert all(one["failed"] <= 1 for one in done)
    assert sum(one["failed"] for one in done) > 0
    titles = [Page.objects.get(pk=policy.pk).title for policy in policies]
    assert [title == "Due" for title in titles] == [False, True, True]
    assert PolicyVersion.objects.count() == versions


def run_in_parallel(action, count):
    """The action in threads that begin together, each with its own connection."""
    barrier = threading.Barrier(count)
    results = []

    def run():
        try:
            barrier.wait()
            results.append(action())
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(results) == count
    return results


def public_state(page):
    row = Page.objects.get(pk=page.pk)
    versions = PolicyVersion.objects.filter(policy=page.pk).count()
    return row.live, row.title, row.live_revision_id, row.expired, versions


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("page", ["next_draft", "next_treatment_draft"])
def test_forged_dates_change_nothing_on_a_governed_page(request, page):
    page = request.getfixturevalue(page)
    before = public_state(page)
    past = timezone.now() - datetime.timedelta(days=1)
    Page.objects.filter(pk=page.pk).update(go_live_at=past)
    Revision.objects.filter(pk=page.latest_revision_id).update(approved_go_live_at=past)

    with pytest.raises(Refusal):
        call_command("publish_scheduled")
    assert public_state(page) == before

    Page.objects.filter(pk=page.pk).update(expire_at=past)
    with pytest.raises(Refusal):
        call_command("publish_scheduled")
    assert public_state(page) == before

    assert tick()["failed"] == 0
    assert public_state(page) == before


@pytest.mark.django_db(transaction=True)
def test_the_tick_runs_the_schedule_of_ordinary_pages(information_page, people):
    tomorrow, next_week = days_from_now(1), days_from_now(7)
    information_page.go_live_at, information_page.expire_at = tomorrow, next_week
    information_page.save_revision(user=people.author).publish()

    assert tick()["published"] == 0
    with time_machine.travel(days_from_now(2)):
        assert tick()["published"] == 1
        assert Page.objects.get(pk=information_page.pk).live
    with time_machine.travel(days_from_now(8)):
        assert tick()["expired"] == 1
        assert tick()["expired"] == 0
        assert not Page.objects.get(pk=information_page.pk).live
