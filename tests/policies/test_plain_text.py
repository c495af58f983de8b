"""Words of governed fields, as reviewers compare them: no sign of a text is lost."""

import pytest

from policies.plain_text import plain_text, text_of_html, words_of_blocks

pytestmark = pytest.mark.once
BOUNDS = "BMI < 35 and > 20, or a<b and b>c"
POLICY = {"reference": "SP-1"}


def test_bounds_in_a_plain_field_are_words_and_no_tag() -> None:
    assert plain_text({**POLICY, "lay_summary": BOUNDS}, "lay_summary") == BOUNDS
    assert plain_text({"introduction": BOUNDS}, "introduction") == BOUNDS


def test_bounds_in_a_block_are_kept() -> None:
    assert words_of_blocks({"type": "risk", "value": {"name": "Pain < 3 h"}}) == [
        "Pain < 3 h"
    ]


def test_tags_of_the_editor_become_lines() -> None:
    html = '<p id="x">Under <b>5</b> &lt; 6</p><ul><li>One<br/>Two</li></ul>'

    assert text_of_html(html) == "Under 5 < 6\nOne\nTwo"
    assert plain_text({**POLICY, "scope": html}, "scope") == "Under 5 < 6\nOne\nTwo"
