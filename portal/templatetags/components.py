"""The components of the design system: one tag, one template, checked arguments.

Class names of NHS.UK frontend stand in templates/components/ and nowhere else.
"""

import datetime
from collections.abc import Sequence
from typing import Any

from django import template
from django.core.paginator import Page
from django.forms import BoundField
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext_noop

register = template.Library()

TAG_COLOURS = {
    "white",
    "grey",
    "green",
    "aqua-green",
    "blue",
    "purple",
    "pink",
    "red",
    "orange",
    "yellow",
}
URGENCY_WORDS = {
    "non-urgent": gettext_noop("Non-urgent advice:"),
    "urgent": gettext_noop("Urgent advice:"),
    "emergency": gettext_noop("Immediate action required:"),
}
HEADING_LEVELS = {2, 3, 4}


def checked(name: str, value: Any, allowed: set[Any]) -> Any:
    """The value, or an error that names what a component accepts."""
    if value not in allowed:
        choices = ", ".join(sorted(map(str, allowed)))
        raise template.TemplateSyntaxError(
            f"{name} must be one of {choices}; it is {value!r}."
        )
    return value


def rendered(name: str, **context: Any) -> SafeString:
    return render_to_string(f"components/{name}.html", context)


@register.inclusion_tag("components/tag.html")
def tag(text: str, *, colour: str = "white") -> dict[str, Any]:
    return {"text": text, "colour": checked("colour", colour, TAG_COLOURS)}


@register.inclusion_tag("components/breadcrumbs.html")
def breadcrumbs(items: Sequence[dict[str, str]]) -> dict[str, Any]:
    """The way here; on a phone only the last step, as a link back."""
    return {"items": items, "last": items[-1] if items else None}


@register.inclusion_tag("components/pagination.html", takes_context=True)
def pagination(context: template.Context, page_obj: Page | None) -> dict[str, Any]:
    """Previous, page numbers, next; nothing when everything fits one page."""
    pages: list[dict[str, Any]] = []
    links = {"previous": "", "next": ""}
    if page_obj is not None and page_obj.has_other_pages():
        query = context["request"].GET.copy()

        def address(number: int) -> str:
            query["p"] = str(number)
            return f"?{query.urlencode()}"

        paginator = page_obj.paginator
        for number in paginator.get_elided_page_range(page_obj.number, on_ends=1):
            is_gap = number == paginator.ELLIPSIS
            pages.append(
                {
                    "number": number,
                    "is_gap": is_gap,
                    "is_current": number == page_obj.number,
                    "url": "" if is_gap else address(int(number)),
                }
            )
        if page_obj.has_previous():
            links["previous"] = address(page_obj.previous_page_number())
        if page_obj.has_next():
            links["next"] = address(page_obj.next_page_number())
    return {"pages": pages, **links}


@register.inclusion_tag("components/review_dates.html")
def review_dates(
    *,
    last_reviewed_on: datetime.date | None,
    review_due_on: datetime.date | None,
) -> dict[str, Any]:
    return {"last_reviewed_on": last_reviewed_on, "review_due_on": review_due_on}


@register.inclusion_tag("components/do_dont_list.html")
def do_dont_list(
    *, kind: str, items: Sequence[Any], heading_level: int = 3
) -> dict[str, Any]:
    return {
        "kind": checked("kind", kind, {"do", "dont"}),
        "items": items,
        "heading_level": checked("heading_level", heading_level, HEADING_LEVELS),
    }


@register.inclusion_tag("components/action_link.html")
def action_link(*, text: str, url: str) -> dict[str, Any]:
    return {"text": text, "url": url}


@register.inclusion_tag("components/link_card.html")
def link_card(
    *, heading: str, url: str, text: str = "", heading_level: int = 3
) -> dict[str, Any]:
    return {
        "heading": heading,
        "url": url,
        "text": text,
        "heading_level": checked("heading_level", heading_level, HEADING_LEVELS),
    }


@register.inclusion_tag("components/document_link.html")
def document_link(
    *,
    title: str,
    url: str,
    kind: str = "",
    language: str = "en",
    format_name: str = "",
    page_count: int | None = None,
    size: int | None = None,
    is_translation_behind: bool = False,
) -> dict[str, Any]:
    """A file, with what a reader wants to know before opening it."""
    return dict(locals())


@register.inclusion_tag("components/radios.html")
def radios(
    *,
    name: str,
    legend: str,
    choices: Sequence[tuple[str, str]],
    chosen: str | None,
    hints: Sequence[str] = (),
) -> dict[str, Any]:
    """A question with a few short answers beside each other; none chosen is None."""
    checked("chosen", chosen, {None, *(value for value, _label in choices)})
    return {
        "name": name,
        "legend": legend,
        "choices": choices,
        "chosen": chosen,
        "hints": hints,
    }


@register.inclusion_tag("components/contents_item.html")
def contents_item(*, id: str, text: str) -> dict[str, Any]:
    return {"id": id, "text": text}


@register.inclusion_tag("components/search_form.html")
def search_form(
    *, id: str, label: str, query: str = "", error: str = ""
) -> dict[str, Any]:
    """The large search form; `error` is a sentence that stands above the field."""
    return {"id": id, "label": label, "query": query, "error": error}


@register.simple_block_tag
def care_card(
    content: SafeString, *, urgency: str, heading: str, heading_level: int = 3
) -> SafeString:
    """How urgently to seek help; the words say it without the colour."""
    checked("urgency", urgency, set(URGENCY_WORDS))
    return rendered(
        "care_card",
        content=content,
        urgency=urgency,
        urgency_words=URGENCY_WORDS[urgency],
        heading=heading,
        heading_level=checked("heading_level", heading_level, HEADING_LEVELS),
    )


@register.simple_block_tag
def card(content: SafeString, *, heading: str, heading_level: int = 2) -> SafeString:
    """A box that stands out, with its heading on a coloured ground."""
    checked("heading_level", heading_level, HEADING_LEVELS)
    return rendered(
        "card", content=content, heading=heading, heading_level=heading_level
    )


@register.simple_block_tag
def warning_callout(
    content: SafeString, *, heading: str = "Important", heading_level: int = 3
) -> SafeString:
    checked("heading_level", heading_level, HEADING_LEVELS)
    return rendered(
        "warning_callout", content=content, heading=heading, heading_level=heading_level
    )


@register.simple_block_tag
def inset_text(content: SafeString) -> SafeString:
    return rendered("inset_text", content=content)


@register.simple_block_tag
def details(content: SafeString, *, summary: str, is_open: bool = False) -> SafeString:
    """A line that opens to show more; opened on paper."""
    return rendered("details", content=content, summary=summary, is_open=is_open)


@register.simple_block_tag
def contents_list(content: SafeString) -> SafeString:
    """Links to the sections of a page, made of `contents_item`."""
    return rendered("contents_list", content=content)


@register.simple_block_tag
def summary_list(content: SafeString) -> SafeString:
    """Pairs of a name and a value, made of `summary_row`."""
    return rendered("summary_list", content=content)


@register.simple_block_tag
def summary_row(content: SafeString, *, key: str) -> SafeString:
    return rendered("summary_row", content=content, key=key)


@register.simple_block_tag
def data_table(content: SafeString, *, caption: str) -> SafeString:
    """A table with a caption; wide ones scroll inside their own frame."""
    return rendered("data_table", content=content, caption=caption)


@register.filter
def with_class(field: BoundField, name: str) -> SafeString:
    """A form field's own input in the system's look, its error and hint announced."""
    error = "nhsuk-input--error" if field.errors else ""
    attrs: dict[str, str | bool] = {"class": f"{name} {error}".strip()}
    described = [f"{field.auto_id}_helptext"] if field.help_text else []
    if field.errors:
        described.append(f"{field.auto_id}_error")
        attrs["aria-invalid"] = "true"
    if described:
        attrs["aria-describedby"] = " ".join(described)
    return field.as_widget(attrs=attrs)
