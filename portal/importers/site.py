"""What stands around the pages: `site.json`.

Optional keys: `sample_notice`, the sentence on every page while the content is sample
content; `specialties`, objects with `name`, `slug` and perhaps `plain_name`; and
`ratifying_bodies`, a list of names.
"""

from typing import Any

from wagtail.models import Site

from pages.models import SiteBrand, Specialty
from policies.models import RatifyingBody
from portal.importers.shapes import list_at, shape

SITE = shape([], ["sample_notice", "specialties", "ratifying_bodies"])
SPECIALTY = shape(["name", "slug"], ["plain_name"])


def import_site(data: Any) -> None:
    """Add what is missing; what is there stays as staff have made it."""
    data = SITE.check(data)
    for index, item in enumerate(list_at(data, "specialties")):
        import_specialty(SPECIALTY.check(item, f"specialties[{index}]"))
    for name in list_at(data, "ratifying_bodies"):
        RatifyingBody.objects.get_or_create(name=name)
    if "sample_notice" in data:
        mark_as_sample(data["sample_notice"])


def import_specialty(item: dict[str, Any]) -> None:
    if not Specialty.objects.filter(slug=item["slug"]).exists():
        specialty = Specialty(**item)
        specialty.full_clean()
        specialty.save()


def mark_as_sample(notice: str) -> None:
    brand = SiteBrand.for_site(Site.objects.get(is_default_site=True))
    if not brand.sample_notice:
        brand.sample_notice = notice
        brand.full_clean()
        brand.save()
