"""Rich text from outside, through the converter that the editor saves with."""

import re

from wagtail.admin.rich_text.converters.contentstate import ContentstateConverter

from portal.importers.problems import ImportProblem

TAG = re.compile(r"<([a-z][a-z0-9]*)")
LINK_TARGET = re.compile(r"\shref=")


def editors_html(html: str, features: list[str], where: str) -> str:
    """`html` as the editor would have saved it; refused if anything would be lost."""
    if not isinstance(html, str):
        raise ImportProblem(where, "This must be a text.")
    converter = ContentstateConverter(features)
    saved = converter.to_database_format(converter.from_database_format(html))
    for tag in sorted(set(TAG.findall(html)) - set(TAG.findall(saved))):
        raise ImportProblem(where, f"<{tag}> may not be used here.")
    if len(LINK_TARGET.findall(html)) != len(LINK_TARGET.findall(saved)):
        raise ImportProblem(where, "A link leads to an address that is not allowed.")
    return saved
