"""Marks parts of templates that are rendered once for many pages."""

from collections.abc import Hashable
from typing import Any

from django import template
from django.template.base import FilterExpression, NodeList, Parser, Token
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from portal.cache.parts import lasting_part, part_of_generation

register = template.Library()


class PartOfGeneration(template.Node):
    """Renders what is inside once for each key, language and content generation."""

    def __init__(self, key: list[FilterExpression], nodelist: NodeList) -> None:
        self.key = key
        self.nodelist = nodelist

    def render(self, context: template.Context) -> SafeString:
        key = key_of(self.key, context)
        if key is None:
            return self.nodelist.render(context)
        return part_of_generation(key, lambda: self.nodelist.render(context))


class LastingPart(template.Node):
    """Renders what is inside once for each key and language, if it may last."""

    def __init__(
        self, key: list[FilterExpression], may_last: Any, nodelist: NodeList
    ) -> None:
        self.key = key
        self.may_last = may_last
        self.nodelist = nodelist

    def render(self, context: template.Context) -> SafeString:
        key = key_of(self.key, context)
        if key is None:
            return self.nodelist.render(context)
        return lasting_part(
            key,
            lambda: self.nodelist.render(context),
            lambda: bool(self.may_last.resolve(context)),
        )


def key_of(
    expressions: list[FilterExpression], context: template.Context
) -> Hashable | None:
    """The values with the language; None, for not at all, where one is missing."""
    values = [one.resolve(context, ignore_failures=True) for one in expressions]
    if any(value is None for value in values):
        return None
    return (get_language(), *values)


@register.tag
def part(parser: Parser, token: Token) -> PartOfGeneration:
    """`{% part "name" key … %}…{% endpart %}`: the same for all who ask this key now.

    A key that is missing from the context switches it off, as in previews.
    """
    words = token.split_contents()[1:]
    nodelist = parser.parse(("endpart",))
    parser.delete_first_token()
    return PartOfGeneration([parser.compile_filter(word) for word in words], nodelist)


@register.tag
def lastingpart(parser: Parser, token: Token) -> LastingPart:
    """`{% lastingpart "name" key … if condition %}…{% endlastingpart %}`.

    What is inside may read nothing but values that the key determines.
    """
    words = token.split_contents()[1:]
    if words[-2] != "if":
        raise template.TemplateSyntaxError("lastingpart ends with `if` and a condition")
    nodelist = parser.parse(("endlastingpart",))
    parser.delete_first_token()
    key = [parser.compile_filter(word) for word in words[:-2]]
    return LastingPart(key, parser.compile_filter(words[-1]), nodelist)
