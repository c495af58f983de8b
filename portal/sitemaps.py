"""What search engines are to list, with the day on which each page last changed.

Policies are read from the ledger: what has not taken effect, or has ended, is not here.
"""

import datetime
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.sitemaps import Sitemap
from django.contrib.sitemaps.views import index, sitemap
from django.db.models import Max, QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.functional import cached_property
from django.views.decorators.http import require_safe
from wagtail.models import Page

from pages.listings import public_treatments, specialties_in_use
from pages.models import Specialty, TreatmentIndexPage, TreatmentPage
from pages.translations import alternate_addresses, in_languages_that_are_on
from policies.models import PolicyIndexPage, PolicyPage, PolicyVersion
from portal.cache.headers import ask_before_reuse

Moment = datetime.datetime | None


class PortalSitemap(Sitemap):
    """Under the address of the site, whichever host name was asked."""

    # More in one file would take seconds to make, and too much of a worker's memory.
    limit = 2_000

    def get_domain(self, site: Any = None) -> str:
        return urlsplit(settings.WAGTAILADMIN_BASE_URL).netloc

    def get_protocol(self, protocol: Any = None) -> str:
        return urlsplit(settings.WAGTAILADMIN_BASE_URL).scheme

    def get_latest_lastmod(self) -> Moment:
        """Not said in the index: it would read every page of the section."""
        return None


class TreeSitemap(PortalSitemap):
    """Pages of the tree, each with its addresses in other languages."""

    def get_urls(
        self, page: int | str = 1, site: Any = None, protocol: Any = None
    ) -> Any:
        urls = super().get_urls(page=page, site=site, protocol=protocol)
        others = alternate_addresses([url["item"] for url in urls])
        base = settings.WAGTAILADMIN_BASE_URL.rstrip("/")
        for url in urls:
            url["alternates"] = [
                {**other, "location": base + other["location"]}
                for other in others.get(url["item"].pk, [])
            ]
        return urls


class PagesSitemap(TreeSitemap):
    """Pages of the tree besides treatments and policies."""

    def items(self) -> list[Page]:
        pages = Page.objects.live().public().filter(depth__gt=1)
        pages = in_languages_that_are_on(pages)
        return list(pages.not_type(TreatmentPage, PolicyPage).order_by("path"))

    def location(self, item: Page) -> str:
        return item.get_url() or "/"

    def lastmod(self, item: Page) -> Moment:
        """A list changes with what it lists."""
        moments = [item.last_published_at]
        if item.specific_class is TreatmentIndexPage:
            moments.append(latest_treatment())
        if item.specific_class is PolicyIndexPage:
            moments.append(latest_policy())
        return max(filter(None, moments), default=None)


class TreatmentsSitemap(TreeSitemap):
    """Treatments, which also change with the policy that they name."""

    @cached_property
    def policy_changed_at(self) -> dict[int, datetime.datetime]:
        return policy_changes()

    def items(self) -> QuerySet[TreatmentPage]:
        return (
            in_languages_that_are_on(TreatmentPage.objects.live())
            .only("slug", "url_path", "translation_key", "last_published_at")
            .order_by("slug")
        )

    def location(self, item: TreatmentPage) -> str:
        return item.get_url() or "/"

    def lastmod(self, item: Any) -> Moment:
        moments = [item.last_published_at, self.policy_changed_at.get(item.pk)]
        return max(filter(None, moments), default=None)


class SpecialtiesSitemap(PortalSitemap):
    """Treatments by specialty."""

    def items(self) -> QuerySet[Specialty]:
        changed_at = Max("treatments__last_published_at")
        return specialties_in_use().annotate(changed_at=changed_at).order_by("slug")

    def lastmod(self, item: Any) -> Moment:
        return item.changed_at


class PoliciesSitemap(PortalSitemap):
    """Policies that apply."""

    def items(self) -> QuerySet[PolicyVersion]:
        versions = PolicyVersion.objects.applying().order_by("reference")
        return versions.only("reference", "number", "effective_from")

    def location(self, item: PolicyVersion) -> str:
        return item.policy_url

    def lastmod(self, item: PolicyVersion) -> Moment:
        return item.effective_from


class VersionsSitemap(PoliciesSitemap):
    """The permanent address of each version in force, by which it is cited."""

    def location(self, item: PolicyVersion) -> str:
        return item.get_absolute_url()


class DataSitemap(PortalSitemap):
    """The page on the data."""

    def items(self) -> list[str]:
        return ["api:about"]

    def location(self, item: str) -> str:
        return reverse(item)


SECTIONS: dict[str, type[Sitemap[Any]] | Sitemap[Any]] = {
    "pages": PagesSitemap,
    "treatments": TreatmentsSitemap,
    "specialties": SpecialtiesSitemap,
    "policies": PoliciesSitemap,
    "versions": VersionsSitemap,
    "data": DataSitemap,
}


def policy_changes() -> dict[int, datetime.datetime]:
    """Since when the latest policy in force that covers a treatment has applied.

    Asked for all at once: what is in force is a question for each version, and to ask
    it anew for each treatment would cost their product.
    """
    versions = PolicyVersion.objects.in_force().exclude(covered=None)
    return dict(
        versions.order_by()
        .values("covered__treatment")
        .values_list("covered__treatment", Max("effective_from"))
    )


def latest_treatment() -> Moment:
    return public_treatments().aggregate(at=Max("last_published_at"))["at"]


def latest_policy() -> Moment:
    return PolicyVersion.objects.effective().aggregate(at=Max("effective_from"))["at"]


@require_safe
def sitemap_xml(request: HttpRequest) -> HttpResponse:
    """All addresses; on a large site the index of the files that list them."""
    if is_large():
        return answer(index(request, SECTIONS, sitemap_url_name="sitemap_section"))
    return answer(sitemap(request, SECTIONS))


@require_safe
def sitemap_section(request: HttpRequest, section: str) -> HttpResponse:
    """One section; `p` counts its files."""
    return answer(sitemap(request, SECTIONS, section=section))


def is_large() -> bool:
    """Whether a section has more addresses than one file may list."""
    sections = (PagesSitemap, TreatmentsSitemap, SpecialtiesSitemap, PoliciesSitemap)
    return any(section().paginator.num_pages > 1 for section in sections)


def answer(response: TemplateResponse) -> HttpResponse:
    response.render()
    # Django sets the date of the newest page, which would hide that one has gone.
    if "Last-Modified" in response.headers:
        del response.headers["Last-Modified"]
    ask_before_reuse(response)
    return response
