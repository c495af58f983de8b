"""A version's governed text, ready for templates: values, not decisions."""

import datetime
from functools import cached_property
from typing import Any

from django.urls import reverse
from django.utils.safestring import SafeString
from wagtail.rich_text import expand_db_html

from policies.content import RICH_TEXT_FIELDS
from policies.criteria.tree import Group, tree_from_blocks
from policies.positions import FundingRoute, Position, PositionWords, patient_words

PLAIN = [
    "reference",
    "title",
    "owner_team",
    "predecessors",
    "local_label",
    "lay_summary",
    "transitional_rule",
]
# How stored rich text names a page or a document of this site, and an embed.
LINKED = "type="


class PolicyText:
    """Reads the canonical content of one version (see `policies.content`)."""

    def __init__(self, content: dict[str, Any]) -> None:
        self.content = content

    def __getattr__(self, name: str) -> Any:
        if name in PLAIN:
            return self.content.get(name, "")
        raise AttributeError(name)

    def html(self, name: str) -> SafeString:
        """Rich text that went through the editor's whitelist when it was saved."""
        return SafeString(expand_db_html(self.content.get(name, "")))

    @property
    def stands_alone(self) -> bool:
        """Whether no rich text leads to a page or file, whose address may move."""
        return not any(
            LINKED in self.content.get(name, "") for name in RICH_TEXT_FIELDS
        )

    @property
    def scope_html(self) -> SafeString:
        return self.html("scope")

    @property
    def exclusions_html(self) -> SafeString:
        return self.html("exclusions")

    @property
    def exceptions_html(self) -> SafeString:
        return self.html("exceptions")

    @property
    def limits_html(self) -> SafeString:
        return self.html("limits")

    @property
    def rationale_html(self) -> SafeString:
        return self.html("rationale")

    @property
    def ifr_html(self) -> SafeString:
        return self.html("individual_funding")

    @property
    def monitoring_html(self) -> SafeString:
        return self.html("monitoring")

    @property
    def owner(self) -> str:
        return self.content.get("owner_team", "")

    @property
    def specialty_name(self) -> str:
        return self.content.get("specialty", "")

    @property
    def position_label(self) -> str:
        return Position(self.content["position"]).label

    @property
    def other_local_label(self) -> str:
        """What the position is called locally; empty if it is called the same."""
        label: str = self.local_label
        is_same = label.casefold() == self.position_label.casefold()
        return "" if is_same else label

    @property
    def words(self) -> PositionWords:
        return patient_words(self.content["position"])

    @property
    def funding_route_label(self) -> str:
        return FundingRoute(self.content["funding_route"]).label

    @property
    def date_that_counts_label(self) -> str:
        from policies.models.pages import DateThatCounts

        return DateThatCounts(self.content["date_that_counts"]).label

    @cached_property
    def criteria(self) -> Group | None:
        return tree_from_blocks(self.content.get("criteria", []))

    @property
    def codes(self) -> list[dict[str, Any]]:
        return [block["value"] for block in self.content.get("codes", [])]

    @property
    def evidence(self) -> list[dict[str, Any]]:
        return [
            {
                **block["value"],
                "last_checked_on": date_or_none(block["value"]["last_checked_on"]),
            }
            for block in self.content.get("evidence", [])
        ]

    @property
    def documents(self) -> list[dict[str, Any]]:
        from portal.media.models import DocumentKind

        return [
            {
                **document,
                "kind_label": DocumentKind(document["kind"]).label,
                "format_name": document["format"],
                "url": reverse(
                    "wagtaildocs_serve", args=[document["id"], document["filename"]]
                ),
            }
            for document in self.content.get("documents", [])
        ]

    @property
    def bodies(self) -> list[str]:
        return self.content.get("required_bodies", [])

    @property
    def treatment_ids(self) -> list[int]:
        return self.content.get("treatments", [])

    @property
    def related_references(self) -> list[str]:
        return self.content.get("related_policies", [])

    @property
    def review_words(self) -> str:
        """When the next review is due; unknown is said, never guessed."""
        match self.content.get("review_due"):
            case "date":
                due_on = date_or_none(self.content.get("review_due_on"))
                return f"{due_on:%-d %B %Y}" if due_on else "To be confirmed"
            case "rule":
                return self.content.get("review_rule", "")
            case _:
                return "To be confirmed"


def date_or_none(value: str | None) -> datetime.date | None:
    return datetime.date.fromisoformat(value) if value else None
