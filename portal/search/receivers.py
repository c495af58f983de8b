"""Where signals enter search: each change of what is public, in its transaction."""

from typing import Any

from django.db.models.signals import post_delete, post_migrate, post_save, pre_migrate
from django.dispatch import receiver
from wagtail.models import Page, PageViewRestriction
from wagtail.signals import post_page_move

from pages.models import Specialty, TreatmentPage
from policies.guards import touches_public_row
from policies.models import LedgerEntry
from policies.signals import ticked
from portal.search import indexing, structures, zero_results


@receiver(post_save, sender=LedgerEntry, dispatch_uid="search.follow_ledger")
def follow_ledger(instance: LedgerEntry, **kwargs: Any) -> None:
    """A version was added or taken back."""
    indexing.index_policy(instance.version.policy_id)


@receiver(post_save, dispatch_uid="search.follow_page")
def follow_page(
    sender: Any, instance: Any, update_fields: Any = None, **kwargs: Any
) -> None:
    if issubclass(sender, Page) and touches_public_row(update_fields):
        indexing.index_page(instance)


@receiver(
    [post_save, post_delete],
    sender=PageViewRestriction,
    dispatch_uid="search.follow_restriction",
)
@receiver(post_page_move, dispatch_uid="search.follow_move")
def follow_privacy(**kwargs: Any) -> None:
    indexing.index_information()


@receiver(post_save, sender=Specialty, dispatch_uid="search.follow_specialty")
def follow_specialty(instance: Specialty, created: bool, **kwargs: Any) -> None:
    if not created:
        treatments = TreatmentPage.objects.filter(specialty=instance)
        indexing.index(list(treatments.values_list("pk", flat=True)))


@receiver(ticked, dispatch_uid="search.follow_tick")
def follow_tick(**kwargs: Any) -> dict[str, int]:
    zero_results.forget()
    return {"search_refreshed": indexing.refresh()}


@receiver(post_migrate, dispatch_uid="search.install_structures")
def install_structures(sender: Any, using: str, **kwargs: Any) -> None:
    if sender.label == "search":
        structures.install(using)


@receiver(pre_migrate, dispatch_uid="search.remove_structures")
def remove_structures(
    sender: Any, using: str, plan: list[tuple[Any, bool]], **kwargs: Any
) -> None:
    """Only for migrations of the table itself: readers search during the others."""
    if sender.label == "search" and any(step.app_label == "search" for step, _ in plan):
        structures.remove(using)
