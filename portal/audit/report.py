"""The audit report: what is asked of the log, and its table for a spreadsheet."""

import datetime
import json
from collections.abc import Iterator
from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.utils import timezone

from portal.audit.actions import SENTENCES
from portal.audit.models import AuditEntry
from portal.exports import Row, Table

CHUNK = 500
AREAS = {
    "sign_in": "Sign-in",
    "accounts": "People and roles",
    "approval": "Approval",
    "governance": "Governance and exports",
    "feedback": "Feedback of readers",
    "settings": "Settings",
    "consent": "Cookie choices and notices",
    "wagtail": "Pages, pictures, documents",
    "refused": "Refused acts",
    "audit": "The audit log itself",
}


class AuditFilterForm(forms.Form):
    """What the report is about; everything may stay empty."""

    person = forms.CharField(label="Person", required=False, max_length=100)
    area = forms.ChoiceField(
        label="Area", required=False, choices=[("", "All"), *AREAS.items()]
    )
    subject = forms.CharField(label="About", required=False, max_length=100)
    since = forms.DateField(
        label="From", required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    until = forms.DateField(
        label="To", required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    request_id = forms.CharField(label="Request", required=False, max_length=64)


def entries(wanted: dict[str, Any]) -> QuerySet[AuditEntry]:
    """The entries that a valid form asks for, newest first."""
    found = AuditEntry.objects.select_related("actor", "seal").order_by("-pk")
    if wanted.get("person"):
        word = wanted["person"]
        found = found.filter(
            Q(actor_name__icontains=word) | Q(actor__username__iexact=word)
        )
    if wanted.get("area"):
        found = found.filter(action__startswith=wanted["area"])
    if wanted.get("subject"):
        word = wanted["subject"]
        found = found.filter(Q(subject__icontains=word) | Q(reason__icontains=word))
    if wanted.get("request_id"):
        found = found.filter(request_id=wanted["request_id"])
    if wanted.get("since"):
        found = found.filter(at__gte=start_of(wanted["since"]))
    if wanted.get("until"):
        day_after = wanted["until"] + datetime.timedelta(days=1)
        found = found.filter(at__lt=start_of(day_after))
    return found


def start_of(day: datetime.date) -> datetime.datetime:
    return timezone.make_aware(datetime.datetime.combine(day, datetime.time.min))


def words(values: Any) -> str:
    """Before or after, as `name: value` lines."""
    if not isinstance(values, dict):
        return "" if values is None else json.dumps(values, ensure_ascii=False)
    return "\n".join(f"{name}: {value}" for name, value in values.items())


def table(wanted: dict[str, Any]) -> Table:
    columns = [
        *("Number", "At", "Who", "What", "About", "Before", "After", "Reason"),
        *("Request", "Request number", "Seal"),
    ]

    def rows() -> Iterator[Row]:
        for entry in entries(wanted).iterator(chunk_size=CHUNK):
            seal = getattr(entry, "seal", None)
            yield [
                entry.pk,
                entry.at,
                entry.actor_name or "The portal",
                entry.sentence,
                entry.subject,
                words(entry.before),
                words(entry.after),
                entry.reason,
                entry.request_line,
                entry.request_id,
                seal.chain if seal else "",
            ]

    return Table("Audit log", columns, rows)


def check_areas() -> set[str]:
    """Areas of acts that the filter does not offer; a test wants none."""
    return {action.split(".")[0] for action in SENTENCES} - AREAS.keys()
