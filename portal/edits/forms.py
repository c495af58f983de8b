"""Forms that know which text they were made from."""

import hashlib
import json
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django import forms
from django.core.exceptions import ObjectDoesNotExist
from django.db import models
from django.utils import timezone
from taggit.forms import TagField
from taggit.utils import parse_tags
from wagtail.admin.forms import WagtailAdminModelForm, WagtailAdminPageForm
from wagtail.log_actions import registry

from portal.audit.models import AuditEntry
from portal.audit.recording import record
from portal.edits.conflicts import (
    MADE_FROM,
    SAVED_OVER,
    Difference,
    EditConflict,
    fields_given_up,
)
from portal.refusals import Refusal

A_DAY = timedelta(days=1)


class TakesTheirs(forms.BaseModelForm):
    """Keeps what is stored in the fields in which the person gave up the own text."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.given_up = fields_given_up(self.data) if self.is_bound else set()
        for name in self.given_up & set(self.fields):
            # Shown so too, when the form comes back because of another fault.
            self.fields[name].bound_data = keep_initial  # type: ignore[method-assign]
        formsets = getattr(self, "formsets", {})
        for name in self.given_up & set(formsets):
            formsets[name] = untouched(formsets[name], self.instance)

    def full_clean(self) -> None:
        """Django reads no posted value for a disabled field; a browser would post none,
        so it is disabled no longer than this.
        """
        given_up = [
            self.fields[name]
            for name in self.given_up & set(self.fields)
            if not self.fields[name].disabled
        ]
        for field in given_up:
            field.disabled = True
        super().full_clean()
        for field in given_up:
            field.disabled = False


def keep_initial(data: Any, initial: Any) -> Any:
    return initial


def untouched(formset: Any, instance: models.Model) -> Any:
    """The formset as stored, which neither fails nor saves anything."""
    stored = type(formset)(
        instance=instance, prefix=formset.prefix, form_kwargs=formset.form_kwargs
    )
    stored.is_valid = lambda: True
    stored.has_changed = lambda: False
    stored.save = lambda commit=True: []
    return stored


class EditedPageForm(TakesTheirs, WagtailAdminPageForm):
    """The editor of a page; which revision it shows is posted by Wagtail's template."""


def made_from_field() -> forms.CharField:
    """What each form of a row without revisions declares as `made_from`."""
    return forms.CharField(required=False, widget=forms.HiddenInput)


class ComparesBeforeSaving(TakesTheirs):
    """Edits a row without revisions: compares all its fields before it saves.

    The row is locked until the end of the request, so that of several people who save
    at the same moment one is first and the others are asked. A preview saves nothing,
    and so may show a text that is not the latest.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk and not self.is_bound:
            # Asked for late: subclasses add initial values of their own.
            self.initial[MADE_FROM] = partial(version_of, self)

    def save(self, commit: bool = True) -> Any:
        if commit and self.instance.pk:
            self.compare()
        return super().save(commit=commit)

    def as_stored(self, instance: Any) -> forms.BaseModelForm:
        """This form for the same person, with what is stored."""
        raise NotImplementedError

    def compare(self) -> None:
        """Raise an EditConflict unless the row is as it was when the form was made."""
        stored = self.as_stored(locked(self.instance))
        version = version_of(stored)
        if self.data.get(self.add_prefix(MADE_FROM), "") != version:
            raise conflict_of(self, stored, version)
        if over := self.data.get(SAVED_OVER):
            record("edits.saved_over", subject=self.instance, reason=over)


class EditedModelForm(ComparesBeforeSaving, WagtailAdminModelForm):
    """For models whose form Wagtail makes from panels."""

    made_from = made_from_field()

    def as_stored(self, instance: Any) -> forms.BaseModelForm:
        return type(self)(instance=instance, for_user=self.for_user)


def locked(instance: models.Model) -> Any:
    """The row as it is stored, locked until the end of the transaction."""
    manager = type(instance)._base_manager
    try:
        return manager.select_for_update(of=("self",)).get(pk=instance.pk)
    except ObjectDoesNotExist:
        raise Refusal("Somebody else has deleted this since you opened it.") from None


def version_of(form: forms.BaseModelForm) -> str:
    """64 hexadecimal digits that change with any value the form would show."""
    values = {name: words_of(form, name) for name in form.fields if name != MADE_FROM}
    return hashlib.sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()


def words_of(form: forms.BaseModelForm, name: str) -> str:
    """A value of the form in words: labels of choices, lists with commas."""
    field, value = form.fields[name], form[name].value()
    if isinstance(field, forms.BooleanField):
        return "Yes" if field.to_python(value) else "No"
    if isinstance(field, TagField):
        return ", ".join(names_of_tags(value))
    several = value if isinstance(value, list | tuple | models.QuerySet) else [value]
    words = ["" if one is None else str(getattr(one, "pk", one)) for one in several]
    labels = labels_of(field, words)
    return ", ".join(labels.get(word, word) for word in words).replace("\r\n", "\n")


def labels_of(field: Any, keys: list[str]) -> dict[str, str]:
    """Choices by key; of rows only those asked for, as there may be thousands."""
    if isinstance(field, forms.ModelChoiceField) and not field.to_field_name:
        rows: Any = field.queryset
        found = rows.filter(pk__in=[key for key in keys if key.isdecimal()])
        return {str(row.pk): str(field.label_from_instance(row)) for row in found}
    return {str(key): str(label) for key, label in getattr(field, "choices", ())}


def names_of_tags(value: Any) -> list[str]:
    """Of what somebody typed, or of the rows."""
    if isinstance(value, str):
        return list(parse_tags(value))
    return sorted(str(getattr(tag, "tag", tag)) for tag in value or [])


def conflict_of(
    form: forms.BaseModelForm, stored: forms.BaseModelForm, version: str
) -> EditConflict:
    differences = [
        Difference(
            name,
            str(form[name].label),
            words_of(stored, name) or "(empty)",
            words_of(form, name) or "(empty)",
        )
        for name in form.fields
        if name != MADE_FROM and words_of(stored, name) != words_of(form, name)
    ]
    who, when = last_writer(stored.instance)
    return EditConflict(
        title=str(stored.instance),
        action="",
        token={MADE_FROM: version},
        differences=differences,
        who=who,
        when=when,
    )


def last_writer(instance: models.Model) -> tuple[str, datetime | None]:
    """Who saved the row and when; empty if that was not in the last day.

    Wagtail keeps no history of some of its rows; the audit log has all.
    """
    logs = registry.get_logs_for_instance(instance).select_related("user")
    if last := logs.order_by("-timestamp").first():
        return str(last.user or ""), last.timestamp
    entry = AuditEntry.objects.filter(
        at__gte=timezone.now() - A_DAY,
        subject_type=instance._meta.label_lower,
        subject_id=str(instance.pk),
    ).first()
    return (entry.actor_name, entry.at) if entry else ("", None)
