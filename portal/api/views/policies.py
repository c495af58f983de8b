"""Policies, their versions, and what was in force on a day."""

import datetime

from django.http import HttpRequest
from django.utils import timezone

from policies.forms_for_readers import day_from_address
from policies.history import (
    first_version,
    period_of,
    public_versions,
    version_in_force,
    versions_during,
    with_end,
    with_parts,
)
from policies.models import PolicyVersion
from policies.periods import period_of_day
from portal.api.answers import Data, public_data
from portal.api.criteria import group_data
from portal.api.paging import next_address, part_of
from portal.api.parameters import (
    AFTER_REFERENCE,
    BEFORE_NUMBER,
    LIMIT,
    POSITION,
    SPECIALTY,
    STATUS,
)
from portal.api.problems import Problem
from portal.api.representations import moment, version_data, version_summary


@public_data(STATUS, POSITION, SPECIALTY, AFTER_REFERENCE, LIMIT, schema="Policies")
def policy_list(
    request: HttpRequest,
    *,
    status: str,
    position: str | None,
    specialty: str | None,
    after: str | None,
    limit: int,
) -> Data:
    """The version in force of each policy, by reference."""
    versions = PolicyVersion.objects.in_force().filter(status=status)
    if position:
        versions = versions.filter(position=position)
    if specialty:
        versions = versions.filter(policy__specialty__slug=specialty)
    if after:
        versions = versions.filter(reference__gt=after.upper())
    rows, has_more = part_of(
        with_end(versions).without_content().order_by("reference"), limit
    )
    return {
        "items": [version_summary(version) for version in rows],
        "next": next_address(request, "after", rows[-1].reference)
        if has_more
        else None,
    }


@public_data(schema="Version")
def policy(request: HttpRequest, reference: str) -> Data:
    """The version of a policy that is in force now."""
    return version_data(current_version(reference))


@public_data(BEFORE_NUMBER, LIMIT, schema="Versions")
def version_list(
    request: HttpRequest, reference: str, *, before: int | None, limit: int
) -> Data:
    """Every version that is or was in force, newest first."""
    versions = public_versions(reference).without_content().order_by("-number")
    if before:
        versions = versions.filter(number__lt=before)
    rows, has_more = part_of(versions, limit)
    if not rows and first_version(reference) is None:
        raise no_policy(reference)
    return {
        "items": [version_summary(version) for version in rows],
        "next": next_address(request, "before", rows[-1].number) if has_more else None,
    }


@public_data(schema="Version")
def policy_version(request: HttpRequest, reference: str, number: int) -> Data:
    """One version that is or was in force."""
    return version_data(numbered_version(reference, number))


@public_data(schema="CriteriaOfVersion")
def policy_criteria(request: HttpRequest, reference: str) -> Data:
    """The criteria that count now, as a tree."""
    return criteria_of(current_version(reference))


@public_data(schema="CriteriaOfVersion")
def version_criteria(request: HttpRequest, reference: str, number: int) -> Data:
    """The criteria of one version, as a tree."""
    return criteria_of(numbered_version(reference, number))


@public_data(schema="Day")
def policy_on_day(request: HttpRequest, reference: str, day: str) -> Data:
    """What was in force on a day of local time, earliest first."""
    chosen = past_day(day)
    versions = versions_during(reference, period_of_day(chosen))
    if not versions:
        raise not_in_force_then(reference, chosen)
    return {
        "reference": versions[0].reference,
        "date": chosen,
        "is_over": chosen < timezone.localdate(),
        "items": [version_data(version) for version in versions],
    }


def criteria_of(version: PolicyVersion) -> Data:
    tree = version.text.criteria if version.applies else None
    return {
        "version": version_summary(version),
        "criteria": group_data(tree) if tree else None,
    }


def current_version(reference: str) -> PolicyVersion:
    version = version_in_force(reference)
    if version is None:
        raise no_policy(reference)
    return version


def numbered_version(reference: str, number: int) -> PolicyVersion:
    """Announced versions are left out: programs get nothing before its moment."""
    version = with_parts(public_versions(reference)).filter(number=number).first()
    if version is not None:
        return version
    if first_version(reference) is None:
        raise no_policy(reference)
    raise Problem(
        404, f"Policy {reference.upper()} has no version {number} that was in force."
    )


def past_day(typed: str) -> datetime.date:
    """A day that has begun, written as year, month and day."""
    day = day_from_address(typed)
    if day is None:
        raise Problem(400, "There is no such date. Write it such as 2026-03-04.")
    if day > timezone.localdate():
        raise Problem(404, f"{day.isoformat()} has not come yet.")
    return day


def no_policy(reference: str) -> Problem:
    return Problem(
        404, f"No policy with the reference {reference.upper()} is in force."
    )


def not_in_force_then(reference: str, day: datetime.date) -> Problem:
    first = first_version(reference)
    if first is None:
        return no_policy(reference)
    return Problem(
        404,
        f"Policy {first.reference} was not in force on {day.isoformat()}.",
        first_in_force_from=moment(period_of(first).start),
    )
