"""An import of a register beside other people, beside another one, and killed."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connections
from wagtail.models import Page, Revision

from pages.models import Specialty
from policies.models import Contribution, PolicyIndexPage, PolicyPage
from portal.audit.chain import seal_stragglers, verify
from portal.importers.approval import add_draft
from portal.importers.register import running
from tests.factories.pages import SpecialtyFactory
from tests.factories.people import sample_people
from tests.factories.registers import register, write_register
from tests.policies.races import together
from tests.policies.served import database_url

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.first]
COUNT = 60
PATIENCE_SECONDS = 120


@pytest.fixture
def people(site: object) -> SimpleNamespace:
    people = sample_people()
    for policy in register(COUNT):
        if not Specialty.objects.filter(slug=policy["specialty"]).exists():
            SpecialtyFactory(slug=policy["specialty"], name=policy["specialty"])
    return people


@pytest.fixture
def file(people: SimpleNamespace, tmp_path: Path) -> Path:
    policies = [
        {**policy, "treatments": [], "required_bodies": []}
        for policy in register(COUNT)
    ]
    return write_register(tmp_path / "register.jsonl", policies)


def bring_in(file: Path) -> Callable[[], None]:
    return lambda: call_command(
        "import_register",
        str(file),
        author="author",
        stdout=StringIO(),
        stderr=StringIO(),
    )


def references() -> list[str]:
    found = PolicyPage.objects.filter(reference__startswith="SAMPLE-")
    return list(found.order_by("path").values_list("reference", flat=True))


def assert_whole() -> None:
    """The tree holds together, and each policy has its revision, hand and entry."""
    assert Page.find_problems() == ([], [], [], [], [])
    pages = Page.objects.filter(policypage__reference__startswith="SAMPLE-")
    assert not pages.filter(latest_revision=None).exists()
    assert Contribution.objects.filter(page__in=pages).count() == pages.count()
    keys = [str(key) for key in pages.values_list("pk", flat=True)]
    assert Revision.objects.filter(object_id__in=keys).count() == pages.count()


def test_two_imports_at_once_bring_every_policy_in_once(file, monkeypatch):
    monkeypatch.setattr(running, "BATCH", 7)

    results = together(bring_in(file), bring_in(file))

    assert results == [None, None]
    assert references() == [policy["reference"] for policy in register(COUNT)]
    assert_whole()
    assert list(verify()) == []


def test_editors_add_pages_while_an_import_runs(file, people, monkeypatch):
    monkeypatch.setattr(running, "BATCH", 7)

    def write_some() -> None:
        for number in range(8):
            section = PolicyIndexPage.objects.get()
            page = PolicyPage(title=f"By hand {number}", reference=f"HAND-{number}")
            add_draft(section, page, people.author2)

    results = together(bring_in(file), write_some)

    assert results == [None, None]
    assert len(references()) == COUNT
    by_hand = PolicyPage.objects.filter(reference__startswith="HAND-")
    assert by_hand.count() == 8
    assert_whole()


def started(file: Path, directory: Path) -> subprocess.Popen[bytes]:
    """The command as a process of its own, on the database of the test."""
    (directory / "secret_key").write_text(settings.SECRET_KEY)
    variables: dict[str, Any] = {
        "PATH": str(Path(sys.executable).parent),
        "DJANGO_SETTINGS_MODULE": "portal.settings.development",
        "DATABASE_URL": database_url(),
        "LOCAL_DATA_DIR": str(directory),
    }
    command = [sys.executable, "manage.py", "import_register", str(file)]
    return subprocess.Popen(
        [*command, "--author", "author"],
        cwd=settings.BASE_DIR,
        env=variables,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def test_a_killed_import_leaves_whole_batches_and_goes_on(file, people, tmp_path):
    more = [
        {**json.loads(line), "reference": f"SAMPLE-{number}-{copy}"}
        for copy in range(5)
        for number, line in enumerate(file.read_text().splitlines())
    ]
    write_register(file, more)
    process = started(file, tmp_path)
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not references() and time.monotonic() < deadline:
        time.sleep(0.01)

    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    connections.close_all()

    kept = references()
    assert 0 < len(kept) < len(more)
    assert len(kept) % running.BATCH == 0
    assert kept == [policy["reference"] for policy in more[: len(kept)]]
    assert_whole()
    assert started(file, tmp_path).wait() == 0
    assert references() == [policy["reference"] for policy in more]
    assert_whole()
    seal_stragglers()
    assert list(verify()) == []
