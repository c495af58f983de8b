"""Uploads in object storage with the S3 interface."""

import posixpath
from typing import Any
from urllib.parse import urljoin

from botocore.exceptions import BotoCoreError, ClientError
from django.conf import settings
from django.core.exceptions import SuspiciousFileOperation
from django.core.files.storage import default_storage
from django.http import (
    FileResponse,
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
)
from django.utils.encoding import filepath_to_uri
from django.views.decorators.http import require_safe
from storages.backends.s3 import S3Storage

A_DAY = 24 * 60 * 60


class BucketStorage(S3Storage):
    """Its files have addresses of the portal, never of the bucket."""

    def url(self, name: str, *args: Any, **kwargs: Any) -> str:
        return urljoin(settings.MEDIA_URL, filepath_to_uri(name).lstrip("/"))


@require_safe
def picture(request: HttpRequest, path: str) -> HttpResponseBase:
    """A picture in one of its sizes; originals and documents have no address here."""
    if posixpath.normpath(path) != path or path.startswith(".."):
        raise Http404
    try:
        opened = default_storage.open(f"images/{path}")
        size = opened.size
    except (FileNotFoundError, SuspiciousFileOperation) as error:
        raise Http404 from error
    except (BotoCoreError, ClientError):
        return HttpResponse(status=503, headers={"Retry-After": "30"})
    headers = {
        "Content-Length": str(size),
        "Cache-Control": f"public, max-age={A_DAY}",
    }
    return FileResponse(opened, headers=headers)
