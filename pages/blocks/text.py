"""Blocks of running text, links and pictures."""

from wagtail import blocks
from wagtail.images.blocks import ImageChooserBlock

BODY_FEATURES = ["h3", "bold", "link", "ul", "ol", "document-link"]


class LinkValue(blocks.StructValue):
    """Gives templates one `value.url`, whichever target the editor chose."""

    @property
    def url(self) -> str:
        page = self.get("page")
        return page.url if page else self.get("external_url") or ""


class ActionLinkBlock(blocks.StructBlock):
    """The one thing to do next."""

    text = blocks.CharBlock(max_length=80, help_text="Begins with a verb.")
    page = blocks.PageChooserBlock(required=False)
    external_url = blocks.URLBlock(
        required=False, label="Address", help_text="Only if it is not on this site."
    )

    class Meta:
        icon = "link"
        template = "blocks/action_link.html"
        description = "A green arrow and the one thing to do next."
        value_class = LinkValue
        preview_value = {
            "text": "Find a pharmacy",
            "external_url": "https://www.example.org/",
        }


class PictureBlock(blocks.StructBlock):
    """A picture with an optional caption."""

    image = ImageChooserBlock()
    caption = blocks.CharBlock(max_length=200, required=False)

    class Meta:
        icon = "image"
        template = "blocks/picture.html"
        description = "A picture. Its alternative text comes from the picture itself."
        preview_value = {"image": None, "caption": "A joint seen from the side."}


class DoDontListBlock(blocks.StructBlock):
    """Things to do, or things not to do."""

    kind = blocks.ChoiceBlock(
        choices=[("do", "Do"), ("dont", "Don't")], default="do", label="List of"
    )
    items = blocks.ListBlock(blocks.CharBlock(max_length=200), min_num=1)

    class Meta:
        icon = "tick"
        template = "blocks/do_dont_list.html"
        description = "A list of things to do, or of things not to do."
        preview_value = {"kind": "do", "items": ["rest the joint for two days"]}
