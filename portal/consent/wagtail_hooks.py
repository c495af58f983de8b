"""Where Wagtail's admin enters the consent app."""

from collections.abc import Iterable

from django.db.models import Model
from django.http import HttpRequest
from wagtail import hooks
from wagtail.snippets.models import register_snippet

from portal.consent.deletion import reasons_not_to_delete
from portal.consent.viewsets import CookiesViewSetGroup
from portal.refusals import Refusal

register_snippet(CookiesViewSetGroup)


@hooks.register("before_delete_snippet")
def keep_what_has_evidence(request: HttpRequest, instances: Iterable[Model]) -> None:
    """Say no before Wagtail asks “Are you sure?”, for one row or for many."""
    reasons = [
        reason for instance in instances for reason in reasons_not_to_delete(instance)
    ]
    if reasons:
        raise Refusal(*reasons)
