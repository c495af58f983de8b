from typing import Any

from django.core.validators import RegexValidator
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
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
from wagtail.fields import RichTextField, StreamField
from wagtail.models import Orderable, PagePermissionTester, Workflow
from wagtail.search import index

from pages.models import BasePage
from pages.permissions import GovernedPagePermissionTester
from policies.blocks import CodesBlock, EvidenceListBlock
from policies.criteria.blocks import CriteriaBlock
from policies.forms import PolicyForm
from policies.models.changes import ChangeType
from policies.permissions import PolicyIndexPermissionTester
from policies.positions import FundingRoute, Position
from policies.stages import POLICY_AUTHOR, ChangeClass
from policies.status import PolicyStatus

GOVERNED_TEXT_FEATURES = ["h3", "bold", "link", "ul", "ol"]


class PolicyIndexPage(BasePage):
    """All policies in force, by reference and by position."""

    parent_page_types = ["pages.HomePage"]
    subpage_types = ["policies.PolicyPage"]
    max_count = 1
    section_title = "Policies"
    section_slug = "policies"

    introduction = models.TextField(blank=True)

    content_panels = [*BasePage.content_panels, FieldPanel("introduction")]

    def permissions_for_user(self, user: Any) -> PagePermissionTester:
        return PolicyIndexPermissionTester(user, self)

    def get_context(
        self, request: HttpRequest, *args: Any, **kwargs: Any
    ) -> dict[str, Any]:
        from policies.history import policy_index_context

        context = super().get_context(request, *args, **kwargs)
        context.update(policy_index_context(request))
        return context


class DateThatCounts(models.TextChoices):
    REFERRAL = "referral", "The date of the referral"
    DECISION = "decision", "The date of the decision to treat"
    TREATMENT = "treatment", "The date of the treatment"


class ReviewDue(models.TextChoices):
    DATE = "date", "On a date"
    TO_BE_CONFIRMED = "to_be_confirmed", "To be confirmed"
    RULE = "rule", "By a rule"


class PolicyPage(BasePage):
    """The draft of a policy, and the stable identity its versions share.

    Readers never see this row: they read the ledger of versions.
    """

    is_governed = True
    has_ledger = True
    author_role = POLICY_AUTHOR
    parent_page_types = ["policies.PolicyIndexPage"]
    subpage_types: list[str] = []
    private_page_options: list[str] = []
    base_form_class = PolicyForm
    exclude_fields_in_copy = ["reference"]

    required_on_submit = [
        "owner_team",
        "specialty",
        "position",
        "funding_route",
        "lay_summary",
        "scope",
        "change_type",
        "change_note",
    ]

    reference = models.CharField(
        max_length=40,
        unique=True,
        validators=[
            RegexValidator(
                r"^(?!FEED$)[A-Z0-9]+(?:-[A-Z0-9]+)*$",
                "Use capital letters, figures and hyphens, such as CP-042.",
            )
        ],
        help_text="Permanent: it is the address of the policy and cannot be changed.",
    )
    owner_team = models.CharField(
        max_length=160, blank=True, help_text="The team that answers for this policy."
    )
    specialty = models.ForeignKey(
        "pages.Specialty",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    treatments = ParentalManyToManyField(
        "pages.TreatmentPage",
        blank=True,
        related_name="policies",
        limit_choices_to={"locale__language_code": "en-gb"},
    )
    related_policies = ParentalManyToManyField(
        "self", blank=True, symmetrical=False, related_name="+"
    )
    predecessors = models.CharField(
        max_length=250, blank=True, help_text="Earlier policies that this one replaced."
    )
    required_bodies = ParentalManyToManyField(
        "policies.RatifyingBody",
        blank=True,
        related_name="+",
        verbose_name="ratifying bodies",
        help_text="Every one of them must ratify a version before it takes effect.",
    )
    position = models.CharField(
        "commissioning position", max_length=30, choices=Position, blank=True
    )
    local_label = models.CharField(
        max_length=80,
        blank=True,
        help_text="The word used locally, such as Restricted.",
    )
    funding_route = models.CharField(max_length=30, choices=FundingRoute, blank=True)
    lay_summary = models.TextField(
        blank=True, help_text="Two or three plain sentences for patients."
    )
    scope = RichTextField(
        "scope and population", blank=True, features=GOVERNED_TEXT_FEATURES
    )
    criteria = StreamField(CriteriaBlock(), blank=True)
    exclusions = RichTextField(blank=True, features=GOVERNED_TEXT_FEATURES)
    exceptions = RichTextField(blank=True, features=GOVERNED_TEXT_FEATURES)
    limits = RichTextField(
        "limits and repeat rules", blank=True, features=GOVERNED_TEXT_FEATURES
    )
    rationale = RichTextField(
        "rationale and statement of reasons",
        blank=True,
        features=GOVERNED_TEXT_FEATURES,
    )
    evidence = StreamField(EvidenceListBlock(), blank=True)
    codes = StreamField(CodesBlock(), blank=True)
    individual_funding = RichTextField(
        "individual funding requests", blank=True, features=GOVERNED_TEXT_FEATURES
    )
    monitoring = RichTextField(blank=True, features=GOVERNED_TEXT_FEATURES)
    date_that_counts = models.CharField(
        max_length=20, choices=DateThatCounts, default=DateThatCounts.REFERRAL
    )
    transitional_rule = models.TextField(
        blank=True,
        help_text="What holds for referrals made under the earlier version.",
    )
    review_due = models.CharField(
        "next review",
        max_length=20,
        choices=ReviewDue,
        default=ReviewDue.TO_BE_CONFIRMED,
    )
    review_due_on = models.DateField("review date", null=True, blank=True)
    review_rule = models.CharField(max_length=200, blank=True)

    change_type = models.CharField(max_length=20, choices=ChangeType, blank=True)
    change_class = models.CharField(
        "size of the change",
        max_length=10,
        choices=ChangeClass,
        default=ChangeClass.MAJOR,
        help_text="A change of a number, code, criterion or position is always major.",
    )
    change_note = models.TextField(
        "public change note",
        blank=True,
        help_text="What changed and why, for everybody. It stands in the history.",
    )
    internal_note = models.TextField(
        blank=True, help_text="For reviewers only; never public."
    )
    correction_notice = models.TextField(
        blank=True,
        help_text="For a correction: what was wrong. Public, and shown on the page.",
    )
    wrong_since = models.DateField(
        "wrong since", null=True, blank=True, help_text="For a correction: from when."
    )
    effective_on = models.DateField(
        "takes effect on",
        null=True,
        blank=True,
        help_text="Empty: as soon as it is approved.",
    )
    is_announced = models.BooleanField(
        "announce before it takes effect",
        default=False,
        help_text="Readers then see that the policy will change, when, and how.",
    )
    status = models.CharField(
        max_length=12,
        choices=PolicyStatus,
        default=PolicyStatus.IN_FORCE,
        help_text="To withdraw or supersede a policy, change this and submit.",
    )
    superseded_by = models.CharField(
        max_length=40,
        blank=True,
        help_text="The reference of the policy that takes over.",
    )
    status_reason = models.TextField(
        blank=True, help_text="Public: why it was withdrawn or superseded."
    )

    identity_panels = [
        HelpPanel(
            "A draft may be incomplete. Before you submit, it needs an owner, a "
            "specialty, a position, a funding route, a plain summary, a scope, and a "
            "change type and note in the tab “This change”."
        ),
        *BasePage.content_panels,
        FieldPanel("reference"),
        FieldRowPanel([FieldPanel("owner_team"), FieldPanel("specialty")]),
        MultiFieldPanel(
            [
                FieldPanel("position"),
                FieldPanel("local_label"),
                FieldPanel("funding_route"),
            ],
            heading="Commissioning position",
        ),
        FieldPanel("lay_summary"),
        FieldPanel("scope"),
        FieldPanel("criteria"),
        FieldPanel("exclusions"),
        FieldPanel("exceptions"),
        FieldPanel("limits"),
        FieldPanel("individual_funding"),
        FieldPanel("rationale"),
        FieldPanel("monitoring"),
    ]
    reference_panels = [
        FieldPanel("codes"),
        FieldPanel("evidence"),
        InlinePanel("documents", label="Document", heading="Documents"),
        FieldPanel("treatments"),
        FieldPanel("related_policies"),
        FieldPanel("predecessors"),
    ]
    change_panels = [
        FieldPanel("change_type"),
        FieldPanel(
            "change_class",
            help_text="A change of the scope, a number, code, criterion or position "
            "is always major, and so is one of the other texts in a word such as "
            "“not”, “only” or “must”.",
        ),
        FieldPanel("change_note"),
        FieldPanel("internal_note"),
        FieldRowPanel([FieldPanel("effective_on"), FieldPanel("is_announced")]),
        MultiFieldPanel(
            [FieldPanel("correction_notice"), FieldPanel("wrong_since")],
            heading="If this corrects a published error",
        ),
        MultiFieldPanel(
            [
                FieldPanel("status"),
                FieldPanel("superseded_by"),
                FieldPanel("status_reason"),
            ],
            heading="If this ends the policy",
        ),
        FieldRowPanel(
            [FieldPanel("date_that_counts"), FieldPanel("transitional_rule")]
        ),
        MultiFieldPanel(
            [
                FieldPanel("review_due"),
                FieldPanel("review_due_on"),
                FieldPanel("review_rule"),
            ],
            heading="Next review",
        ),
        FieldPanel("required_bodies"),
    ]
    edit_handler = TabbedInterface(
        [
            ObjectList(identity_panels, heading="Policy"),
            ObjectList(reference_panels, heading="Codes, evidence, documents"),
            ObjectList(change_panels, heading="This change"),
        ]
    )

    search_fields = [
        *BasePage.search_fields,
        index.SearchField("reference", boost=5),
        index.AutocompleteField("reference"),
        index.SearchField("lay_summary", boost=2),
        index.SearchField("codes"),
    ]

    def permissions_for_user(self, user: Any) -> PagePermissionTester:
        return GovernedPagePermissionTester(user, self)

    def serve_preview(self, request: HttpRequest, mode_name: str) -> HttpResponse:
        """The draft, read as approval reads it; readers get the ledger's text."""
        from policies.content import policy_content
        from policies.text import PolicyText

        text = PolicyText(policy_content(self))
        response = TemplateResponse(
            request, "policies/draft_text.html", {"text": text, "is_draft": True}
        )
        response.headers["Cache-Control"] = "private, no-store"
        return response

    def get_url_parts(self, *args: Any, **kwargs: Any) -> tuple[int, str, str] | None:
        """The permanent address, which no move in the tree can change."""
        parts = super().get_url_parts(*args, **kwargs)
        if parts is None:
            return None
        site_id, root_url, _path = parts
        return site_id, root_url, reverse("policy", args=[self.reference.lower()])

    def get_cached_paths(self) -> list[str]:
        """Addresses, below its own, that read otherwise after a publication."""
        return ["/", "/history/", "/history.json", "/checklist/", "/feed/"]

    def full_clean(self, *args: Any, **kwargs: Any) -> None:
        """The address is the reference, given at creation."""
        if self.reference:
            self.slug = self.reference.lower()
        super().full_clean(*args, **kwargs)

    @property
    def has_workflow(self) -> bool:
        return True

    def get_workflow(self) -> Workflow | None:
        """Fixed in code: an unassigned workflow would leave no way to the public."""
        from policies.provisioning import WORKFLOW_NAME

        return Workflow.objects.filter(name=WORKFLOW_NAME).first()

    def get_sitemap_urls(self, request: HttpRequest | None = None) -> list[Any]:
        """Only what the ledger holds in force; the row may lag behind it."""
        if self.versions.effective().exists():
            return super().get_sitemap_urls(request)
        return []


class PolicyDocument(Orderable):
    """A file that belongs to the text of a policy."""

    policy = ParentalKey(PolicyPage, on_delete=models.CASCADE, related_name="documents")
    document = models.ForeignKey(
        "media.PortalDocument", on_delete=models.PROTECT, related_name="+"
    )

    panels = [FieldPanel("document")]
