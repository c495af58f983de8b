"""The kinds of blocks that the compared page has, each with a template."""

from wagtail import blocks


class HeadingBlock(blocks.CharBlock):
    class Meta:
        template = "plain/blocks/heading.html"


class KindBlock(blocks.StructBlock):
    name = blocks.CharBlock()
    description = blocks.RichTextBlock()

    class Meta:
        template = "plain/blocks/kind.html"


class CareCardBlock(blocks.StructBlock):
    urgency = blocks.CharBlock()
    heading = blocks.CharBlock()
    body = blocks.RichTextBlock()

    class Meta:
        template = "plain/blocks/care_card.html"


class WarningCalloutBlock(blocks.StructBlock):
    heading = blocks.CharBlock()
    body = blocks.RichTextBlock()

    class Meta:
        template = "plain/blocks/warning_callout.html"


class InsetTextBlock(blocks.StructBlock):
    body = blocks.RichTextBlock()

    class Meta:
        template = "plain/blocks/inset_text.html"


class DetailsBlock(blocks.StructBlock):
    summary = blocks.CharBlock()
    body = blocks.RichTextBlock()

    class Meta:
        template = "plain/blocks/details.html"


class DoDontListBlock(blocks.StructBlock):
    kind = blocks.CharBlock()
    items = blocks.ListBlock(blocks.CharBlock())

    class Meta:
        template = "plain/blocks/do_dont_list.html"


class ChoiceBlock(blocks.StructBlock):
    name = blocks.CharBlock(required=False)
    benefits = blocks.TextBlock()
    risks = blocks.TextBlock()

    class Meta:
        template = "plain/blocks/choice.html"


class RiskBlock(blocks.StructBlock):
    name = blocks.CharBlock()
    medical_name = blocks.CharBlock(required=False)
    explanation = blocks.TextBlock(required=False)
    people_affected = blocks.IntegerBlock(required=False)

    class Meta:
        template = "plain/blocks/risk.html"


class RisksBlock(blocks.ListBlock):
    class Meta:
        template = "plain/blocks/risks.html"


class BodyBlock(blocks.StreamBlock):
    heading = HeadingBlock()
    text = blocks.RichTextBlock()
    kind = KindBlock()
    care_card = CareCardBlock()
    warning_callout = WarningCalloutBlock()
    inset_text = InsetTextBlock()
    details = DetailsBlock()
    do_dont_list = DoDontListBlock()
    other_choice = ChoiceBlock()
    doing_nothing = ChoiceBlock()
    risks = RisksBlock(RiskBlock())
