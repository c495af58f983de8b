"""What the second of two writers sees: both texts, and a choice."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from portal.edits.conflicts import SAVED_OVER, TAKE_THEIRS, EditConflict, typed

CONFLICT = 409


def ask_to_choose(request: HttpRequest, conflict: EditConflict) -> HttpResponse:
    """The page with both texts; for the editor's own saving, the code that it knows."""
    if "application/json" in request.headers.get("Accept", ""):
        return JsonResponse(
            {
                "success": False,
                "error_code": "invalid_revision",
                "error_message": str(conflict),
            },
            status=400,
        )
    return render(
        request,
        "edits/conflict.html",
        {
            "conflict": conflict,
            "action": conflict.action or request.path,
            "typed": typed(request.POST),
            "files": list(request.FILES),
            "take_theirs": TAKE_THEIRS,
            "saved_over": SAVED_OVER,
        },
        status=CONFLICT,
    )
