"""Scores an answer as Mozilla's HTTP Observatory does (version 5 of its rules).

The tests, their modifiers and the grades are those that
https://developer.mozilla.org/en-US/observatory/docs/tests_and_scoring publishes: 100
points less the penalties, and the bonuses if that leaves 90. Left out is what an answer
does not show: the bonus for a host in the browsers' own list for HTTPS.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from http.client import HTTPMessage
from http.cookies import SimpleCookie
from urllib.parse import urlsplit

from bs4 import BeautifulSoup

BEGINNING = 100
ENOUGH_FOR_BONUSES = 90
SIX_MONTHS = 15_768_000
BROAD = {
    *("ftp:", "http:", "https:", "*"),
    *("http://*", "http://*.*", "https://*", "https://*.*"),
}
INLINE = {"'unsafe-inline'", "data:"}
SIGNED = ("'sha256-", "'sha384-", "'sha512-", "'nonce-")
PASSIVE = ("img-src", "media-src")
PRIVATE_REFERRER = {
    *("no-referrer", "same-origin"),
    *("strict-origin", "strict-origin-when-cross-origin"),
}
UNSAFE_REFERRER = {
    *("origin", "origin-when-cross-origin", "unsafe-url"),
    "no-referrer-when-downgrade",
}
GRADES = {
    100: "A+",
    90: "A",
    85: "A-",
    80: "B+",
    70: "B",
    65: "B-",
    60: "C+",
    50: "C",
    45: "C-",
    40: "D+",
    30: "D",
    25: "D-",
    0: "F",
}


@dataclass(frozen=True)
class Scanned:
    """The answer over HTTPS to one address, and the one to the same without it."""

    url: str
    headers: HTTPMessage
    body: str
    status_without: int
    location_without: str

    def header(self, name: str) -> str:
        return str(self.headers.get(name, "")).strip()


@dataclass(frozen=True)
class Score:
    """Points in all, and what each test gave or took."""

    points: int
    modifiers: dict[str, int]

    @property
    def grade(self) -> str:
        return next(grade for least, grade in GRADES.items() if self.points >= least)


def score(scanned: Scanned) -> Score:
    modifiers = {name: test(scanned) for name, test in TESTS.items()}
    points = BEGINNING + sum(value for value in modifiers.values() if value < 0)
    if points >= ENOUGH_FOR_BONUSES:
        points += sum(value for value in modifiers.values() if value > 0)
    return Score(max(points, 0), modifiers)


def directives(scanned: Scanned) -> dict[str, set[str]]:
    """The policy's directives in lower case; the first of one name counts."""
    found: dict[str, set[str]] = {}
    for part in scanned.header("Content-Security-Policy").lower().split(";"):
        name, *sources = part.split() or [""]
        if name:
            found.setdefault(name, set(sources))
    return found


def content_policy(scanned: Scanned) -> int:
    policy = directives(scanned)
    if not policy:
        return -25
    fallback = policy.get("default-src", {"*"})
    scripts, styles = (
        without_overruled(policy.get(name, fallback))
        for name in ("script-src", "style-src")
    )
    if scripts & (BROAD | INLINE) or policy.get("object-src", fallback) & BROAD:
        return -20
    if any(insecure(policy[name]) for name in policy if name not in PASSIVE):
        return -20
    if "'unsafe-eval'" in scripts | styles:
        return -10
    if any(insecure(policy.get(name, fallback)) for name in PASSIVE):
        return -10
    if styles & (BROAD | INLINE):
        return 0
    return 10 if policy.get("default-src") == {"'none'"} else 5


def without_overruled(sources: set[str]) -> set[str]:
    """Browsers overlook `unsafe-inline` beside a nonce or a hash."""
    is_signed = any(source.startswith(SIGNED) for source in sources)
    return sources - {"'unsafe-inline'"} if is_signed else sources


def insecure(sources: set[str]) -> bool:
    return any(source.startswith(("http:", "ftp:")) for source in sources)


def cookies(scanned: Scanned) -> int:
    """The worst of all cookies; a bonus if each says `SameSite`."""
    worst, found = 5, False
    for line in scanned.headers.get_all("Set-Cookie", []):
        for name, cookie in SimpleCookie(line).items():
            worst, found = min(worst, modifier_of_cookie(name.lower(), cookie)), True
    return worst if found else 0


def modifier_of_cookie(name: str, cookie: object) -> int:
    said = {key: cookie[key] for key in ("secure", "httponly", "samesite")}  # type: ignore[index]
    is_session = "sess" in name or "login" in name
    same_site = str(said["samesite"]).lower()
    if is_session and not said["httponly"]:
        return -30
    if "csrf" in name and not same_site:
        return -20
    if same_site not in {"", "lax", "strict", "none"}:
        return -20
    if not said["secure"]:
        return -10 if is_session else -5
    return 5 if same_site else 0


def sharing(scanned: Scanned) -> int:
    is_open = bool(scanned.header("Access-Control-Allow-Origin"))
    with_credentials = scanned.header("Access-Control-Allow-Credentials") == "true"
    return -50 if is_open and with_credentials else 0


def redirection(scanned: Scanned) -> int:
    there, here = urlsplit(scanned.location_without), urlsplit(scanned.url)
    if scanned.status_without not in {301, 302, 303, 307, 308}:
        return -20
    if there.scheme != "https":
        return -20
    return 0 if there.hostname == here.hostname else -5


def referrer(scanned: Scanned) -> int:
    said = scanned.header("Referrer-Policy").lower()
    if not said:
        return 0
    last = said.split(",")[-1].strip()
    return 5 if last in PRIVATE_REFERRER - UNSAFE_REFERRER else -5


def transport(scanned: Scanned) -> int:
    age = re.search(r"max-age=(\d+)", scanned.header("Strict-Transport-Security"))
    if age is None:
        return -20
    return 0 if int(age[1]) >= SIX_MONTHS else -10


def integrity(scanned: Scanned) -> int:
    """Of scripts; those of this site need none, and with one they are a bonus."""
    worst, host = 0, urlsplit(scanned.url).hostname
    bonus = 0
    for script in BeautifulSoup(scanned.body, "html.parser").select("script[src]"):
        source = urlsplit(str(script["src"]))
        is_ours = source.hostname in {None, host}
        is_signed = bool(script.get("integrity"))
        if is_ours:
            bonus = 5 if is_signed else bonus
        elif source.scheme != "https":
            worst = min(worst, -20 if is_signed else -50)
        elif not is_signed:
            worst = min(worst, -5)
    return worst or bonus


def sniffing(scanned: Scanned) -> int:
    return 0 if scanned.header("X-Content-Type-Options").lower() == "nosniff" else -5


def framing(scanned: Scanned) -> int:
    if "frame-ancestors" in directives(scanned):
        return 5
    said = scanned.header("X-Frame-Options").lower()
    is_known = said in {"deny", "sameorigin"} or said.startswith("allow-from")
    return 0 if is_known else -20


def resources(scanned: Scanned) -> int:
    said = scanned.header("Cross-Origin-Resource-Policy").lower()
    known = {"": 0, "cross-origin": 0, "same-site": 10, "same-origin": 10}
    return known.get(said, -5)


TESTS: dict[str, Callable[[Scanned], int]] = {
    "Content-Security-Policy": content_policy,
    "Cookies": cookies,
    "Cross-Origin Resource Sharing": sharing,
    "Redirection": redirection,
    "Referrer-Policy": referrer,
    "Strict-Transport-Security": transport,
    "Subresource Integrity": integrity,
    "X-Content-Type-Options": sniffing,
    "X-Frame-Options": framing,
    "Cross-Origin-Resource-Policy": resources,
}
