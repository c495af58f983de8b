"""Takes the styles of a released NHS.UK frontend package into the static files."""

import hashlib
import json
import re
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from portal.mirroring import mirrored

TARGET = Path(__file__).resolve().parents[2] / "static" / "portal" / "nhsuk"
LOCK = "assets.lock.json"
STYLES = "nhsuk-frontend.min.css"
MIRRORED_STYLES = "nhsuk-frontend.rtl.min.css"

FONT_FACE = re.compile(r"@font-face\{[^}]*\}")
SOURCE_MAP = re.compile(r"\s*/\*# sourceMappingURL=[^*]*\*/\s*")
ICON = re.compile(r"url\(/assets/images/([a-z-]+\.svg)\)")


class Command(BaseCommand):
    """Repeatable: the same package always gives the same bytes."""

    help = (
        "Copies the minified styles and the icons they use from an unpacked "
        "nhsuk-frontend package, without its web font, and writes assets.lock.json."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("package", type=Path, help="The folder with package.json.")

    def handle(self, *args: Any, package: Path, **options: Any) -> None:
        description = json.loads((package / "package.json").read_text())
        if description.get("name") != "nhsuk-frontend":
            raise CommandError(f"{package} does not hold the package nhsuk-frontend.")
        version = description["version"]
        files = vendored_files(package / "dist" / "nhsuk")
        write_files(files)
        lock = lock_of(version, files)
        (TARGET / LOCK).write_text(json.dumps(lock, indent=2) + "\n")
        self.stdout.write(f"Wrote {len(files)} files of nhsuk-frontend {version}.")


def vendored_files(released: Path) -> dict[str, bytes]:
    """Name and content of each file that the site serves."""
    styles = (released / STYLES).read_text()
    icons = sorted(set(ICON.findall(styles)))
    files = {
        STYLES: adapted(styles).encode(),
        MIRRORED_STYLES: mirrored(adapted(styles)).encode(),
    }
    for icon in icons:
        source = released / "assets" / "images" / icon
        files[f"images/{icon}"] = source.read_bytes()
    return files


def adapted(styles: str) -> str:
    """The released styles without what would leave the site or break the manifest."""
    styles = FONT_FACE.sub("", styles)
    styles = SOURCE_MAP.sub("", styles)
    styles = styles.replace("font-family:Frutiger W01,arial", "font-family:arial")
    return ICON.sub(r"url(images/\1)", styles) + "\n"


def write_files(files: dict[str, bytes]) -> None:
    (TARGET / "images").mkdir(parents=True, exist_ok=True)
    for earlier in (TARGET / "images").iterdir():
        earlier.unlink()
    for name, content in files.items():
        (TARGET / name).write_bytes(content)


def lock_of(version: str, files: dict[str, bytes]) -> dict[str, Any]:
    return {
        "package": "nhsuk-frontend",
        "version": version,
        "licence": "MIT",
        "sha256": {
            name: hashlib.sha256(content).hexdigest()
            for name, content in sorted(files.items())
        },
    }
