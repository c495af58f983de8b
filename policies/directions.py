"""No sign that turns the direction of a text enters the permanent record."""

from typing import Any

from django.db import models

from policies.models import ChangeKind, ChangeRequest, PolicyVersion
from policies.plain_text import labels_of
from portal.directions import guard_texts, refuse_turned_text, signs_in
from portal.languages import language


def guard_evidence(row: models.Model) -> None:
    """Before evidence is added: its words, and the text that a change seals.

    A restoration after an emergency brings back a text that is on record, and a version
    repeats the text of its change.
    """
    if isinstance(row, PolicyVersion):
        return
    if not isinstance(row, ChangeRequest):
        guard_texts(row)
        return
    if row.kind == ChangeKind.RESTORATION:
        return
    guard_texts(row)
    is_english = language(row.page.locale.language_code).is_english
    refuse_turned_text(labelled(row.content), with_isolates=not is_english)


def labelled(content: dict[str, Any]) -> list[tuple[str, Any]]:
    labels = labels_of(content)
    return [(labels.get(name, name), value) for name, value in content.items()]


def marks_in(content: dict[str, Any]) -> list[str]:
    """For the review screen: the fields of a text that hold such signs, and which."""
    return [
        f"{label}: {', '.join(found)}"
        for label, value in labelled(content)
        if (found := signs_in(value))
    ]
