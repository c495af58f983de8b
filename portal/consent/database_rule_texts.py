"""What the database refuses about the record of choices, for whoever writes SQL."""

from collections.abc import Iterator

from portal.consent.retention import EVENT_DAYS, REFUSAL_DAYS
from portal.evidence.database_rules import Condition

APPEND_ONLY = ["consent_cookienotice", "consent_purgerun"]
NEVER_EMPTIED = ["consent_consentevent", "consent_consentdecision"]
DAYS_AGO = {
    "postgresql": "now() - interval '{days} days'",
    "sqlite": "datetime('now', '-{days} days')",
}


def conditions(vendor: str) -> Iterator[Condition]:
    """Choices are never changed; they go when they are old, or when erased."""
    for table in NEVER_EMPTIED:
        yield Condition(
            name=f"{table}_update",
            table=table,
            event="UPDATE",
            when="TRUE",
            message="A choice on record is evidence: it is never changed.",
        )
    yield Condition(
        name="consent_event_is_kept",
        table="consent_consentevent",
        event="DELETE",
        when=f"NOT ({may_go('OLD', vendor)})",
        message="A choice on record is kept until its time is over.",
    )
    yield Condition(
        name="consent_decision_is_kept",
        table="consent_consentdecision",
        event="DELETE",
        when=f"""EXISTS (
            SELECT 1 FROM consent_consentevent kept
            WHERE kept.id = OLD.event_id AND NOT ({may_go("kept", vendor)})
        )""",
        message="A choice on record is kept until its time is over.",
    )


def may_go(row: str, vendor: str) -> str:
    old = DAYS_AGO[vendor].format(days=EVENT_DAYS)
    old_refusal = DAYS_AGO[vendor].format(days=REFUSAL_DAYS)
    return f"""
        {row}.created < {old}
        OR ({row}.subject = '' AND {row}.created < {old_refusal})
        OR EXISTS (
            SELECT 1 FROM consent_consenterasure erased
            WHERE erased.subject = {row}.subject
        )
    """
