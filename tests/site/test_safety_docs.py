"""docs/security.md and docs/clinical-safety.md name tests that exist."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
NAMED = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")

pytestmark = pytest.mark.once


def named_tests(path: Path) -> set[str]:
    """Names that pytest would collect at the top of a module."""
    if not path.is_file():
        return set()
    return {
        node.name
        for node in ast.parse(path.read_text()).body
        if isinstance(node, ast.FunctionDef | ast.ClassDef)
        and node.name.lower().startswith("test")
    }


@pytest.mark.parametrize("document", ["security.md", "clinical-safety.md"])
def test_every_named_test_exists(document: str) -> None:
    named = NAMED.findall((ROOT / "docs" / document).read_text())

    assert len(named) >= 10
    assert [
        f"{path}::{test}"
        for path, test in named
        if test not in named_tests(ROOT / path)
    ] == []


def test_every_hazard_has_a_test() -> None:
    text = (ROOT / "docs/clinical-safety.md").read_text()
    hazards = re.findall(r"^\| (H\d) \|(.*)$", text, re.M)

    assert [name for name, _row in hazards] == [f"H{n}" for n in range(1, 9)]
    assert [name for name, row in hazards if not NAMED.search(row)] == []
