"""From plain values to the fields of a draft, each checked as the editor checks it."""

from typing import Any

from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.db import models
from modelcluster.fields import ParentalManyToManyField
from wagtail.fields import RichTextField, StreamField
from wagtail.models import Page

from pages.translations import in_language
from portal.accounts.models import User
from portal.importers.problems import ImportProblem
from portal.importers.rich_text import editors_html
from portal.importers.streams import clean_stream

# How a file names a row of another table.
NATURAL_KEYS = {
    "pages.Specialty": "slug",
    "pages.TreatmentPage": "slug",
    "policies.PolicyPage": "reference",
    "policies.RatifyingBody": "name",
}


def fill(page: Page, values: dict[str, Any], *, owner: str, where: str = "") -> None:
    """Set the fields of `page` and check the whole; `owner` names it in block ids."""
    prefix = f"{where}." if where else ""
    for name, value in values.items():
        field = page._meta.get_field(name)
        read = read_field(field, value, where=f"{prefix}{name}", owner=owner)
        setattr(page, name, read)
    try:
        page.full_clean(exclude={"path", "depth"})
    except ValidationError as error:
        field_name, messages = next(iter(error.message_dict.items()))
        raise ImportProblem(f"{prefix}{field_name}", " ".join(messages)) from error


def read_field(field: Any, value: Any, *, where: str, owner: str) -> Any:
    match field:
        case StreamField():
            return clean_stream(
                field.stream_block, value, where=where, owner=f"{owner}/{field.name}"
            )
        case RichTextField():
            return editors_html(value, field.features, where)
        case ParentalManyToManyField():
            if not isinstance(value, list):
                raise ImportProblem(where, "This must be a list.")
            return [named(field.related_model, name, where) for name in value]
        case models.ForeignKey():
            return named(field.related_model, value, where)
    return plain_value(field, value, where)


def plain_value(field: models.Field, value: Any, where: str) -> Any:
    """A text, number or date, read by the field itself."""
    if isinstance(field, models.CharField | models.TextField):
        if not isinstance(value, str):
            raise ImportProblem(where, "This must be a text.")
        return value
    try:
        return field.to_python(value)
    except ValidationError as error:
        raise ImportProblem(where, " ".join(error.messages)) from error


def named(model: Any, name: Any, where: str) -> Any:
    """The row that a file calls `name`."""
    rows = model.objects.filter(**{NATURAL_KEYS[model._meta.label]: name})
    row = (in_language(rows) if issubclass(model, Page) else rows).first()
    if row is None:
        raise ImportProblem(where, f"There is no {model._meta.verbose_name} “{name}”.")
    return row


def person_named(username: Any, where: str) -> User:
    """The account in whose name something is done."""
    person = get_user_model().objects.filter(username=username).first()
    if person is None:
        raise ImportProblem(where, f"There is no account “{username}”.")
    return person
