"""The pack proves itself: its own recipe runs without the portal."""

import datetime
import hashlib
import io
import json
import re
import subprocess
from pathlib import Path
from zipfile import ZipFile

import pytest
import time_machine
from django.conf import settings
from django.core.files.base import ContentFile
from django.urls import reverse
from django.utils import timezone

from policies.decisions import ratify
from policies.emergency import judge, publish_at_once
from policies.evidence_pack import reasons_against_day, versions_on
from policies.models import PolicyVersion
from policies.models.pages import PolicyDocument
from portal.evidence.canonical import content_hash
from portal.media.models import PortalDocument
from tests.factories.approval import (
    approve_fully,
    publish_next,
    publish_policy,
    submit,
    write_draft,
)
from tests.factories.pages import PolicyPageFactory, RatifyingBodyFactory
from tests.kept_states import kept_fixture

LEAFLET = b"A leaflet for tests, not medical advice."
NAMES = {
    "SHA256SUMS",
    "VERIFY.md",
    "change.json",
    "content.json",
    "decisions.json",
    "index.html",
    "ledger.json",
    "ratifications.json",
}


@kept_fixture
def leaflet(db):
    return PortalDocument.objects.create(
        title="Leaflet", file=ContentFile(LEAFLET, name="leaflet.txt")
    )


@kept_fixture
def version(people, leaflet):
    """A version with a document and a ratification, after one of another policy."""
    other = PolicyPageFactory(reference="SP-200", author=people.author)
    publish_policy(other, people)
    body = RatifyingBodyFactory()
    draft = PolicyPageFactory(reference="SP-300", title="Größe <1 cm> & “more”")
    draft.required_bodies = [body]
    draft.documents = [PolicyDocument(document=leaflet)]
    draft.save_revision(user=people.author, log_action=True)
    change = submit(draft, people.author)
    ratify(
        change=change,
        person=people.approver1,
        body=body,
        ratified_on=timezone.localdate(),
        minute_reference="2026/11, item 4",
    )
    approve_fully(change, people)
    publish_policy(PolicyPageFactory(reference="SP-400", author=people.author), people)
    return PolicyVersion.objects.get(change=change)


@pytest.fixture
def unpack(people, client_of, tmp_path):
    def unpacked(version):
        url = reverse("policy_evidence_of_version", args=[version.pk])
        answer = client_of(people.governance).get(url)
        assert answer.status_code == 200
        with ZipFile(io.BytesIO(b"".join(answer.streaming_content))) as archive:
            archive.extractall(tmp_path)
        recipe = (tmp_path / "VERIFY.md").read_text("utf-8")
        (tmp_path / "verify.py").write_text(snippet(recipe), "utf-8")
        return tmp_path

    return unpacked


def snippet(recipe):
    lines = re.search(r" *```python\n(.*?)```", recipe, re.DOTALL).group(1)
    return re.sub(r"^   ", "", lines, flags=re.MULTILINE)


def run(directory, *command):
    return subprocess.run(
        command,
        cwd=directory,
        env={"PATH": "/usr/local/bin:/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
    )


def verify(directory):
    return run(directory, "python3", "-I", "verify.py")


def flip_one_byte(path, needle=b""):
    data = bytearray(path.read_bytes())
    position = data.find(needle) if needle else len(data) // 2
    assert position >= 0
    data[position] ^= 1
    path.write_bytes(bytes(data))


def test_recipe_of_the_pack_runs_without_the_portal(version, unpack):
    directory = unpack(version)

    sums = run(directory, "sha256sum", "-c", "SHA256SUMS")
    outcome = verify(directory)

    assert (sums.returncode, sums.stderr) == (0, "")
    assert outcome.returncode == 0, outcome.stderr
    entry = version.entries.get()
    assert outcome.stdout == (
        f"Whole: SP-300 version 1.0, 2 entries, last link {entry.chain}\n"
    )


@pytest.mark.parametrize(
    ("name", "needle"),
    [
        ("content.json", b"3 months"),
        ("decisions.json", b"Checked"),
        ("ratifications.json", b"item 4"),
        ("change.json", b'"title": "'),
        ("ledger.json", b"Checked"),
        ("ledger.json", b"item 4"),
        ("documents", b"medical"),
    ],
)
def test_one_changed_byte_is_found_by_both_steps(version, unpack, name, needle):
    directory = unpack(version)
    path = directory / name
    if path.is_dir():
        [path] = path.iterdir()
    if name == "change.json":
        path.write_text(path.read_text("utf-8").replace("Größe", "Grösse"), "utf-8")
    else:
        flip_one_byte(path, needle)

    assert run(directory, "sha256sum", "-c", "SHA256SUMS").returncode == 1
    assert verify(directory).returncode == 1


def test_pack_holds_the_record(version, unpack, people):
    directory = unpack(version)

    content = json.loads((directory / "content.json").read_bytes())
    change = json.loads((directory / "change.json").read_text("utf-8"))
    decisions = json.loads((directory / "decisions.json").read_text("utf-8"))
    files = {path.name for path in directory.iterdir()} - {"documents", "verify.py"}
    [document] = (directory / "documents").iterdir()
    assert files == NAMES
    assert content_hash(content) == version.content_hash
    assert [row["person_name"] for row in decisions["approval"]] == [
        str(people.clinician),
        str(people.approver1),
        str(people.approver2),
    ]
    assert change["people"][str(people.author.pk)] == str(people.author)
    assert document.read_bytes() == LEAFLET
    assert document.name.startswith(hashlib.sha256(LEAFLET).hexdigest()[:12])


@pytest.mark.once
def test_the_page_to_read_is_complete_in_itself(version, unpack):
    page = (unpack(version) / "index.html").read_text("utf-8")

    assert "Größe &lt;1 cm&gt; &amp; “more”" in page
    assert "Checked against the evidence." in page
    assert "2026/11, item 4" in page
    assert not re.search(r"<(script|link|img|iframe)|url\(|@import|https?://", page)


def test_pack_of_an_emergency_holds_the_judgements(policy_in_force, people, unpack):
    write_draft(policy_in_force, people.emergency, lay_summary="Stop.")
    version = publish_at_once(
        policy=policy_in_force, person=people.emergency, reason="A safety alert."
    )
    judge(
        version=version,
        person=people.clinician,
        verdict="ratify",
        note="Right.",
        seen_hash=version.content_hash,
    )

    directory = unpack(version)

    decisions = json.loads((directory / "decisions.json").read_text("utf-8"))
    assert [row["note"] for row in decisions["emergency"]] == ["Right."]
    assert verify(directory).returncode == 0
    (directory / "decisions.json").write_text('{"approval": [], "emergency": []}')
    assert verify(directory).returncode == 1


@pytest.fixture
def replaced_file(leaflet):
    """Files are no part of a kept state, and so are put back."""
    path = Path(leaflet.file.path)
    path.write_bytes(b"Another text.")
    yield
    path.write_bytes(LEAFLET)


@pytest.mark.usefixtures("replaced_file")
def test_a_replaced_file_is_no_evidence(version, people, client_of):
    url = reverse("policy_evidence_of_version", args=[version.pk])

    answer = client_of(people.governance).get(url)

    assert answer.status_code == 403
    assert "is not the one that was approved" in answer.content.decode()


@pytest.mark.once
def test_documentation_gives_the_recipe_of_the_pack(version, unpack):
    recipe = (unpack(version) / "verify.py").read_text("utf-8")
    documentation = (settings.BASE_DIR / "docs/evidence-pack.md").read_text("utf-8")

    assert snippet(documentation) == recipe


def test_a_day_leads_to_the_version_in_force_on_it(people, client_of, version):
    client = client_of(people.governance)
    query = {"reference": "sp-300", "on": timezone.localdate().isoformat()}

    answer = client.get(reverse("policy_evidence"), query)

    assert answer.url == reverse("policy_evidence_of_version", args=[version.pk])


def test_a_day_with_two_versions_lets_people_choose(people, client_of, policy_in_force):
    first = policy_in_force.versions.get()
    second = publish_next(
        policy_in_force, people, lay_summary="New.", change_note="A new summary."
    )
    query = {
        "reference": policy_in_force.reference,
        "on": timezone.localdate().isoformat(),
    }

    page = client_of(people.governance).get(reverse("policy_evidence"), query)

    for found in (first, second):
        url = reverse("policy_evidence_of_version", args=[found.pk])
        assert url in page.content.decode()


@pytest.mark.once
@pytest.mark.parametrize(
    ("reference", "on", "sentence"),
    [
        ("SP-300", "1999-12-31", "SP-300 was not in force on 31 December 1999."),
        ("SP-300", "2999-12-31", "That day lies in the future."),
        ("SP-300", "31st of May", "Give a real day, such as 2026-03-31."),
        ("SP-300", "", "This field is required."),
        ("SP-999", "2026-11-01", "There is no policy SP-999."),
    ],
)
def test_bad_questions_are_answered_in_sentences(
    people, client_of, version, reference, on, sentence
):
    answer = client_of(people.governance).get(
        reverse("policy_evidence"), {"reference": reference, "on": on}
    )

    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert f'value="{reference}"' in answer.content.decode()


def test_a_policy_that_was_never_in_force_has_no_evidence(policy_draft):
    assert reasons_against_day(policy_draft, timezone.localdate()) == [
        "No version of SP-100 has been in force yet."
    ]


def test_a_scheduled_version_has_no_evidence_yet(policy_in_force, people, client_of):
    scheduled = publish_next(
        policy_in_force,
        people,
        lay_summary="Later.",
        change_note="Later.",
        effective_on=timezone.localdate() + datetime.timedelta(days=3),
    )
    url = reverse("policy_evidence_of_version", args=[scheduled.pk])

    assert client_of(people.governance).get(url).status_code == 404


def test_versions_on_a_day_follow_the_clocks_of_the_country(policy_in_force, people):
    first = policy_in_force.versions.get()
    today = timezone.localdate()
    second = publish_next(
        policy_in_force,
        people,
        lay_summary="Later.",
        change_note="Later.",
        effective_on=today + datetime.timedelta(days=3),
    )
    with time_machine.travel(timezone.now() + datetime.timedelta(days=9), tick=True):
        found = [
            versions_on(policy_in_force, today + datetime.timedelta(days=days))
            for days in (-1, 0, 2, 3, 4)
        ]

    assert found == [[], [first], [first], [second], [second]]
