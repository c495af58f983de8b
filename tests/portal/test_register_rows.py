"""A policy of a register leaves the rows that a person leaves who writes it."""

import json
import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.apps import apps
from django.db import models, transaction
from django.db.models.signals import m2m_changed, post_save, pre_save
from wagtail.models import Page, PageLogEntry, ReferenceIndex, Revision

from policies.models import Contribution, PolicyPage, RatifyingBody
from portal.accounts.models import User
from portal.audit.models import AuditEntry
from portal.importers.policies import import_policy
from portal.importers.register.lines import Lines
from portal.importers.register.running import Run
from portal.importers.register.writing import RELATIONS
from tests.factories.pages import SpecialtyFactory, TreatmentPageFactory
from tests.factories.registers import register, sample_policies, write_register

# What differs between any two rows, whoever writes them.
VARYING = [
    (re.compile(r'data-block-key=\\*"\w+\\*"'), "<key>"),
    (re.compile(r"\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b"), "<uuid>"),
    (re.compile(r"\b[0-9a-f]{64}\b"), "<hash>"),
    (re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d[^\"',]*"), "<moment>"),
]
# A weight among the titles that were there at that moment, one more or one less.
WEIGHT = "title_norm"
# A mark that something changed, once or several times in a transaction.
MARK = "cache.ContentChange"
Rows = dict[str, dict[Any, dict[str, Any]]]


@pytest.fixture
def texts(people: SimpleNamespace) -> list[dict[str, Any]]:
    """Every sample policy, with relations to rows of all kinds."""
    texts = list(register(len(sample_policies())))
    for name in {text["specialty"] for text in texts}:
        SpecialtyFactory(slug=name, name=name)
    for slug in {slug for text in texts for slug in text.get("treatments", [])}:
        TreatmentPageFactory(slug=slug)
    for name in {name for text in texts for name in text.get("required_bodies", [])}:
        RatifyingBody.objects.create(name=name)
    texts[1]["related_policies"] = [texts[0]["reference"]]
    return texts


def by_hand(texts: list[dict[str, Any]], folder: Path) -> None:
    """Through the services that the editor's screens call."""
    for text in texts:
        version = {name: value for name, value in text.items() if name != "reference"}
        import_policy(
            {
                "reference": text["reference"],
                "versions": [{**version, "submit": False}],
            },
            folder,
        )


def as_register(texts: list[dict[str, Any]], folder: Path) -> None:
    """Without the two entries of the audit log that a run leaves about itself."""
    file = write_register(folder / "register.jsonl", texts)
    author = User.objects.get(username="author")
    with file.open("rb") as stream:
        for batch in Run(Lines(stream), author, is_check=False).batches():
            assert not batch.faults


def all_rows() -> Rows:
    """Every row of every table, by model and key."""
    return {
        model._meta.label: {row[model._meta.pk.attname]: row for row in rows}
        for model in apps.get_models(include_auto_created=True)
        if model._meta.managed and not model._meta.proxy
        for rows in [model._base_manager.values()]
    }


def written_by(write: Any, *arguments: Any, commit: Any) -> list[str]:
    """The rows that `write` adds or changes, without what always varies; sorted."""
    before = all_rows()
    mark = transaction.savepoint()
    with commit(execute=True):
        write(*arguments)
    found = sorted(told_apart(before, all_rows()))
    transaction.savepoint_rollback(mark)
    return found


def told_apart(before: Rows, after: Rows) -> list[str]:
    new = {
        label: {
            key: f"<{label} {number}>"
            for number, key in enumerate(sorted(rows.keys() - before[label].keys()), 1)
        }
        for label, rows in after.items()
    }
    return [
        plain(label, row, new)
        for label, rows in after.items()
        for key, row in rows.items()
        if label != MARK and before[label].get(key) != row
    ]


def plain(label: str, row: dict[str, Any], new: dict[str, dict[Any, str]]) -> str:
    """One row as text, keys of new rows replaced by their numbers in the order."""
    pages = {str(key): name for key, name in new["wagtailcore.Page"].items()}
    values = {}
    for field in apps.get_model(label)._meta.concrete_fields:
        value = row[field.attname]
        if field.name == WEIGHT or (field.primary_key and not field.is_relation):
            continue
        if isinstance(field, models.ForeignKey):
            value = new[field.related_model._meta.label].get(value, value)
        elif field.name in ("object_id", "to_object_id"):
            value = pages.get(str(value), value)
        elif field.name == "subject":
            value = re.sub(r"\d+(?=:)", lambda key: pages.get(key[0], key[0]), value)
        elif isinstance(field, models.JSONField) and "pk" in (value or {}):
            value = with_names(value, pages)
        values[field.name] = value
    text = json.dumps(values, default=str, sort_keys=True)
    for pattern, name in VARYING:
        text = pattern.sub(name, text)
    return f"{label} {text}"


def with_names(content: dict[str, Any], pages: dict[str, str]) -> dict[str, Any]:
    """Relations are sets: a revision lists them in no order that means anything."""
    return {
        **content,
        "pk": pages[str(content["pk"])],
        **{
            name: sorted(pages.get(str(key), str(key)) for key in content[name])
            for name in RELATIONS
        },
    }


def test_a_register_leaves_row_for_row_what_a_person_leaves(
    texts, tmp_path, django_capture_on_commit_callbacks
):
    commit = django_capture_on_commit_callbacks
    written = written_by(by_hand, texts, tmp_path, commit=commit)

    brought_in = written_by(as_register, texts, tmp_path, commit=commit)

    assert brought_in == written
    tables = {row.partition(" ")[0] for row in written}
    assert len(written) > 10 * len(texts)
    assert {
        "wagtailcore.Page",
        "policies.PolicyPage",
        "policies.PolicyPage_treatments",
        "policies.PolicyPage_related_policies",
        "policies.PolicyPage_required_bodies",
        "policies.Contribution",
        "wagtailcore.Revision",
        "wagtailcore.PageLogEntry",
        "wagtailcore.ReferenceIndex",
        "audit.AuditEntry",
        "audit.AuditSeal",
    } <= tables
    assert any("IndexEntry" in table for table in tables)


# Who hears of a row that the editor's road saves. What they do, `writing` does for
# the whole batch, or lets them do (`PolicyPage`).
LISTENERS = {
    "wagtail.models.i18n.set_locale_on_new_instance",
    "policies.receivers.guard_saved_page",
    "policies.receivers.guard_saved_revision",
    "policies.receivers.log_evidence",
    "policies.receivers.note_saved_revision",
    "portal.search.receivers.follow_page",
    "portal.audit.receivers.mirror_page_log",
    "modelsearch.signal_handlers.post_save_signal_handler",
    "wagtail.signal_handlers.update_reference_index_on_save",
    # These hear of every model, and act on workflows and on evidence alone.
    "policies.receivers.guard_evidence_texts",
    "policies.setup_receivers.guard_saved_task",
    "policies.setup_receivers.guard_saved_workflow_part",
}
WRITTEN_AT_ONCE = [
    Page,
    PolicyPage,
    Revision,
    Contribution,
    PageLogEntry,
    ReferenceIndex,
    AuditEntry,
    PolicyPage.treatments.through,
    PolicyPage.related_policies.through,
    PolicyPage.required_bodies.through,
]


@pytest.mark.once
def test_every_listener_of_a_saved_row_is_one_that_the_import_knows():
    found = {
        f"{receiver.__module__}.{receiver.__qualname__}"
        for signal in (pre_save, post_save, m2m_changed)
        for model in WRITTEN_AT_ONCE
        for receiver in signal._live_receivers(model)[0]
    }

    assert found == LISTENERS
