"""`make audit`: every figure of the reading experience, by tools that anybody has.

Exit code 0 when every floor is reached, 1 when one is missed, 2 without a judge.
"""

import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from portal import environment
from tests.audit import addresses, as_documents, in_browser, lighthouse, on_paper
from tests.audit.addresses import Address
from tests.audit.conformance import conformance
from tests.audit.figures import Figure
from tests.audit.search_times import search_times
from tests.audit.tools import tools_folder
from tests.audit.trial_site import trial_site
from tests.browser.chromium import ARGUMENTS, chromium_path

NEEDED = {"npm": "Node.js with npm", "java": "a Java runtime"}


@dataclass(frozen=True)
class Audit:
    """What the parts work with: a served site, its pages, a browser, the judges."""

    base: str
    listed: list[Address]
    kinds: list[Address]
    browser: Browser
    chromium: str
    tools: Path
    folder: Path

    @property
    def every(self) -> list[Address]:
        return list(dict.fromkeys([*self.listed, *self.kinds]))

    @property
    def to_print(self) -> list[Address]:
        """All treatments, because each may be the longest on paper."""
        treatments = [one for one in self.listed if one.kind.startswith("treatment")]
        return list(dict.fromkeys([*treatments, *self.kinds]))


Part = Callable[[Audit], Iterator[Figure]]
PARTS: dict[str, Part] = {
    "validity": lambda audit: as_documents.validity(
        audit.base, audit.every, audit.tools, audit.folder
    ),
    "links": lambda audit: as_documents.heads_and_links(audit.base, audit.every),
    "search": lambda audit: as_documents.search(audit.base),
    "components": lambda audit: conformance(audit.tools),
    "weights": lambda audit: in_browser.weights(audit.browser, audit.base, audit.kinds),
    "widths": lambda audit: in_browser.widths(audit.browser, audit.base, audit.kinds),
    "scripts": lambda audit: in_browser.without_scripts(
        audit.browser, audit.base, audit.kinds
    ),
    "paper": lambda audit: on_paper.paper(audit.browser, audit.base, audit.to_print),
    "axe": lambda audit: in_browser.accessibility(
        audit.browser, audit.base, audit.kinds
    ),
    "lighthouse": lambda audit: lighthouse.scores(
        audit.base, audit.kinds, audit.tools, audit.chromium
    ),
    "times": lambda audit: search_times(),
}
# Costs many minutes, so only on demand.
ON_DEMAND = {"times"}


def main() -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.test")
    wanted = environment.words("PORTAL_AUDIT_PARTS") or list(PARTS.keys() - ON_DEMAND)
    unknown = set(wanted) - PARTS.keys()
    if unknown:
        say(f"No such part: {', '.join(unknown)}. There are {', '.join(PARTS)}.")
        return 2
    chromium = chromium_path()
    missing = [what for name, what in NEEDED.items() if shutil.which(name) is None]
    if chromium is None:
        missing.append("Chromium")
    if missing or chromium is None:
        say(f"Please install {', '.join(missing)}.")
        return 2
    figures = measured([name for name in PARTS if name in wanted], chromium)
    missed = [figure for figure in figures if not figure.is_reached]
    for figure in missed:
        say(f"\n{figure.standard}:")
        for fault in figure.faults:
            say(f"  {fault[:300]}")
    say(f"\n{len(figures) - len(missed)} of {len(figures)} floors are reached.")
    return 1 if missed else 0


def measured(parts: list[str], chromium: str) -> list[Figure]:
    """The figures of these parts, each said as soon as it is known."""
    figures = []
    tools = tools_folder()
    with (
        tempfile.TemporaryDirectory(prefix="portal-audit-") as name,
        sync_playwright() as playwright,
    ):
        folder = Path(name)
        say("Preparing a site with sample content, about a minute ...")
        browser = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        with trial_site(folder) as base:
            listed = addresses.listed(base)
            kinds = addresses.one_of_each_kind(base, listed)
            audit = Audit(base, listed, kinds, browser, chromium, tools, folder)
            say(f"{len(audit.every)} pages of {len(kinds)} kinds.\n")
            say(f"{'standard':<48} {'floor':>12} {'worst':>12}  reached")
            for part in parts:
                for figure in PARTS[part](audit):
                    say(figure.as_row())
                    figures.append(figure)
        browser.close()
    return figures


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
