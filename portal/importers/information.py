"""One information page for each file.

Required: `slug` and `title`. Optional: `introduction`, `body`, `last_reviewed_on`,
`review_due_on`, `search_description`, and `author`, the account that publishes it
(default `admin`, because information pages have no workflow).
"""

from pathlib import Path
from typing import Any

from pages.models import HomePage, InformationPage
from pages.translations import in_language
from portal.importers import approval
from portal.importers.drafts import fill, person_named
from portal.importers.shapes import shape

INFORMATION_FIELDS = [
    "slug",
    "title",
    "introduction",
    "body",
    "last_reviewed_on",
    "review_due_on",
    "search_description",
]
INFORMATION = shape(["slug", "title"], [*INFORMATION_FIELDS, "author"])


def information_exists(data: dict[str, Any]) -> bool:
    """Whether somebody has written the page; a page only provisioned does not count."""
    return (
        in_language(InformationPage.objects)
        .filter(slug=data.get("slug"), latest_revision__isnull=False)
        .exists()
    )


def import_information(data: dict[str, Any], folder: Path) -> InformationPage:
    """Fill the provisioned page, or add one below the home page, and publish it."""
    data = INFORMATION.check(data)
    author = person_named(data.get("author", "admin"), "author")
    page = in_language(InformationPage.objects).filter(slug=data["slug"]).first()
    values = {name: data[name] for name in INFORMATION_FIELDS if name in data}
    is_new = page is None
    page = page or InformationPage()
    fill(page, values, owner=f"information/{data['slug']}")
    if is_new:
        approval.add_draft(in_language(HomePage.objects).get(), page, author)
    approval.publish_information(page, author)
    return page
