"""One tree of criteria, three renderings: formal, plain, and a checklist to tick."""

import re
from html import unescape
from itertools import product
from random import Random

import pytest
from django.template.loader import render_to_string
from django.utils.html import strip_tags
from hypothesis import given, settings

from policies.criteria.evaluation import Answer, questions_of, settling, ticked
from policies.criteria.summary import summary_lines
from policies.criteria.tree import Criterion, Group
from tests.policies.criteria_trees import keys_of, nodes_of, sample_trees, trees

pytestmark = pytest.mark.once

SAMPLE_TREES = sample_trees()
MOST_COMBINATIONS = 3**6
COMPLETIONS = {
    None: (True, False),
    Answer.NOT_KNOWN: (True, False),
    Answer.MET: (True,),
    Answer.NOT_MET: (False,),
}
RULE = re.compile(
    r"(?:All|Any one|None|At least \d+) of these(?: \d+)?(?: are true| is true)?:"
    r"|At least one of these is true:|This(?: is(?: not)? true)?:|Not this:"
)


def holds(node: Criterion | Group, facts: dict[str, bool], number: str = "") -> bool:
    """The reference: what a tree of plain yes and no comes to, rule by rule."""
    if isinstance(node, Criterion):
        return facts[number] or facts.get(f"{number}-unless", False)
    members = [
        holds(member, facts, f"{number}.{position}".lstrip("."))
        for position, member in enumerate(node.members, start=1)
    ]
    return {
        "all_of": all(members),
        "any_of": any(members),
        "at_least": sum(members) >= (node.minimum or 0),
        "none_of": not any(members),
    }[node.rule]


def expected_answer(tree: Group, ticks: dict[str, Answer]) -> Answer:
    """Met or not met only if that is so whatever the unknown turns out to be."""
    results = {
        holds(tree, dict(zip(ticks, facts, strict=True)))
        for facts in product(*(COMPLETIONS[tick] for tick in ticks.values()))
    }
    if len(results) == 2:
        return Answer.NOT_KNOWN
    return Answer.MET if results == {True} else Answer.NOT_MET


def assert_result_is_right(tree: Group, ticks: dict[str, Answer]) -> None:
    """The answer, and that the reasons named for it are enough, or really open."""
    top = ticked(tree, ticks)
    named = [question.key for question in settling(top)]

    assert top.answer == expected_answer(tree, ticks)
    if top.answer == Answer.NOT_KNOWN:
        for key in named:
            assert ticks[key] == Answer.NOT_KNOWN
    else:
        assert ticked(tree, {key: ticks[key] for key in named}).answer == top.answer


@given(trees(questions=4))
@settings(max_examples=60, deadline=None)
def test_result_is_the_reference_for_all_combinations(tree: Group) -> None:
    keys = list(keys_of(tree))

    for combination in product(Answer, repeat=min(len(keys), 6)):
        ticks = dict.fromkeys(keys, Answer.NOT_KNOWN)
        assert_result_is_right(tree, ticks | dict(zip(keys, combination, strict=False)))


@pytest.mark.parametrize("name", SAMPLE_TREES)
def test_result_is_the_reference_for_sample_policies(name: str) -> None:
    """All combinations of the small trees; of the large ones as many, by chance."""
    tree = SAMPLE_TREES[name]
    keys = list(keys_of(tree))
    combinations = product(Answer, repeat=len(keys))
    if 3 ** len(keys) > MOST_COMBINATIONS:
        draw = Random(name)
        # Few unknown at once, so that every completion of them can be tried.
        combinations = iter(
            draw.choices(list(Answer), weights=[5, 3, 2], k=len(keys))
            for _number in range(150)
        )

    for combination in combinations:
        assert_result_is_right(tree, dict(zip(keys, combination, strict=True)))


@given(trees(questions=4))
@settings(max_examples=40, deadline=None)
def test_open_answers_are_those_that_can_still_change_the_result(tree: Group) -> None:
    keys = list(keys_of(tree))
    ticks = {key: Random(key).choice(list(Answer)) for key in keys}
    top = ticked(tree, ticks)
    open_keys = {question.key for question in settling(top)}

    for key in keys if top.answer == Answer.NOT_KNOWN else []:
        if ticks[key] == Answer.NOT_KNOWN:
            assert (key in open_keys) == can_change(tree, ticks, key)


def can_change(tree: Group, ticks: dict[str, Answer], key: str) -> bool:
    """Whether one answer alone decides, for some way that the others come out."""
    others = {name: COMPLETIONS[tick] for name, tick in ticks.items() if name != key}
    return any(
        holds(tree, dict(zip(others, facts, strict=True)) | {key: True})
        != holds(tree, dict(zip(others, facts, strict=True)) | {key: False})
        for facts in product(*others.values())
    )


def told(html: str) -> list[str]:
    """Rules, headings and criteria in the order in which a reader meets them."""
    text = " ".join(unescape(strip_tags(html)).split())
    marks = re.compile(
        rf"{RULE.pattern}|(?:Heading|Formal|Plain|exception) <\d+>", re.ASCII
    )
    return marks.findall(text)


def formal_rule(group: Group) -> str:
    count = len(group.members)
    if group.rule == "at_least":
        return f"At least {group.minimum} of these {count}:"
    one = "Not this:" if group.rule == "none_of" else "This:"
    many = {"all_of": "All", "any_of": "Any one", "none_of": "None"}
    return f"{many[group.rule]} of these:" if count > 1 else one


def plain_rule(group: Group) -> str:
    count = len(group.members)
    if group.rule == "at_least":
        return f"At least {group.minimum} of these {count} are true:"
    one = "This is not true:" if group.rule == "none_of" else "This is true:"
    many = {
        "all_of": "All of these are true:",
        "any_of": "At least one of these is true:",
        "none_of": "None of these is true:",
    }
    return many[group.rule] if count > 1 else one


def expected_words(tree: Group, *, is_plain: bool) -> list[str]:
    words = []
    for node in nodes_of(tree):
        if isinstance(node, Group):
            words += [node.heading] if node.heading else []
            words.append(plain_rule(node) if is_plain else formal_rule(node))
        else:
            text = (is_plain and node.lay_wording) or node.text
            words.append(text.removesuffix("."))
            words += [node.unless.removesuffix(".")] if node.unless else []
    return words


@given(trees())
@settings(max_examples=60, deadline=None)
def test_every_rendering_has_every_node_once_and_in_order(tree: Group) -> None:
    formal = render_to_string(
        "policies/parts/criteria_group.html", {"group": tree, "number": ""}
    )
    plain = render_to_string("policies/parts/plain_criteria.html", {"group": tree})
    form = render_to_string(
        "policies/checklist/gate.html",
        {"gate": ticked(tree, {})},
    )
    summary = "\n".join(line.text for line in summary_lines(ticked(tree, {})))

    formal_words = expected_words(tree, is_plain=False)
    assert told(formal) == formal_words
    assert told(plain) == expected_words(tree, is_plain=True)
    assert told(form) == formal_words
    assert RULE.findall(summary) == RULE.findall(" ".join(formal_words))
    assert [q.key for q in questions_of(ticked(tree, {}))] == list(keys_of(tree))


@pytest.mark.parametrize("name", SAMPLE_TREES)
def test_sample_policies_read_the_same_in_every_rendering(name: str) -> None:
    tree = SAMPLE_TREES[name]
    plain = render_to_string("policies/parts/plain_criteria.html", {"group": tree})
    lines = summary_lines(ticked(tree, {}))

    text = unescape(" ".join(strip_tags(plain).split()))
    position = 0
    for node in nodes_of(tree):
        words = node.plain_rule_words if isinstance(node, Group) else node.plain_text
        position = text.index(" ".join(words.split()), position) + 1
    assert len([line for line in lines if line.is_gate]) == len(
        [node for node in nodes_of(tree) if isinstance(node, Group)]
    )
