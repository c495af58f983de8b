"""`check --deploy` has nothing to say of the settings of production."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

from tests.factories.production import PRODUCTION

pytestmark = pytest.mark.once
CHECK = """
import django
django.setup()
from django.conf import settings
from django.core.management import call_command
assert settings.SILENCED_SYSTEM_CHECKS == [], "Something is silenced."
call_command("check", deploy=True, fail_level="WARNING")
"""


def check(folder: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-W", "ignore", "-c", CHECK],
        cwd=settings.BASE_DIR,
        env={
            **PRODUCTION,
            "PATH": os.defpath,
            "LOCAL_DATA_DIR": str(folder),
            "DATABASE_URL": "postgresql://portal@localhost/portal",
            **variables,
        },
        capture_output=True,
        text=True,
        check=False,
    )


def test_nothing_is_warned_of_and_nothing_silenced(tmp_path: Path) -> None:
    done = check(tmp_path)

    assert done.returncode == 0, done.stderr
    assert "no issues (0 silenced)" in done.stdout


def test_a_fault_would_be_named(tmp_path: Path) -> None:
    done = check(tmp_path, SSL_REDIRECT="no")

    assert done.returncode != 0
    assert "security.W008" in done.stderr
