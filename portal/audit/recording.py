"""The one way into the audit log."""

import json
import logging
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models, transaction

from portal.audit.actions import is_known
from portal.audit.chain import entry_payload, seal
from portal.audit.context import NOBODYS, current_request
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
    if not is_known(action):
        raise ValueError(f"portal.audit.actions does not name {action}.")
    request = NOBODYS if by_visitor else current_request()
    if actor is NOBODY:
        actor = None
    elif actor is None and request.user is not None:
        actor = request.user.get()
    entry = AuditEntry.objects.create(
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
    # Sealing must not undo, or seem to undo, what is committed: the clock seals later.
    transaction.on_commit(lambda: announce(entry), robust=True)
    return entry


def plain(values: dict[str, Any] | None) -> Any:
    """Values as JSON gives them back, so that the seal is the same when read again."""
    if values is None:
        return None
    return json.loads(json.dumps(values, cls=DjangoJSONEncoder, default=str))


def announce(entry: AuditEntry) -> None:
    """Seal the entry and say it on standard output, one line of JSON."""
    seal([entry.pk])
    logger.info("%s", json.dumps(entry_payload(entry), ensure_ascii=False))
