"""Pages for requests that cannot be answered, each with what to do next."""

import errno
import sqlite3
import sys
from collections.abc import Iterator
from http import HTTPStatus

import psycopg
from boto3.exceptions import Boto3Error
from botocore.exceptions import BotoCoreError, ClientError
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.defaults import server_error

RETRY_AFTER_SECONDS = 30
AWAY = (
    OperationalError,
    InterfaceError,
    psycopg.OperationalError,
    BotoCoreError,
    Boto3Error,
    ClientError,
)
NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EROFS}
EXPLANATION = "A part of the portal is away. Try again in half a minute."


def form_expired(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form arrived without its token: too old, or cookies are off."""
    return render(request, "form_expired.html", status=403)


def failed(request: HttpRequest) -> HttpResponse:
    """503 where a part that the portal needs is away, else the page of a fault."""
    if any(is_of_a_part_away(error) for error in chain(sys.exception())):
        return unavailable(request)
    return server_error(request)


def chain(error: BaseException | None) -> Iterator[BaseException]:
    """The error, and what it came from."""
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def is_of_a_part_away(error: BaseException) -> bool:
    """Database or store did not answer, or nothing more can be written."""
    if isinstance(error, OSError):
        return error.errno in NO_ROOM
    if isinstance(error.__cause__, sqlite3.OperationalError):
        # What SQLite cannot read is our fault; a full or locked file is not.
        return error.__cause__.sqlite_errorcode != sqlite3.SQLITE_ERROR
    return isinstance(error, AWAY)


def unavailable(request: HttpRequest) -> HttpResponse:
    """Status 503, and when to come back; asks nothing of any part."""
    if hasattr(request, "session"):
        # Or the middleware would wait for the database once more, to save it.
        request.session.modified = False
    status = HTTPStatus.SERVICE_UNAVAILABLE
    answer: HttpResponse
    if "json" in request.headers.get("Accept", "") or request.path.startswith("/api/"):
        answer = JsonResponse(
            {"title": status.phrase, "status": status, "detail": EXPLANATION},
            status=status,
            content_type="application/problem+json",
        )
    else:
        answer = render(None, "503.html", status=status)
    answer["Retry-After"] = str(RETRY_AFTER_SECONDS)
    answer["Cache-Control"] = "no-store"
    return answer
