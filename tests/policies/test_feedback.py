"""What readers say of a page: what is kept of it, and who reads it."""

import csv
import datetime
import io

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from policies.feedback.models import MAXIMUM_LENGTH, Feedback
from policies.feedback.redaction import redacted
from policies.stages import GOVERNANCE_LEAD, POLICY_AUTHOR, TREATMENT_EDITOR
from policies.tick import tick
from portal.audit.models import AuditEntry
from tests.factories.people import UserFactory

pytestmark = pytest.mark.django_db

POLICY = "/policies/sp-100/versions/1/"
TREATMENT = "/treatments/sample-injection/"
REPORT = "/admin/feedback/"
NHS_NUMBER = "943 476 5919"


def answer(client, page=POLICY, useful="no", **headers):
    return client.post("/feedback/", {"page": page, "useful": useful}, headers=headers)


def report(client, page=POLICY, text="The code W82 is missing.", **headers):
    data = {"page": page, "text": text}
    return client.post("/feedback/problem/", data, headers=headers)


@pytest.fixture
def said(version_in_force, treatment_in_force):
    """Something of everything, from one visitor."""
    client = Client()
    answer(client, useful="yes")
    answer(client, TREATMENT)
    report(client)
    report(client, TREATMENT, "=HYPERLINK(1)")
    return Feedback.objects.order_by("pk")


def test_an_answer_is_kept_with_page_version_and_day_and_nothing_else(
    client, version_in_force
):
    response = answer(client)

    row = Feedback.objects.values().get()
    row.pop("id")
    assert row == {
        "page_id": version_in_force.policy_id,
        "version_id": version_in_force.pk,
        "answer": "no",
        "text": "",
        "day": timezone.localdate(),
        "dealt_with_on": None,
        "dealt_with_by_id": None,
    }
    assert response.status_code == 303
    assert not client.cookies


def test_a_reason_follows_once_and_not_for_ever(client, version_in_force):
    link = answer(client).url
    assert "Thank you" in client.get(link).content.decode()

    with time_machine.travel(timezone.now() + datetime.timedelta(hours=2)):
        client.post(link, {"text": "Too late."})
    client.post(link, {"text": "Hard to read."})
    again = client.post(link, {"text": "Somebody else's words."})
    forged = client.post("/feedback/reason/1:a:b/", {"text": "Forged."})

    assert Feedback.objects.get().text == "Hard to read."
    assert [again.status_code, forged.status_code] == [200, 200]


@pytest.mark.once
def test_pages_carry_the_forms_and_set_no_cookie(
    client, version_in_force, treatment_in_force
):
    policy = client.get("/policies/sp-100/")
    treatment = client.get(TREATMENT)

    assert f'name="page" value="{POLICY}"' in policy.content.decode()
    assert f"/feedback/problem/?page={POLICY}" in policy.content.decode()
    assert f'name="page" value="{TREATMENT}"' in treatment.content.decode()
    assert policy.content == Client().get("/policies/sp-100/").content
    assert not client.cookies
    assert "health" in client.get(f"/feedback/problem/?page={POLICY}").content.decode()


@pytest.mark.once
@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        (f"My NHS number is {NHS_NUMBER}.", "My NHS number is [removed]."),
        ("NHS 9434765919 and 943-476-5919", "NHS [removed] and [removed]"),
        ("Ring 0121 496 0000 or +44 (0)7700 900123!", "Ring [removed] or [removed]!"),
        ("Mail a.reader@mail.example.org please", "Mail [removed] please"),
        ("٩٤٣٤٧٦٥٩١٩ and ９４３４７６５９１９", "[removed] and [removed]"),
        ("943\u200b4765\u202e919", "[removed]"),
        ("BMI 35 on 12/03/2026, code W82.1, CP-001", None),
        ("یہ صفحہ مشکل ہے", None),
        ("می\u200cخواهم", None),
    ],
)
def test_what_may_name_somebody_is_taken_out(typed, kept):
    assert redacted(typed) == (kept or typed)


@pytest.mark.once
def test_the_reader_is_told_that_something_was_taken_out(client, version_in_force):
    response = report(client, text=f"I am {NHS_NUMBER}")

    page = client.get(response.url).content.decode()
    assert "We took out something" in page
    assert Feedback.objects.get().text == "I am [removed]"


BAD_REPORTS = [
    (POLICY, "", 422),
    (POLICY, " \u200b ", 422),
    (POLICY, "x" * 10_000, 422),
    (POLICY, "null \x00 byte", 422),
    ("/policies/sp-999/", "Words", 404),
    ("/policies/sp-100/versions/2/", "Words", 404),
    ("/policies/\x00/", "Words", 404),
    ("/treatments/", "Words", 404),
    ("/admin/", "Words", 404),
    ("//evil.example/", "Words", 404),
    ("", "Words", 404),
    ("/" * 5_000, "Words", 404),
    ("\u202e", "Words", 404),
]


@pytest.mark.once
def test_bad_input_gets_a_clear_answer_and_stores_nothing(client, version_in_force):
    for page, text, status in BAD_REPORTS:
        response = report(client, page, text)

        assert response.status_code == status, (page[:40], text[:40])
        assert "<h1>" in response.content.decode()
    for useful in ("", "maybe", "problem", "\x00"):
        assert answer(client, useful=useful).status_code == 422, useful
    assert not Feedback.objects.exists()


def test_long_words_are_not_lost(client, version_in_force):
    text = "<b>" + "y" * MAXIMUM_LENGTH
    page = report(client, text=text).content.decode()

    assert "&lt;b&gt;" + "y" * MAXIMUM_LENGTH in page
    assert "Use 1000 characters or fewer: there are 1003" in page


@pytest.mark.once
def test_forms_of_other_websites_and_floods_are_refused(client, version_in_force):
    foreign = {"sec-fetch-site": "cross-site"}
    assert answer(client, **foreign).status_code == 403
    assert report(client, **foreign).status_code == 403

    statuses = [answer(client).status_code for _ in range(61)]

    assert set(statuses[:60]) == {303}
    assert statuses[60] == 429
    assert report(client).status_code == 429
    assert Feedback.objects.count() == 60


def test_a_future_version_is_not_public_here_either(client, change):
    assert report(client).status_code == 404
    assert client.get(f"/feedback/?page={POLICY}").status_code == 404


@pytest.mark.parametrize(
    ("roles", "seen"),
    [
        ([GOVERNANCE_LEAD], {"SP-100", "Sample injection"}),
        ([POLICY_AUTHOR], {"SP-100"}),
        ([TREATMENT_EDITOR], {"Sample injection"}),
        ([POLICY_AUTHOR, TREATMENT_EDITOR], {"SP-100", "Sample injection"}),
    ],
)
def test_staff_read_what_is_said_of_the_pages_of_their_roles(
    said, client_of, roles, seen
):
    client = client_of(UserFactory(roles=roles))

    rows = client.get(REPORT).context["rows"]

    assert {row["name"].removesuffix(" Sample policy SP-100") for row in rows} == seen
    assert "Feedback" in client.get("/admin/").content.decode()


@pytest.mark.once
@pytest.mark.parametrize("username", ["clinician", "dpo", "access"])
def test_others_read_none_of_it(said, people, client_of, username):
    client = client_of(getattr(people, username))
    row = said.first()

    assert client.get(REPORT).status_code == 403
    assert client.get(f"{REPORT}feedback.csv").status_code == 403
    assert client.post(f"{REPORT}{row.pk}/deal-with/").status_code == 403


def test_the_report_filters_and_counts_per_page(said, people, client_of):
    client = client_of(people.governance)

    def found(**query):
        return len(client.get(REPORT, query).context["rows"])

    assert found() == 4
    assert found(answer="problem") == 2
    assert found(kind="treatments", answer="problem") == 1
    assert found(about="sp-100") == 2
    assert found(words="with") == 2
    assert found(until=timezone.localdate() - datetime.timedelta(days=1)) == 0
    assert client.get(REPORT, {"since": "nonsense"}).status_code == 422
    treatment, policy = client.get(REPORT).context["counts"]
    assert (policy["useful"], policy["problems"], policy["waiting"]) == (1, 1, 1)
    assert (treatment["not_useful"], treatment["problems"]) == (1, 1)


@pytest.mark.once
def test_the_exports_hold_what_the_filter_names(said, people, client_of):
    client = client_of(people.governance)

    response = client.get(f"{REPORT}feedback.csv?kind=treatments&answer=problem")
    lines = list(csv.reader(io.StringIO(b"".join(response).decode("utf-8-sig"))))
    counts = client.get(f"{REPORT}feedback-per-page.xlsx")

    assert [line[1:5] for line in lines[1:]] == [
        ["Sample injection", "", "Problem reported", "'=HYPERLINK(1)"]
    ]
    assert b"".join(counts)[:2] == b"PK"
    assert AuditEntry.objects.filter(action="feedback.exported").count() == 2
    assert client.get(f"{REPORT}secrets.csv").status_code == 404


def test_dealing_with_feedback_is_on_record(said, people, client_of):
    client = client_of(people.author)
    row = said.get(answer="problem", version__isnull=False)
    address = f"{REPORT}{row.pk}/deal-with/"

    client.post(address, {"done": "yes", "query": "state=open"})
    client.post(address, {"done": "yes"})
    row.refresh_from_db()
    assert row.dealt_with_by == people.author
    client.post(address, {"done": "no"})
    row.refresh_from_db()

    assert row.is_open
    acts = AuditEntry.objects.filter(action__startswith="feedback.").order_by("pk")
    assert [(act.action, act.actor) for act in acts] == [
        ("feedback.dealt_with", people.author),
        ("feedback.reopened", people.author),
    ]
    assert "W82" not in str(acts.values_list())


def test_an_author_cannot_deal_with_what_is_said_of_treatments(said, client_of):
    row = said.get(answer="problem", version=None)
    author = UserFactory(roles=[POLICY_AUTHOR])

    response = client_of(author).post(f"{REPORT}{row.pk}/deal-with/", {"done": "yes"})

    assert response.status_code == 404


def test_the_report_costs_the_same_for_any_amount(
    said, people, client_of, django_assert_max_num_queries
):
    row = said.last()
    Feedback.objects.bulk_create(
        Feedback(page_id=row.page_id, answer="no", text="More.") for _ in range(200)
    )
    client = client_of(people.governance)
    client.get(REPORT)

    with django_assert_max_num_queries(25):
        client.get(REPORT)


def test_feedback_is_forgotten_after_two_years(said):
    with time_machine.travel(timezone.now() + datetime.timedelta(days=729)):
        tick()
        assert said.count() == 4
    with time_machine.travel(timezone.now() + datetime.timedelta(days=731)):
        tick()
    assert said.count() == 0


def test_the_database_keeps_the_shape_of_feedback(version_in_force):
    page = version_in_force.policy_id
    for values in (
        {"answer": "problem"},
        {"answer": "maybe"},
        {"answer": "no", "dealt_with_on": timezone.localdate()},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Feedback.objects.create(page_id=page, **values)
