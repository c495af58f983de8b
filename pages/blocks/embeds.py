"""A video or map of another website, asleep until the visitor allows it."""

from typing import Any

from cookie_consent.cache import all_cookie_groups
from django.core.exceptions import ValidationError
from wagtail import blocks
from wagtail.blocks.struct_block import StructBlockValidationError

from pages.embeds import (
    GROUP,
    VERBS,
    frame_address,
    provider_choices,
    provider_named,
)


class EmbedValue(blocks.StructValue):
    """Gives the template the words and the address of the frame."""

    @property
    def provider_name(self) -> str:
        provider = provider_named(self.get("provider"))
        return str(provider["name"]) if provider else ""

    @property
    def kind(self) -> str:
        provider = provider_named(self.get("provider"))
        return str(provider["kind"]) if provider else ""

    @property
    def verb(self) -> str:
        return VERBS.get(self.kind, "Open")

    @property
    def frame_address(self) -> str:
        return frame_address(self.get("provider"), self.get("link"))


class EmbedBlock(blocks.StructBlock):
    """Stores a link and a title; what the provider hands out as code never comes in."""

    title = blocks.CharBlock(
        max_length=120, help_text="What it shows. People hear this before they decide."
    )
    provider = blocks.ChoiceBlock(choices=provider_choices)
    link = blocks.URLBlock(
        help_text="The address in your browser when you look at the video or place. "
        "Everybody gets it as a plain link."
    )

    class Meta:
        icon = "media"
        label = "Video or map"
        template = "blocks/embed.html"
        description = "A video or map. It loads only for visitors who allow it."
        value_class = EmbedValue
        preview_value = {
            "title": "How to do knee exercises",
            "provider": "youtube",
            "link": "https://www.youtube.com/watch?v=AAAAAAAAAAA",
        }

    def clean(self, value: Any) -> Any:
        cleaned = super().clean(value)
        if not frame_address(cleaned["provider"], cleaned["link"]):
            name = cleaned.provider_name
            message = f"Paste the address of one video or place on {name}."
            raise StructBlockValidationError({"link": ValidationError(message)})
        return cleaned

    def get_context(self, value: Any, parent_context: Any = None) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(value, parent_context)
        context["consent_group"] = all_cookie_groups().get(GROUP)
        return context
