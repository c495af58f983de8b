"""What a reader has to know before reading a version."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils import timezone

from policies.emergency import is_unresolved
from policies.models import PolicyStatus, PolicyVersion
from policies.periods import Period, moment_words, start_of_day


@dataclass(frozen=True)
class Correction:
    """A published error: what it was, how long it stood, which version put it right."""

    notice: str
    period: Period | None
    corrected_in: PolicyVersion


@dataclass(frozen=True)
class Announcement:
    """A version that is going to take effect."""

    version: PolicyVersion
    effective_words: str
    compare_url: str


@dataclass(frozen=True)
class Notices:
    """Finished values for templates/policies/notices.html."""

    version: PolicyVersion
    effective_words: str
    is_scheduled: bool
    is_earlier: bool
    is_withdrawn: bool
    is_superseded: bool
    ended_reason: str
    superseded_by: str
    successor: PolicyVersion | None
    is_unratified: bool
    is_overdue: bool
    ratify_by_words: str
    replaced_by: PolicyVersion | None
    announcements: list[Announcement]
    corrections: list[Correction]


def notices_of(
    version: PolicyVersion,
    *,
    is_current: bool,
    replaced_by: PolicyVersion | None,
    announced: list[PolicyVersion],
    corrections: list[PolicyVersion],
    successor: PolicyVersion | None,
) -> Notices:
    """Gather the notices of one version; those of its policy only while in force."""
    now = timezone.now()
    is_unratified = is_current and is_unresolved(version)
    correcting = [*corrections, version] if version.correction_notice else corrections
    content = version.content
    ratify_by = version.ratify_by
    return Notices(
        version=version,
        effective_words=moment_words(version.effective_from),
        is_scheduled=version.effective_from > now,
        is_earlier=replaced_by is not None,
        is_withdrawn=version.status == PolicyStatus.WITHDRAWN,
        is_superseded=version.status == PolicyStatus.SUPERSEDED,
        ended_reason=content["status_reason"],
        superseded_by=content["superseded_by"],
        successor=successor,
        is_unratified=is_unratified,
        # The question of policies.emergency.is_overdue, without asking twice.
        is_overdue=is_unratified and ratify_by is not None and now >= ratify_by,
        ratify_by_words=moment_words(ratify_by) if ratify_by else "",
        replaced_by=replaced_by,
        announcements=[announcement(version, later) for later in announced],
        corrections=[correction(corrected) for corrected in correcting],
    )


def announcement(version: PolicyVersion, later: PolicyVersion) -> Announcement:
    return Announcement(
        later,
        moment_words(later.effective_from),
        reverse(
            "policy_compare",
            args=[version.reference.lower(), version.number, later.number],
        ),
    )


def correction(corrected: PolicyVersion) -> Correction:
    """The error stood from its first day until the corrected text took effect."""
    since = corrected.wrong_since
    return Correction(
        corrected.correction_notice,
        Period(start_of_day(since), corrected.effective_from) if since else None,
        corrected,
    )
