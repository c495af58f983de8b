"""The criteria as numbered lines of plain text, for comparing and for printing."""

from policies.criteria.tree import Criterion, Group


def outline(group: Group | None) -> list[str]:
    """`["All of these:", "1 Pain …", "2 Any one of these:", "2.1 …"]`."""
    if group is None:
        return []
    return [heading(group), *member_lines(group, ())]


def member_lines(group: Group, number: tuple[int, ...]) -> list[str]:
    lines = []
    for position, member in enumerate(group.members, start=1):
        here = (*number, position)
        label = ".".join(str(part) for part in here)
        if isinstance(member, Group):
            lines.append(f"{label} {heading(member)}")
            lines += member_lines(member, here)
        else:
            lines.append(f"{label} {criterion_line(member)}")
    return lines


def heading(group: Group) -> str:
    rule = f"{group.rule_words}:"
    return f"{group.heading} {rule}" if group.heading else rule


def criterion_line(criterion: Criterion) -> str:
    parts = [criterion.text]
    if criterion.quantities:
        parts.append(f"[{'; '.join(str(item) for item in criterion.quantities)}]")
    if criterion.unless:
        parts.append(f"Unless {criterion.unless}")
    if criterion.evidence_needed:
        parts.append(f"Evidence: {criterion.evidence_needed}")
    return " ".join(parts)
