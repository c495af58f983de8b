"""The style sheet for languages that are written from the right."""

import pytest

from portal.management.commands.vendor_nhsuk import MIRRORED_STYLES, STYLES, TARGET
from portal.mirroring import mirrored

pytestmark = pytest.mark.once


def test_sides_change_places_and_nothing_else() -> None:
    assert mirrored(
        ".left{margin:1px 2px 3px calc(4px + 1px);padding-left:5px;float:right;"
        "text-align:left;background:url(left.svg) left top;inset-inline-start:1px;"
        "border-radius:1px 2px 3px 4px;transform:translate(-50%,-50%) rotate(45deg);"
        "content:'left';--left:left;margin:1px 2px}"
    ) == (
        ".left{margin:1px calc(4px + 1px) 3px 2px;padding-right:5px;float:left;"
        "text-align:right;background:url(left.svg) right top;inset-inline-start:1px;"
        "border-radius:2px 1px 4px 3px;transform:translate(50%,-50%) rotate(-45deg);"
        "content:'left';--left:left;margin:1px 2px}"
    )


def test_shapes_are_turned_over() -> None:
    assert mirrored("a{clip-path:polygon(0 0,100% 50%,0 100%)}") == (
        "a{clip-path:polygon(100% 0,0 50%,100% 100%)}"
    )


def test_the_mirrored_sheet_is_in_step_and_mirrors_back() -> None:
    styles = (TARGET / STYLES).read_text()
    served = (TARGET / MIRRORED_STYLES).read_text()

    assert served == mirrored(styles)
    assert served != styles
    assert mirrored(served) == styles
