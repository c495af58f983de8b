"""The whole register as a file: sent while it is read, and only when it changed."""

import csv
from collections.abc import Iterator

from django.core.serializers.json import DjangoJSONEncoder
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from policies.history import entries_of_all_policies
from policies.register import COLUMNS, register_rows
from policies.views.conditional import if_changed
from portal.exports import cell

BYTE_ORDER_MARK = "\ufeff"


class Echo:
    """A file for the CSV writer that hands each line straight back."""

    def write(self, line: str) -> str:
        return line


@require_safe
def register_csv(request: HttpRequest) -> HttpResponse:
    """For a spreadsheet, in which no text of ours becomes a formula."""
    return download(request, csv_lines(), "text/csv; charset=utf-8", "csv")


@require_safe
def register_json(request: HttpRequest) -> HttpResponse:
    """For programs."""
    return download(request, json_parts(), "application/json", "json")


def download(
    request: HttpRequest, parts: Iterator[str], content_type: str, ending: str
) -> HttpResponse:
    def make() -> StreamingHttpResponse:
        name = f"policy-register.{ending}"
        return StreamingHttpResponse(
            parts,
            content_type=content_type,
            headers={"Content-Disposition": f'attachment; filename="{name}"'},
        )

    response = if_changed(request, entries_of_all_policies(), make, ending)
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response


def csv_lines() -> Iterator[str]:
    """With the mark by which spreadsheets recognise UTF-8."""
    writer = csv.writer(Echo())
    yield BYTE_ORDER_MARK + writer.writerow(COLUMNS)
    for row in register_rows(timezone.now()):
        yield writer.writerow([cell(value) for value in row])


def json_parts() -> Iterator[str]:
    encoder = DjangoJSONEncoder()
    separator = '{"versions": [\n'
    for row in register_rows(timezone.now()):
        yield separator + encoder.encode(dict(zip(COLUMNS, row, strict=True)))
        separator = ",\n"
    yield "\n]}\n" if separator.startswith(",") else f"{separator}]}}\n"
