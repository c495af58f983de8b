"""What a draft says differently from the published notice, for people to read."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from portal.consent.declaration import Content
from portal.consent.models import BannerWording, GroupProfile, ItemProfile

COMPARED = ("language", "groups", "wording")
LABELS = {
    "name": "Name",
    "description": "What these cookies do",
    "is_required": "Essential",
    "purpose": "Purpose",
    "domain": "Domain",
    "path": "Path",
    "when_refused": "What stops working when refused",
    "shares_with_third_parties": "Shared with others",
    "lifetime_seconds": "Seconds kept",
    "privacy_url": "Privacy notice of the provider",
    "is_http_only": "Hidden from scripts",
}


@dataclass(frozen=True)
class Difference:
    """One field of one thing; `before` or `after` is empty if it came or went."""

    about: str
    field: str
    before: Any = ""
    after: Any = ""


def has_differences(published: Content, draft: Content) -> bool:
    return any(published.get(part) != draft.get(part) for part in COMPARED)


def optional_names(content: Content) -> list[str]:
    return [row["varname"] for row in content["groups"] if not row["is_required"]]


def changed_groups(published: Content, draft: Content) -> list[str]:
    """Optional groups of both, about which visitors are told something else now."""
    old = {row["varname"]: row for row in published["groups"]}
    return [
        row["varname"]
        for row in draft["groups"]
        if not row["is_required"]
        and row["varname"] in old
        and row != old[row["varname"]]
    ]


def differences(published: Content, draft: Content) -> list[Difference]:
    """Every difference, groups first, in the order visitors read them."""
    return [
        *differing_groups(published["groups"], draft["groups"]),
        *fields("Wording of the banner", published["wording"], draft["wording"]),
    ]


def differing_groups(
    published: list[Content], draft: list[Content]
) -> Iterator[Difference]:
    old = {row["varname"]: row for row in published}
    new = {row["varname"]: row for row in draft}
    for varname in [*new, *(name for name in old if name not in new)]:
        before, after = old.get(varname), new.get(varname)
        name = f"Group “{(after or before or {}).get('name')}”"
        if before is None or after is None:
            yield came_or_went(name, before, after)
        yield from fields(name, before or {}, after or {}) if before and after else ()
        yield from differing_items(
            name, (before or {}).get("items", []), (after or {}).get("items", [])
        )
    shared = [name for name in new if name in old]
    if shared != [name for name in old if name in new]:
        yield Difference(
            "Groups",
            "Order",
            ", ".join(old[name]["name"] for name in old),
            ", ".join(new[name]["name"] for name in new),
        )


def differing_items(
    group: str, published: list[Content], draft: list[Content]
) -> Iterator[Difference]:
    old = {(row["name"], row["domain"]): row for row in published}
    new = {(row["name"], row["domain"]): row for row in draft}
    for key in sorted(old.keys() | new.keys()):
        before, after = old.get(key), new.get(key)
        name = f"{group}, item “{key[0]}”"
        if before and after:
            yield from fields(name, before, after)
        else:
            yield came_or_went(name, before, after)


def came_or_went(
    name: str, before: Content | None, after: Content | None
) -> Difference:
    return Difference(
        name,
        "New" if before is None else "Gone",
        (before or {}).get("name", ""),
        (after or {}).get("name", ""),
    )


def fields(about: str, before: Content, after: Content) -> Iterator[Difference]:
    for name in [*after, *(name for name in before if name not in after)]:
        if name not in {"varname", "items"} and before.get(name) != after.get(name):
            yield Difference(about, label(name), before.get(name), after.get(name))


def label(name: str) -> str:
    """The words that the form has for a field."""
    if name in LABELS:
        return LABELS[name]
    for model in (GroupProfile, ItemProfile, BannerWording):
        for field in model._meta.fields:
            if field.name == name:
                return str(field.verbose_name).capitalize()
    return name
