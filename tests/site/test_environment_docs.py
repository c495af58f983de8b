"""docs/environment.md names what the code reads, no more and no less."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from portal import environment

pytestmark = pytest.mark.once

ROOT = Path(__file__).resolve().parents[2]
READERS = {"required", "text", "words", "pairs", "flag", "number"}
# Read by make or by Django itself rather than by the portal.
READ_ELSEWHERE: set[str] = set()


def variables_read(source: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(source.read_text())):
        match node:
            case ast.Call(
                func=ast.Attribute(value=ast.Name(id="environment"), attr=reader),
                args=[ast.Constant(value=str(name)), *_],
            ) if reader in READERS:
                yield name


def test_every_variable_is_documented_and_every_documented_one_is_read():
    sources = [
        source
        for folder in ("portal", "pages", "policies", "tests")
        for source in (ROOT / folder).rglob("*.py")
    ]
    read = {name for source in sources for name in variables_read(source)}

    documented = set(
        re.findall(
            r"^\| `([A-Z_]+)` \|", (ROOT / "docs/environment.md").read_text(), re.M
        )
    )

    assert documented == read


def test_only_one_module_reads_the_environment():
    folders = [ROOT / name for name in ("portal", "pages", "policies")]
    readers = [
        str(source.relative_to(ROOT))
        for folder in folders
        for source in folder.rglob("*.py")
        if "os.environ" in source.read_text() or "getenv" in source.read_text()
    ]

    assert [name for name in readers if name != "portal/wsgi.py"] == [
        "portal/environment.py"
    ]


def test_a_missing_required_variable_is_named(monkeypatch):
    monkeypatch.delenv("SECRET_KEY", raising=False)

    with pytest.raises(ImproperlyConfigured, match="SECRET_KEY"):
        environment.required("SECRET_KEY")


def test_a_word_that_is_neither_yes_nor_no_is_refused(monkeypatch):
    monkeypatch.setenv("MAIL_TLS", "perhaps")

    with pytest.raises(ImproperlyConfigured, match="MAIL_TLS must be yes or no"):
        environment.flag("MAIL_TLS")
