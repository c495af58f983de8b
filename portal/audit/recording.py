"""The one way into the audit log."""

import json
import logging
from collections.abc import Iterable, Sequence
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models, transaction

from portal.audit.actions import is_known
from portal.audit.chain import entry_payload, seal
from portal.audit.context import NOBODYS, RequestOfAct, current_request
from portal.audit.models import AuditEntry

logger = logging.getLogger("portal.audit")

# For an act of the portal itself in the request of somebody who is signed in.
NOBODY: Any = object()


def record(
    action: str,
    *,
    subject: models.Model | None = None,
    name: str = "",
    actor: Any = None,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
    reason: str = "",
    by_visitor: bool = False,
) -> AuditEntry:
    """Add an entry in the current transaction: no act without it, nor it without one.

    `action` is one of `portal.audit.actions`; `name` stands for a subject that is no
    row. Without `actor`, the person who makes the request is meant, unless they act as
    a visitor: then neither person nor request is kept; `NOBODY` is the portal. Sealed,
    and written to standard output, when the transaction is committed.
    """
    entry = unsaved_entry(
        action,
        subject=subject,
        name=name,
        actor=actor,
        before=before,
        after=after,
        reason=reason,
        request=NOBODYS if by_visitor else current_request(),
    )
    entry.save()
    # Sealing must not undo, or seem to undo, what is committed: the clock seals later.
    transaction.on_commit(lambda: announce([entry]), robust=True)
    return entry


def record_all(acts: Iterable[dict[str, Any]]) -> None:
    """Add an entry for each act, as `record` would, with one statement for all.

    `acts` are the arguments of `record`, `by_visitor` excepted, `action` among them.
    """
    request = current_request()
    entries = AuditEntry.objects.bulk_create(
        unsaved_entry(request=request, **act) for act in acts
    )
    transaction.on_commit(lambda: announce(entries), robust=True)


def unsaved_entry(
    action: str,
    *,
    request: RequestOfAct,
    subject: models.Model | None = None,
    name: str = "",
    actor: Any = None,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
    reason: str = "",
) -> AuditEntry:
    """What `record` adds; a ValueError for an act that nobody named."""
    if not is_known(action):
        raise ValueError(f"portal.audit.actions does not name {action}.")
    if actor is NOBODY:
        actor = None
    elif actor is None and request.user is not None:
        actor = request.user.get()
    return AuditEntry(
        action=action,
        actor=actor,
        actor_name=str(actor or "")[:200],
        subject_type=subject._meta.label_lower if subject is not None else "",
        subject_id=str(subject.pk) if subject is not None else "",
        subject=(name or str(subject if subject is not None else ""))[:300],
        before=plain(before),
        after=plain(after),
        reason=reason,
        request_id=request.request_id,
        request_line=request.line,
    )


def plain(values: dict[str, Any] | None) -> Any:
    """Values as JSON gives them back, so that the seal is the same when read again."""
    if values is None:
        return None
    return json.loads(json.dumps(values, cls=DjangoJSONEncoder, default=str))


def announce(entries: Sequence[AuditEntry]) -> None:
    """Seal the entries and say each on standard output, as one line of JSON."""
    seal([entry.pk for entry in entries])
    for entry in entries:
        logger.info("%s", json.dumps(entry_payload(entry), ensure_ascii=False))
