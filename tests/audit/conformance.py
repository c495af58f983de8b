"""Our components against the examples that the NHS design system publishes.

Compared are the examples that a component of ours can say: one with an option that we
do not offer shows nothing about what we do offer. Both sides are read as elements with
their attributes and words, so that neither indentation nor the order of classes counts.
"""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import django
from bs4 import BeautifulSoup, NavigableString, Tag
from django.template import TemplateSyntaxError
from django.utils.safestring import mark_safe

from tests.audit.figures import Figure, at_least

IDENTICAL = 95
Context = dict[str, Any]
# What is left out or added on purpose; docs/audit.md gives the reasons.
LEFT_OUT = {"data-module", "data-disable-auto-focus"}
REDUNDANT_ROLES = {"text", "navigation", "contentinfo", "list"}
CARE = ("emergency", "urgent", "non-urgent")


class Unsaid(Exception):
    """The example uses an option that our component does not offer."""


def only(context: Context, *offered: str) -> None:
    """Raises `Unsaid` for an example that sets anything else."""
    if context.keys() - set(offered):
        raise Unsaid


def words(value: Any) -> str:
    """The text of an option that may be a string or an object with a text."""
    if isinstance(value, dict):
        only(value, "text", "level", "size")
        value = value["text"]
    if not isinstance(value, str):
        raise Unsaid
    return value


def rendered(source: str, **context: Any) -> str:
    from django.template import Context as Values
    from django.template import Template

    return Template("{% load components portal %}" + source).render(Values(context))


def tag(context: Context) -> str:
    only(context, "text", "colour")
    colour = context["colour"]
    return rendered("{% tag text colour=colour %}", text=context["text"], colour=colour)


def action_link(context: Context) -> str:
    only(context, "text", "href")
    html = rendered("{% action_link text=text url=href %}", **context)
    return html.replace("<p>", "").replace("</p>", "")


def breadcrumb(context: Context) -> str:
    only(context, "items")
    items = [{"title": one["text"], "url": one["href"]} for one in context["items"]]
    return rendered("{% breadcrumbs items %}", items=items)


def button(context: Context) -> str:
    only(context, "text", "variant")
    if context.get("variant", "secondary") != "secondary":
        raise Unsaid
    return rendered(
        '{% include "components/button.html" with text=text is_secondary=variant %}',
        **context,
    )


def card(context: Context, example: Context) -> str:
    only(context, "heading", "variant", "description", "href", "clickable")
    heading = context["heading"]
    level = heading.get("level", 2) if isinstance(heading, dict) else 2
    values = {"heading": words(heading), "level": level, **context}
    values["heading"] = words(heading)
    variant = context.get("variant")
    if context.get("clickable") and not variant:
        size = heading.get("size") if isinstance(heading, dict) else None
        if size not in {"s", "m"}:
            raise Unsaid
        return rendered(
            "{% link_card heading=heading url=href text=description "
            "heading_level=level %}",
            **values,
        )
    if variant == "feature" and "description" in context:
        return rendered(
            "{% card heading=heading heading_level=level %}"
            '<p class="nhsuk-card__description">{{ description }}</p>{% endcard %}',
            **values,
        )
    if variant in CARE:
        inner = inner_html(example["html"], ".nhsuk-card__content")
        return rendered(
            "{% care_card urgency=variant heading=heading heading_level=level %}"
            "{{ inner }}{% endcare_card %}",
            **values,
            inner=inner,
        )
    raise Unsaid


def details(context: Context) -> str:
    only(context, "summary", "text", "open")
    if "text" not in context:
        raise Unsaid
    return rendered(
        "{% details summary=summary is_open=open %}{{ text }}{% enddetails %}",
        summary=words(context["summary"]),
        text=context["text"],
        open=bool(context.get("open")),
    )


def error_summary(context: Context) -> str:
    only(context, "heading", "errorList")
    errors = context["errorList"]
    if words(context["heading"]) != "There is a problem":
        raise Unsaid
    if not all(isinstance(one, dict) and "href" in one for one in errors):
        raise Unsaid
    form = [
        {"auto_id": one["href"].removeprefix("#"), "errors": [one["text"]]}
        for one in errors
    ]
    return rendered(
        '{% include "components/error_summary.html" with form=form only %}', form=form
    )


def inset_text(context: Context) -> str:
    only(context, "text", "html")
    text = context.get("html") or f"<p>{context['text']}</p>"
    return rendered(
        "{% inset_text %}{{ text }}{% endinset_text %}", text=mark_safe(text)
    )


def pagination(context: Context) -> str:
    only(context, "previous", "next", "items")
    items = context.get("items")
    ends = [context.get("previous", {}), context.get("next", {})]
    if not items or not all(items) or any(end.keys() - {"href"} for end in ends):
        raise Unsaid
    pages = [
        {
            "number": one.get("number"),
            "url": one.get("href"),
            "is_current": one.get("current"),
            "is_gap": one.get("ellipsis"),
        }
        for one in items
    ]
    return rendered(
        '{% include "components/pagination.html" %}',
        pages=pages,
        previous=ends[0].get("href"),
        next=ends[1].get("href"),
    )


def skip_link(context: Context) -> str:
    if context["href"] != "#maincontent":
        raise Unsaid
    return rendered('{% include "components/skip_link.html" only %}')


def summary_list(context: Context) -> str:
    only(context, "rows")
    rows = []
    for row in context["rows"]:
        only(row, "key", "value")
        value = row["value"]
        only(value, "text", "html") if isinstance(value, dict) else None
        text = value.get("html") or value["text"] if isinstance(value, dict) else value
        rows.append((words(row["key"]), mark_safe(text)))
    return rendered(
        "{% summary_list %}{% for key, value in rows %}{% summary_row key=key %}"
        "{{ value }}{% endsummary_row %}{% endfor %}{% endsummary_list %}",
        rows=rows,
    )


def do_dont_list(context: Context) -> str:
    only(context, "heading", "icon", "items")
    kind = {"tick": "do", "cross": "dont"}[context["icon"]]
    level = 3
    if isinstance(context["heading"], dict):
        level = context["heading"].get("level", level)
    if words(context["heading"]) != {"do": "Do", "dont": "Don't"}[kind]:
        raise Unsaid
    return rendered(
        "{% do_dont_list kind=kind items=items heading_level=level %}",
        kind=kind,
        items=[words(one) for one in context["items"]],
        level=level,
    )


def inner_html(html: str, selector: str) -> str:
    """What the example puts inside: of it, its options say nothing."""
    found = BeautifulSoup(html, "html.parser").select_one(selector)
    return mark_safe(found.decode_contents() if found else "")


COMPONENTS: dict[str, Callable[..., str]] = {
    "tag": tag,
    "action-link": action_link,
    "breadcrumb": breadcrumb,
    "button": button,
    "card": card,
    "details": details,
    "do-dont-list": do_dont_list,
    "error-summary": error_summary,
    "inset-text": inset_text,
    "pagination": pagination,
    "skip-link": skip_link,
    "summary-list": summary_list,
}


def conformance(tools: Path) -> Iterator[Figure]:
    """The share of examples that are identical, one by one."""
    django.setup()
    published = tools / "node_modules/nhsuk-frontend/dist/nhsuk/components"
    scores: dict[str, float] = {}
    differences: list[str] = []
    for name, render in COMPONENTS.items():
        examples = json.loads((published / name / "fixtures.json").read_text())
        for number, example in enumerate(examples["fixtures"]):
            if "via call block" in example["name"]:
                continue  # Another way to write an example that is there as well.
            more = [example] if render is card else []
            try:
                ours = render(example["context"], *more)
            except (Unsaid, TemplateSyntaxError, KeyError, AttributeError):
                continue
            wanted = elements(example["html"])
            said = elements(ours)
            scores[f"{name} {number} ({example['name']})"] = 100 * (wanted == said)
            differences += [
                f"{name}, {example['name']}: {line}"
                for line in sorted(set(wanted) ^ set(said))
            ]
    share = sum(scores.values()) / len(scores)
    figure = at_least(
        "NHS components identical",
        IDENTICAL,
        {f"{len(scores)} examples of {len(COMPONENTS)} components": share},
        " %",
    )
    figure.faults.extend(differences if not figure.is_reached else [])
    yield figure


def elements(html: str) -> list[str]:
    """Elements and words in order, without what is left out on purpose."""
    soup = BeautifulSoup(html, "html.parser")
    for pointless in soup.select('span[role="text"]'):
        pointless.unwrap()
    return list(lines(soup))


def lines(parent: Tag) -> Iterator[str]:
    for child in parent.children:
        if isinstance(child, Tag):
            yield f"<{child.name} {' '.join(attributes(child))}>"
            yield from lines(child)
            yield f"</{child.name}>"
        elif isinstance(child, NavigableString) and child.strip():
            yield " ".join(child.split())


def attributes(element: Tag) -> Iterator[str]:
    for name, value in sorted(element.attrs.items()):
        if name in LEFT_OUT or (name == "role" and value in REDUNDANT_ROLES):
            continue
        if name == "class":
            value = " ".join(
                sorted(one for one in value if not one.startswith("portal-"))
            )
        yield f'{name}="{value}"'
