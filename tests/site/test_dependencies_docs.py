"""docs/dependencies.md gives a reason for every direct dependency."""

import re
from pathlib import Path

import pytest

pytestmark = pytest.mark.once

ROOT = Path(__file__).resolve().parents[2]


def direct_dependencies(requirements: str) -> set[str]:
    """The names, without extras and versions."""
    lines = (ROOT / requirements).read_text().splitlines()
    listed = [line for line in lines if line and not line.startswith(("#", "-"))]
    return {re.split(r"[\[=]", line)[0] for line in listed}


def test_every_direct_dependency_has_its_reason():
    cells = re.findall(
        r"^\| ([^|]+) \| [^|]{10,} \|$",
        (ROOT / "docs/dependencies.md").read_text(),
        re.M,
    )
    documented = {name for cell in cells for name in cell.split(", ")} - {"Package"}

    used = direct_dependencies("requirements.in")
    used |= direct_dependencies("requirements-dev.in")

    assert documented == used


def test_every_dependency_has_one_version_and_hashes():
    for name in ("requirements", "requirements-dev"):
        text = re.sub(r"^\s*#.*\n", "", (ROOT / f"{name}.txt").read_text(), flags=re.M)
        pins = text.replace("\\\n", "").splitlines()
        hashed = r"\S+==\S+(\s+--hash=sha256:[0-9a-f]{64})+\s*"
        asked = re.findall(r"^\S+==\S+$", (ROOT / f"{name}.in").read_text(), re.M)

        assert [pin for pin in pins if not re.fullmatch(hashed, pin)] == []
        assert {normal(line) for line in asked} <= {normal(pin) for pin in pins}


def normal(pin: str) -> tuple[str, str]:
    """Name and version, the name as indexes write it."""
    name, version = pin.split()[0].split("==")
    return re.sub(r"[_.-]+", "-", name).lower(), version


def test_the_portal_needs_fewer_than_twenty_direct_dependencies():
    assert len(direct_dependencies("requirements.in")) < 20
