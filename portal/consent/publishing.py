"""How a draft becomes a notice: from one moment on, all visitors read the new words."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from cookie_consent.models import Cookie, CookieGroup
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from portal.audit.recording import record
from portal.consent.banner import banner_html
from portal.consent.declaration import Content, code_hashes, draft_content
from portal.consent.differences import has_differences, optional_names
from portal.consent.models import CookieNotice, ItemKind
from portal.consent.notices import forget_published
from portal.consent.validators import is_cookie_name
from portal.evidence.canonical import content_hash
from portal.refusals import Refusal

FIRST_NOTE = "First notice."
DEPLOYMENT_NOTE = "The portal was updated. Groups, cookies and words are the same."
MOVED_ON = (
    "Somebody changed or published something while you were looking. Look at the "
    "differences again."
)


@dataclass(frozen=True)
class AskAgain:
    """Whose choice about which groups ends: those who accepted, and who refused too."""

    groups: Collection[str] = ()
    refusers: Collection[str] = ()


NOBODY = AskAgain()


def reasons_not_to_publish(
    content: Content, latest: CookieNotice | None, ask_again: AskAgain = NOBODY
) -> list[str]:
    """Explain, in sentences for staff, what stands in the way of a new notice."""
    reasons = []
    is_same = latest is not None and not has_differences(latest.content, content)
    if is_same and not (ask_again.groups or ask_again.refusers):
        reasons.append(
            "Nothing differs from the published notice, and nobody is asked again."
        )
    for group in content["groups"]:
        if not group["is_required"]:
            reasons += faults_of_group(group)
        reasons += [
            f"“{item['name']}” is no name that a cookie can have."
            for item in group["items"]
            if item["kind"] == ItemKind.COOKIE and not is_cookie_name(item["name"])
        ]
    return reasons


def faults_of_group(group: Content) -> list[str]:
    name = group["name"]
    faults = []
    if not group["items"]:
        faults.append(
            f"“{name}” declares no cookie or other item. Declare one, or retire the "
            "group."
        )
    if not group["description"]:
        faults.append(f"“{name}” does not say what its cookies do.")
    if not group["when_refused"]:
        faults.append(f"“{name}” does not say what stops working when refused.")
    return faults


@transaction.atomic
def publish_notice(
    *, by: Any, change_note: str, seen_hash: str, ask_again: AskAgain = NOBODY
) -> CookieNotice:
    """Publish what is declared now, if it is what the person saw before deciding."""
    latest = CookieNotice.objects.select_for_update().first()
    content = draft_content()
    if draft_hash(content, latest) != seen_hash:
        raise Refusal(MOVED_ON)
    if reasons := reasons_not_to_publish(content, latest, ask_again):
        raise Refusal(*reasons)
    return add_notice(content, latest, by=by, note=change_note, ask_again=ask_again)


def draft_hash(content: Content, latest: CookieNotice | None) -> str:
    """Of what a person decides on: the draft, and the notice that it would follow."""
    return content_hash([content, latest.number if latest else 0])


def publish_first() -> CookieNotice:
    """The notice that every site begins with; the existing one if there is any."""
    with transaction.atomic():
        latest = CookieNotice.objects.first()
        return latest or add_notice(draft_content(), None, by=None, note=FIRST_NOTE)


@transaction.atomic
def publish_after_deployment() -> CookieNotice | None:
    """Say that the banner's code changed. Drafts of staff stay drafts."""
    latest = CookieNotice.objects.select_for_update().first()
    if latest is None:
        return publish_first()
    if {name: latest.content.get(name) for name in code_hashes()} == code_hashes():
        return None
    content = {**latest.content, **code_hashes()}
    return add_notice(content, latest, by=None, note=DEPLOYMENT_NOTE)


def add_notice(
    content: Content,
    latest: CookieNotice | None,
    *,
    by: Any,
    note: str,
    ask_again: AskAgain = NOBODY,
) -> CookieNotice:
    number = latest.number + 1 if latest else 1
    versions = pin_versions(content, latest, ask_again.groups)
    content = {**content, "versions": versions}
    content["banner"] = banner_html(content, number=number)
    notice = CookieNotice.objects.create(
        number=number,
        content=content,
        content_hash=content_hash(content),
        change_note=note,
        asks_again=sorted(ask_again.groups),
        asks_refusers=sorted(ask_again.refusers),
        published_by=by,
    )
    record(
        "consent.published",
        subject=notice,
        after={
            "hash": notice.content_hash,
            "asks_again": notice.asks_again,
            "asks_refusers": notice.asks_refusers,
        },
        reason=note,
    )
    transaction.on_commit(forget_published)
    return notice


def pin_versions(
    content: Content, latest: CookieNotice | None, asked: Collection[str]
) -> dict[str, str]:
    """Give every item of a group one age, by which the package knows who is asked.

    It asks again when the newest cookie of a group is younger than the choice. A new
    age asks everybody who accepted; the old one, nobody, whatever items came or went.
    """
    pinned = latest.content["versions"] if latest else {}
    groups = CookieGroup.objects.filter(varname__in=optional_names(content))
    versions = {}
    for group in groups.prefetch_related("cookie_set"):
        version = pinned.get(group.varname) or group.get_version()
        is_new = latest is not None and group.varname not in pinned
        if is_new or group.varname in asked:
            version = timezone.now().isoformat()
        versions[group.varname] = version
        give_version(Cookie.objects.filter(cookiegroup=group), version)
    return versions


def give_version(cookies: QuerySet[Cookie], version: str) -> None:
    # A queryset's update, because it clears the package's cache.
    if version:
        cookies.update(created=version)


def keep_version(cookie: Cookie) -> None:
    """A cookie added or moved is a draft: it asks nobody before it is published."""
    latest = CookieNotice.objects.first()
    if latest is not None:
        version = latest.content["versions"].get(cookie.cookiegroup.varname, "")
        give_version(Cookie.objects.filter(pk=cookie.pk), version)
