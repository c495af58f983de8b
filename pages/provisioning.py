"""The fixed part of the page tree: home, sections, and the pages of the footer."""

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from wagtail.models import Locale, Page, Site

from pages.models import HomePage, InformationPage, TreatmentIndexPage
from pages.models.base import BasePage
from pages.starting_texts import STARTING_TEXTS
from pages.translations import in_language

TO_BE_COMPLETED = (
    "<p>The organisation that runs this site completes this page before the site "
    "opens to the public.</p>"
)
FOOTER_PAGES = {
    "about": "About this site",
    "accessibility": "Accessibility statement",
    "privacy": "Privacy",
    "contact": "Contact",
}


@transaction.atomic
def provision_tree(section_types: list[Any]) -> HomePage:
    """Create what is missing; leave alone what editors have made of the rest.

    `section_types` are page types of which one page each belongs below the home page,
    besides the treatments; each names its `section_title` and `section_slug`.
    """
    home = in_language(HomePage.objects).first() or create_home()
    ensure_child(home, TreatmentIndexPage, "Treatments A to Z", "treatments")
    for model in section_types:
        ensure_child(home, model, model.section_title, model.section_slug)
    for slug, title in FOOTER_PAGES.items():
        if not InformationPage.objects.child_of(home).filter(slug=slug).exists():
            home.add_child(
                instance=InformationPage(
                    title=title, slug=slug, body=[("text", TO_BE_COMPLETED)]
                )
            )
    provision_site_record(home)
    provision_languages(home)
    return home


def provision_languages(home: HomePage) -> None:
    """A language that is on has a home page and a list of treatments; one that was
    switched off keeps its pages, which nobody reaches until it is on again."""
    Locale.objects.get_or_create(language_code=settings.LANGUAGE_CODE)
    if not settings.WAGTAIL_I18N_ENABLED:
        return
    index = in_language(TreatmentIndexPage.objects).get()
    for code, _name in settings.WAGTAIL_CONTENT_LANGUAGES:
        if code != settings.LANGUAGE_CODE:
            locale, _created = Locale.objects.get_or_create(language_code=code)
            start = STARTING_TEXTS[code]
            start_page(home, locale, start.home, start.introduction)
            start_page(index, locale, start.treatments, "")
    Site.clear_site_root_paths_cache()


def start_page(english: Any, locale: Locale, title: str, introduction: str) -> None:
    if english.has_translation(locale):
        return
    page = english.copy_for_translation(locale)
    page.title = page.draft_title = title
    page.introduction = introduction
    page.save_revision().publish()


def create_home() -> HomePage:
    """Put the home page in the place of Wagtail's welcome page."""
    root = Page.get_first_root_node() or Page.add_root(title="Root", slug="root")
    welcome = root.get_children().filter(slug="home").first()
    home = HomePage(
        title="Find out what the NHS here pays for",
        slug="portal-home",
        introduction="Read what a treatment is, what its risks are, and whether you "
        "can have it on the NHS in this area.",
    )
    root = Page.objects.get(pk=root.pk)
    root.add_child(instance=home)
    if welcome is not None:
        Site.objects.filter(root_page=welcome).update(root_page=home)
        welcome.delete()
    return home


def ensure_child(home: HomePage, model: Any, title: str, slug: str) -> BasePage:
    page = in_language(model.objects).first()
    if page is None:
        home.refresh_from_db()
        page = home.add_child(instance=model(title=title, slug=slug))
    return page


def provision_site_record(home: HomePage) -> Site:
    """One site, whose addresses begin with the configured base address."""
    address = urlsplit(settings.WAGTAILADMIN_BASE_URL)
    port = address.port or (443 if address.scheme == "https" else 80)
    site, _created = Site.objects.update_or_create(
        is_default_site=True,
        defaults={
            "hostname": address.hostname,
            "port": port,
            "root_page": home,
            "site_name": settings.WAGTAIL_SITE_NAME,
        },
    )
    return site
