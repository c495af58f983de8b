"""What a program is told when its request cannot be answered (RFC 9457)."""

from http import HTTPStatus
from typing import Any

from django.http import JsonResponse


class Problem(Exception):
    """Raised by a view of the API: a status and one sentence on what to do."""

    def __init__(self, status: int, detail: str, **members: Any) -> None:
        self.status = status
        self.detail = detail
        self.members = members
        super().__init__(detail)


def problem_response(problem: Problem) -> JsonResponse:
    body = {
        "title": HTTPStatus(problem.status).phrase,
        "status": problem.status,
        "detail": problem.detail,
        **problem.members,
    }
    return JsonResponse(
        body, status=problem.status, content_type="application/problem+json"
    )
