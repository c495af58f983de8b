"""What readers ask of the ledger: in force now, in force then, all versions."""

import datetime
from collections.abc import Callable
from copy import copy
from typing import Any, NamedTuple

from django.core.paginator import Paginator
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from pages.models import TreatmentPage
from policies.models import (
    Decision,
    EntryKind,
    LedgerEntry,
    PolicyStatus,
    PolicyVersion,
    Ratification,
)
from policies.models.versions import PolicyVersionQuerySet
from policies.notices import Notices, notices_of
from policies.periods import Period
from policies.positions import Position
from policies.stages import Stage
from portal.cache.remembering import keep, kept, remembered

POLICIES_PER_PAGE = 50
VERSIONS_PER_PAGE = 20
RECENT_VERSIONS = 3
NOT_YET = "not_yet"
STATES = [*PolicyStatus.values, NOT_YET]


class HistoryEntry(NamedTuple):
    """A version with what only its neighbours and the chain know."""

    version: PolicyVersion
    period: Period
    chain: str
    compare_url: str


def not_overtaken() -> PolicyVersionQuerySet:
    """Versions that nobody rescinded and that have or had a time to be in force.

    One that was replaced at the very moment it was to take effect never had.
    """
    standing = PolicyVersion.objects.standing()
    overtaking = standing.filter(
        policy=OuterRef("policy"),
        effective_from=OuterRef("effective_from"),
        number__gt=OuterRef("number"),
    )
    return standing.exclude(Exists(overtaking))


def readable_versions(reference: str) -> PolicyVersionQuerySet:
    """Versions that are or were in force, and announced ones; nothing else.

    Each row carries `effective_to`, when the next version took effect.
    """
    return (
        with_end(not_overtaken())
        .filter(policy__reference=reference.upper())
        .filter(Q(effective_from__lte=timezone.now()) | Q(is_announced=True))
        .order_by("-effective_from", "-number")
    )


def with_end(
    versions: PolicyVersionQuerySet, at: datetime.datetime | None = None
) -> PolicyVersionQuerySet:
    """Each with `effective_to`, when the next version took effect, if one has."""
    following = PolicyVersion.objects.effective(at).filter(
        policy=OuterRef("policy"), effective_from__gt=OuterRef("effective_from")
    )
    return versions.annotate(
        effective_to=Subquery(
            following.order_by("effective_from").values("effective_from")[:1]
        )
    )


def public_versions(reference: str) -> PolicyVersionQuerySet:
    """Every version that is or was in force, newest first; never a future one."""
    return readable_versions(reference).filter(effective_from__lte=timezone.now())


def entries_of_all_policies() -> PolicyVersionQuerySet:
    """Every version of every policy that is or was in force, newest first."""
    return (
        not_overtaken()
        .filter(effective_from__lte=timezone.now())
        .without_content()
        .order_by("-effective_from", "-pk")
    )


def entries_of_specialty(slug: str) -> PolicyVersionQuerySet:
    """The same of the policies that belong to a specialty today."""
    return entries_of_all_policies().filter(policy__specialty__slug=slug)


def announced_versions(reference: str) -> PolicyVersionQuerySet:
    """Versions that readers may know of before they take effect, soonest first."""
    return (
        readable_versions(reference)
        .filter(effective_from__gt=timezone.now())
        .order_by("effective_from")
    )


def with_parts(versions: PolicyVersionQuerySet) -> PolicyVersionQuerySet:
    """With the rows that the text of a policy is shown from."""
    return versions.select_related("policy", "change").defer("change__content")


def version_in_force(reference: str) -> PolicyVersion | None:
    """The version of a policy that is in force now, by its reference in any case."""
    return with_parts(public_versions(reference)).first()


def readable_version(reference: str, number: int) -> PolicyVersion | None:
    """One version that is, was, or is announced to be in force."""
    return with_parts(readable_versions(reference)).filter(number=number).first()


def shown_version(reference: str, number: int | None = None) -> PolicyVersion | None:
    """The version of an address: the one in force, or one that may be read.

    Without its text if the generation has met it before: the text loads when asked for.
    """
    key = ("version", reference, number)
    known: PolicyVersion | None = kept(key)
    if known is not None:
        return copy(known)
    version = (
        public_versions(reference).first()
        if number is None
        else readable_versions(reference).filter(number=number).first()
    )
    if version is not None:
        known = copy(version)
        del known.__dict__["content"]
        keep(key, known)
    return version


def first_version(reference: str) -> PolicyVersion | None:
    """The version with which a policy began."""
    return public_versions(reference).without_content().last()


def versions_during(reference: str, period: Period) -> list[PolicyVersion]:
    """What was in force at any moment of a period, earliest first."""
    return list(
        public_versions(reference)
        .filter(effective_from__lt=period.end)
        .filter(Q(effective_to=None) | Q(effective_to__gt=period.start))
        .reverse()
    )


def history_entries(reference: str) -> PolicyVersionQuerySet:
    """Public versions with their link of the chain and the number before theirs."""
    links = LedgerEntry.objects.filter(
        version=OuterRef("pk"), kind=EntryKind.VERSION
    ).order_by()
    before = (
        PolicyVersion.objects.effective()
        .filter(
            policy=OuterRef("policy"), effective_from__lt=OuterRef("effective_from")
        )
        .order_by("-effective_from", "-number")
    )
    return (
        public_versions(reference)
        .annotate(
            chain=Subquery(links.values("chain")[:1]),
            number_before=Subquery(before.values("number")[:1]),
        )
        .without_content()
    )


def entry_of(row: Any) -> HistoryEntry:
    """The entry for one row of `history_entries`.

    Only neighbours are linked to their comparison: all pairs would be a maze to robots.
    """
    compare_url = (
        reverse(
            "policy_compare",
            args=[row.reference.lower(), row.number_before, row.number],
        )
        if row.number_before
        else ""
    )
    return HistoryEntry(row, period_of(row), row.chain, compare_url)


def period_of(row: Any) -> Period:
    """When a row of `readable_versions`, which carries its end, is or was in force."""
    return Period(row.effective_from, row.effective_to)


def is_current(row: Any) -> bool:
    """Whether a row of `readable_versions` is the one in force now."""
    period = period_of(row)
    return period.end is None and period.start <= timezone.now()


def state_today(row: Any) -> str:
    """What is so now of a row with its end, while `status` stays as it was approved.

    `in_force`, `superseded` (by a newer version or another policy), `withdrawn` or
    `not_yet`.
    """
    period = period_of(row)
    if period.start > timezone.now():
        return NOT_YET
    return row.status if period.end is None else PolicyStatus.SUPERSEDED.value


def policy_context(version: PolicyVersion) -> dict[str, Any]:
    """What the policy template shows for one row of `readable_versions`."""
    rows: Any = SimpleLazyObject(lambda: neighbours(version))
    ratifications = Ratification.objects.filter(change=version.change_id)
    # Asked by the template alone, which may have these parts already.
    parts: dict[str, Callable[[], Any]] = {
        "text": lambda: version.text,
        "treatments": lambda: live_treatments(version),
        "related": lambda: related_in_force(version),
        "approvals": lambda: public_approvals(version),
        "versions": lambda: begun(rows)[: RECENT_VERSIONS + 1],
        "replaced_by": lambda: replaced_by(version, rows),
        "notices": lambda: notices_for(version, rows),
    }
    return {
        "version": version,
        "ratifications": ratifications.select_related("body"),
        "period": period_of(version),
        "is_current": is_current(version),
        **{name: SimpleLazyObject(ask) for name, ask in parts.items()},
    }


def neighbours(version: PolicyVersion) -> list[PolicyVersion]:
    """All readable versions of its policy, newest first, in one question."""
    return list(readable_versions(version.reference).without_content())


def begun(rows: list[PolicyVersion]) -> list[PolicyVersion]:
    """Those of the rows that are or were in force."""
    now = timezone.now()
    return [row for row in rows if row.effective_from <= now]


def notices_for(version: PolicyVersion, rows: list[PolicyVersion]) -> Notices:
    """What a reader has to know before reading this version, one of `neighbours`."""
    period, applies_now = period_of(version), is_current(version)
    past = begun(rows)
    corrections = [row for row in past if row.correction_notice]
    return notices_of(
        version,
        is_current=applies_now,
        replaced_by=replaced_by(version, rows),
        announced=rows[: len(rows) - len(past)][::-1] if applies_now else [],
        corrections=corrections_concerning(period, corrections),
        successor=version_in_force(version.text.content["superseded_by"])
        if applies_now and version.status == PolicyStatus.SUPERSEDED
        else None,
    )


def live_treatments(version: PolicyVersion) -> QuerySet[TreatmentPage]:
    """As far as a list of links shows them."""
    treatments = TreatmentPage.objects.live().filter(covered_by__version=version)
    return treatments.only("title", "url_path")


def live_treatments_of(keys: list[int]) -> QuerySet[TreatmentPage]:
    return TreatmentPage.objects.live().filter(pk__in=keys)


def related_in_force(version: PolicyVersion) -> QuerySet[PolicyVersion]:
    return (
        PolicyVersion.objects.in_force()
        .filter(policy__reference__in=version.text.related_references)
        .without_content()
        .order_by("reference")
    )


def public_approvals(version: PolicyVersion) -> list[dict[str, Any]]:
    """Stage, role and moment of each approval; names of staff stay inside."""
    return [
        {
            "stage": Stage(decision.stage).label,
            "role": decision.role,
            "decided_at": decision.decided_at,
        }
        for decision in Decision.objects.filter(change=version.change_id)
    ]


def replaced_by(
    version: PolicyVersion, rows: list[PolicyVersion]
) -> PolicyVersion | None:
    """The version that took over from one of `rows`, if one has."""
    end = period_of(version).end
    return next((row for row in begun(rows) if row.effective_from == end), None)


def corrections_of(reference: str) -> list[PolicyVersion]:
    """The versions of a policy that correct a published error."""
    return list(
        public_versions(reference).exclude(correction_notice="").without_content()
    )


def corrections_concerning(
    period: Period, corrections: list[PolicyVersion]
) -> list[PolicyVersion]:
    """Those that say that a text in force in this period was wrong."""
    if period.end is None:
        return []
    last_moment = period.end - datetime.timedelta.resolution
    last_day = timezone.localtime(last_moment).date()
    return [
        corrected
        for corrected in corrections
        if corrected.effective_from > period.start
        and (corrected.wrong_since is None or corrected.wrong_since <= last_day)
    ]


def policy_index_context(request: HttpRequest) -> dict[str, Any]:
    """Policies in force, all or those of one position."""
    chosen = request.GET.get("position", "")
    paginator = Paginator(
        applying_by_title(chosen if chosen in Position.values else ""),
        POLICIES_PER_PAGE,
    )
    policies: Any = paginator.get_page(request.GET.get("p"))
    rows = PolicyVersion.objects.without_content().in_bulk(policies.object_list)
    policies.object_list = [rows[key] for key in policies.object_list]
    return {
        "policies": policies,
        "positions": [
            {
                "value": value,
                "label": label,
                "is_current": value == chosen,
                "url": f"{request.path}?position={value}",
            }
            for value, label in Position.choices
        ],
    }


def applying_by_title(position: str) -> list[int]:
    """Keys of the versions that apply, of one position unless it is empty.

    Asked once for each generation, which ends when another version takes effect: what
    is in force is a question to the whole ledger.
    """

    def ask() -> list[int]:
        versions = PolicyVersion.objects.applying().order_by("title")
        if position:
            versions = versions.filter(position=position)
        return list(versions.values_list("pk", flat=True))

    return remembered(("versions that apply", position), ask)
