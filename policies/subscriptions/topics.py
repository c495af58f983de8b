"""What can be followed, and how a form names it."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.urls import reverse

from pages.models import Specialty
from policies.history import readable_versions
from policies.views.addresses import LIST_ADDRESS

if TYPE_CHECKING:
    from policies.models import PolicyPage

EVERYTHING = "everything"


@dataclass(frozen=True)
class Topic:
    """One policy, one specialty or, with neither, every policy."""

    policy: "PolicyPage | None" = None
    specialty: Specialty | None = None
    # The title in the ledger, where it is at hand.
    title: str = ""

    def __str__(self) -> str:
        if self.policy is not None:
            # The row of a policy that is only announced holds its draft.
            title = self.title or (self.policy.title if self.policy.live else "")
            words = " ".join(title.split())
            return f"policy {self.policy.reference}{', ' if words else ''}{words}"
        if self.specialty is not None:
            return f"all {self.specialty.name} policies"
        return "all policies"

    @property
    def name(self) -> str:
        """The topic in a form or an address; `topic_named` reads it."""
        if self.policy is not None:
            return f"policy:{self.policy.reference.lower()}"
        if self.specialty is not None:
            return f"specialty:{self.specialty.slug}"
        return EVERYTHING

    @property
    def url(self) -> str:
        if self.policy is not None:
            return reverse("policy", args=[self.policy.reference.lower()])
        if self.specialty is not None:
            return self.specialty.get_absolute_url()
        return LIST_ADDRESS


def topic_named(name: str) -> Topic | None:
    """What a form asks for; None for what readers do not know of."""
    kind, _colon, key = name.partition(":")
    if name == EVERYTHING:
        return Topic()
    if kind == "policy":
        version = readable_versions(key).select_related("policy").first()
        return Topic(policy=version.policy, title=version.title) if version else None
    if kind == "specialty":
        specialty = Specialty.objects.filter(slug=key).first()
        return Topic(specialty=specialty) if specialty else None
    return None
