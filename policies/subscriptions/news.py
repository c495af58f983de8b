"""What a bulletin says, and whether it is still news."""

from typing import Any

from django.utils import timezone

from policies.history import not_overtaken, public_versions
from policies.models import PolicyVersion
from policies.periods import moment_words
from policies.subscriptions.models import Bulletin, Occasion
from policies.views.addresses import LIST_ADDRESS
from portal.media.models import DocumentKind
from portal.templatetags.portal import public_address


def is_still_true(bulletin: Bulletin) -> bool:
    """A version that was taken back or overtaken meanwhile is no news."""
    standing = not_overtaken().filter(pk=bulletin.version_id)
    if bulletin.occasion == Occasion.IN_FORCE:
        return standing.exists()
    if bulletin.occasion == Occasion.ANNOUNCED:
        return standing.filter(effective_from__gt=timezone.now()).exists()
    return True


def facts_of(bulletin: Bulletin) -> dict[str, Any]:
    """What the mail says: names, dates and the public note, never text of a policy."""
    version = bulletin.version
    is_taken_back = bulletin.occasion == Occasion.TAKEN_BACK
    return {
        "occasion": bulletin.occasion,
        "version": version,
        "title": " ".join(version.title.split()),
        "successor": version.content["superseded_by"],
        "moment": moment_words(version.effective_from),
        "consultations": [] if is_taken_back else new_consultations(version),
        "url": public_address(
            address_without(version) if is_taken_back else version.get_absolute_url()
        ),
    }


def address_without(version: PolicyVersion) -> str:
    """Where readers go on when the version is gone, perhaps the policy's first."""
    is_public = public_versions(version.reference).exists()
    return version.policy_url if is_public else LIST_ADDRESS


def new_consultations(version: PolicyVersion) -> list[str]:
    """Titles of consultation documents that the version before did not carry."""
    before = (
        PolicyVersion.objects.filter(
            policy=version.policy_id, number__lt=version.number
        )
        .order_by("-number")
        .first()
    )
    known = consultations(before) if before else {}
    return [
        title
        for checksum, title in consultations(version).items()
        if checksum not in known
    ]


def consultations(version: PolicyVersion) -> dict[str, str]:
    return {
        document["sha256"]: " ".join(document["title"].split())
        for document in version.content["documents"]
        if document["kind"] == DocumentKind.CONSULTATION
    }
