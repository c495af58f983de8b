"""Bar charts drawn by the server: numbers become rectangles, without a script."""

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH = 720
HEIGHT = 200
GAP_SHARE = 0.2


@dataclass(frozen=True)
class Bar:
    """One rectangle, in the units of the picture."""

    x: str
    y: str
    width: str
    height: str
    label: str
    value: int


@dataclass(frozen=True)
class BarChart:
    """Everything the template needs; the table beside it says the same in words."""

    title: str
    bars: list[Bar]
    highest: int
    first_label: str
    last_label: str
    width: int = WIDTH
    height: int = HEIGHT


def bar_chart(title: str, values: Sequence[tuple[str, int]]) -> BarChart:
    """One bar for each label and number, in the order given."""
    highest = max((value for _label, value in values), default=0)
    step = WIDTH / max(len(values), 1)
    bars = [
        Bar(
            x=f"{index * step + step * GAP_SHARE / 2:.2f}",
            y=f"{HEIGHT - HEIGHT * value / highest:.2f}",
            width=f"{step * (1 - GAP_SHARE):.2f}",
            height=f"{HEIGHT * value / highest:.2f}",
            label=label,
            value=value,
        )
        for index, (label, value) in enumerate(values)
        if value
    ]
    return BarChart(
        title=title,
        bars=bars,
        highest=highest,
        first_label=values[0][0] if values else "",
        last_label=values[-1][0] if values else "",
    )
