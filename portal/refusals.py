"""How a rule of the house says no.

Django's PermissionDenied will not do: Wagtail turns it into an ordinary redirect,
and the half-done request would be committed.
"""

from collections.abc import Sequence


class Refusal(Exception):
    """Raised with sentences for staff: what is refused, why, and who can do it."""

    def __init__(self, *reasons: str) -> None:
        self.reasons: Sequence[str] = reasons
        super().__init__(" ".join(reasons))
