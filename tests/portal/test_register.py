"""A register of policies from outside: what comes in, what is refused, what is said."""

import json
import re
import sys
from io import BytesIO, StringIO, TextIOWrapper
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from wagtail.models import Page

from pages.models import Specialty
from policies.models import ChangeRequest, PolicyPage
from portal.accounts.models import User
from portal.audit.chain import verify
from portal.audit.models import AuditEntry
from portal.importers.register import lines, running
from portal.management.commands import import_register
from portal.refusals import Refusal
from tests.factories.approval import publish_policy, write_draft
from tests.factories.pages import TreatmentPageFactory
from tests.factories.registers import write_register


def policy(number: int = 1, **changes: Any) -> dict[str, Any]:
    return {
        "reference": f"R-{number:03}",
        "title": f"Splints {number}",
        "owner_team": "Policy team",
        "specialty": "hands",
        "position": "routine",
        "funding_route": "none_needed",
        "lay_summary": "The NHS here pays for splints.",
        "scope": "<p>Adults.</p>",
        "change_type": "new",
        "change_note": "First version.",
        **changes,
    }


@pytest.fixture
def place(people: SimpleNamespace, tmp_path: Path) -> Path:
    """Where the register lies; the portal has what it names, and staff."""
    Specialty.objects.create(name="Hands", slug="hands")
    return tmp_path / "register.jsonl"


def bring_in(file: Path | str, *options: str, author: str = "author") -> str:
    """What the command says to standard output."""
    said = StringIO()
    call_command(
        "import_register",
        str(file),
        *options,
        author=author,
        stdout=said,
        stderr=StringIO(),
    )
    return said.getvalue()


def refusal_of(file: Path | str, *options: str, author: str = "author") -> str:
    """Everything it says before it fails, the failure last."""
    said = StringIO()
    with pytest.raises(CommandError) as caught:
        call_command(
            "import_register",
            str(file),
            *options,
            author=author,
            stdout=said,
            stderr=StringIO(),
        )
    return f"{said.getvalue()}{caught.value}"


def test_policies_come_in_as_drafts_that_their_author_can_submit(place, people):
    write_register(place, [policy(1), policy(2, related_policies=["R-001"])])

    said = bring_in(place)

    assert said == (
        "2 policies brought in as drafts; 0 were there already, 0 with another text.\n"
    )
    first, second = PolicyPage.objects.filter(reference__startswith="R-").order_by("pk")
    assert not first.live
    assert not ChangeRequest.objects.exists()
    assert second.get_latest_revision_as_object().related_policies.get() == first
    assert [each.person for each in first.contributions.all()] == [people.author]
    assert Page.find_problems() == ([], [], [], [], [])
    version = publish_policy(second, people)
    assert version.content["related_policies"] == ["R-001"]


def test_a_second_run_adds_nothing_and_says_which_texts_differ(place, people):
    write_register(place, [policy(number) for number in (1, 2)])
    bring_in(place)
    edited = PolicyPage.objects.get(reference="R-002")
    write_draft(edited, people.author2, scope="<p>Adults and children.</p>")
    before = Page.objects.count()

    said = bring_in(place)

    assert said.splitlines() == [
        "line 2: R-002 is there already and stays as it is, with another text in: "
        "scope.",
        "0 policies brought in as drafts; 1 were there already, 1 with another text.",
    ]
    assert Page.objects.count() == before
    edited = PolicyPage.objects.get(reference="R-002")
    draft = edited.get_latest_revision_as_object()
    assert draft.scope == "<p>Adults and children.</p>"


WRONG_LINES = {
    "no JSON": (b'{"reference": ', "line 2: This is not valid JSON: "),
    "no object": (b"[1]", "line 2: A line holds one object with keys."),
    "NaN": (b'{"reference": NaN}', "line 2: NaN is not a number that can be kept."),
    "infinite": (b'{"a": 1e999}', "line 2: 1e999 is not a number that can be kept."),
    "long number": (
        b'{"a": ' + b"1" * 5000 + b"}",
        "line 2: This is nested too deeply, or a number is too long.",
    ),
    "deep": (
        b'{"a": ' + b"[" * 100_000 + b"}",
        "line 2: This is nested too deeply, or a number is too long.",
    ),
    "key twice": (
        b'{"title": "a", "title": "b"}',
        "line 2: title: This key stands twice in one object.",
    ),
    "Latin-1": (
        '{"title": "Café"}'.encode("latin-1"),
        "line 2: Byte 15 is not UTF-8. Save the file as UTF-8.",
    ),
    "NUL": (b'{"title": "a\0b"}', "line 2: This line holds NUL characters."),
    "written NUL": (
        b'{"title": "a\\u0000b"}',
        "line 2: title: A NUL character, or half of a pair, cannot be kept.",
    ),
    "written half of a pair": (
        b'{"criteria": [{"\\ud800": 1}]}',
        "line 2: criteria[0]: A NUL character, or half of a pair, cannot be kept.",
    ),
    "huge": (
        b'{"title": "' + b"a" * lines.LONGEST_LINE + b'"}',
        "line 2: A line has at most 1,000,000 bytes.",
    ),
}


@pytest.mark.once
@pytest.mark.parametrize("case", WRONG_LINES)
def test_a_line_that_cannot_be_read_is_named_and_the_next_ones_are_read(place, case):
    raw, message = WRONG_LINES[case]
    good = json.dumps(policy()).encode()
    third = json.dumps(policy(2, specialty="feet")).encode()
    place.write_bytes(b"\n".join([good, raw, third, b""]))

    said = refusal_of(place, "--check").splitlines()

    assert said[0].startswith(message)
    assert said[1:] == [
        "line 3: specialty: There is no specialty “feet”.",
        "2 faulty lines. 1 policies would be brought in; 0 were there already, "
        "0 with another text.",
    ]
    assert not PolicyPage.objects.filter(reference__startswith="R-").exists()


WRONG_POLICIES = {
    "two faults": (
        {"position": "maybe", "title": "x" * 66},
        "line 1: position: Value 'maybe' is not a valid choice.\n"
        "line 1: title: Use at most 65 characters",
    ),
    "unknown key": ({"scopes": ""}, "line 1: scopes: This key is not known here."),
    "a decision": ({"review": []}, "line 1: review: A register takes no decisions."),
    "no title": ({"title": ""}, "line 1: title: This field cannot be blank."),
    "small letters": ({"reference": "r-1"}, "line 1: reference: Use capital letters"),
    "number for text": ({"title": 7}, "line 1: title: This must be a text."),
    "list for date": ({"review_due_on": [1]}, "line 1: review_due_on: This has a sh"),
    "days from now": ({"effective_on": "+60 days"}, "line 1: effective_on: “+60 days”"),
    "object for text": ({"specialty": {}}, "line 1: specialty: This must be a text."),
    "nested number": ({"criteria": [7]}, "line 1: criteria: This has a shape"),
    "script": (
        {"scope": "<p>a</p><script>b</script>"},
        "line 1: scope: <script> may not be used here.",
    ),
    "unknown treatment": (
        {"treatments": ["none"]},
        "line 1: treatments[0]: There is no treatment page “none”.",
    ),
    "a later policy": (
        {"related_policies": ["R-002"]},
        "line 1: related_policies[0]: There is no policy page “R-002”. Only a policy "
        "of the portal or of an earlier line can be named.",
    ),
}


@pytest.mark.once
@pytest.mark.parametrize("case", WRONG_POLICIES)
def test_a_wrong_policy_is_refused_by_line_and_field(place, case):
    changes, message = WRONG_POLICIES[case]
    write_register(place, [policy(**changes), policy(2)])

    said = refusal_of(place)

    assert said.startswith(message)
    assert not PolicyPage.objects.filter(title="Splints 2").exists()


def test_a_batch_with_a_fault_is_left_out_whole_and_ends_the_run(place, monkeypatch):
    monkeypatch.setattr(running, "BATCH", 2)
    numbers = [1, 2, 3, 1, 5, 6]
    write_register(place, [policy(number) for number in numbers])

    said = refusal_of(place)

    assert said.splitlines() == [
        "line 4: reference: Line 1 has this reference already.",
        "1 faulty lines. 2 policies brought in as drafts; 0 were there already, "
        "0 with another text.",
    ]
    found = PolicyPage.objects.filter(reference__startswith="R-")
    assert sorted(found.values_list("reference", flat=True)) == ["R-001", "R-002"]


def test_a_byte_order_mark_blank_lines_and_windows_line_ends_do_no_harm(place):
    texts = [json.dumps(policy(number), ensure_ascii=False) for number in (1, 2)]
    place.write_bytes(b"\xef\xbb\xbf" + "\r\n\r\n".join([*texts, " "]).encode())

    assert bring_in(place).startswith("2 policies brought in")


@pytest.mark.once
def test_utf_16_is_named(place):
    place.write_bytes(json.dumps(policy()).encode("utf-16"))

    assert "line 1: This file is in UTF-16. Save it as UTF-8." in refusal_of(place)


@pytest.mark.once
@pytest.mark.parametrize("content", [b"", b"\n\r\n", b"\xef\xbb\xbf"])
def test_an_empty_file_is_a_failure(place, content):
    place.write_bytes(content)

    assert refusal_of(place) == "There is no policy in this file."


@pytest.mark.once
def test_a_file_that_cannot_be_opened_is_named(place):
    assert refusal_of(place) == f"{place}: No such file or directory."


@pytest.mark.parametrize(
    ("author", "message"),
    [
        ("nobody", "There is no account “nobody”."),
        ("clinician", "may not add pages below “Policies”."),
        ("left", "may not add pages below “Policies”."),
    ],
)
def test_only_somebody_who_may_write_policies_can_be_the_author(
    place, people, author, message
):
    people.author2.username, people.author2.is_active = "left", False
    people.author2.save()
    write_register(place, [policy()])

    assert message in refusal_of(place, author=author)
    assert not PolicyPage.objects.filter(reference="R-001").exists()


def test_an_author_who_loses_the_account_meanwhile_writes_no_further(
    place, people, monkeypatch
):
    monkeypatch.setattr(running, "BATCH", 1)
    write_register(place, [policy(1), policy(2)])

    with place.open("rb") as stream:
        batches = running.Run(lines.Lines(stream), people.author, False).batches()
        next(batches)
        User.objects.filter(pk=people.author.pk).update(is_active=False)
        with pytest.raises(Refusal):
            next(batches)

    assert PolicyPage.objects.filter(reference="R-001").exists()
    assert not PolicyPage.objects.filter(reference="R-002").exists()


@pytest.mark.once
def test_progress_says_how_many_how_fast_and_how_long(place, monkeypatch):
    monkeypatch.setattr(running, "BATCH", 1)
    monkeypatch.setattr(import_register, "SECONDS_BETWEEN_REPORTS", 0)
    write_register(place, [policy(number) for number in (1, 2)])
    said = StringIO()

    call_command(
        "import_register", str(place), author="author", stdout=StringIO(), stderr=said
    )

    first, last = said.getvalue().splitlines()
    assert re.fullmatch(r"1 policies, \d+ a second, \d+ min \d\d s left", first), first
    assert re.fullmatch(r"2 policies, \d+ a second, 0 min 00 s left", last), last


@pytest.mark.once
def test_what_a_file_holds_does_not_reach_the_terminal_as_a_command(place):
    write_register(place, [policy(specialty="\x1b[2Jhands")])

    assert "There is no specialty “\ufffd[2Jhands”." in refusal_of(place)


def test_a_register_comes_through_standard_input(place, monkeypatch):
    raw = json.dumps(policy()).encode()
    monkeypatch.setattr(sys, "stdin", TextIOWrapper(BytesIO(raw)))

    assert bring_in("-").startswith("1 policies brought in")


def test_a_check_changes_nothing_and_knows_earlier_lines(place, monkeypatch):
    monkeypatch.setattr(running, "BATCH", 1)
    TreatmentPageFactory(slug="splint")
    related = {"related_policies": ["R-001"], "treatments": ["splint"]}
    write_register(place, [policy(1), policy(2, **related)])
    before = AuditEntry.objects.count()

    assert bring_in(place, "--check").startswith("2 policies would be brought in;")
    assert not PolicyPage.objects.filter(reference__startswith="R-").exists()
    assert AuditEntry.objects.count() == before


def test_the_audit_log_holds_the_run_and_every_policy(
    place, people, django_capture_on_commit_callbacks
):
    write_register(place, [policy(1), policy(2)])

    with django_capture_on_commit_callbacks(execute=True):
        bring_in(place)

    entries = list(AuditEntry.objects.order_by("pk"))[-4:]
    assert [entry.action for entry in entries] == [
        "register.begun",
        "wagtail.create",
        "wagtail.create",
        "register.ended",
    ]
    assert {entry.actor for entry in entries} == {people.author}
    assert entries[-1].after["written"] == 2
    assert entries[-1].after["outcome"] == "complete"
    assert list(verify()) == []


def test_a_run_that_stops_says_so_in_the_audit_log(place):
    write_register(place, [policy(1, position="maybe")])

    refusal_of(place)

    ended = AuditEntry.objects.filter(action="register.ended").first()
    assert (ended.after["outcome"], ended.after["faulty"]) == ("stopped", 1)
