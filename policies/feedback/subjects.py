"""Which page a reader means: addresses in forms, turned into what is public there."""

import re
from typing import NamedTuple

from django.conf import settings
from django.http import HttpRequest
from django.utils import translation
from wagtail.models import Page

from pages.models import TreatmentPage
from policies.history import readable_version, version_in_force
from policies.models import PolicyVersion
from portal.languages import language_of_path

POLICY = re.compile(
    r"/policies/(?P<reference>[-a-z0-9]{1,40})/(?:versions/(?P<number>[0-9]{1,6})/)?"
)


class Subject(NamedTuple):
    """A page that readers can say something about."""

    page: Page
    version: PolicyVersion | None
    title: str
    url: str


def subject_at(request: HttpRequest, address: str) -> Subject | None:
    """The treatment or policy at a path of this site; None if none is public there."""
    match = POLICY.fullmatch(address)
    if match is None:
        return treatment_at(request, address)
    reference, number = match["reference"], match["number"]
    version = (
        readable_version(reference, int(number))
        if number
        else version_in_force(reference)
    )
    if version is None:
        return None
    title = f"{version.title} ({version.reference}, version {version.label})"
    return Subject(version.policy, version, title, version.get_absolute_url())


def treatment_at(request: HttpRequest, address: str) -> Subject | None:
    code = language_of_path(address)
    is_english = code == settings.LANGUAGE_CODE
    path = address if is_english else address.removeprefix(f"/{code}")
    with translation.override(code):
        page = Page.find_for_request(request, path)
    if page is None or page.specific_class is not TreatmentPage:
        return None
    return Subject(page, None, page.title, address)
