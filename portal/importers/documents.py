"""Files that stand beside a page.

A document is an object with `file` (a name in the folder `files`), `title` and `kind`,
and optionally `language`, `page_count`, `dated_on` and, beside a treatment,
`is_translation_behind`.
"""

from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files import File

from portal.accounts.models import User
from portal.importers.drafts import plain_value
from portal.importers.problems import ImportProblem
from portal.importers.shapes import shape
from portal.media.models import PortalDocument, checksum_of

DOCUMENT_FIELDS = ["title", "kind", "language", "page_count", "dated_on"]
DOCUMENT = shape(
    ["file", "title", "kind"],
    ["language", "page_count", "dated_on", "is_translation_behind"],
)


def document_from(
    data: Any, *, folder: Path, uploaded_by: User, where: str
) -> PortalDocument:
    """The stored document; a file whose bytes are there already is not stored again."""
    data = DOCUMENT.check(data, where)
    path = folder / "files" / Path(data["file"]).name
    if not path.is_file():
        raise ImportProblem(f"{where}.file", f"There is no file “{data['file']}”.")
    with path.open("rb") as opened:
        file = File(opened, name=path.name)
        stored = PortalDocument.objects.filter(sha256=checksum_of(file)).first()
        if stored is not None:
            return stored
        document = PortalDocument(file=file, uploaded_by_user=uploaded_by)
        for name in DOCUMENT_FIELDS:
            if name in data:
                field: Any = PortalDocument._meta.get_field(name)
                value = plain_value(field, data[name], f"{where}.{name}")
                setattr(document, name, value)
        check_and_save(document, where)
    return document


def check_and_save(document: PortalDocument, where: str) -> None:
    try:
        document.full_clean()
    except ValidationError as error:
        name, messages = next(iter(error.message_dict.items()))
        raise ImportProblem(f"{where}.{name}", " ".join(messages)) from error
    document.file_size = document.file.size
    document.save()
