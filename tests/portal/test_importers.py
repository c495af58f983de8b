"""Content from outside: what is refused, what is kept, and what goes on later."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from wagtail.models import Revision

from pages.models import InformationPage, TreatmentPage
from policies.models import ChangeRequest, PolicyPage, PolicyVersion
from portal.accounts.samples import create_sample_accounts
from portal.importers.folder import import_folder
from portal.importers.problems import ImportProblem

BOARD = "Board"
APPROVALS = [
    {"person": person, "verdict": "approve", "note": "Agreed."}
    for person in ("clinician", "approver1", "approver2")
]


def treatment(**changes: Any) -> dict[str, Any]:
    text = [{"text": "<p>Some words.</p>"}]
    return {
        "slug": "splint",
        "title": "Splint",
        "introduction": "A support for a sore wrist.",
        "specialty": "hands",
        "what_it_is": text,
        "why_it_is_done": text,
        "alternatives": text,
        "risks": [{"risk": {"name": "sore skin"}}],
        "change_note": "First version.",
        "review": [APPROVALS[0]],
        **changes,
    }


def criteria(limit: int) -> list[dict[str, Any]]:
    pain = {
        "key": "pain",
        "criterion": {
            "text": f"Pain for {limit} weeks.",
            "quantities": [
                {"measure": "pain", "comparison": "at_least", "number": limit}
            ],
        },
    }
    return [{"key": "top", "group": {"rule": "all_of", "members": [pain]}}]


def version(**changes: Any) -> dict[str, Any]:
    return {
        "title": "Splints",
        "owner_team": "Policy team",
        "specialty": "hands",
        "treatments": ["splint"],
        "position": "criteria",
        "funding_route": "criteria_check",
        "lay_summary": "The NHS here pays for splints.",
        "scope": "<p>Adults.</p>",
        "criteria": criteria(6),
        "change_type": "new",
        "change_note": "First version.",
        "review": APPROVALS,
        **changes,
    }


def policy(*versions: dict[str, Any]) -> dict[str, Any]:
    return {"reference": "T-001", "versions": list(versions or [version()])}


@pytest.fixture
def folder(tmp_path: Path, site) -> Path:
    """A folder with one treatment and one policy that pass, and staff to import it."""
    create_sample_accounts("a-password-for-tests")
    specialties = [{"name": "Hands", "slug": "hands"}]
    write(
        tmp_path / "site.json",
        {"specialties": specialties, "ratifying_bodies": [BOARD]},
    )
    write(tmp_path / "treatments/splint.json", treatment())
    write(tmp_path / "policies/t-001.json", policy())
    return tmp_path


def write(path: Path, data: Any) -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_text(data if isinstance(data, str) else json.dumps(data))


def problem_of(folder: Path) -> str:
    with pytest.raises(ImportProblem) as caught:
        list(import_folder(folder))
    return str(caught.value)


WRONG_TREATMENTS = {
    "unknown key": ({"risk": []}, "risk: This key is not known here."),
    "wrong type": ({"title": 7}, "title: This must be a text."),
    "long title": ({"title": "x" * 66}, "title: Use at most 65 characters"),
    "wrong choice": ({"risk_denominator": 7}, "risk_denominator: Value 7 is not"),
    "no such specialty": ({"specialty": "x"}, "specialty: There is no specialty “x”."),
    "no such account": ({"author": "nobody"}, "author: There is no account “nobody”."),
    "not a list": ({"risks": {}}, "risks: This must be a list of blocks."),
    "unknown block": (
        {"risks": [{"danger": {}}]},
        "risks[0].danger: This block is not known here.",
    ),
    "unknown key in a block": (
        {"risks": [{"risk": {"name": "pain", "odds": 1}}]},
        "risks[0].risk.odds: This key is not known here.",
    ),
    "block without what it needs": (
        {"risks": [{"risk": {"explanation": "It hurts."}}]},
        "risks[0].name: This field is required.",
    ),
    "script": (
        {"what_it_is": [{"text": "<p>a</p><script>b</script>"}]},
        "what_it_is[0].text: <script> may not be used here.",
    ),
    "dangerous link": (
        {"what_it_is": [{"text": '<p><a href="javascript:x">a</a></p>'}]},
        "what_it_is[0].text: A link leads to an address that is not allowed.",
    ),
    "no such file": (
        {"documents": [{"file": "no.pdf", "title": "No", "kind": "leaflet"}]},
        "documents[0].file: There is no file “no.pdf”.",
    ),
    "incomplete on submission": ({"alternatives": []}, "still empty: alternatives."),
    "reviewer without the role": (
        {"review": [{"person": "author2", "verdict": "approve", "note": "Fine."}]},
        "review[0]: This is for people with the role Clinical reviewer.",
    ),
    "unknown verdict": (
        {"review": [{"person": "clinician", "verdict": "maybe", "note": "?"}]},
        "review[0].verdict: The verdict is “approve” or “reject”, not “maybe”.",
    ),
}


@pytest.mark.once
@pytest.mark.parametrize("case", WRONG_TREATMENTS)
def test_a_wrong_treatment_is_refused_by_file_and_field(folder, case):
    changes, message = WRONG_TREATMENTS[case]
    write(folder / "treatments/splint.json", treatment(**changes))

    problem = problem_of(folder)

    assert problem.startswith("treatments/splint.json: ")
    assert message in problem
    assert not TreatmentPage.objects.exists()


WRONG_POLICIES = {
    "reference": (
        {"reference": "t_1", "versions": [version()]},
        "versions[0].reference: Use capital letters",
    ),
    "no version": (
        {"reference": "T-001", "versions": []},
        "versions: A policy has at least one version.",
    ),
    "missing versions": ({"reference": "T-001"}, "versions: This is missing."),
    "position": (
        policy(version(position="maybe")),
        "versions[0].position: Value 'maybe' is not a valid choice.",
    ),
    "date": (
        policy(version(review_due_on="soon")),
        "versions[0].review_due_on: “soon” value has an invalid date format.",
    ),
    "key used twice": (
        policy(version(criteria=[*criteria(6), *criteria(6)])),
        "versions[0].criteria[1].key: The key “top” is used twice.",
    ),
    "impossible minimum": (
        policy(
            version(
                criteria=[
                    {
                        "group": {
                            "rule": "at_least",
                            "minimum": 3,
                            "members": [{"criterion": {"text": "Pain."}}],
                        }
                    }
                ]
            )
        ),
        "versions[0].criteria[0].minimum: The group has 1 members",
    ),
    "review goes on too long": (
        policy(version(review=[*APPROVALS, APPROVALS[0]])),
        "versions[0].review[3]: The review is over",
    ),
    "author approves": (
        policy(version(review=[{**APPROVALS[0], "person": "author"}])),
        "versions[0].review[0]: ",
    ),
    "date in the past": (
        policy(version(effective_on="2020-01-01")),
        "A policy cannot take effect in the past.",
    ),
    "nothing new": (
        policy(version(), {"change_note": "Again."}),
        "Nothing has changed since the latest version.",
    ),
}


@pytest.mark.once
@pytest.mark.parametrize("case", WRONG_POLICIES)
def test_a_wrong_policy_is_refused_by_file_and_field(folder, case):
    data, message = WRONG_POLICIES[case]
    write(folder / "policies/t-001.json", data)

    problem = problem_of(folder)

    assert problem.startswith("policies/t-001.json: ")
    assert message in problem
    assert not PolicyPage.objects.exists()


@pytest.mark.once
def test_broken_json_is_refused_by_line(folder):
    write(folder / "treatments/splint.json", '{\n"slug": }')

    assert problem_of(folder).startswith(
        "treatments/splint.json: line 2: This is not valid JSON"
    )


@pytest.mark.once
def test_files_that_need_each_other_are_refused(folder):
    write(folder / "treatments/splint.json", treatment(related_treatments=["bandage"]))
    write(
        folder / "treatments/bandage.json",
        treatment(slug="bandage", related_treatments=["splint"]),
    )

    assert "refer to each other in a circle" in problem_of(folder)


@pytest.mark.once
def test_a_file_comes_after_those_it_refers_to(folder):
    write(
        folder / "treatments/a.json",
        treatment(slug="bandage", title="Bandage", related_treatments=["splint"]),
    )

    lines = list(import_folder(folder))

    assert lines[:2] == ["treatments: splint", "treatments: bandage"]


def test_import_takes_a_policy_through_approval(folder):
    list(import_folder(folder))

    change = ChangeRequest.objects.get(page__slug="t-001")
    assert [decision.person.username for decision in change.decisions.all()] == [
        "clinician",
        "approver1",
        "approver2",
    ]
    assert PolicyVersion.objects.in_force().get().reference == "T-001"
    assert TreatmentPage.objects.live().get().slug == "splint"


def test_a_policy_waits_for_the_bodies_that_must_ratify_it(folder):
    bodies = {"required_bodies": [BOARD]}
    write(folder / "policies/t-001.json", policy(version(**bodies)))

    list(import_folder(folder))

    assert not PolicyVersion.objects.exists()
    assert ChangeRequest.objects.get(page__slug="t-001").is_open


def test_a_criterion_keeps_its_id_when_its_text_changes(folder):
    second = {
        "criteria": criteria(12),
        "change_type": "tightened",
        "change_note": "Twelve weeks.",
        "review": APPROVALS,
    }
    write(folder / "policies/t-001.json", policy(version(), second))

    list(import_folder(folder))

    first, latest = PolicyVersion.objects.order_by("number")
    (old,), (new,) = first.text.criteria.criteria(), latest.text.criteria.criteria()
    assert old.text != new.text
    assert old.node_id == new.node_id


def test_a_second_import_changes_nothing(folder):
    list(import_folder(folder))
    page = TreatmentPage.objects.get()
    page.area_note = "Written by an editor."
    page.save_revision(user=page.owner)
    revisions = Revision.objects.count()

    assert list(import_folder(folder)) == []

    assert Revision.objects.count() == revisions
    draft = TreatmentPage.objects.get().get_latest_revision_as_object()
    assert draft.area_note == "Written by an editor."


def test_an_import_that_stopped_goes_on_where_it_was(folder):
    unfinished = policy(version(review=[*APPROVALS[:2], {"person": "approver2"}]))
    write(folder / "policies/t-001.json", unfinished)
    problem_of(folder)
    assert TreatmentPage.objects.live().count() == 1
    assert not PolicyPage.objects.exists()
    assert not ChangeRequest.objects.filter(page__slug="t-001").exists()

    write(folder / "policies/t-001.json", policy())

    assert list(import_folder(folder)) == ["policies: T-001"]


def test_a_page_that_editors_wrote_is_not_replaced(folder):
    page = InformationPage.objects.get(slug="about")
    page.introduction = "Written by staff."
    page.save_revision().publish()
    write(
        folder / "information/about.json",
        {"slug": "about", "title": "About", "introduction": "From the file."},
    )

    list(import_folder(folder))

    page.refresh_from_db()
    assert page.introduction == "Written by staff."


def test_sample_content_is_refused_where_sample_accounts_are(db, settings):
    settings.SAMPLE_ACCOUNTS_ALLOWED = False

    with pytest.raises(CommandError, match="not allowed under these settings"):
        call_command("load_sample_content")
