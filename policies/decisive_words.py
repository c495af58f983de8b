"""The words of a text that can turn its meaning, in their order.

A change that its author calls minor needs one approver fewer, so it may mend spelling
and sentences, but not who gets care. No program reads meaning; this list catches the
small words with which a sentence says the opposite, or another amount. It errs towards
the larger change. A reversal in other words (“suitable” to “unsuitable”) is for the
people who review.
"""

import re

NEGATIONS = """
    no not never none nor neither nobody nothing nowhere without cannot except excluding
    exclude excludes excluded
"""
CONDITIONS = """
    if unless until only when where while before after during once both either and or
    and/or all any each every some alone
"""
OBLIGATIONS = """
    must shall should may might can could will would need needs needed require requires
    required always automatically
"""
COMPARISONS = """
    at least most more less fewer over under above below minimum maximum within between
    exceed exceeds up
"""
NUMBERS = """
    zero one two three four five six seven eight nine ten eleven twelve thirteen
    fourteen fifteen sixteen seventeen eighteen nineteen twenty thirty forty fifty
    sixty seventy eighty ninety hundred thousand million dozen half third quarter first
    second twice double single
"""
NUMBER_WORDS = frozenset(NUMBERS.split())
DECISIVE = NUMBER_WORDS | frozenset(
    f"{NEGATIONS} {CONDITIONS} {OBLIGATIONS} {COMPARISONS}".split()
)
SIGNS = frozenset("<>≤≥=±%‰")
# A number, a sign, or a word; units such as mg/kg and negations such as don't are one.
PART = re.compile(r"\d+(?:[.,]\d+)*|[<>≤≥=±%‰]|[^\W\d_]+(?:['/][^\W\d_]+)*")


def decisive_words(text: str) -> list[str]:
    """Numbers with the word after them, signs, and the words above; `text` is plain."""
    parts = PART.findall(text.casefold().replace("’", "'"))
    return [
        part
        for before, part in zip(["", *parts], parts, strict=False)
        if is_decisive(part) or is_number(before)
    ]


def is_decisive(part: str) -> bool:
    return is_number(part) or part in SIGNS or part in DECISIVE or part.endswith("n't")


def is_number(part: str) -> bool:
    """Whether what follows may be a unit."""
    return part[:1].isdecimal() or part in NUMBER_WORDS
