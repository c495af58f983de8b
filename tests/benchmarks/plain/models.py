from django.db import models
from wagtail.admin.panels import FieldPanel
from wagtail.blocks import CharBlock, RichTextBlock
from wagtail.fields import StreamField
from wagtail.models import Page


class PlainPage(Page):
    introduction = models.TextField(blank=True)
    body = StreamField([("heading", CharBlock()), ("text", RichTextBlock())])

    content_panels = [
        *Page.content_panels,
        FieldPanel("introduction"),
        FieldPanel("body"),
    ]
