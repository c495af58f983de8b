from django.db import models
from wagtail.admin.panels import FieldPanel
from wagtail.contrib.settings.models import BaseSiteSetting, register_setting

from portal.edits.forms import EditedModelForm


@register_setting(icon="site")
class SiteBrand(BaseSiteSetting):
    """Who publishes this site. The NHS logo is never shown by default."""

    service_name = models.CharField(max_length=60, default="Treatment policies")
    organisation_name = models.CharField(
        max_length=120, default="Birmingham and Solihull (sample)"
    )
    sample_notice = models.CharField(
        max_length=250,
        blank=True,
        help_text="Shown on every page while the content is sample content.",
    )
    contact_email = models.EmailField(blank=True)
    contact_telephone = models.CharField(max_length=40, blank=True)

    base_form_class = EditedModelForm
    panels = [
        FieldPanel("service_name"),
        FieldPanel("organisation_name"),
        FieldPanel("sample_notice"),
        FieldPanel("contact_email"),
        FieldPanel("contact_telephone"),
    ]

    class Meta:
        verbose_name = "site brand"
