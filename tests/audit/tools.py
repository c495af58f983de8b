"""The judges that others publish: fetched by npm into a folder of this machine."""

import json
import os
import subprocess
from pathlib import Path
from typing import Any

from portal import environment

# The newest that run on Node.js 20, which the stable Debian and Ubuntu have.
VERSIONS = {
    "lighthouse": "12.8.2",
    "html-validate": "10.9.0",
    "vnu-jar": "26.9.27",
    "nhsuk-frontend": "10.6.1",
}
# Now and then Lighthouse loses its browser at the start.
ATTEMPTS = 3


def tools_folder() -> Path:
    """Where the judges are, installed when they are not there in these versions."""
    default = str(Path.home() / ".cache/treatment-policies-audit")
    folder = Path(environment.text("PORTAL_AUDIT_TOOLS", default))
    folder.mkdir(parents=True, exist_ok=True)
    wanted = json.dumps({"private": True, "dependencies": VERSIONS}, indent=2)
    description = folder / "package.json"
    if not description.exists() or description.read_text() != wanted:
        description.write_text(wanted)
        command = ["npm", "install", "--no-audit", "--no-fund", "--ignore-scripts"]
        try:
            subprocess.run([*command, "--silent"], cwd=folder, check=True)
        except BaseException:
            description.unlink()
            raise
    return folder


def lighthouse(
    folder: Path, address: str, *, is_desktop: bool, chromium: str
) -> dict[str, Any]:
    """Lighthouse's own report of one page."""
    flags = "--headless=new --no-sandbox --disable-gpu --disable-dev-shm-usage"
    command = [
        str(folder / "node_modules/.bin/lighthouse"),
        address,
        "--output=json",
        "--quiet",
        "--disable-full-page-screenshot",
        "--only-categories=performance,accessibility,best-practices,seo",
        f"--chrome-flags={flags}",
        *(["--preset=desktop"] if is_desktop else []),
    ]
    for _attempt in range(ATTEMPTS):
        answer = subprocess.run(
            command,
            env={**os.environ, "CHROME_PATH": chromium},
            capture_output=True,
            timeout=180,
        )
        if answer.returncode == 0:
            return json.loads(answer.stdout)
    raise RuntimeError(answer.stderr.decode(errors="replace")[-2000:])


def nu_messages(folder: Path, files: list[Path]) -> list[dict[str, Any]]:
    """What the Nu checker says of the files, its notes included."""
    jar = folder / "node_modules/vnu-jar/build/dist/vnu.jar"
    answer = subprocess.run(
        ["java", "-Xss4m", "-jar", str(jar), "--format", "json", *map(str, files)],
        capture_output=True,
        check=False,
    )
    return json.loads(answer.stderr)["messages"]


def html_validate_messages(folder: Path, files: list[Path]) -> list[dict[str, Any]]:
    """What html-validate's standard rules say of the files."""
    settings = folder / ".htmlvalidate.json"
    settings.write_text(
        json.dumps({"root": True, "extends": ["html-validate:standard"]})
    )
    answer = subprocess.run(
        [
            str(folder / "node_modules/.bin/html-validate"),
            f"--config={settings}",
            "--formatter=json",
            *map(str, files),
        ],
        capture_output=True,
        check=False,
    )
    return [
        {**message, "file": report["filePath"]}
        for report in json.loads(answer.stdout)
        for message in report["messages"]
    ]
