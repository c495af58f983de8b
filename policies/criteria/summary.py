"""The ticks of a checklist as lines: what each answer is, and what it does."""

from collections.abc import Iterator
from typing import NamedTuple

from policies.criteria.evaluation import Answer, Gate, Question, settling

DECIDES = "Decides the result"
OPEN = "Still open"
OUTCOMES = {
    Answer.MET: "The criteria are met.",
    Answer.NOT_MET: "The criteria are not met.",
    Answer.NOT_KNOWN: "Not known yet: the answers so far do not settle it.",
}


class Line(NamedTuple):
    """A row of the summary; `words` are what each answer would read."""

    key: str
    number: str
    text: str
    is_gate: bool
    answer: str
    effect: str
    words: list[tuple[str, str]]


def summary_lines(top: Gate) -> list[Line]:
    """Every rule and every question, in the order and with the numbers of the text."""
    told = {question.key for question in settling(top)}
    effect = OPEN if top.answer == Answer.NOT_KNOWN else DECIDES
    return [
        Line(
            node.key,
            node.number,
            node.text,
            node.is_gate,
            node.words[node.answer],
            effect if node.key in told else "",
            [(answer.value, words) for answer, words in node.words.items()],
        )
        for node in worded_nodes(top)
    ]


def worded_nodes(node: Gate | Question) -> Iterator[Gate | Question]:
    """All nodes but the gates that only join a criterion to its exception."""
    if node.text:
        yield node
    if isinstance(node, Gate):
        for member in node.members:
            yield from worded_nodes(member)
