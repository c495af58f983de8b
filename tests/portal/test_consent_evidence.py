"""What is kept of a choice, of whom, and that nobody changes it afterwards."""

import datetime
import json
import logging
import uuid

import pytest
from cookie_consent.models import Cookie, CookieGroup, LogItem
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from portal.audit.models import AuditEntry
from portal.consent.identity import KEY_NAME, subject_of
from portal.consent.models import (
    ConsentDecision,
    ConsentErasure,
    ConsentEvent,
    CookieNotice,
    DailyTotal,
    GroupProfile,
    Method,
    PurgeRun,
)
from portal.consent.provisioning import provision_cookie_groups
from portal.consent.retention import EVENT_DAYS, REFUSAL_DAYS, expired
from portal.evidence.canonical import canonical_bytes, content_hash

GROUPS = ["statistics", "embedded-media"]
ALL = {"all_groups": "on"}
RECORDING_QUERIES = 12
CACHE_READS = 2
EVENTS, DECISIONS = "consent_consentevent", "consent_consentdecision"


@pytest.fixture(autouse=True)
def _cookie_groups(db):
    provision_cookie_groups()


def accept(client: Client, **form: str) -> object:
    return client.post(reverse("cookie_consent_accept"), {**ALL, **form})


def decline(client: Client, **form: str) -> object:
    return client.post(reverse("cookie_consent_decline"), {**ALL, **form})


def event_of(age_in_days: int, subject: str = "") -> ConsentEvent:
    event = ConsentEvent.objects.create(
        notice=CookieNotice.objects.first(),
        subject=subject,
        method=Method.BANNER,
        language="en-gb",
        created=timezone.now() - datetime.timedelta(days=age_in_days),
    )
    ConsentDecision.objects.create(
        event=event, varname="statistics", is_granted=bool(subject), wording_hash="0"
    )
    return event


def execute(statement: str, *values: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def test_a_choice_is_kept_with_what_was_said_and_what_was_told(client):
    accept(client, method="banner")

    event = ConsentEvent.objects.get()
    assert (event.method, event.language, event.gpc) == ("banner", "en-gb", False)
    assert len(event.reference) == 12
    assert event.notice == CookieNotice.objects.get()
    decisions = {row.varname: row for row in event.decisions.all()}
    assert sorted(decisions) == sorted(GROUPS)
    for varname, decision in decisions.items():
        assert (decision.is_granted, decision.was_granted) == (True, None)
        assert decision.wording_hash == content_hash(event.notice.group(varname))
    totals = DailyTotal.objects.values_list("varname", "method", "granted", "refused")
    assert sorted(totals) == [(name, "banner", 1, 0) for name in sorted(GROUPS)]


def test_the_wording_shown_can_be_reproduced_byte_for_byte(client, site):
    shown = client.get("/").content
    accept(client, method="banner")
    GroupProfile.objects.update(when_refused="Different words.")

    notice = ConsentEvent.objects.get().notice

    assert notice.content["banner"].encode() in shown
    assert notice.content_hash == content_hash(notice.content)
    assert json.loads(canonical_bytes(notice.content)) == notice.content


def test_who_only_rejects_gets_no_identifier(client):
    response = decline(client)

    assert KEY_NAME not in response.cookies
    assert ConsentEvent.objects.get().subject == ""


def test_the_key_of_who_accepts_stays_under_the_cookies_pages(client):
    response = accept(client)

    key = response.cookies[KEY_NAME]
    assert (key["path"], key["httponly"], key["samesite"]) == ("/cookies/", True, "Lax")
    assert ConsentEvent.objects.get().subject == subject_of(key.value) != key.value
    assert key.value not in response.cookies["cookie_consent"].value


def test_a_withdrawal_is_on_record_and_the_key_lasts_for_the_session(client):
    accept(client)

    response = decline(client)

    withdrawal, acceptance = ConsentEvent.objects.all()
    assert withdrawal.method == Method.WITHDRAWAL
    assert withdrawal.subject == acceptance.subject != ""
    assert {row.was_granted for row in withdrawal.decisions.all()} == {True}
    assert response.cookies[KEY_NAME]["max-age"] == ""


def test_a_key_that_nobody_gave_out_is_not_taken(client):
    client.cookies[KEY_NAME] = "chosen by somebody else"

    response = accept(client)

    assert len(response.cookies[KEY_NAME].value) == 43


def test_fifty_repeats_are_one_record(client):
    for _ in range(50):
        accept(client)

    assert ConsentEvent.objects.count() == 1
    assert LogItem.objects.count() == len(GROUPS)


def test_a_double_click_is_recorded_once_and_answered_twice():
    choice_id = str(uuid.uuid4())
    first, second = Client(), Client()

    accept(first, choice_id=choice_id)
    response = accept(second, choice_id=choice_id)

    assert ConsentEvent.objects.count() == 1
    assert LogItem.objects.count() == len(GROUPS)
    assert "statistics=2" in response.cookies["cookie_consent"].value


def test_a_number_of_another_choice_opens_nothing():
    choice_id = str(uuid.uuid4())
    decline(Client(), choice_id=choice_id)

    accept(Client(), choice_id=choice_id)

    assert ConsentEvent.objects.count() == 2


@pytest.mark.parametrize("choice_id", ["", "x", "0" * 5000])
def test_a_malformed_number_is_no_obstacle(client, choice_id):
    accept(client, choice_id=choice_id, notice="³", method="<script>")

    event = ConsentEvent.objects.get()
    assert (event.choice_id, event.method) == (None, Method.PAGE_WITHOUT_SCRIPT)


def test_a_yes_in_spite_of_global_privacy_control_says_so(client):
    client.post(reverse("cookie_consent_accept"), ALL, headers={"Sec-GPC": "1"})

    page = client.get(
        reverse("cookie_consent_cookie_group_list"), headers={"Sec-GPC": "1"}
    )

    assert ConsentEvent.objects.get().gpc
    assert "Global Privacy" in page.content.decode()


def test_recording_takes_few_queries_for_any_number_of_groups(
    client, django_assert_max_num_queries
):
    add_groups(8)
    client.get(reverse("consent_state"))

    with django_assert_max_num_queries(RECORDING_QUERIES):
        accept(client)

    assert ConsentDecision.objects.count() == 10


def add_groups(count: int) -> None:
    for number in range(count):
        group = CookieGroup.objects.create(varname=f"group-{number}", name="Group")
        Cookie.objects.create(cookiegroup=group, name=f"cookie-{number}")


def test_state_of_ten_groups_needs_two_reads_of_the_cache(settings, client):
    settings.CACHES = {
        "default": {"BACKEND": "tests.factories.caches.CountingCache", "LOCATION": "c"}
    }
    from tests.factories.caches import CountingCache

    add_groups(8)
    accept(client)
    client.get(reverse("consent_state"), {"v": "1"})
    CountingCache.reads.clear()

    response = client.get(reverse("consent_state"), {"v": "1"})

    assert len(response.json()["accepted"]) == 10
    assert len(CountingCache.reads) <= CACHE_READS


def test_no_column_holds_anything_that_leads_to_a_person():
    suspicious = (
        "ip",
        "address",
        "agent",
        "user",
        "referrer",
        "referer",
        "url",
        "page",
    )
    columns = {
        column.column
        for model in (ConsentEvent, ConsentDecision, DailyTotal, LogItem)
        for column in model._meta.concrete_fields
    }

    assert not [
        column
        for column in columns
        if any(part in suspicious for part in column.split("_"))
    ]
    assert not [
        field
        for model in (ConsentEvent, ConsentDecision, DailyTotal)
        for field in model._meta.fields
        if field.related_model is apps.get_model("accounts", "User")
    ]


def test_no_log_line_says_who_chose(client, caplog):
    caplog.set_level(logging.DEBUG)
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {DECISIONS} RENAME TO away")

    client.post(
        reverse("cookie_consent_accept"),
        ALL,
        headers={"user-agent": "Tell-tale", "referer": "http://testserver/secret/"},
        REMOTE_ADDR="192.0.2.77",
    )

    lines = "\n".join(
        caplog.handler.format(row)
        for row in caplog.records
        if row.name != "django.db.backends"
    )
    assert "could not be recorded" in lines
    for word in ("192.0.2.77", "Tell-tale", "secret"):
        assert word not in lines


def test_a_member_of_staff_choosing_is_a_visitor(admin_client):
    accept(admin_client)
    admin_client.post(reverse("consent_record_erase"))

    entry = AuditEntry.objects.get(action="consent.erased")
    assert (entry.actor, entry.actor_name, entry.request_line) == (None, "", "")


def test_own_record_shows_what_the_key_opens_and_nothing_else(client):
    accept(Client())
    accept(client)
    reference = ConsentEvent.objects.get(
        subject=subject_of(client.cookies[KEY_NAME].value)
    ).reference

    html = client.get(reverse("consent_record")).content.decode()
    taken = json.loads(
        b"".join(client.get(reverse("consent_record_download", args=["json"])))
    )
    rows = b"".join(client.get(reverse("consent_record_download", args=["csv"])))

    assert html.count(reference) == 1
    assert html.count('<tr class="nhsuk-table__row">') == 1
    assert [row["reference"] for row in taken["choices"]] == [reference]
    told = taken["choices"][0]["decisions"][0]["what_you_were_told"]
    assert told["items"]
    assert rows.decode().count(reference) == len(GROUPS)


def test_without_a_key_there_is_no_record_to_see(client):
    decline(client)

    assert (
        "no key to a record" in client.get(reverse("consent_record")).content.decode()
    )
    response = client.get(reverse("consent_record_download", args=["json"]))
    assert response.status_code == 404


def test_erasing_removes_the_record_withdraws_and_keeps_the_totals(client):
    accept(client)
    other = event_of(0, "another visitor")

    response = client.post(reverse("consent_record_erase"), follow=True)

    assert "Your record is erased" in response.content.decode()
    assert client.get(reverse("consent_state")).json()["declined"] == GROUPS
    assert KEY_NAME not in client.cookies or not client.cookies[KEY_NAME].value
    kept = ConsentEvent.objects.exclude(pk=other.pk).get()
    assert (kept.method, kept.subject) == (Method.ERASURE, "")
    assert sum(DailyTotal.objects.values_list("granted", flat=True)) == len(GROUPS)
    assert not ConsentErasure.objects.exists()


@pytest.mark.parametrize(
    "statement",
    [
        f"UPDATE {EVENTS} SET subject = ''",
        f"UPDATE {DECISIONS} SET is_granted = NOT is_granted",
        f"DELETE FROM {DECISIONS}",
        "UPDATE consent_cookienotice SET change_note = ''",
        "DELETE FROM consent_cookienotice WHERE number > 0",
    ],
)
def test_raw_sql_cannot_change_what_is_on_record(client, statement):
    accept(client)

    with pytest.raises((IntegrityError, DatabaseError)), transaction.atomic():
        execute(statement)


def test_no_event_goes_before_its_time():
    event = event_of(EVENT_DAYS - 1, "somebody")
    with transaction.atomic():
        refusal = event_of(REFUSAL_DAYS - 1)

    for row in (event, refusal):
        with pytest.raises((IntegrityError, DatabaseError)), transaction.atomic():
            execute(
                f"DELETE FROM {DECISIONS} WHERE event_id = %s",
                row.pk.hex if connection.vendor == "sqlite" else row.pk,
            )


def test_the_dry_run_counts_what_the_purge_removes(capsys):
    for days in (EVENT_DAYS + 1, EVENT_DAYS - 1, REFUSAL_DAYS + 1, REFUSAL_DAYS - 1):
        event_of(days, "somebody")
        event_of(days)
    group = CookieGroup.objects.get(varname="statistics")
    item = LogItem.objects.create(action=1, cookiegroup=group, version="")
    old = timezone.now() - datetime.timedelta(days=EVENT_DAYS + 1)
    LogItem.objects.filter(pk=item.pk).update(created=old)
    counted = expired().count()

    call_command("purge_consent", dry_run=True)
    foretold = capsys.readouterr().out
    assert ConsentEvent.objects.count() == 8
    call_command("purge_consent", batch=2)
    done = capsys.readouterr().out

    assert counted == {"events": 4, "log_items": 1}
    assert "4 events" in foretold
    assert "4 events" in done
    assert ConsentEvent.objects.count() == 4
    assert not LogItem.objects.exists()
    assert PurgeRun.objects.get().events == 4
    assert AuditEntry.objects.filter(action="consent.purged").exists()
    assert expired().count() == {"events": 0, "log_items": 0}


def test_nobody_shortens_the_time_that_evidence_is_kept():
    with pytest.raises(CommandError, match="at least 730 days"):
        call_command("purge_consent", days=30)
