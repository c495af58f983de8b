from django import template
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from portal.consent.banner import banner_html
from portal.consent.declaration import draft_content, wording_content
from portal.consent.differences import label
from portal.consent.models import BannerWording, ItemKind
from portal.consent.notices import published

register = template.Library()


@register.simple_tag
def consent_banner() -> SafeString:
    """The banner as the published notice keeps it, the same for everybody."""
    script = format_html(
        '<script type="module" src="{}"></script>', static("portal/js/consent.js")
    )
    # The portal's own template made it, and escaped every word of staff.
    banner = mark_safe(published().content["banner"])  # noqa: S308
    return banner + script


@register.filter
def item_kind(kind: str) -> str:
    """A kind in words; a kind of an old notice that no longer exists, as it was."""
    return str(dict(ItemKind.choices).get(kind, kind))


@register.filter
def wording_label(name: str) -> str:
    """A part of the wording by the words that its form has for it."""
    return label(name)


@register.simple_tag
def banner_preview(wording: BannerWording) -> SafeString:
    """The banner with words that are not saved yet, and the groups as they are now."""
    content = {**draft_content(), "wording": wording_content(wording)}
    return mark_safe(banner_html(content, number=0, is_preview=True))  # noqa: S308
