"""Which blocks go where. A block joins a page type here and nowhere else."""

from wagtail import blocks

from pages.blocks.cards import (
    CareCardBlock,
    DetailsBlock,
    InsetTextBlock,
    WarningCalloutBlock,
)
from pages.blocks.embeds import EmbedBlock
from pages.blocks.text import (
    BODY_FEATURES,
    ActionLinkBlock,
    DoDontListBlock,
    PictureBlock,
)
from pages.blocks.treatment import (
    DoingNothingBlock,
    KindBlock,
    OtherChoiceBlock,
    RiskBlock,
)


class TextBlock(blocks.RichTextBlock):
    """Running text with smaller headings, lists and links."""

    class Meta:
        icon = "pilcrow"
        label = "Text"
        description = "Paragraphs, lists and smaller headings."
        preview_value = "<p>Most people go home the same day.</p>"


class SectionBlock(blocks.StreamBlock):
    """The inside of one section of a page."""

    text = TextBlock(features=BODY_FEATURES)
    picture = PictureBlock()
    embed = EmbedBlock()
    inset_text = InsetTextBlock()
    details = DetailsBlock()
    warning_callout = WarningCalloutBlock()
    do_dont_list = DoDontListBlock()
    action_link = ActionLinkBlock()

    class Meta:
        block_counts = {"action_link": {"max_num": 2}}


class ChoicesBlock(SectionBlock):
    """Alternatives, each with benefits and risks, and doing nothing."""

    other_choice = OtherChoiceBlock()
    doing_nothing = DoingNothingBlock()

    class Meta:
        block_counts = {
            "action_link": {"max_num": 2},
            "doing_nothing": {"max_num": 1},
        }


class KindsBlock(blocks.StreamBlock):
    kind = KindBlock()


class RisksBlock(blocks.StreamBlock):
    risk = RiskBlock()


class GettingHelpBlock(blocks.StreamBlock):
    """When to seek help, from least to most urgent."""

    care_card = CareCardBlock()
    text = TextBlock(features=BODY_FEATURES)


class InformationBodyBlock(SectionBlock):
    """The body of an information page, which makes its own sections."""

    text = TextBlock(features=["h2", *BODY_FEATURES])
    care_card = CareCardBlock()
