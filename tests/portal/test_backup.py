"""A backup is whole or not there, and its restore is the same portal again."""

import io
import json
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import urlsplit

import psycopg
import pytest
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.management import CommandError, call_command
from django.db import connection, connections
from wagtail.models import Page, Site

from portal import environment
from portal.backup import programs, taking
from portal.backup.databases import FILES, one_moment
from portal.backup.facts import facts_of_database
from portal.backup.manifest import MANIFEST, BackupProblem
from portal.media.models import PortalDocument
from tests.factories.approval import publish_policy
from tests.factories.files import pdf
from tests.factories.pages import PolicyPageFactory
from tests.factories.people import sample_people
from tests.postgresql import installed_programs, packaged_programs

pytestmark = pytest.mark.django_db(transaction=True)
WORDS = pdf("The words of a leaflet")


@pytest.fixture(autouse=True)
def _pg_dump_of_this_server(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the system has none, the programs that came with the server."""
    found = [*installed_programs(), *packaged_programs()]
    if found:
        monkeypatch.setenv("PATH", str(found[0]), prepend=":")


@pytest.fixture
def people(site: Site) -> SimpleNamespace:
    return sample_people()


@pytest.fixture
def leaflet(site: Site) -> PortalDocument:
    file = ContentFile(WORDS, name="leaflet.pdf")
    return PortalDocument.objects.create(title="Leaflet", file=file)


@pytest.fixture
def backup(leaflet: PortalDocument, tmp_path: Path) -> Path:
    return taking.take_backup(tmp_path / "backups")[0]


@pytest.fixture
def empty_place(tmp_path: Path) -> Iterator[dict[str, str]]:
    """The environment of another installation, with a database that has no table."""
    directory = tmp_path / "elsewhere"
    directory.mkdir()
    variables = {
        **environment.everything(),
        "DJANGO_SETTINGS_MODULE": "portal.settings.development",
        "LOCAL_DATA_DIR": str(directory),
    }
    if connection.vendor == "sqlite":
        yield {**variables, "DATABASE_URL": f"sqlite:///{directory / 'new.sqlite3'}"}
        return
    server = environment.text("TEST_DATABASE_URL")
    name = f"{connection.settings_dict['NAME']}_restored"
    with psycopg.connect(server, autocommit=True) as administrator:
        administrator.execute(f'CREATE DATABASE "{name}"')
        url = urlsplit(server)._replace(path=f"/{name}").geturl()
        yield {**variables, "DATABASE_URL": url}
        administrator.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def manage(variables: dict[str, str], *command: str) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, "manage.py", *command],
        cwd=settings.BASE_DIR,
        env=variables,
        capture_output=True,
        text=True,
    )


def test_restored_portal_is_the_same_and_proves_it(
    people: SimpleNamespace,
    leaflet: PortalDocument,
    empty_place: dict[str, str],
    tmp_path: Path,
) -> None:
    publish_policy(PolicyPageFactory(author=people.author), people)
    said = io.StringIO()
    call_command("backup", str(tmp_path / "backups"), stdout=said)
    [folder] = (tmp_path / "backups").iterdir()
    assert f"{folder} is complete" in said.getvalue()

    restored = manage(empty_place, "restore", str(folder))

    assert restored.returncode == 0, restored.stderr
    assert "The ledger is whole: 1 entries about 1 versions." in restored.stdout
    assert "The audit log is whole." in restored.stdout
    assert f"compared: {Page.objects.count()} pages" in restored.stdout
    stored = Path(empty_place["LOCAL_DATA_DIR"]) / "media" / leaflet.file.name
    assert stored.read_bytes() == WORDS

    again = manage(empty_place, "restore", str(folder))
    assert again.returncode == 1
    assert "is not empty" in again.stderr


def test_copy_is_of_one_moment_whatever_is_written_meanwhile(
    site: Site, tmp_path: Path
) -> None:
    def write() -> None:
        PortalDocument.objects.create(
            title="Meanwhile", file=ContentFile(WORDS, name="meanwhile.pdf")
        )
        connections.close_all()

    before = facts_of_database()["rows"]["media_portaldocument"]
    copy = tmp_path / FILES[connection.vendor]

    with one_moment() as dump:
        writer = threading.Thread(target=write)
        writer.start()
        writer.join()
        rows = facts_of_database()["rows"]
        dump(copy)

    assert rows["media_portaldocument"] == before
    assert PortalDocument.objects.count() == before + 1
    assert copy.stat().st_size > 0
    assert "Meanwhile" not in text_of(copy)


def text_of(copy: Path) -> str:
    """Every word of a database's copy."""
    if connection.vendor == "sqlite":
        return copy.read_bytes().decode(errors="replace")
    pg_restore = programs.program("pg_restore", at_least=programs.server_version())
    script = subprocess.run(
        [pg_restore, "--data-only", "--file=-", copy], capture_output=True, check=True
    )
    return script.stdout.decode()


def test_file_that_is_gone_is_named_and_the_rest_is_kept(
    leaflet: PortalDocument, tmp_path: Path
) -> None:
    lost = PortalDocument.objects.create(
        title="Lost", file=ContentFile(WORDS, name="lost.pdf")
    )
    lost.file.storage.delete(lost.file.name)
    complaints = io.StringIO()

    call_command("backup", str(tmp_path), stderr=complaints, stdout=io.StringIO())

    assert lost.file.name in complaints.getvalue()
    [manifest] = tmp_path.glob(f"portal-*/{MANIFEST}")
    listed = json.loads(manifest.read_text())
    assert [file["name"] for file in listed["media"]] == [leaflet.file.name]
    assert listed["missing"] == [f"media.portaldocument.file: {lost.file.name}"]


def test_interrupted_backup_leaves_nothing_that_looks_complete(
    leaflet: PortalDocument, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(path: Path, *, recursive: bool = True) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(taking, "keep_on_disk", interrupted)
    with pytest.raises(KeyboardInterrupt):
        taking.take_backup(tmp_path)

    assert list(tmp_path.iterdir()) == []


def test_backup_is_for_its_owner_alone(backup: Path) -> None:
    everything = [backup, *backup.rglob("*")]

    assert [path for path in everything if path.stat().st_mode & 0o077] == []


def without_manifest(backup: Path) -> None:
    (backup / MANIFEST).unlink()


def with_another_byte(backup: Path) -> None:
    [leaflet] = backup.glob("media/*/documents/leaflet*.pdf")
    leaflet.write_bytes(WORDS.replace(b"words", b"swords"))


def without_database(backup: Path) -> None:
    (backup / FILES[connection.vendor]).unlink()


def of_another_release(backup: Path) -> None:
    listed = json.loads((backup / MANIFEST).read_text())
    listed["facts"]["migrations"].append("policies.9999_later")
    (backup / MANIFEST).write_text(json.dumps(listed))


@pytest.mark.parametrize(
    ("damage", "sentence"),
    [
        (without_manifest, "is not a complete backup"),
        (with_another_byte, "leaflet.*was changed"),
        (without_database, r"database\.\w+ is missing"),
        (of_another_release, "another release.*policies.9999_later"),
    ],
)
def test_damaged_backup_is_refused_before_anything_is_written(
    backup: Path,
    damage: Callable[[Path], None],
    sentence: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    damage(backup)
    # Where the tests are is no empty database, and this comes first.
    monkeypatch.setattr("portal.backup.databases.refuse_unless_empty", lambda: None)

    with pytest.raises(CommandError, match=f"(?s)Not restored.*{sentence}"):
        call_command("restore", str(backup))


def test_missing_or_old_programs_are_named_in_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(BackupProblem, match="pg_dumper is not installed: install"):
        programs.program("pg_dumper", at_least=15)
    old = tmp_path / "pg_dump_old"
    old.write_text("#!/bin/sh\necho 'pg_dump (PostgreSQL) 9.6.1'\n")
    old.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")

    with pytest.raises(BackupProblem, match="has version 9, but the server has 15"):
        programs.program("pg_dump_old", at_least=15)
    assert shutil.which("pg_dump_old") == str(old)
