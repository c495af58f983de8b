from django.db import models
from django.urls import reverse
from wagtail.admin.panels import FieldPanel
from wagtail.search import index

from portal.edits.forms import EditedModelForm


class Specialty(index.Indexed, models.Model):
    """A branch of medicine under which readers look for a treatment."""

    name = models.CharField(max_length=80, unique=True)
    slug = models.SlugField(max_length=80, unique=True)
    plain_name = models.CharField(
        max_length=120,
        blank=True,
        help_text="In everyday words, such as “bones, joints and muscles”.",
    )

    base_form_class = EditedModelForm
    panels = [FieldPanel("name"), FieldPanel("slug"), FieldPanel("plain_name")]
    search_fields = [
        index.SearchField("name"),
        index.AutocompleteField("name"),
        index.SearchField("plain_name"),
    ]

    class Meta:
        ordering = ["name"]
        verbose_name_plural = "specialties"

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("treatments_by_specialty", args=[self.slug])
