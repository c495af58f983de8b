"""The quarantine, for system administrators. Nothing of a held file is shown."""

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from portal.media import quarantine
from portal.media.gate.faults import FileRefused
from portal.media.models import HeldFile
from portal.refusals import Refusal

FILES_PER_PAGE = 50


@require_safe
def held_files(request: HttpRequest) -> HttpResponse:
    files = HeldFile.objects.select_related("held_by")
    context = {
        "page_title": "Files in quarantine",
        "page_obj": Paginator(files, FILES_PER_PAGE).get_page(request.GET.get("p")),
        "days": settings.QUARANTINE_DAYS,
        "has_scanner": bool(settings.UPLOAD_SCANNER),
    }
    return render(request, "media/quarantine.html", context)


@require_POST
def scan_again(request: HttpRequest, pk: int) -> HttpResponse:
    held = get_object_or_404(HeldFile, pk=pk)
    try:
        with transaction.atomic():
            quarantine.scan_again(held.pk)
    except FileRefused as fault:
        quarantine.note_finding(held.pk, fault)
        messages.error(request, " ".join(fault.messages))
    except ValidationError as fault:
        messages.error(request, " ".join(fault.messages))
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, f"“{held.name}” is clean, and in the library now.")
    return redirect("quarantine")


@require_POST
def delete(request: HttpRequest, pk: int) -> HttpResponse:
    held = get_object_or_404(HeldFile, pk=pk)
    quarantine.delete(held.pk)
    messages.success(request, f"“{held.name}” is deleted.")
    return redirect("quarantine")
