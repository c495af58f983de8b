"""Pages of the plain site: `python -m tests.benchmarks.plain.fill <file of HTML>`."""

import json
import re
import sys
from pathlib import Path

import django

MENU = ["Home", "Treatments", "Policies", "Search", "About"]
PATH = "/treatments/page/"


def blocks(html: str) -> str:
    """The content of `<main>`: each heading of second order, and the text below it."""
    main = re.search(r"<main[^>]*>(.*)</main>", html, re.DOTALL)
    parts = re.split(r"<h2[^>]*>(.*?)</h2>", main[1] if main else html, flags=re.DOTALL)
    stream = [{"type": "text", "value": parts[0]}]
    for heading, text in zip(parts[1::2], parts[2::2], strict=True):
        words = re.sub(r"<[^>]+>", "", heading).strip()
        stream += [
            {"type": "heading", "value": words},
            {"type": "text", "value": text},
        ]
    return json.dumps(stream)


def fill(html: str) -> None:
    from wagtail.models import Page, Site

    from tests.benchmarks.plain.models import PlainPage

    site = Site.objects.get()
    root = Page.get_first_root_node()
    home = root.add_child(instance=PlainPage(title="Plain", slug="plain", body="[]"))
    for title in MENU:
        home.add_child(
            instance=PlainPage(
                title=title, slug=title.lower(), body="[]", show_in_menus=True
            )
        )
    parent = home.get_children().get(slug="treatments")
    parent.add_child(
        instance=PlainPage(title="A treatment", slug="page", body=blocks(html))
    )
    Site.objects.filter(pk=site.pk).update(root_page=home)


if __name__ == "__main__":
    django.setup()
    fill(Path(sys.argv[1]).read_text())
