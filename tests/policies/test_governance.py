import csv
import datetime
import io

import pytest
import time_machine
from django.urls import resolve, reverse
from django.utils import timezone
from openpyxl import load_workbook

from policies import exports, ledger
from policies.models import PolicyVersion, Rescission, RescissionRequest
from policies.reports import reviews_due, stage_ages
from policies.stages import Stage
from portal.exports import cell
from tests.factories.approval import (
    approve_fully,
    decide_as,
    publish_next,
    publish_policy,
    submit,
)
from tests.factories.pages import PolicyPageFactory

FORMATS = ["csv", "xlsx"]


@pytest.fixture
def scheduled(policy_in_force, people):
    """Version 2.0 of the policy, in force from ten days on."""
    return publish_next(
        policy_in_force,
        people,
        lay_summary="A summary that comes later.",
        change_note="The summary will be clearer.",
        change_class="minor",
        effective_on=timezone.localdate() + datetime.timedelta(days=10),
    )


@pytest.fixture
def rescission_url(scheduled):
    return reverse("policy_rescind", args=[scheduled.pk])


def governance_addresses(version):
    return [
        ("get", reverse("policy_ledger")),
        ("post", reverse("policy_ledger_verify")),
        ("get", reverse("policy_evidence")),
        ("get", reverse("policy_evidence_of_version", args=[version.pk])),
        *[
            ("get", reverse("policy_export", args=[table, file_format]))
            for table in exports.TABLES
            for file_format in FORMATS
        ],
    ]


@pytest.mark.once
@pytest.mark.parametrize(
    "username",
    ["author", "clinician", "approver1", "emergency", "access", "cookies", "dpo"],
)
def test_governance_screens_are_refused_without_the_role(
    people, client_of, version_in_force, username
):
    client = client_of(getattr(people, username))

    for method, url in governance_addresses(version_in_force):
        assert getattr(client, method)(url).status_code == 403, url


@pytest.mark.once
@pytest.mark.parametrize("username", ["governance", "admin"])
def test_governance_screens_open_for_governance_and_administrators(
    people, client_of, version_in_force, username
):
    client = client_of(getattr(people, username))

    for method, url in governance_addresses(version_in_force):
        answer = getattr(client, method)(url)
        assert answer.status_code == 200, url
        assert b"".join(answer), url


@pytest.mark.once
def test_unknown_exports_are_not_found(people, client_of):
    client = client_of(people.governance)

    for table, file_format in [("users", "csv"), ("changes", "pdf")]:
        url = reverse("policy_export", args=[table, file_format])
        assert client.get(url).status_code == 404


@pytest.mark.once
@pytest.mark.parametrize(("username", "is_shown"), [("governance", 1), ("author", 0)])
def test_only_governance_has_the_ledger_in_the_menu(
    people, client_of, username, is_shown
):
    page = client_of(getattr(people, username)).get(reverse("wagtailadmin_home"))

    assert (reverse("policy_ledger") in page.content.decode()) is bool(is_shown)


def test_verification_says_that_the_ledger_is_whole(
    people, client_of, version_in_force
):
    url = reverse("policy_ledger_verify")
    page = client_of(people.governance).post(url).content.decode()

    assert "<strong>Whole:</strong> 1 entry verified on" in page


@pytest.mark.once
def test_verification_shows_faults_in_sentences(
    people, client_of, version_in_force, monkeypatch
):
    monkeypatch.setattr(ledger, "verify", lambda: iter(["Entry 1 is <odd>."]))
    url = reverse("policy_ledger_verify")
    page = client_of(people.governance).post(url).content.decode()

    assert "<strong>Not whole:</strong> 1 fault on" in page
    assert "Entry 1 is &lt;odd&gt;." in page


def test_verification_needs_a_post_and_holds_no_transaction(people, client_of):
    url = reverse("policy_ledger_verify")

    assert client_of(people.governance).get(url).status_code == 405
    assert resolve(url).func._non_atomic_requests


def test_ledger_screen_shows_what_waits_and_what_is_due(
    people, client_of, scheduled, change_of_another_policy
):
    page = client_of(people.governance).get(reverse("policy_ledger")).content.decode()

    assert f"{scheduled}: {scheduled.title}" in page
    assert change_of_another_policy.name in page
    assert "Clinical review: 0, so far" in page
    assert "Checked against the evidence." in page


@pytest.fixture
def change_of_another_policy(people):
    draft = PolicyPageFactory(reference="SP-200", author=people.author)
    return submit(draft, people.author)


def test_stage_ages_count_the_days_of_each_stage(people, change_of_another_policy):
    change = change_of_another_policy
    with time_machine.travel(timezone.now() + datetime.timedelta(days=3), tick=True):
        decide_as(people.clinician, change)
    with time_machine.travel(timezone.now() + datetime.timedelta(days=8), tick=True):
        ages = [(age.stage, age.days) for age in stage_ages(change)]

    assert ages == [
        (Stage.CLINICAL.label, 3),
        (Stage.COMMISSIONING.label, 5),
    ]


def test_reviews_due_are_named_once_in_the_nearest_horizon(people):
    today = timezone.localdate()
    for number, days in enumerate([-1, 30, 31, 90, 91]):
        publish_policy(
            PolicyPageFactory(
                reference=f"SP-30{number}",
                review_due="date",
                review_due_on=today + datetime.timedelta(days=days),
                author=people.author,
            ),
            people,
        )

    assert [
        [review.reference for review in group["reviews"]] for group in reviews_due()
    ] == [["SP-300"], ["SP-301"], ["SP-302"], ["SP-303"]]


@pytest.mark.parametrize("table", exports.TABLES)
def test_exports_hold_the_same_rows_as_csv_and_as_xlsx(
    people, client_of, scheduled, table
):
    client = client_of(people.governance)
    as_csv, as_xlsx = (
        b"".join(client.get(reverse("policy_export", args=[table, name])))
        for name in FORMATS
    )

    rows = list(csv.reader(io.StringIO(as_csv.decode("utf-8-sig"))))
    sheet = load_workbook(io.BytesIO(as_xlsx)).active
    assert rows[0] == exports.TABLES[table].columns
    assert {len(row) for row in rows} == {len(rows[0])}
    assert rows == [
        [str(value or "") for value in row] for row in sheet.iter_rows(values_only=True)
    ]
    assert len(rows) > 1 or table == "ratifications"


@pytest.mark.once
@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_exports_neutralise_formulas(start):
    assert cell(f"{start}1+1") == f"'{start}1+1"


@pytest.mark.once
def test_exported_notes_are_text_and_no_formula(people, client_of, policy_draft):
    change = submit(policy_draft, people.author)
    decide_as(people.clinician, change, note='=HYPERLINK("https://example.org")\x0b')
    client = client_of(people.governance)
    url = reverse("policy_export", args=["decisions", "xlsx"])

    sheet = load_workbook(io.BytesIO(b"".join(client.get(url)))).active

    assert sheet["G2"].value == '\'=HYPERLINK("https://example.org")'
    assert sheet["G2"].data_type == "s"


def test_versions_screen_shows_scheduled_and_rescinded_versions(
    people, client_of, scheduled
):
    url = reverse("policy_versions", args=[scheduled.policy_id])
    page = client_of(people.author).get(url).content.decode()

    assert "Scheduled" in page
    assert "In force" in page
    assert "Entry 2" in page
    assert scheduled.content_hash in page.replace("<wbr>", "")
    assert "Rescind: why you cannot" in page
    assert "This is for people with a role of: Governance lead" in page


@pytest.mark.once
@pytest.mark.parametrize("username", ["access", "cookies", "dpo"])
def test_versions_screen_is_for_staff_who_read_drafts(
    people, client_of, version_in_force, username
):
    url = reverse("policy_versions", args=[version_in_force.policy_id])

    assert client_of(getattr(people, username)).get(url).status_code == 403


@pytest.mark.once
def test_versions_screen_of_a_draft_says_that_there_is_none(
    people, client_of, policy_draft
):
    url = reverse("policy_versions", args=[policy_draft.pk])

    page = client_of(people.author).get(url).content.decode()
    assert "This policy has no version yet" in page


def test_versions_screen_needs_the_same_queries_for_any_length(
    people, client_of, policy_in_force, django_assert_max_num_queries
):
    client = client_of(people.governance)
    url = reverse("policy_versions", args=[policy_in_force.pk])
    for number in range(5):
        note = f"Wording {number}."
        publish_next(policy_in_force, people, lay_summary=note, change_note=note)

    with django_assert_max_num_queries(30):
        assert client.get(url).status_code == 200


def test_two_people_rescind_a_scheduled_version(
    people, client_of, scheduled, rescission_url
):
    asked = client_of(people.governance).post(
        rescission_url, {"step": "ask", "reason": "The committee was not quorate."}
    )
    confirmed = client_of(people.approver1).post(rescission_url, {"step": "confirm"})

    rescission = Rescission.objects.get(version=scheduled)
    assert (asked.status_code, confirmed.status_code) == (302, 302)
    assert rescission.reason == "The committee was not quorate."
    assert rescission.requested_by == people.governance
    assert rescission.confirmed_by == people.approver1
    assert not list(ledger.verify())


def test_the_second_person_reads_the_reason(people, client_of, rescission_url):
    client_of(people.governance).post(
        rescission_url, {"step": "ask", "reason": "The committee was not quorate."}
    )

    page = client_of(people.approver1).get(rescission_url).content.decode()
    assert "The committee was not quorate." in page
    assert "Confirm: rescind version" in page
    assert "later" in page


def test_nobody_confirms_their_own_request(people, client_of, rescission_url):
    client = client_of(people.governance)
    client.post(rescission_url, {"step": "ask", "reason": "Not quorate."})

    answer = client.post(rescission_url, {"step": "confirm"})

    assert answer.status_code == 403
    assert "a second person has to confirm it" in answer.content.decode()
    assert not Rescission.objects.exists()


def test_two_first_requests_at_once_confirm_nothing(people, client_of, rescission_url):
    client_of(people.governance).post(
        rescission_url, {"step": "ask", "reason": "Not quorate."}
    )

    answer = client_of(people.approver1).post(
        rescission_url, {"step": "ask", "reason": "My own reason."}
    )

    assert answer.status_code == 403
    assert "has asked for this in the meantime" in answer.content.decode()
    assert "My own reason." in answer.content.decode()
    assert not Rescission.objects.exists()


@pytest.mark.parametrize("username", ["author", "clinician", "emergency", "admin"])
def test_rescission_is_refused_to_others_and_keeps_what_they_typed(
    people, client_of, rescission_url, username
):
    answer = client_of(getattr(people, username)).post(
        rescission_url, {"step": "ask", "reason": "What I typed."}
    )

    assert answer.status_code == 403
    assert "What I typed." in answer.content.decode()
    assert "This is for people with a role of" in answer.content.decode()
    assert not RescissionRequest.objects.exists()


def test_rescission_needs_a_reason(people, client_of, rescission_url):
    answer = client_of(people.governance).post(
        rescission_url, {"step": "ask", "reason": "  "}
    )

    assert answer.status_code == 422
    assert not RescissionRequest.objects.exists()


def test_a_version_in_force_cannot_be_rescinded(people, client_of, version_in_force):
    url = reverse("policy_rescind", args=[version_in_force.pk])
    client = client_of(people.governance)

    answer = client.post(url, {"step": "ask", "reason": "Too late."})

    assert answer.status_code == 403
    assert "This version has taken effect." in answer.content.decode()
    assert "This version has taken effect." in client.get(url).content.decode()


@pytest.mark.once
def test_a_rescinded_version_stays_on_the_versions_screen(
    people, client_of, scheduled, rescission_url
):
    client_of(people.governance).post(
        rescission_url, {"step": "ask", "reason": "Not quorate."}
    )
    client_of(people.approver1).post(rescission_url, {"step": "confirm"})
    url = reverse("policy_versions", args=[scheduled.policy_id])

    page = client_of(people.author).get(url).content.decode()

    assert "Rescinded on" in page
    assert "Entry 2, 3" in page
    assert PolicyVersion.objects.count() == 2


def test_an_approved_change_keeps_both_stage_ages(people, change_of_another_policy):
    change = approve_fully(change_of_another_policy, people)

    assert all(age.ended_at for age in stage_ages(change))
