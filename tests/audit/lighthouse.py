"""Lighthouse, as a phone and as a desktop computer."""

import statistics
import sys
from collections.abc import Iterator
from pathlib import Path

from portal import environment
from tests.audit.addresses import Address
from tests.audit.figures import Figure, at_least
from tests.audit.tools import lighthouse

FLOOR = 100
# Search engines are told not to list these, which Lighthouse counts as a fault.
NOT_TO_BE_LISTED = "seo"


def scores(
    base: str, pages: list[Address], tools: Path, chromium: str
) -> Iterator[Figure]:
    """The median of `PORTAL_AUDIT_RUNS` runs, one unless told otherwise."""
    runs = environment.number("PORTAL_AUDIT_RUNS", 1)
    for is_desktop in (False, True):
        device = "desktop" if is_desktop else "phone"
        by_category: dict[str, dict[str, float]] = {}
        failed: list[str] = []
        for address in pages:
            if address.is_an_error:
                continue
            reports = [
                lighthouse(
                    tools,
                    base + address.path,
                    is_desktop=is_desktop,
                    chromium=chromium,
                )
                for _run in range(runs)
            ]
            failed += faults_of(reports[-1], address)
            for category in reports[0]["categories"]:
                if category == NOT_TO_BE_LISTED and not address.is_for_search_engines:
                    continue
                median = statistics.median(
                    100 * report["categories"][category]["score"] for report in reports
                )
                by_category.setdefault(category, {})[address.path] = median
            sys.stderr.write(".")
            sys.stderr.flush()
        for category, by_path in by_category.items():
            figure = at_least(f"Lighthouse {category}, {device}", FLOOR, by_path)
            figure.faults.extend(failed if not figure.is_reached else [])
            yield figure


def faults_of(report: dict, address: Address) -> Iterator[str]:
    """The audits that cost points in this report."""
    for category in report["categories"].values():
        for reference in category["auditRefs"]:
            audit = report["audits"][reference["id"]]
            counts = audit["scoreDisplayMode"] not in {"notApplicable", "manual"}
            if counts and reference["weight"] and (audit["score"] or 0) < 0.9:
                shown = audit.get("displayValue", "")
                yield f"{address.path}: {audit['id']} {shown}"
