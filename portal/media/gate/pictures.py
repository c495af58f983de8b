"""Pictures: the format that the name says, not too many pixels, nothing behind."""

import re
import warnings
from collections.abc import Callable
from typing import Any

from django.conf import settings
from PIL import Image, UnidentifiedImageError

from portal.media.gate.faults import FileRefused

MOST_FRAMES = 200
POLYGLOT = re.compile(
    rb"<script|<\?php|<html|PK\x03\x04.{26,300}PK\x01\x02", re.I | re.S
)


def check_as(kind: str) -> Callable[[Any], None]:
    """A check that the file is a picture of this format of Pillow's."""

    def check(file: Any) -> None:
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("error", Image.DecompressionBombWarning)
                with Image.open(file, formats=[kind]) as picture:
                    refuse_size(picture)
                    picture.verify()
        except (Image.DecompressionBombError, Image.DecompressionBombWarning):
            raise FileRefused("The picture has too many pixels.") from None
        except (UnidentifiedImageError, OSError, SyntaxError, ValueError, EOFError):
            raise FileRefused(
                f"The name says {kind}, but the file is damaged or not one."
            ) from None
        file.seek(0)
        if POLYGLOT.search(file.read()):
            raise FileRefused("The picture has a program or an archive in it.")

    return check


def refuse_size(picture: Image.Image) -> None:
    frames = getattr(picture, "n_frames", 1)
    pixels = picture.width * picture.height
    if pixels > settings.WAGTAILIMAGES_MAX_IMAGE_PIXELS:
        raise FileRefused("The picture has too many pixels.")
    if frames > MOST_FRAMES or pixels * frames > 4 * (
        settings.WAGTAILIMAGES_MAX_IMAGE_PIXELS
    ):
        raise FileRefused("The picture moves through too many frames.")
