"""Pages as text: valid, found by their search word, linked to what is there."""

import csv
import re
import urllib.error
import urllib.parse
import urllib.request
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urljoin, urlsplit

from bs4 import BeautifulSoup

from tests.audit.addresses import Address, page_text
from tests.audit.figures import Figure, at_least, none_of
from tests.audit.tools import html_validate_messages, nu_messages

WORDS = Path(__file__).resolve().parents[1] / "site/search_words.csv"
RIGHT_OF_A_HUNDRED = 95
DESCRIPTION_AT_MOST = 160


class KeepRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_args: object) -> None:
        """A redirect is an answer of its own here."""


ask = urllib.request.build_opener(KeepRedirect).open


def answered(address: str) -> tuple[int, str]:
    """Status and body, of whatever the page answers."""
    try:
        with ask(address, timeout=30) as answer:
            return answer.status, answer.read().decode(errors="replace")
    except urllib.error.HTTPError as answer:
        return answer.code, answer.read().decode(errors="replace")


def validity(
    base: str, every: list[Address], tools: Path, folder: Path
) -> Iterator[Figure]:
    """The Nu checker, its notes included, and html-validate."""
    paths = {}
    for number, address in enumerate(every):
        file = folder / f"page-{number}.html"
        file.write_text(answered(base + address.path)[1])
        paths[file.name] = address.path
    files = [folder / name for name in paths]
    yield none_of(
        "Nu errors and notes",
        (
            f"{paths[Path(one['url']).name]}: {one['message']} {one.get('extract', '')}"
            for one in nu_messages(tools, files)
        ),
    )
    yield none_of(
        "html-validate errors",
        (
            f"{paths[Path(one['file']).name]}: {one['ruleId']}: {one['message']}"
            for one in html_validate_messages(tools, files)
        ),
    )


def heads_and_links(base: str, every: list[Address]) -> Iterator[Figure]:
    """What search engines read, and whether every link leads straight to a page."""
    soups = {
        address: BeautifulSoup(answered(base + address.path)[1], "html.parser")
        for address in every
    }
    yield none_of("pages without own title or description", heads(soups, base))
    yield none_of("links that are broken or redirect", links(soups, base))


def heads(soups: dict[Address, BeautifulSoup], base: str) -> Iterator[str]:
    counted: Counter[tuple[str, str]] = Counter()
    for address, soup in soups.items():
        if not address.is_for_search_engines:
            continue
        described = soup.select_one("meta[name=description]")
        texts = {
            "title": soup.title.get_text(" ", strip=True) if soup.title else "",
            "description": str(described["content"]).strip() if described else "",
        }
        canonical = soup.select_one("link[rel=canonical]")
        if not canonical or canonical["href"] != base + address.path:
            yield f"{address.path}: not its own canonical address"
        for name, text in texts.items():
            counted[name, text] += 1
            if not text or counted[name, text] > 1:
                yield f"{address.path}: {name} missing or of another page: {text!r}"


def links(soups: dict[Address, BeautifulSoup], base: str) -> Iterator[str]:
    known: dict[str, tuple[int, set[str]]] = {}
    told = set()
    for address, soup in soups.items():
        for link in soup.select("a[href]"):
            target = urljoin(base + address.path, str(link["href"]))
            place, _hash, fragment = target.partition("#")
            if place == base + address.path and fragment:
                place = ""
                known[place] = 200, {str(one["id"]) for one in soup.select("[id]")}
            if urlsplit(target).netloc != urlsplit(base).netloc or target in told:
                continue
            if place not in known:
                status, text = answered(place)
                known[place] = status, set(re.findall(r'\bid="([^"]+)"', text))
            status, ids = known[place]
            if status != 200 or (fragment and fragment not in ids):
                told.add(target)
                yield f"{address.path} -> {target}: {status}"


def search(base: str) -> Iterator[Figure]:
    """Lay names and misspellings, each with the page that belongs first."""
    with WORDS.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    right = sum(first_found(base, row["typed"]) == row["page"] for row in rows)
    yield at_least(
        "searches with the right page first",
        RIGHT_OF_A_HUNDRED,
        {f"{len(rows)} words": 100 * right / len(rows)},
        " %",
    )


def first_found(base: str, typed: str) -> str:
    query = urllib.parse.urlencode({"q": typed})
    soup = BeautifulSoup(page_text(f"{base}/search/?{query}"), "html.parser")
    link = soup.select_one(".portal-results a")
    return urlsplit(str(link["href"])).path if link else ""
