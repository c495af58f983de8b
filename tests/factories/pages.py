"""Drafts of treatments and policies. Never live: only approval makes a page public."""

from typing import Any

import factory
import wagtail_factories

from pages.models import Specialty, TreatmentIndexPage, TreatmentPage
from pages.translations import in_language
from policies.models import (
    ChangeType,
    PolicyIndexPage,
    PolicyPage,
    RatifyingBody,
)
from policies.models.pages import ReviewDue
from policies.positions import FundingRoute, Position

SAMPLE_NOTICE = "Sample text for tests, not medical advice."


class SpecialtyFactory(factory.django.DjangoModelFactory[Specialty]):
    """A branch of medicine; asking twice gives the same one."""

    name = "Musculoskeletal"
    slug = factory.LazyAttribute(lambda specialty: specialty.name.lower())

    class Meta:
        model = Specialty
        django_get_or_create = ["slug"]


class RatifyingBodyFactory(factory.django.DjangoModelFactory[RatifyingBody]):
    """A committee that ratifies policies."""

    name = factory.Sequence(lambda number: f"Sample committee {number}")

    class Meta:
        model = RatifyingBody


class DraftFactory(wagtail_factories.PageFactory):
    """A page that is not public, saved by `author` as a revision when one is given."""

    live = False
    specialty = factory.SubFactory(SpecialtyFactory)
    change_note = "First version."

    class Meta:
        abstract = True
        skip_postgeneration_save = True

    @factory.post_generation
    def author(page: Any, create: bool, extracted: Any, **kwargs: Any) -> None:
        if create and extracted is not None:
            page.save_revision(user=extracted, log_action=True)


class TreatmentPageFactory(DraftFactory):
    """A treatment page, ready to submit."""

    parent = factory.LazyFunction(lambda: in_language(TreatmentIndexPage.objects).get())
    title = factory.Sequence(lambda number: f"Sample treatment {number}")
    slug = factory.Sequence(lambda number: f"sample-treatment-{number}")
    introduction = f"What the sample treatment is. {SAMPLE_NOTICE}"
    what_it_is = factory.List(
        [("text", "<p>The sample treatment eases a sample pain.</p>")]
    )
    why_it_is_done = factory.List([("text", "<p>To ease pain.</p>")])
    alternatives = factory.List([("text", "<p>Doing nothing.</p>")])
    risks = factory.List([("risk", {"name": "bleeding", "people_affected": 1})])

    class Meta:
        model = TreatmentPage
        skip_postgeneration_save = True


class PolicyPageFactory(DraftFactory):
    """A policy, ready to submit."""

    parent = factory.LazyFunction(lambda: PolicyIndexPage.objects.get())
    reference = factory.Sequence(lambda number: f"SP-{number:03}")
    title = factory.LazyAttribute(lambda policy: f"Sample policy {policy.reference}")
    slug = factory.LazyAttribute(lambda policy: policy.reference.lower())
    owner_team = "Planned care"
    position = Position.ROUTINE
    funding_route = FundingRoute.NONE_NEEDED
    lay_summary = f"The NHS here pays for the sample treatment. {SAMPLE_NOTICE}"
    scope = "<p>Adults with a sample condition for at least 3 months.</p>"
    review_due = ReviewDue.TO_BE_CONFIRMED
    change_type = ChangeType.NEW

    class Meta:
        model = PolicyPage
        skip_postgeneration_save = True
