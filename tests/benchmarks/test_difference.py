"""How long comparing two long policies takes. Figures to read, no limit to pass."""

import random
import sys
import time
from collections.abc import Callable

import pytest

from policies.word_differences import word_segments

pytestmark = pytest.mark.once

PARAGRAPHS_OF_A_PAGE = 8
WORDS_OF_A_PARAGRAPH = 60
VOCABULARY = [f"word{number}" for number in range(800)]


def pages(count: int, seed: int = 1) -> list[str]:
    chance = random.Random(seed)
    return [
        " ".join(chance.choices(VOCABULARY, k=WORDS_OF_A_PARAGRAPH)) + "."
        for _paragraph in range(count * PARAGRAPHS_OF_A_PAGE)
    ]


def every_tenth_changed(paragraphs: list[str]) -> list[str]:
    return [
        text.replace(" ", " not ", 1) if number % 10 == 0 else text
        for number, text in enumerate(paragraphs)
    ]


def every_one_changed(paragraphs: list[str]) -> list[str]:
    return [text.replace(" ", " not ", 1) for text in paragraphs]


def all_written_anew(paragraphs: list[str]) -> list[str]:
    return pages(len(paragraphs) // PARAGRAPHS_OF_A_PAGE, seed=2)


def one_endless_paragraph(paragraphs: list[str]) -> list[str]:
    return [" ".join(every_one_changed(paragraphs))]


@pytest.mark.parametrize("count", [3, 30])
@pytest.mark.parametrize(
    "change",
    [every_tenth_changed, every_one_changed, all_written_anew, one_endless_paragraph],
    ids=lambda change: change.__name__,
)
def test_two_policies_compared(
    count: int,
    change: Callable[[list[str]], list[str]],
    capsys: pytest.CaptureFixture[str],
):
    paragraphs = pages(count)
    before, after = "\n".join(paragraphs), "\n".join(change(paragraphs))

    begun = time.perf_counter()
    segments = word_segments(before, after)
    taken = time.perf_counter() - begun

    with capsys.disabled():
        sys.stdout.write(f"\n{count} pages, {change.__name__}: {taken:.3f} s ")
    assert text_of(segments, "removed") == before
    assert text_of(segments, "added") == after


def text_of(segments, side: str) -> str:
    kept = [segment.text for segment in segments if segment.kind in ("same", side)]
    return "".join(kept).rstrip("\n")
