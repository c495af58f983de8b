import hashlib
import json
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.management import call_command
from django.test import override_settings

pytestmark = pytest.mark.once

STATIC = Path(finders.find("portal/css/portal.css")).parents[1]
NHSUK = STATIC / "nhsuk"
LOCK = json.loads((NHSUK / "assets.lock.json").read_text())
STYLE_SHEETS = sorted(STATIC.rglob("*.css"))
SCRIPTS = sorted(STATIC.rglob("*.js"))
NEVER = [
    "@font-face",
    "frutiger",
    "assets.nhs.uk",
    "sourcemappingurl",
    "url(/assets",
    "url(http",
    "@import",
]


@pytest.mark.parametrize("name", sorted(LOCK["sha256"]))
def test_vendored_files_are_the_ones_in_the_lock(name):
    content = (NHSUK / name).read_bytes()

    assert hashlib.sha256(content).hexdigest() == LOCK["sha256"][name]


def test_nothing_is_vendored_outside_the_lock():
    files = {
        path.relative_to(NHSUK).as_posix()
        for path in NHSUK.rglob("*")
        if path.is_file()
    }

    assert files == {*LOCK["sha256"], "assets.lock.json", "LICENCE"}


def test_licence_comes_with_the_vendored_files():
    assert "MIT License" in (NHSUK / "LICENCE").read_text()
    assert LOCK["licence"] == "MIT"


@pytest.mark.parametrize("path", STYLE_SHEETS, ids=lambda path: path.name)
@pytest.mark.parametrize("fragment", NEVER)
def test_style_sheets_ask_for_nothing_that_is_not_ours(path, fragment):
    assert fragment not in path.read_text().lower()


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_scripts_name_no_other_host(path):
    text = path.read_text()

    assert "http://" not in text
    assert "https://" not in text
    assert "sourceMappingURL" not in text


def test_no_font_and_no_raster_logo_is_shipped():
    suffixes = {path.suffix for path in STATIC.rglob("*") if path.is_file()}

    assert suffixes <= {".css", ".js", ".svg", ".json", ""}


def test_every_file_passes_the_manifest_of_production(tmp_path):
    storages = {
        **settings.STORAGES,
        "staticfiles": {
            "BACKEND": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"
        },
    }

    with override_settings(STORAGES=storages, STATIC_ROOT=tmp_path):
        call_command("collectstatic", "--noinput", verbosity=0)

    manifest = json.loads((tmp_path / "staticfiles.json").read_text())
    styles = tmp_path / manifest["paths"]["portal/nhsuk/nhsuk-frontend.min.css"]
    assert "images/nhsuk-icon-cross.svg" not in styles.read_text()
    assert "images/nhsuk-icon-cross." in styles.read_text()
