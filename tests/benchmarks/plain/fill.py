"""Pages of the plain site: `python -m tests.benchmarks.plain.fill <file of JSON>`."""

import json
import sys
from pathlib import Path
from typing import Any

import django

MENU = ["Treatments", "Policies", "Search", "About"]
PATH = "/treatments/page/"


def sections() -> Any:
    """Home with the pages of the menu; returns the parent of treatments."""
    from wagtail.models import Page, Site

    from tests.benchmarks.plain.models import SectionPage

    site = Site.objects.get()
    home = Page.get_first_root_node().add_child(
        instance=SectionPage(title="Home", slug="plain")
    )
    for title in MENU:
        home.add_child(
            instance=SectionPage(title=title, slug=title.lower(), show_in_menus=True)
        )
    Site.objects.filter(pk=site.pk).update(root_page=home)
    return home.get_children().get(slug="treatments")


def fill(content: dict[str, Any]) -> None:
    from django.core.files.base import ContentFile
    from wagtail.documents.models import Document

    from tests.benchmarks.plain import models

    parent = sections()
    specialty = models.Specialty.objects.create(name=content["specialty"])

    def page(title: str, slug: str, body: list[Any], **values: str) -> Any:
        return parent.add_child(
            instance=models.TreatmentPage(
                title=title,
                slug=slug,
                specialty=specialty,
                body=json.dumps(body),
                **values,
            )
        )

    texts = ("introduction", "other_names", "area_note")
    own = {name: content[name] for name in texts}
    main = page(content["title"], "page", content["body"], **own)
    for policy in content["policies"]:
        main.policies.add(models.Policy.objects.create(**policy))
    for number, title in enumerate(content["related"]):
        target = page(title, f"related-{number}", content["body"])
        main.related_links.add(models.RelatedLink(target=target.page_ptr))
    for leaflet in content["leaflets"]:
        file = ContentFile(b"%PDF-1.4", name="leaflet.pdf")
        document = Document(title=leaflet.pop("title"), file=file, file_size=8)
        document.save()
        main.leaflets.add(models.Leaflet(document=document, **leaflet))
    for update in content["updates"]:
        main.updates.add(models.Update(**update))
    main.save()


if __name__ == "__main__":
    django.setup()
    fill(json.loads(Path(sys.argv[1]).read_text()))
