"""Criteria trees for tests: generated ones, and those of the sample content."""

import json
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

from hypothesis import strategies as st

from policies.criteria.blocks import CriteriaBlock, Rule
from policies.criteria.tree import Criterion, Group, tree_from_blocks
from portal.importers.streams import StreamReader

SAMPLE = Path(__file__).parents[2] / "portal" / "importers" / "sample" / "policies"
MAXIMUM_DEPTH = 4


def sample_trees() -> dict[str, Group]:
    """Every criteria tree of every version of the sample policies, by its name."""
    trees = {}
    for path in sorted(SAMPLE.glob("*.json")):
        versions = json.loads(path.read_text())["versions"]
        for number, version in enumerate(versions, start=1):
            if version.get("criteria"):
                name = f"{path.stem[:6]} version {number}"
                stored = StreamReader(name).read_stream(
                    CriteriaBlock(), version["criteria"], name
                )
                trees[name] = tree_from_blocks(stored)
    return trees


@st.composite
def trees(draw: Callable[..., int], questions: int = 6) -> Group:
    """A tree with some of the questions at most; every text in it occurs once."""
    serials = count(1)
    left = draw(st.integers(1, questions))

    def criterion() -> Criterion:
        nonlocal left
        serial = next(serials)
        has_exception = left > 1 and draw(st.booleans())
        left -= 1 + has_exception
        return Criterion(
            node_id=str(serial),
            kind="condition",
            text=f"Formal <{serial}>.",
            unless=f"exception <{serial}>." if has_exception else "",
            lay_wording=f"Plain <{serial}>." if draw(st.booleans()) else "",
        )

    def group(depth: int) -> Group:
        serial = next(serials)
        heading = f"Heading <{serial}>" if draw(st.booleans()) else ""
        members: list[Criterion | Group] = []
        while not members or (left > 0 and draw(st.booleans())):
            is_group = depth < MAXIMUM_DEPTH and draw(st.booleans())
            members.append(group(depth + 1) if is_group else criterion())
        rule = draw(st.sampled_from(Rule.values))
        return Group(
            node_id=str(serial),
            rule=rule,
            members=tuple(members),
            minimum=draw(st.integers(1, len(members))) if rule == "at_least" else None,
            heading=heading,
        )

    return group(1)


def nodes_of(node: Criterion | Group) -> Iterator[Criterion | Group]:
    """A node and everything below it, in reading order."""
    yield node
    if isinstance(node, Group):
        for member in node.members:
            yield from nodes_of(member)


def keys_of(group: Group, number: str = "") -> Iterator[str]:
    """The keys of everything that a checklist asks, in reading order."""
    for position, member in enumerate(group.members, start=1):
        here = f"{number}.{position}".lstrip(".")
        if isinstance(member, Group):
            yield from keys_of(member, here)
        else:
            yield here
            if member.unless:
                yield f"{here}-unless"
