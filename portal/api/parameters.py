"""Query parameters, each with its bounds: one table checks requests and documents."""

import re
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest

from policies.blocks import CodeSystem
from policies.positions import Position
from policies.status import PolicyStatus
from portal.api.problems import Problem

MOST_ROWS = 50
USUAL_ROWS = 20
LARGEST_NUMBER = 1_000_000
REFERENCE = r"^[A-Za-z0-9-]{1,40}$"
# As Python and JavaScript read alike: the patterns stand in the description.
SLUG = r"^[-A-Za-z0-9_]{1,255}$"

# The names of code systems in addresses.
SYSTEMS = {
    "opcs-4": CodeSystem.OPCS4,
    "icd-10": CodeSystem.ICD10,
    "snomed-ct": CodeSystem.SNOMED,
}


@dataclass(frozen=True)
class Parameter:
    """A name that may stand in the query, and the JSON schema of its value."""

    name: str
    description: str
    schema: dict[str, Any]
    is_required: bool = False

    def value_of(self, typed: str) -> Any:
        """The value, or a problem that says what the parameter accepts."""
        if self.schema["type"] == "integer":
            return self.whole_number(typed)
        choices = self.schema.get("enum")
        if choices and typed not in choices:
            raise self.problem(f"it is one of {', '.join(choices)}")
        pattern = self.schema.get("pattern")
        if pattern and not re.fullmatch(pattern, typed):
            raise self.problem(f"it has the form {pattern}")
        return typed

    def whole_number(self, typed: str) -> int:
        least, most = self.schema["minimum"], self.schema["maximum"]
        if not re.fullmatch(r"[0-9]{1,7}", typed) or not least <= int(typed) <= most:
            raise self.problem(f"it is a whole number from {least} to {most}")
        return int(typed)

    def problem(self, rule: str) -> Problem:
        return Problem(
            400, f"The parameter {self.name} is not right: {rule}.", parameter=self.name
        )


LIMIT = Parameter(
    "limit",
    "How many entries to answer with.",
    {"type": "integer", "minimum": 1, "maximum": MOST_ROWS, "default": USUAL_ROWS},
)
AFTER_REFERENCE = Parameter(
    "after",
    "Go on after the policy with this reference. The address in “next” has it.",
    {"type": "string", "pattern": REFERENCE},
)
AFTER_SLUG = Parameter(
    "after",
    "Go on after the entry with this slug. The address in “next” has it.",
    {"type": "string", "pattern": SLUG},
)
BEFORE_NUMBER = Parameter(
    "before",
    "Go on with versions before this number. The address in “next” has it.",
    {"type": "integer", "minimum": 1, "maximum": LARGEST_NUMBER},
)
POSITION = Parameter(
    "position",
    "Only policies with this commissioning position.",
    {"type": "string", "enum": list(Position.values)},
)
STATUS = Parameter(
    "status",
    "Policies that apply (in_force, unless told), or those that have ended.",
    {
        "type": "string",
        "enum": list(PolicyStatus.values),
        "default": PolicyStatus.IN_FORCE.value,
    },
)
SPECIALTY = Parameter(
    "specialty",
    "Only those of this specialty, by the last part of its address on this site.",
    {"type": "string", "pattern": SLUG},
)
SYSTEM = Parameter(
    "system",
    "The code system.",
    {"type": "string", "enum": list(SYSTEMS)},
    is_required=True,
)
CODE = Parameter(
    "code",
    "The code, with or without its full stop: W90.3 or W903.",
    {"type": "string", "pattern": r"^[A-Za-z0-9.]{1,40}$"},
    is_required=True,
)


def values_of(request: HttpRequest, allowed: tuple[Parameter, ...]) -> dict[str, Any]:
    """The value of each allowed parameter, or its default; anything else is refused.

    Unknown names are refused too: a typing error must not widen an answer, and no
    cache is to be filled with copies under invented addresses.
    """
    names = {parameter.name for parameter in allowed}
    unknown = sorted(set(request.GET) - names)
    if unknown:
        known = ", ".join(sorted(names)) or "none"
        raise Problem(400, f"Unknown parameter. This address takes: {known}.")
    return {parameter.name: one_value(request, parameter) for parameter in allowed}


def one_value(request: HttpRequest, parameter: Parameter) -> Any:
    typed = request.GET.getlist(parameter.name)
    if len(typed) > 1:
        raise parameter.problem("it may be given once")
    if not typed:
        if parameter.is_required:
            raise parameter.problem("it has to be given")
        return parameter.schema.get("default")
    return parameter.value_of(typed[0])
