"""docs/dependencies.md gives a reason for every direct dependency."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def direct_dependencies(requirements: str) -> set[str]:
    """The lines under `# direct`, without extras and versions."""
    listed = (ROOT / requirements).read_text().split("# direct\n")[1].split("\n\n")[0]
    return {re.split(r"[\[=]", line)[0] for line in listed.splitlines()}


def test_every_direct_dependency_has_its_reason():
    cells = re.findall(
        r"^\| ([^|]+) \| [^|]{10,} \|$",
        (ROOT / "docs/dependencies.md").read_text(),
        re.M,
    )
    documented = {name for cell in cells for name in cell.split(", ")} - {"Package"}

    used = direct_dependencies("requirements.txt")
    used |= direct_dependencies("requirements-dev.txt")

    assert documented == used


def test_every_dependency_has_one_version():
    lines = [
        line
        for name in ("requirements.txt", "requirements-dev.txt")
        for line in (ROOT / name).read_text().splitlines()
        if line and not line.startswith(("#", "-r "))
    ]

    assert [line for line in lines if not re.fullmatch(r"\S+==\S+", line)] == []


def test_the_portal_needs_fewer_than_twenty_direct_dependencies():
    assert len(direct_dependencies("requirements.txt")) < 20
