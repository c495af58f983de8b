"""The API described from its own addresses: for programs (OpenAPI) and for people."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from django.urls import URLPattern, URLResolver

from portal.api.answers import DESCRIBED, Described
from portal.api.parameters import (
    LARGEST_NUMBER,
    REFERENCE,
    SLUG,
    Parameter,
)
from portal.api.schemas import SCHEMAS, ref
from portal.templatetags.portal import public_address, site_brand

VERSION = "1.0.0"
ROOT = "/api/v1/"
PLACEHOLDER = re.compile(r"<\w+:(\w+)>")

IN_PATH = {
    "reference": Parameter(
        "reference",
        "The reference of a policy, such as CP-001, in small or capital letters.",
        {"type": "string", "pattern": REFERENCE},
        is_required=True,
    ),
    "number": Parameter(
        "number",
        "The number of a version: 1 for the first.",
        {"type": "integer", "minimum": 1, "maximum": LARGEST_NUMBER},
        is_required=True,
    ),
    "day": Parameter(
        "day",
        "A day in London, written as year, month and day.",
        {"type": "string", "format": "date"},
        is_required=True,
    ),
    "slug": Parameter(
        "slug",
        "The slug of a treatment, as in the list.",
        {"type": "string", "pattern": SLUG},
        is_required=True,
    ),
}


@dataclass(frozen=True)
class Operation:
    """One address that answers GET."""

    name: str
    path: str
    summary: str
    described: Described

    @property
    def in_path(self) -> list[Parameter]:
        return [IN_PATH[name] for name in re.findall(r"{(\w+)}", self.path)]

    @property
    def in_query(self) -> tuple[Parameter, ...]:
        return self.described.parameters


def operations() -> list[Operation]:
    """Every address that has a shape, in the order of the list of addresses."""
    patterns = import_module("portal.api.urls").version_1_urls
    return list(operations_below(ROOT, patterns))


def operations_below(prefix: str, patterns: Any) -> Iterator[Operation]:
    for pattern in patterns:
        path = prefix + PLACEHOLDER.sub(r"{\1}", str(pattern.pattern))
        if isinstance(pattern, URLResolver):
            yield from operations_below(path, pattern.url_patterns)
        elif isinstance(pattern, URLPattern):
            described = DESCRIBED.get(pattern.callback)
            if described and described.schema:
                yield Operation(str(pattern.name), path, summary_of(pattern), described)


def summary_of(pattern: URLPattern) -> str:
    """The first line of the view, which FHIR has for two addresses each."""
    summary = (pattern.callback.__doc__ or "").strip().rstrip(".")
    if str(pattern.name).startswith("current_"):
        return f"{summary}, those in force"
    return summary


def openapi() -> dict[str, Any]:
    brand = site_brand()
    return {
        "openapi": "3.1.0",
        "info": {
            "title": f"{brand.service_name}: data",
            "version": VERSION,
            "summary": "Read-only data on policies, their versions and treatments.",
            "description": (
                f"Published by {brand.organisation_name}. What is not in force yet, "
                "was taken back or is a draft is not here. A version whose `applies` "
                "is false decides on nobody's funding any more."
            ),
        },
        "servers": [{"url": public_address("")}],
        "paths": {
            operation.path: {"get": operation_object(operation)}
            for operation in operations()
        },
        "components": {"schemas": SCHEMAS},
    }


def operation_object(operation: Operation) -> dict[str, Any]:
    described = operation.described
    answer = {described.content_type: {"schema": ref(described.schema)}}
    problem = {"application/problem+json": {"schema": ref("Problem")}}
    responses: dict[str, Any] = {
        "200": {"description": "The data.", "content": answer},
        "304": {"description": "What you have with this ETag still holds."},
        "400": {"description": "A parameter is not right.", "content": problem},
    }
    if operation.in_path:
        responses["404"] = {
            "description": "Nothing public is at this address.",
            "content": problem,
        }
    return {
        "operationId": operation.name,
        "summary": operation.summary,
        "parameters": [
            *(parameter_object(parameter, "path") for parameter in operation.in_path),
            *(parameter_object(parameter, "query") for parameter in operation.in_query),
        ],
        "responses": responses,
    }


def parameter_object(parameter: Parameter, place: str) -> dict[str, Any]:
    return {
        "name": parameter.name,
        "in": place,
        "description": parameter.description,
        "required": parameter.is_required,
        "schema": parameter.schema,
    }
