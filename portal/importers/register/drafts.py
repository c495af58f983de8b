"""From a line of a register to a draft, with every fault of the line.

Required: `reference`, which is the address for good, and `title`. Optional: the other
fields of a policy by the names that `portal.importers.policies` gives them. Dates are
dates. Documents, decisions and earlier versions are no part of a line.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from modelcluster.fields import ParentalManyToManyField
from wagtail.fields import StreamField
from wagtail.models import Locale, Page

from pages.translations import in_language
from policies.content import strip, without_block_keys
from policies.models import PolicyPage
from portal.importers.drafts import NATURAL_KEYS, read_field
from portal.importers.policies import OF_ONE_VERSION, VERSION_FIELDS
from portal.importers.problems import ImportProblem
from portal.importers.shapes import shape

REQUIRED = ["reference", "title"]
POLICY = shape(REQUIRED, [name for name in VERSION_FIELDS if name not in REQUIRED])
# What the folder of sample content may say beside a policy, and why a line may not.
ELSEWHERE = {
    "versions": "A register holds one text of each policy, in one object.",
    "documents": "Add documents in the editor, where they are examined.",
    "submit": "A register brings in drafts. Their author submits them.",
    "review": "A register takes no decisions. People approve each policy.",
    "author": "The command names the author, for all policies.",
}
# What a value of a shape that no form sends makes of the code that reads forms.
MISSHAPEN = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)


class Faults(Exception):
    """What is wrong with one line: for each field one sentence."""

    def __init__(self, problems: list[ImportProblem]) -> None:
        self.problems = problems
        super().__init__("; ".join(map(str, problems)))


@dataclass
class Reader:
    """Makes drafts, and remembers what lines have named.

    `pending` are the drafts of earlier lines that are in no table yet.
    """

    locale: Locale
    pending: Mapping[str, PolicyPage]
    remembered: dict[tuple[str, str], models.Model] = field(default_factory=dict)

    def draft(self, data: dict[str, Any]) -> PolicyPage:
        """A draft that passes every check of the editor; else Faults."""
        problems = shape_problems(data)
        page = PolicyPage(locale=self.locale)
        for name, value in {**OF_ONE_VERSION, **known(data)}.items():
            try:
                setattr(page, name, self.value(page, name, value, data))
            except ImportProblem as problem:
                problems.append(problem)
        faulty = {problem.field.partition(".")[0] for problem in problems}
        problems += check_whole(page, {name.partition("[")[0] for name in faulty})
        if problems:
            raise Faults(problems)
        return page

    def value(
        self, page: PolicyPage, name: str, value: Any, data: dict[str, Any]
    ) -> Any:
        of = page._meta.get_field(name)
        try:
            match of:
                case ParentalManyToManyField():
                    return self.named_ones(of.related_model, value, name)
                case models.ForeignKey():
                    return self.named(of.related_model, value, name)
            owner = f"policy/{data.get('reference')}"
            return read_field(of, value, where=name, owner=owner)
        except MISSHAPEN as error:
            message = "This has a shape that the editor never gives it."
            raise ImportProblem(name, message) from error

    def named_ones(self, model: Any, names: Any, where: str) -> list[Any]:
        if not isinstance(names, list):
            raise ImportProblem(where, "This must be a list.")
        if any(names.count(name) > 1 for name in names):
            raise ImportProblem(where, "A name stands here twice.")
        return [
            self.named(model, name, f"{where}[{index}]")
            for index, name in enumerate(names)
        ]

    def named(self, model: Any, name: Any, where: str) -> Any:
        """The row that a line calls `name`; of a page only its key is read."""
        if not isinstance(name, str):
            raise ImportProblem(where, "This must be a text.")
        key = (model._meta.label, name)
        if key not in self.remembered:
            self.remembered[key] = self.look_up(model, name, where)
        return self.remembered[key]

    def look_up(self, model: Any, name: str, where: str) -> Any:
        rows = model.objects.filter(**{NATURAL_KEYS[model._meta.label]: name})
        if issubclass(model, Page):
            rows = in_language(rows).only("pk")
        row = rows.first()
        if row is None and model is PolicyPage:
            row = self.pending.get(name)
        if row is None:
            raise ImportProblem(where, absence(model, name))
        return row


def absence(model: Any, name: str) -> str:
    said = f"There is no {model._meta.verbose_name} “{name}”."
    if model is PolicyPage:
        said += " Only a policy of the portal or of an earlier line can be named."
    return said


def shape_problems(data: dict[str, Any]) -> list[ImportProblem]:
    """Keys that are missing, and keys that no policy has."""
    missing = [
        ImportProblem(key, "This is missing.")
        for key in sorted(POLICY.required - data.keys())
    ]
    unknown = [
        ImportProblem(key, ELSEWHERE.get(key, "This key is not known here."))
        for key in data
        if key not in POLICY.required | POLICY.optional
    ]
    return missing + unknown


def known(data: dict[str, Any]) -> dict[str, Any]:
    return {
        name: value
        for name, value in data.items()
        if name in POLICY.required | POLICY.optional
    }


def check_whole(page: PolicyPage, faulty: set[str]) -> list[ImportProblem]:
    """What the page says against itself, beside what is known to be faulty.

    Its rows are looked up already, and the database keeps references apart.
    """
    relations = {of.name for of in page._meta.concrete_fields if of.is_relation}
    try:
        page.full_clean(
            exclude={"path", "depth", *relations, *faulty},
            validate_unique=False,
            validate_constraints=False,
        )
    except ValidationError as error:
        return [
            ImportProblem("" if name == NON_FIELD_ERRORS else name, " ".join(messages))
            for name, messages in error.message_dict.items()
            if name not in {*faulty, "slug"}
        ]
    return []


def differences(
    draft: PolicyPage, stored: dict[str, Any], names: Iterable[str]
) -> list[str]:
    """The fields among `names` in which a stored revision says something else."""
    mine = json.loads(json.dumps(draft.serializable_data(), cls=DjangoJSONEncoder))
    return [
        name
        for name in names
        if plain(name, mine[name]) != plain(name, stored.get(name))
    ]


def plain(name: str, value: Any) -> Any:
    """A value of a revision without what the editor makes anew at each save."""
    match PolicyPage._meta.get_field(name):
        case StreamField():
            return strip(json.loads(value or "[]"), keep_ids=True)
        case ParentalManyToManyField():
            return sorted(value or [], key=str)
    return without_block_keys(value) if isinstance(value, str) else value
