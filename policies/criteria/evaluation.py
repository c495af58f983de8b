"""What ticks mean for the criteria: met, not met, or not known yet.

Three-valued logic after Kleene. Every rule is one sum: at least so many members have
to hold. `All of` asks for each, `any of` for one, `none of` for each to be not met, and
a criterion with an exception for one of the two. No criterion stands in the tree twice,
so a result that is not known can still come out either way.

`portal/static/portal/js/site.js` is the same sum in the browser; a test holds the
two together.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from django.db import models

from policies.criteria.blocks import Rule
from policies.criteria.tree import Criterion, Group

EXCEPTION = "-unless"


class Answer(models.TextChoices):
    MET = "met", "Met"
    NOT_MET = "not_met", "Not met"
    NOT_KNOWN = "not_known", "Not known"


Answers = Mapping[str, Answer]

# Below “none of these”, an infection that is there would read “met”.
WORDS = {answer: answer.label for answer in Answer}
WORDS_OF_EXCLUSIONS = {
    Answer.MET: "Applies",
    Answer.NOT_MET: "Does not apply",
    Answer.NOT_KNOWN: "Not known",
}


def words_for(*, is_excluding: bool) -> dict[Answer, str]:
    """What people read for each answer; below “none of these” they say what is so."""
    return WORDS_OF_EXCLUSIONS if is_excluding else WORDS


@dataclass(frozen=True)
class Question:
    """Something to tick: a criterion, or the exception of one; known by its number."""

    key: str
    number: str
    criterion: Criterion
    tick: Answer | None
    words: Mapping[Answer, str]

    is_gate = False

    @property
    def answer(self) -> Answer:
        return self.tick or Answer.NOT_KNOWN

    @property
    def is_exception(self) -> bool:
        return self.key.endswith(EXCEPTION)

    @property
    def text(self) -> str:
        if self.is_exception:
            return f"Unless: {self.criterion.unless}"
        return self.criterion.text

    @property
    def legend(self) -> str:
        return f"{self.number} {self.text}"

    @property
    def choices(self) -> list[tuple[str, str]]:
        """Each answer and its words, in the order in which they are offered."""
        return [(answer.value, words) for answer, words in self.words.items()]

    @property
    def hints(self) -> list[str]:
        """What to know before answering: the thresholds, and the evidence needed."""
        if self.is_exception:
            return []
        thresholds = "; ".join(str(one) for one in self.criterion.quantities)
        evidence = self.criterion.evidence_needed
        return [
            *([f"Threshold: {thresholds}"] if thresholds else []),
            *([f"Evidence needed: {evidence}"] if evidence else []),
        ]


@dataclass(frozen=True)
class Gate:
    """Members of which at least `least` have to be met, or not met if inverted."""

    key: str
    number: str
    text: str
    least: int
    is_inverted: bool
    members: tuple["Gate | Question", ...]
    words: Mapping[Answer, str]

    is_gate = True

    @cached_property
    def answer(self) -> Answer:
        counts = Counter(member.answer for member in self.members)
        if counts[self.sought(Answer.MET)] >= self.least:
            return Answer.MET
        possible = len(self.members) - counts[self.sought(Answer.NOT_MET)]
        return Answer.NOT_MET if possible < self.least else Answer.NOT_KNOWN

    def sought(self, answer: Answer) -> Answer:
        """What members have to be for the gate to become `answer`."""
        if not self.is_inverted or answer == Answer.NOT_KNOWN:
            return answer
        return Answer.NOT_MET if answer == Answer.MET else Answer.MET


def ticked(
    group: Group, answers: Answers, number: str = "", *, is_excluding: bool = False
) -> Gate:
    """The gates and questions of a tree with what was ticked; the rest is not known.

    `is_excluding` says that the group stands somewhere below “none of these”.
    """
    is_inverted = group.rule == Rule.NONE_OF
    below = is_excluding or is_inverted
    rule = f"{group.rule_words}:"
    return Gate(
        key=f"group-{number}",
        number=number,
        text=f"{group.heading} – {rule}" if group.heading else rule,
        least=least_of(group),
        is_inverted=is_inverted,
        members=tuple(
            ticked(member, answers, place, is_excluding=below)
            if isinstance(member, Group)
            else asked(member, answers, place, words_for(is_excluding=below))
            for place, member in numbered_members(group, number)
        ),
        words=words_for(is_excluding=is_excluding),
    )


def numbered_members(
    group: Group, number: str
) -> Iterator[tuple[str, Criterion | Group]]:
    """Members with their numbers as the formal text has them: `2`, then `2.1`."""
    for position, member in enumerate(group.members, start=1):
        yield f"{number}.{position}" if number else str(position), member


def least_of(group: Group) -> int:
    match Rule(group.rule):
        case Rule.ANY_OF:
            return 1
        case Rule.AT_LEAST:
            return group.minimum or 1
        case _:
            return len(group.members)


def asked(
    criterion: Criterion, answers: Answers, number: str, words: Mapping[Answer, str]
) -> Gate | Question:
    """One question, or two of which one suffices where there is an exception."""
    keys = [number, number + EXCEPTION] if criterion.unless else [number]
    questions = tuple(
        Question(key, number, criterion, answers.get(key), words) for key in keys
    )
    if len(questions) == 1:
        return questions[0]
    return Gate(f"either-{number}", number, "", 1, False, questions, words)


def questions_of(node: Gate | Question) -> Iterator[Question]:
    """Everything there is to tick, in reading order."""
    if isinstance(node, Question):
        yield node
        return
    for member in node.members:
        yield from questions_of(member)


def settling(node: Gate | Question) -> Iterator[Question]:
    """The answers that make a node what it is; those still open if it is not known."""
    if isinstance(node, Question):
        yield node
        return
    for member in node.members:
        if member.answer == node.sought(node.answer):
            yield from settling(member)
