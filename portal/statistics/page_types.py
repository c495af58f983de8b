"""The kinds of page that are told apart when pages are counted."""

from typing import Any

from django.utils.text import capfirst
from wagtail.models import Page, get_page_models

# Pages that are not in the tree, by the name of their address.
ADDRESSES = {
    "policy": "Policy",
    "policy_version": "Version of a policy",
    "policy_on": "Choice of a day",
    "policy_on_day": "Policy on a day",
    "policy_history": "History of a policy",
    "policy_compare_choose": "Choice of versions",
    "policy_compare": "Comparison of versions",
    "search": "Search",
    "treatments_by_specialty": "Treatments of a specialty",
}
TREE = "wagtail_serve"


def page_types() -> dict[str, str]:
    """Each kind's short name, which is what is stored, and its words for staff."""
    of_the_tree = {
        model._meta.model_name: capfirst(model._meta.verbose_name)
        for model in get_page_models()
        if model is not Page
    }
    return {**of_the_tree, **ADDRESSES}


def page_type_of(context: Any) -> str:
    """The kind of the page that a template renders; empty if it is not counted."""
    request = context.get("request")
    match = getattr(request, "resolver_match", None)
    if match is None or getattr(request, "is_preview", False):
        return ""
    if match.url_name == TREE and isinstance(page := context.get("page"), Page):
        return page._meta.model_name or ""
    return match.url_name if match.url_name in ADDRESSES else ""
