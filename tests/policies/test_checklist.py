"""The checklist of a policy: what it asks, answers, and does not keep."""

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.policies.public_fixtures import ADDRESS, REFERENCE, Ledger, london

pytestmark = pytest.mark.once

CHECKLIST = f"{ADDRESS}checklist/"
VERSION_1 = f"{ADDRESS}versions/1/checklist/"
CRITERIA = [
    (
        "group",
        {
            "rule": "all_of",
            "members": [
                (
                    "criterion",
                    {
                        "kind": "condition",
                        "text": "Pain for 3 months.",
                        "unless": "a <flare>.",
                        "quantities": [],
                    },
                ),
                (
                    "group",
                    {
                        "rule": "none_of",
                        "members": [
                            (
                                "criterion",
                                {
                                    "kind": "condition",
                                    "text": "Infection.",
                                    "evidence_needed": "A swab",
                                    "quantities": [],
                                },
                            )
                        ],
                    },
                ),
            ],
        },
    )
]


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(london(2026, 1, 5, 9)) as traveller:
        yield traveller


@pytest.fixture
def ledger(clock, people):
    return Ledger(clock, people, REFERENCE)


@pytest.fixture
def version(ledger):
    return ledger.publish(criteria=CRITERIA, limits="<p>Once.</p>")


def words(response):
    return " ".join(response.content.decode().split())


def outcome(response):
    """The sentence that is not hidden."""
    page = words(response)
    shown = [
        part.split(">", 1)[1].split("<")[0]
        for part in page.split('<p class="checklist__outcome"')[1:]
        if " hidden" not in part.split(">", 1)[0]
    ]
    assert len(shown) == 1
    return shown[0]


def test_what_is_needed_to_answer_stands_before_the_answers(client, version):
    page = words(client.get(CHECKLIST))

    question = page[page.index("2.1 Infection.</legend>") :]
    assert question.index("Evidence needed: A swab") < question.index('type="radio"')


@pytest.mark.parametrize("address", [CHECKLIST, VERSION_1])
def test_blank_checklist_is_the_same_for_everybody(client, client_of, version, address):
    anonymous = client.get(address)
    signed_in = client_of(version.published_by).get(address)

    assert anonymous.content == signed_in.content
    assert anonymous["Cache-Control"] == "public, max-age=0, must-revalidate"
    assert not anonymous.cookies
    assert "Unless: a &lt;flare&gt;." in words(anonymous)
    assert "checked" not in anonymous.content.decode().split("<main")[1]
    assert outcome(anonymous).startswith("Not known yet")


@pytest.mark.parametrize(
    ("ticks", "expected"),
    [
        ({"1": "met", "2.1": "not_met"}, "The criteria are met."),
        (
            {"1": "not_met", "1-unless": "met", "2.1": "not_met"},
            "The criteria are met.",
        ),
        ({"2.1": "met"}, "The criteria are not met."),
        ({"1": "met", "2.1": "not_known"}, "Not known yet"),
    ],
)
def test_ticks_are_answered_with_result_and_reason(client, version, ticks, expected):
    response = client.post(VERSION_1, ticks)

    page = words(response)
    assert outcome(response).startswith(expected)
    assert ("Still open" in page.split("<tbody>")[1]) == (expected == "Not known yet")
    assert f"checksum {version.content_hash[:12]}" in page
    assert "Version 1.0, in force from 5 January 2026" in page
    assert "data-today>5 January 2026<" in page
    for name, value in ticks.items():
        assert f'id="{name}-{value}" name="{name}" value="{value}" checked' in page


def test_what_excludes_is_said_to_apply_or_not(client, version):
    """On the form, in its result, and in what the script writes there."""
    page = words(client.post(VERSION_1, {"1": "met", "2.1": "not_met"}))

    form, summary = page.split("data-summary")
    first, excluding = form.split("2.1 Infection.</legend>")
    row = summary[summary.index('<tr data-row="2.1"') :]
    assert ">Not met</label>" in first
    assert "Does not apply" not in first
    assert ">Applies</label>" in excluding
    assert ">Does not apply</label>" in excluding
    assert "et</label>" not in excluding
    assert 'data-met="Applies" data-not_met="Does not apply"' in row
    assert "<td>Does not apply</td>" in row
    assert "<td>Met</td>" in summary[: summary.index(row)].split("2 Not this:")[1]


def test_ticks_are_neither_kept_nor_cached(client, version, caplog):
    with CaptureQueriesContext(connection) as queries:
        response = client.post(VERSION_1, {"1": "met", "patient": "Jane Doe"})

    assert "no-store" in response["Cache-Control"]
    assert not response.cookies
    assert "Jane Doe" not in words(response)
    assert not caplog.records
    assert {query["sql"].split()[0] for query in queries} <= {
        "SELECT",
        "SAVEPOINT",
        "RELEASE",
        "BEGIN",
    }


def test_ticks_are_refused_anywhere_but_at_a_version(client, version):
    assert client.post(CHECKLIST, {"1": "met"}).status_code == 405
    assert client.put(VERSION_1).status_code == 405


@pytest.mark.parametrize("value", ["maybe", "", "MET", "\0", "<script>" * 1000])
def test_unreadable_tick_counts_as_not_known_and_says_so(client, version, value):
    response = client.post(VERSION_1, {"1": value, "2.1": "not_met", "9": "met"})

    assert response.status_code == 400
    assert "Some answers could not be read" in words(response)
    assert outcome(response).startswith("Not known yet")
    assert 'id="2.1-not_met" name="2.1" value="not_met" checked' in words(response)
    assert "<script>" not in words(response).split("<main")[1]


def test_ticks_are_judged_by_the_version_that_was_read(client, ledger, version):
    page = words(client.get(CHECKLIST))
    ledger.publish(london(2026, 2, 5, 9), criteria=[], change_type="relaxed")

    response = client.post(VERSION_1, {"2.1": "met"})

    assert f'action="{VERSION_1}#result"' in page
    assert outcome(response) == "The criteria are not met."
    assert "This is an earlier version." in words(response)
    assert client.get(CHECKLIST).status_code == 404
    assert "has no criteria to tick" in words(client.get(CHECKLIST))


def test_checklist_of_a_version_that_is_not_public_is_not_there(client, ledger):
    ledger.publish(criteria=CRITERIA)
    ledger.publish(
        london(2026, 2, 5, 9),
        criteria=CRITERIA,
        effective_on=london(2026, 9, 1).date(),
    )

    hidden = f"{ADDRESS}versions/2/checklist/"
    assert client.get(hidden).status_code == 404
    assert client.post(hidden, {"1": "met"}).status_code == 404
    assert client.get("/policies/none/checklist/").status_code == 404
    assert client.get("/policies/SP-100/checklist/").status_code == 301


def test_policy_links_to_its_checklist_and_what_it_leaves_out(client, version):
    assert f'href="{CHECKLIST}"' in words(client.get(ADDRESS))
    assert f'href="{ADDRESS}versions/1/#limits"' in words(client.get(CHECKLIST))
