import json
from argparse import ArgumentParser
from typing import Any
from urllib.parse import urlsplit

from django.core.management.base import BaseCommand, CommandError

from portal.consent.models import ScanRun
from portal.consent.scanner.browser import BrowserMissing, started_browser
from portal.consent.scanner.declarations import Declaration, declarations


class Command(BaseCommand):
    """Looks in a real browser for what visitors have not been told about."""

    help = (
        "Walks the website in Chromium in six phases and compares what is kept and "
        "asked with what is declared. Fails if anything is undeclared or comes before "
        "a yes. The findings are stored for the admin."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--url", required=True, help="such as https://example.org")
        parser.add_argument(
            "--json", action="store_true", help="print findings as JSON"
        )
        parser.add_argument(
            "--limit",
            type=int,
            default=40,
            help="pages at most (40), one of each type",
        )
        parser.add_argument(
            "--quiet-milliseconds",
            type=int,
            default=500,
            help="leave a page when it has asked for nothing for so long (500)",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        url = address_of_site(options["url"])
        try:
            run = scan(
                url,
                declarations(),
                limit=options["limit"],
                quiet_milliseconds=options["quiet_milliseconds"],
            )
        except BrowserMissing as missing:
            raise CommandError(str(missing)) from None
        run.save()
        self.report(run, as_json=options["json"])
        if not run.is_green:
            raise CommandError(f"{run.fault_count} fault(s) found.", returncode=1)

    def report(self, run: ScanRun, *, as_json: bool) -> None:
        if as_json:
            data = {
                "url": run.url,
                "is_green": run.is_green,
                "pages": run.pages,
                "findings": run.findings,
            }
            self.stdout.write(json.dumps(data, indent=2, ensure_ascii=False))
            return
        for finding in run.findings:
            kind = "Fault" if finding["is_fault"] else "Warning"
            where = (
                f" ({finding['phase']}, {finding['page']})" if finding["page"] else ""
            )
            self.stdout.write(f"{kind}: {finding['sentence']}{where}")
        self.stdout.write(
            f"{len(run.pages)} pages in six phases: {run.fault_count} faults, "
            f"{run.warning_count} warnings."
        )


def address_of_site(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise CommandError("Write --url in full, such as https://policies.example.org.")
    return f"{parts.scheme}://{parts.netloc}"


def scan(url: str, declared: list[Declaration], **options: Any) -> ScanRun:
    """Walk and judge. The caller saves: the browser's loop bars the database."""
    with started_browser() as browser:
        # These modules need Playwright, whose absence has just been ruled out.
        from portal.consent.scanner.crawl import SiteUnreachable, walk
        from portal.consent.scanner.findings import findings_of

        try:
            seen = walk(browser, url, **options)
        except SiteUnreachable as unreachable:
            raise CommandError(str(unreachable)) from None
    found = findings_of(seen, declared)
    return ScanRun(
        url=url,
        is_green=not any(finding.is_fault for finding in found),
        pages=seen.pages,
        findings=[finding.as_data() for finding in found],
    )
