from django.db import models
from wagtail.admin.panels import FieldPanel
from wagtail.fields import StreamField
from wagtail.search import index

from pages.blocks.streams import InformationBodyBlock
from pages.forms import TranslatableForm
from pages.models.base import BasePage
from pages.models.mixins import ReviewDatesMixin, TranslationMixin


class InformationPage(TranslationMixin, ReviewDatesMixin, BasePage):
    """About the site: accessibility, privacy, contact, individual funding requests."""

    ignores_query = True
    parent_page_types = ["pages.HomePage", "pages.InformationPage"]
    subpage_types = ["pages.InformationPage"]

    base_form_class = TranslatableForm

    introduction = models.TextField(blank=True, help_text="One or two plain sentences.")
    body = StreamField(InformationBodyBlock(), blank=True)

    content_panels = [
        *BasePage.content_panels,
        FieldPanel("introduction"),
        FieldPanel("body"),
        *TranslationMixin.translation_panels,
    ]
    settings_panels = [*BasePage.settings_panels, *ReviewDatesMixin.review_panels]
    search_fields = [
        *BasePage.search_fields,
        index.SearchField("introduction", boost=2),
        index.SearchField("body"),
    ]
