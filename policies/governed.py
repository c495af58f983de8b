"""Which pages approval governs, who writes them, and which stages they pass."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from wagtail.models import Page

from pages.models import TreatmentPage
from policies.content import policy_content, treatment_content
from policies.models import PolicyPage
from policies.stages import (
    POLICY_AUTHOR,
    POLICY_STAGES,
    TREATMENT_EDITOR,
    TREATMENT_STAGES,
    Stage,
)


@dataclass(frozen=True)
class Governance:
    """How one page type is governed."""

    author_role: str
    stages: tuple[Stage, ...]
    content: Callable[[Any], dict[str, Any]]


GOVERNANCE: dict[type[Page], Governance] = {
    PolicyPage: Governance(POLICY_AUTHOR, POLICY_STAGES, policy_content),
    TreatmentPage: Governance(TREATMENT_EDITOR, TREATMENT_STAGES, treatment_content),
}


def governance_of(page: Page) -> Governance:
    """The governance of a specific page; a LookupError for a page without one."""
    return GOVERNANCE[type(page)]


def is_governed(model: type | None) -> bool:
    return model in GOVERNANCE


def governed_content(page: Page) -> dict[str, Any]:
    """Everything on the page that approval covers, as canonical data."""
    return governance_of(page).content(page)
