"""Registers of sample policies, as the command that brings them in reads them.

Without Django: the benchmarks make them beside the portal.
"""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

SAMPLE_POLICIES = Path(__file__).parents[2] / "portal/importers/sample/policies"
# What the sample folder says beside a policy, or about one site alone.
NOT_IN_A_REGISTER = ("documents", "review", "submit", "author", "effective_on")


def sample_policies() -> list[dict[str, Any]]:
    """The first versions of the sample policies, which name each other nowhere."""
    return [
        {
            **{
                name: value
                for name, value in json.loads(path.read_text())["versions"][0].items()
                if name not in NOT_IN_A_REGISTER
            },
            "related_policies": [],
        }
        for path in sorted(SAMPLE_POLICIES.glob("*.json"))
    ]


def register(count: int, prefix: str = "SAMPLE") -> Iterable[dict[str, Any]]:
    """`count` policies with the texts of the sample content, one after the other."""
    texts = sample_policies()
    for number in range(1, count + 1):
        text = texts[number % len(texts)]
        yield {
            "reference": f"{prefix}-{number:05}",
            **text,
            "title": f"SAMPLE {number}: {text['title']}"[:65],
        }


def write_register(path: Path, policies: Iterable[dict[str, Any]]) -> Path:
    with path.open("w", encoding="utf-8") as file:
        file.writelines(f"{json.dumps(policy)}\n" for policy in policies)
    return path
