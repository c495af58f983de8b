from django import template

from policies.positions import PATIENT_WORDS, SEVERAL_POLICIES, PositionWords

register = template.Library()


@register.simple_tag
def all_funding_words() -> list[PositionWords]:
    """Every tag that says to patients whether something is funded, as it is listed."""
    return [*PATIENT_WORDS.values(), SEVERAL_POLICIES]
