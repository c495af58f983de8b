"""What a page says about its language, and what of it is in another one."""

from django import template
from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.html import format_html
from django.utils.safestring import SafeString

from portal import languages

register = template.Library()

ENGLISH = format_html(' lang="{}" dir="{}"', "en-GB", "ltr")
NOTHING = SafeString("")


@register.simple_tag
def page_language() -> languages.Language:
    """The language of the address."""
    return languages.active_language()


@register.simple_tag
def english() -> SafeString:
    """Attributes of an element whose words are English on a page in any language."""
    return NOTHING if languages.active_language().is_english else ENGLISH


@register.simple_tag
def frame() -> SafeString:
    """Attributes of an element of the frame: its words may lack in this language."""
    return NOTHING if languages.active_language().has_interface else ENGLISH


@register.simple_tag
def english_page() -> SafeString:
    """An attribute of a link to a page that there is in English alone."""
    if languages.active_language().is_english:
        return NOTHING
    return SafeString(' hreflang="en-GB"')


@register.simple_tag
def english_address(path: str) -> str:
    """The address of a page of the tree in English, by its path."""
    with translation.override(settings.LANGUAGE_CODE):
        return reverse("wagtail_serve", args=[path])


@register.simple_tag
def frame_address(name: str) -> str:
    """The address of a form of the frame, in English where its words lack."""
    spoken = languages.active_language()
    code = spoken.code if spoken.has_interface else settings.LANGUAGE_CODE
    with translation.override(code):
        return reverse(name)


@register.simple_block_tag
def in_english(content: SafeString) -> SafeString:
    """Words that are English on a page in any language."""
    marks = english()
    return format_html("<div{}>{}</div>", marks, content) if marks else content


@register.simple_block_tag
def in_frame(content: SafeString) -> SafeString:
    """Words of the frame, as `frame` says, where several elements hold them."""
    marks = frame()
    return format_html("<div{}>{}</div>", marks, content) if marks else content
