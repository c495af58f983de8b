from django.db import models
from modelcluster.fields import ParentalKey, ParentalManyToManyField
from wagtail.admin.panels import FieldPanel, InlinePanel
from wagtail.fields import RichTextField, StreamField
from wagtail.models import Orderable, Page

from tests.benchmarks.plain.blocks import BodyBlock


class Specialty(models.Model):
    name = models.CharField(max_length=255)

    def __str__(self) -> str:
        return self.name


class Policy(models.Model):
    """What the NHS pays for, as the page of a treatment says it."""

    reference = models.CharField(max_length=40)
    title = models.CharField(max_length=255)
    tag = models.CharField(max_length=80)
    sentence = models.TextField()
    lay_summary = models.TextField()
    criteria = RichTextField()
    in_force_since = models.DateField()

    def __str__(self) -> str:
        return self.title


class SectionPage(Page):
    """Home, and the sections of the menu."""


class TreatmentPage(Page):
    introduction = models.TextField(blank=True)
    other_names = models.TextField(blank=True)
    specialty = models.ForeignKey(Specialty, on_delete=models.PROTECT)
    body = StreamField(BodyBlock())
    policies = ParentalManyToManyField(Policy, blank=True)
    area_note = models.TextField(blank=True)
    last_reviewed_on = models.DateField(null=True, blank=True)
    review_due_on = models.DateField(null=True, blank=True)

    content_panels = [
        *Page.content_panels,
        FieldPanel("introduction"),
        FieldPanel("other_names"),
        FieldPanel("specialty"),
        FieldPanel("body"),
        FieldPanel("policies"),
        InlinePanel("leaflets"),
        InlinePanel("related_links"),
        InlinePanel("updates"),
    ]


class Leaflet(Orderable):
    page = ParentalKey(TreatmentPage, on_delete=models.CASCADE, related_name="leaflets")
    document = models.ForeignKey(
        "wagtaildocs.Document", on_delete=models.PROTECT, related_name="+"
    )
    kind = models.CharField(max_length=80)
    language = models.CharField(max_length=80)


class RelatedLink(Orderable):
    page = ParentalKey(
        TreatmentPage, on_delete=models.CASCADE, related_name="related_links"
    )
    target = models.ForeignKey(Page, on_delete=models.CASCADE, related_name="+")


class Update(Orderable):
    page = ParentalKey(TreatmentPage, on_delete=models.CASCADE, related_name="updates")
    published_on = models.DateField()
    note = models.TextField()
