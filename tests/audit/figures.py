"""What an audit says: a standard, its floor, the worst figure, and where it was."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Figure:
    """One line of the table; `faults` say where and what, for whoever mends it."""

    standard: str
    floor: str
    measured: str
    is_reached: bool
    faults: list[str] = field(default_factory=list)

    def as_row(self) -> str:
        answer = "yes" if self.is_reached else "NO"
        return f"{self.standard:<48} {self.floor:>12} {self.measured:>12}  {answer}"


def at_most(
    standard: str, floor: float, by_place: Mapping[str, float], unit: str = ""
) -> Figure:
    """The largest of the figures has to be at most the floor."""
    worst = max(by_place.values())
    faults = [
        f"{place}: {amount(value)}{unit}"
        for place, value in by_place.items()
        if value > floor
    ]
    return Figure(
        standard,
        f"<= {amount(floor)}{unit}",
        f"{amount(worst)}{unit}",
        not faults,
        faults,
    )


def at_least(
    standard: str, floor: float, by_place: Mapping[str, float], unit: str = ""
) -> Figure:
    """The smallest of the figures has to be at least the floor."""
    worst = min(by_place.values())
    faults = [
        f"{place}: {amount(value)}{unit}"
        for place, value in by_place.items()
        if value < floor
    ]
    return Figure(
        standard,
        f">= {amount(floor)}{unit}",
        f"{amount(worst)}{unit}",
        not faults,
        faults,
    )


def none_of(standard: str, faults: Iterable[str]) -> Figure:
    """There have to be no faults at all."""
    found = list(faults)
    return Figure(standard, "0", str(len(found)), not found, found)


def amount(value: float) -> str:
    return f"{value:.4g}" if value % 1 else f"{value:.0f}"
