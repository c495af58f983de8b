"""Everything behind one version as a ZIP that proves itself without the portal.

The pack holds the whole chain up to the last entry about the version. A link is the
hash of the one before it, so only from the first entry on can a stranger recompute
it, and compare any link with another pack or with a hash that was kept elsewhere.
"""

import datetime
import hashlib
import json
from collections.abc import Iterable, Iterator
from pathlib import PurePosixPath
from typing import IO, TYPE_CHECKING, Any
from zipfile import ZIP_DEFLATED, ZipFile

from django.template.loader import render_to_string
from django.utils import timezone

from policies.models import EntryKind, LedgerEntry, PolicyPage, PolicyVersion
from policies.plain_text import POLICY_LABELS, plain_text
from portal.evidence.canonical import canonical_bytes, moment
from portal.media.models import PortalDocument
from portal.refusals import Refusal

if TYPE_CHECKING:
    from portal.accounts.models import User

CHUNK = 200
PREFIX_LENGTH = 12


def versions_on(policy: PolicyPage, day: datetime.date) -> list[PolicyVersion]:
    """Every version in force at some moment of the day, the earliest first."""
    begins, ends = midnight(day), midnight(day + datetime.timedelta(days=1))
    effective = policy.versions.effective(min(ends, timezone.now()))
    until_then = effective.order_by("-effective_from", "-number")
    before = until_then.filter(effective_from__lte=begins).first()
    during = until_then.filter(effective_from__gt=begins, effective_from__lt=ends)
    return [*([before] if before else []), *reversed(during)]


def midnight(day: datetime.date) -> datetime.datetime:
    return timezone.make_aware(datetime.datetime.combine(day, datetime.time.min))


def reasons_against_day(policy: PolicyPage, day: datetime.date) -> list[str]:
    """Explain why there is no evidence for this day."""
    if day > timezone.localdate():
        return ["That day lies in the future. Choose today or an earlier day."]
    first = policy.versions.effective().order_by("effective_from").first()
    if first is None:
        return [f"No version of {policy.reference} has been in force yet."]
    if day < first.effective_on:
        return [
            f"{policy.reference} was not in force on {day:%-d %B %Y}. Its first "
            f"version took effect on {first.effective_on:%-d %B %Y}."
        ]
    return []


def next_effective(version: PolicyVersion) -> PolicyVersion | None:
    """The version that has taken over from this one, if one has."""
    return (
        PolicyVersion.objects.effective()
        .filter(policy=version.policy_id, effective_from__gt=version.effective_from)
        .without_content()
        .order_by("effective_from", "number")
        .first()
    )


def pack_name(version: PolicyVersion) -> str:
    return f"evidence-{version.reference.lower()}-version-{version.label}.zip"


def write_pack(target: IO[bytes], version: PolicyVersion, made_by: "User") -> None:
    """Write the ZIP. Refused when a document is not what it was."""
    facts = facts_of(version, made_by)
    with ZipFile(target, "w", ZIP_DEFLATED) as archive:
        pack = Pack(archive)
        pack.add("content.json", [canonical_bytes(version.content)])
        pack.add("change.json", readable_json(facts["change"]))
        pack.add("decisions.json", readable_json(facts["decisions"]))
        pack.add("ratifications.json", readable_json(facts["ratifications"]))
        pack.add("ledger.json", chain_until(facts["change"]["last_entry"]))
        for document in facts["documents"]:
            pack.add(document["path"], bytes_of(document))
        pack.add("index.html", text_from("index.html", facts))
        pack.add("VERIFY.md", text_from("VERIFY.md", {}))
        pack.add_sums()


class Pack:
    """A ZIP that keeps the checksum of everything put into it."""

    def __init__(self, archive: ZipFile) -> None:
        self.archive = archive
        self.sums: dict[str, str] = {}

    def add(self, name: str, chunks: Iterable[bytes]) -> None:
        digest = hashlib.sha256()
        with self.archive.open(name, "w") as member:
            for chunk in chunks:
                digest.update(chunk)
                member.write(chunk)
        self.sums[name] = digest.hexdigest()

    def add_sums(self) -> None:
        lines = [f"{digest}  {name}\n" for name, digest in sorted(self.sums.items())]
        self.archive.writestr("SHA256SUMS", "".join(lines))


def facts_of(version: PolicyVersion, made_by: "User") -> dict[str, Any]:
    """What the files of the pack say, from the entries that sealed it."""
    entries = list(version.entries.order_by("sequence"))
    published = next(entry for entry in entries if entry.kind == EntryKind.VERSION)
    judgements = [
        entry.payload for entry in entries if entry.kind == EntryKind.EMERGENCY_DECISION
    ]
    following = next_effective(version)
    return {
        "version": version,
        "entry": published,
        "until": following.effective_from if following else None,
        "fields": readable_fields(version.content),
        "change": change_facts(version, published, entries[-1], following, made_by),
        "decisions": {
            "approval": published.payload["decisions"],
            "emergency": judgements,
        },
        "approvals": version.change.decisions.all(),
        "judgements": version.emergency_decisions.all(),
        "ratifications": published.payload["ratifications"],
        "documents": documents_of(version),
        "contributors": version.change.contributors.order_by("last_name", "pk"),
        "made_by": made_by,
        "made_at": timezone.now(),
    }


def change_facts(
    version: PolicyVersion,
    published: LedgerEntry,
    last: LedgerEntry,
    following: PolicyVersion | None,
    made_by: "User",
) -> dict[str, Any]:
    """The sealed payload as it stands, and beside it what it only points to."""
    change = version.change
    base = change.base_version
    people = {change.submitted_by, version.published_by, *change.contributors.all()}
    people |= {row.person for row in change.decisions.select_related("person")}
    people |= {
        row.recorded_by for row in change.ratifications.select_related("recorded_by")
    }
    return {
        "entry": published.sequence,
        "last_entry": last.sequence,
        "published": published.payload,
        "change_class": change.change_class,
        "internal_note": change.internal_note,
        "based_on_version": base.label if base else "",
        "in_force_until": moment(following.effective_from) if following else "",
        "people": {str(person.pk): str(person) for person in people},
        "pack_made_at": moment(timezone.now()),
        "pack_made_by": str(made_by),
    }


def readable_fields(content: dict[str, Any]) -> list[tuple[str, str]]:
    """Every part of the text that is filled, as label and words."""
    fields = [
        (label, plain_text(content, name)) for name, label in POLICY_LABELS.items()
    ]
    return [(label, words) for label, words in fields if words]


def documents_of(version: PolicyVersion) -> list[dict[str, Any]]:
    """The files of the version; the same file under one name comes once."""
    titles = {row["id"]: row for row in version.content["documents"]}
    documents = {}
    for row in version.version_documents.select_related("document").order_by("pk"):
        described = titles[row.document_id]
        name = PurePosixPath(described["filename"]).name
        path = f"documents/{row.sha256[:PREFIX_LENGTH]}-{name}"
        documents[path] = {
            "title": described["title"],
            "sha256": row.sha256,
            "path": path,
            "document": row.document,
        }
    return list(documents.values())


def bytes_of(described: dict[str, Any]) -> Iterator[bytes]:
    """The file as it is stored; refused when it is not the approved one."""
    document: PortalDocument = described["document"]
    digest = hashlib.sha256()
    try:
        with document.file.open("rb") as file:
            for chunk in file.chunks():
                digest.update(chunk)
                yield chunk
    except FileNotFoundError as error:
        raise Refusal(
            f"The file of “{described['title']}” is missing. Restore it from a backup."
        ) from error
    if digest.hexdigest() != described["sha256"]:
        raise Refusal(
            f"The file of “{described['title']}” is not the one that was approved. "
            "Restore it from a backup."
        )


def chain_until(sequence: int) -> Iterator[bytes]:
    """All entries of the chain up to `sequence`, one on each line of a JSON list."""
    entries = LedgerEntry.objects.filter(sequence__lte=sequence).order_by("sequence")
    separator = b"[\n"
    for entry in entries.iterator(chunk_size=CHUNK):
        yield separator + canonical_bytes(
            {
                "sequence": entry.sequence,
                "kind": entry.kind,
                "payload": entry.payload,
                "previous_chain": entry.previous_chain,
                "chain": entry.chain,
            }
        )
        separator = b",\n"
    yield b"\n]\n"


def readable_json(data: Any) -> list[bytes]:
    text = json.dumps(data, indent=2, sort_keys=True, ensure_ascii=False)
    return [f"{text}\n".encode()]


def text_from(name: str, context: dict[str, Any]) -> list[bytes]:
    return [render_to_string(f"policies/admin/evidence_pack/{name}", context).encode()]
