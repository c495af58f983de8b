"""What differs between two texts: by field, and in it word by word."""

from dataclasses import dataclass
from typing import Any

from policies.plain_text import labels_of, plain_text
from policies.word_differences import Segment, word_segments
from portal.directions import visible

# Fields that are one choice: it changes as a whole, not word by word.
WHOLE_FIELDS = {
    "position",
    "status",
    "funding_route",
    "date_that_counts",
    "review_due",
    "local_label",
}


@dataclass(frozen=True)
class Difference:
    """One field that differs."""

    label: str
    segments: list[Segment]


def differences(old: dict[str, Any] | None, new: dict[str, Any]) -> list[Difference]:
    """The fields in which `new` differs from `old`; everything when `old` is None."""
    result = []
    for name, label in labels_of(new).items():
        before = plain_text(old, name) if old else ""
        after = plain_text(new, name)
        if before != after:
            segments = segments_of(name, visible(before), visible(after))
            result.append(Difference(label, segments))
    return result


def segments_of(name: str, before: str, after: str) -> list[Segment]:
    if name not in WHOLE_FIELDS:
        return word_segments(before, after)
    pairs = [("removed", before), ("added", after)]
    return [Segment(kind, text) for kind, text in pairs if text]
