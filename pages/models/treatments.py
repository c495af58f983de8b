from functools import partial
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject
from modelcluster.fields import ParentalKey, ParentalManyToManyField
from wagtail.admin.panels import (
    FieldPanel,
    FieldRowPanel,
    HelpPanel,
    InlinePanel,
    MultiFieldPanel,
    ObjectList,
    TabbedInterface,
)
from wagtail.blocks.stream_block import StreamValue
from wagtail.fields import StreamField
from wagtail.models import Orderable, Workflow
from wagtail.search import index

from pages.blocks.cards import Urgency
from pages.blocks.streams import (
    ChoicesBlock,
    GettingHelpBlock,
    KindsBlock,
    RisksBlock,
    SectionBlock,
)
from pages.blocks.treatment import RiskDenominator
from pages.forms import SubmittableForm
from pages.models.base import BasePage
from pages.models.mixins import ReviewDatesMixin, TranslationMixin
from pages.permissions import GovernedPagePermissionTester
from portal.languages import active_language

TREATMENT_WORKFLOW = "Treatment review"
CARE_CARD = "care_card"
ORDER = list(Urgency)


class TreatmentIndexPage(BasePage):
    """Treatments from A to Z and by specialty."""

    parent_page_types = ["pages.HomePage"]
    subpage_types = ["pages.TreatmentPage"]
    max_count = 1

    introduction = models.TextField(blank=True)

    content_panels = [*BasePage.content_panels, FieldPanel("introduction")]

    def get_context(
        self, request: HttpRequest, *args: Any, **kwargs: Any
    ) -> dict[str, Any]:
        from pages.listings import a_to_z_context

        context = super().get_context(request, *args, **kwargs)
        context.update(a_to_z_context(request, language=active_language().code))
        return context


class TreatmentPage(TranslationMixin, ReviewDatesMixin, BasePage):
    """What a treatment is, who can have it and how to get it."""

    parent_page_types = ["pages.TreatmentIndexPage"]
    subpage_types: list[str] = []
    base_form_class = SubmittableForm
    is_governed = True
    author_role = "Treatment editor"
    ignores_query = True

    required_on_submit = [
        "change_note",
        "introduction",
        "specialty",
        "what_it_is",
        "why_it_is_done",
        "alternatives",
        "risks",
    ]

    other_names = models.TextField(
        blank=True,
        help_text="Everyday and clinical names, one in each line. Search finds them.",
    )
    introduction = models.TextField(
        "summary", blank=True, help_text="One plain sentence for patients."
    )
    specialty = models.ForeignKey(
        "pages.Specialty",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="treatments",
    )
    body_area = models.CharField(
        max_length=80, blank=True, help_text="Such as “knee” or “ear, nose and throat”."
    )
    what_it_is = StreamField(SectionBlock(), blank=True)
    why_it_is_done = StreamField(SectionBlock(), blank=True)
    kinds = StreamField(KindsBlock(), blank=True, verbose_name="kinds of the procedure")
    what_happens = StreamField(SectionBlock(), blank=True)
    benefits = StreamField(SectionBlock(), blank=True)
    risk_denominator = models.PositiveIntegerField(
        "risks are counted",
        choices=RiskDenominator,
        default=RiskDenominator.HUNDRED,
        help_text="The same for all risks of this page, so that they compare.",
    )
    risks = StreamField(RisksBlock(), blank=True)
    risk_notes = StreamField(
        SectionBlock(),
        blank=True,
        help_text="Who is at more risk, such as people with diabetes.",
    )
    alternatives = StreamField(
        ChoicesBlock(), blank=True, help_text="Other choices, including doing nothing."
    )
    recovery = StreamField(SectionBlock(), blank=True)
    getting_help = StreamField(
        GettingHelpBlock(), blank=True, verbose_name="when to get help"
    )
    who_can_have_it = StreamField(
        SectionBlock(),
        blank=True,
        verbose_name="can I have it here?",
        help_text="Anything to add. Whether the NHS pays, and the rules in everyday "
        "words, come from the policy itself; do not repeat them here.",
    )
    if_not_eligible = StreamField(
        SectionBlock(), blank=True, verbose_name="what if I do not qualify?"
    )
    questions_to_ask = StreamField(SectionBlock(), blank=True)
    area_note = models.TextField(
        blank=True, help_text="Which area or registered patients this page is for."
    )
    related_treatments = ParentalManyToManyField(
        "self", blank=True, symmetrical=False, related_name="+"
    )

    change_note = models.TextField(
        blank=True,
        help_text="What changed and why. Reviewers and readers of the updates see it.",
    )
    together_with = models.CharField(
        "together with policy",
        max_length=40,
        blank=True,
        help_text="The reference of a policy whose change is in review or scheduled: "
        "both texts then change at the same moment. Usually empty.",
    )
    is_full_review = models.BooleanField(
        "this is a review of the whole page",
        default=False,
        help_text="When it is approved, “last clinically reviewed” becomes that day.",
    )
    review_interval_months = models.PositiveSmallIntegerField(
        "months until the next review", default=24
    )

    introduction_panels = [
        HelpPanel(
            "Write for a reader of nine to eleven. A draft may be incomplete; before "
            "you submit, the page needs a summary, a specialty, what it is, why it "
            "is done, risks and alternatives."
        ),
        *BasePage.content_panels,
        FieldPanel("other_names"),
        FieldPanel("introduction"),
        MultiFieldPanel(
            [FieldPanel("specialty"), FieldPanel("body_area")], heading="Where it fits"
        ),
    ]
    content_panels = [
        *introduction_panels,
        FieldPanel("what_it_is"),
        FieldPanel("why_it_is_done"),
        FieldPanel("kinds"),
        FieldPanel("what_happens"),
        FieldPanel("benefits"),
        MultiFieldPanel(
            [
                FieldPanel("risk_denominator"),
                FieldPanel("risks"),
                FieldPanel("risk_notes"),
            ],
            heading="Risks",
        ),
        FieldPanel("alternatives"),
        FieldPanel("recovery"),
        FieldPanel("getting_help"),
        FieldPanel("who_can_have_it"),
        FieldPanel("if_not_eligible"),
        FieldPanel("questions_to_ask"),
    ]
    around_panels = [
        InlinePanel("documents", label="Leaflet or document", heading="Leaflets"),
        FieldPanel("related_treatments"),
        FieldPanel("area_note"),
    ]
    change_panels = [
        *TranslationMixin.translation_panels,
        FieldPanel("change_note"),
        FieldPanel("together_with"),
        FieldPanel("is_full_review"),
        FieldPanel("review_interval_months"),
        FieldRowPanel(
            [
                FieldPanel("last_reviewed_on", read_only=True),
                FieldPanel("review_due_on", read_only=True),
            ]
        ),
    ]
    edit_handler = TabbedInterface(
        [
            ObjectList(content_panels, heading="Content"),
            ObjectList(around_panels, heading="Leaflets and more"),
            ObjectList(change_panels, heading="This change"),
            ObjectList(BasePage.promote_panels, heading="Search"),
        ]
    )

    search_fields = [
        *BasePage.search_fields,
        index.SearchField("other_names", boost=3),
        index.AutocompleteField("other_names"),
        index.SearchField("introduction", boost=2),
        index.SearchField("body_area"),
        index.SearchField("what_it_is"),
        index.SearchField("why_it_is_done"),
        index.SearchField("kinds"),
        index.FilterField("specialty_id"),
    ]

    @property
    def has_workflow(self) -> bool:
        return True

    def get_workflow(self) -> Workflow | None:
        """Fixed in code: an unassigned workflow would leave no way to the public."""
        return Workflow.objects.filter(name=TREATMENT_WORKFLOW).first()

    def permissions_for_user(self, user: Any) -> GovernedPagePermissionTester:
        return GovernedPagePermissionTester(user, self)

    @property
    def other_name_list(self) -> list[str]:
        return [name.strip() for name in self.other_names.splitlines() if name.strip()]

    def clean(self) -> None:
        super().clean()
        # As stored: to read the blocks would fill in what an older text leaves out,
        # and the row would no longer equal the revision that was approved.
        affected = [
            risk["value"].get("people_affected") or 0 for risk in self.risks.raw_data
        ]
        if max(affected, default=0) > self.risk_denominator:
            raise ValidationError(
                {
                    "risks": "A risk cannot affect more people than it is counted "
                    f"in: {self.risk_denominator:,}."
                }
            )

    @property
    def risks_by_frequency(self) -> list[StreamValue.StreamChild]:
        """From common to rare; at the end those of which nobody knows how often."""
        return sorted(
            self.risks, key=lambda risk: -(risk.value["people_affected"] or 0)
        )

    @property
    def care_cards(self) -> list[StreamValue.StreamChild]:
        """When to seek help, from the least to the most urgent."""
        cards = [block for block in self.getting_help if block.block_type == CARE_CARD]
        return sorted(cards, key=lambda card: ORDER.index(card.value["urgency"]))

    @property
    def where_to_get_help(self) -> list[StreamValue.StreamChild]:
        return [block for block in self.getting_help if block.block_type != CARE_CARD]

    def get_context(
        self, request: HttpRequest, *args: Any, **kwargs: Any
    ) -> dict[str, Any]:
        from pages.listings import (
            documents_of,
            live_related_treatments,
            updates_of,
            versions_applying_to,
        )
        from pages.structured_data import treatment_nodes

        context = super().get_context(request, *args, **kwargs)
        # Asked by the template alone, which may have these parts already.
        for name, ask in {
            "structured_data": treatment_nodes,
            "funding": versions_applying_to,
            "documents": documents_of,
            "related_treatments": live_related_treatments,
            "updates": updates_of,
        }.items():
            context[name] = SimpleLazyObject(partial(ask, self))
        return context


class TreatmentDocument(Orderable):
    """A leaflet or another document beside a treatment."""

    page = ParentalKey(
        TreatmentPage, on_delete=models.CASCADE, related_name="documents"
    )
    document = models.ForeignKey(
        "media.PortalDocument", on_delete=models.PROTECT, related_name="+"
    )
    is_translation_behind = models.BooleanField(
        "older than the English",
        default=False,
        help_text="Tick if the English text has changed since this was translated.",
    )

    panels = [FieldPanel("document"), FieldPanel("is_translation_behind")]
