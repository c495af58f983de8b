"""Public pages answered before Django is asked: a wrapper of the WSGI application.

Kept are answers that the portal itself calls public; who has a session is never
answered from here. An answer is kept with the content generation read before it was
made, and serves for that generation alone, until its next moment of change.
"""

import time
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import parse_qsl, urlencode

from django.conf import settings

from portal.cache.entries import LARGEST_BODY, Entry, Headers
from portal.cache.generation import (
    ANSWER_SECONDS,
    PATIENT_SECONDS,
    Generation,
    Watch,
    bound,
    watch,
)
from portal.cache.memory import Memory, OneAtATime
from portal.cache.packing import packed
from portal.cache.shelf import Shelf

Environ = dict[str, Any]
StartResponse = Callable[..., Any]
Application = Callable[[Environ, StartResponse], Iterable[bytes]]
Key = tuple[str, str, str, str]
# Status, headers, and the body in one piece.
Answer = tuple[int, Headers, bytes]

READING = {"GET", "HEAD"}
CONDITIONS = {"HTTP_IF_NONE_MATCH", "HTTP_IF_MODIFIED_SINCE"}
LONGEST_KEY = 1024
STALE_SECONDS = 24 * 60 * 60
# Of the memory, for addresses with a query or a port, since anybody can invent those;
# and as much for what other processes made.
SHARE_OF_QUERIES = 8
HIT, MISS, STALE = "hit", "miss", "stale"
STALE_HEADERS = [("Warning", '110 - "Response is Stale"')]
STATUS_LINES = {200: "200 OK", 304: "304 Not Modified"}
# In the environment of a request: the database did not answer just now.
IS_AWAY = "portal.database_is_away"


class PageCache:
    """Answers readers of public pages from memory, and everybody else as before."""

    def __init__(
        self,
        application: Application,
        watch_of_process: Callable[[], Watch] = watch,
        shelf: Shelf | None = None,
    ) -> None:
        self.application = application
        self.shelf = shelf
        self.watch = watch_of_process
        most = settings.PAGE_CACHE_MEGABYTES * 1_000_000
        self.pages: Memory[Entry] = Memory(most - 2 * most // SHARE_OF_QUERIES)
        self.queries: Memory[Entry] = Memory(most // SHARE_OF_QUERIES)
        self.borrowed: Memory[Entry] = Memory(most // SHARE_OF_QUERIES)
        self.turns = OneAtATime()
        self.session_mark = f"{settings.SESSION_COOKIE_NAME}="
        self.need_no_database = tuple(
            prefix
            for prefix in (settings.STATIC_URL, settings.MEDIA_URL, "/health/")
            if prefix != "/"
        )
        self.passed_on = (
            *self.need_no_database,
            "/admin/",
            "/django-admin/",
            "/staff/",
            "/documents/",
        )
        self.usual_hosts = {host.lower() for host in settings.ALLOWED_HOSTS}
        self.proxy_says_secure = settings.SECURE_PROXY_SSL_HEADER

    def __call__(self, environ: Environ, start: StartResponse) -> Iterable[bytes]:
        if not self.is_for_anybody(environ):
            return self.pass_on(environ, start)
        key = self.key(environ)
        if key is None:
            return self.pass_on(environ, start)
        memory = self.memory_for(key)
        entry = memory.get(key)
        can_do_without = self.has_copy(key, entry)
        generation = self.watch().current(
            ANSWER_SECONDS if can_do_without else PATIENT_SECONDS
        )
        if generation is None:
            entry = self.last_copy(key, entry)
            return self.without_database(environ, start, entry)
        if self.shelf:
            self.shelf.note(generation)
        if entry is not None and holds(entry, generation):
            return send(environ, start, entry, HIT)
        if environ["REQUEST_METHOD"] == "HEAD" or not memory.most_bytes:
            with bound(generation):
                return self.application(environ, start)
        with self.turns.turn(key):
            entry = memory.get(key)
            generation = self.watch().current(PATIENT_SECONDS)
            if generation and entry is not None and holds(entry, generation):
                return send(environ, start, entry, HIT)
            environ[IS_AWAY] = generation is None
            return self.make(environ, start, key, memory, generation)

    def at_once(self, environ: Environ) -> Answer | None:
        """The answer that is there without waiting for anything; else None.

        What the server says of the request is all that is read of `environ`.
        """
        key = self.key(environ) if self.is_for_anybody(environ) else None
        entry = self.memory_for(key).get(key) if key is not None else None
        if entry is None:
            return None
        watch = self.watch()
        asked = watch.last
        if asked is not None and watch.still_holds(asked):
            is_new = holds(entry, asked.generation)
            return answer(environ, entry, HIT) if is_new else None
        if time.monotonic() < watch.away_until and self.held_lately(entry):
            return answer(environ, entry, STALE)
        return None

    def memory_for(self, key: Key) -> Memory[Entry]:
        is_usual = key[1] in self.usual_hosts and not key[3]
        return self.pages if is_usual else self.queries

    def is_for_anybody(self, environ: Environ) -> bool:
        return (
            environ["REQUEST_METHOD"] in READING
            and not environ.get("PATH_INFO", "").startswith(self.passed_on)
            and self.session_mark not in environ.get("HTTP_COOKIE", "")
            and "HTTP_AUTHORIZATION" not in environ
        )

    def key(self, environ: Environ) -> Key | None:
        """Scheme, host, path and query; None where they are too long to keep.

        Parameters are sorted by name: their order means nothing to any page.
        """
        query = environ.get("QUERY_STRING", "")
        path = environ.get("PATH_INFO", "")
        if len(query) + len(path) > LONGEST_KEY:
            return None
        if query:
            pairs = parse_qsl(query, keep_blank_values=True)
            query = urlencode(sorted(pairs, key=lambda pair: pair[0])) or "?"
        return (
            self.scheme(environ),
            environ.get("HTTP_HOST", "").lower(),
            path,
            query,
        )

    def scheme(self, environ: Environ) -> str:
        """As Django sees it, so that nothing skips the way to HTTPS."""
        if self.proxy_says_secure:
            header, secure = self.proxy_says_secure
            said = environ.get(header, "").partition(",")[0].strip()
            return "https" if said == secure else "http"
        scheme: str = environ["wsgi.url_scheme"]
        return scheme

    def pass_on(self, environ: Environ, start: StartResponse) -> Iterable[bytes]:
        """To Django; what a member of staff committed is new to everybody at once."""
        if environ.get("PATH_INFO", "").startswith(self.need_no_database):
            return self.application(environ, start)
        generation = self.watch().current()
        environ[IS_AWAY] = generation is None
        if self.session_mark not in environ.get("HTTP_COOKIE", ""):
            return self.application(environ, start)
        if environ["REQUEST_METHOD"] in READING:
            with bound(generation):
                return self.application(environ, start)
        answer = self.application(environ, start)
        self.watch().tell_others()
        return answer

    def make(
        self,
        environ: Environ,
        start: StartResponse,
        key: Key,
        memory: Memory[Entry],
        generation: Generation | None,
    ) -> Iterable[bytes]:
        """Have Django render the page, and keep it if it may be kept."""
        if self.turns.is_kept(key):
            # The whole page is wanted; whether the reader has it is answered here.
            asked = {k: v for k, v in environ.items() if k not in CONDITIONS}
        else:
            asked = environ
        told: list[Any] = []
        with bound(generation):
            answer: Any = self.application(asked, lambda *args: told.extend(args))
        status, headers = told[0], told[1]
        is_kept = generation is not None and may_be_kept(status, headers, answer)
        self.turns.note(key, is_kept=is_kept)
        if not is_kept or generation is None:
            former = memory.get(key)
            if status.startswith("5"):
                former = self.last_copy(key, former)
            if status.startswith("5") and former is not None:
                answer.close()
                return self.without_database(environ, start, former)
            encodings = environ.get("HTTP_ACCEPT_ENCODING", "")
            headers, body = packed(headers, answer, encodings)
            start(status, headers, *told[2:])
            return body  # type: ignore[no-any-return]
        body = b"".join(answer)
        answer.close()
        plain = {name.lower(): value for name, value in headers}
        entry = Entry(headers, body, generation, plain.get("content-type", ""))
        memory.put(key, entry)
        if self.shelf and memory is self.pages:
            self.shelf.put(key, headers, body, generation)
        return send(environ, start, entry, MISS)

    def without_database(
        self, environ: Environ, start: StartResponse, entry: Entry | None
    ) -> Iterable[bytes]:
        """The last page that was known to hold, for a day; marked as such."""
        if entry is not None and self.held_lately(entry):
            return send(environ, start, entry, STALE)
        environ[IS_AWAY] = True
        return self.application(environ, start)

    def has_copy(self, key: Key, entry: Entry | None) -> bool:
        """Whether there is a page to show if the database does not answer."""
        if entry is not None and self.held_lately(entry):
            return True
        last = self.last_known()
        return bool(self.shelf and last and self.shelf.holds(key, last[0].token))

    def last_copy(self, key: Key, entry: Entry | None) -> Entry | None:
        """The page in memory if it held lately, else what another process made of it.

        That one is not kept with our own: it may come from a former release.
        """
        if self.shelf is None or (entry is not None and self.held_lately(entry)):
            return entry
        found = self.borrowed.get(key)
        if found is None or not self.held_lately(found):
            found = self.shelf.get(key)
            if found is not None:
                self.borrowed.put(key, found)
        return found

    def held_lately(self, entry: Entry) -> bool:
        """Of the last known content, not past its next moment, at most a day old."""
        last = self.last_known()
        if last is None or last[0].token != entry.generation.token:
            return False
        now = time.time()
        return now < entry.generation.changes_at and now - last[1] < STALE_SECONDS

    def last_known(self) -> tuple[Generation, float] | None:
        """What the database said last, to this process or another one, and when."""
        asked = self.watch().last
        known = self.shelf.known() if self.shelf else None
        if asked is None:
            return known
        at = time.time() - (time.monotonic() - asked.at)
        return known if known and known[1] > at else (asked.generation, at)


def holds(entry: Entry, generation: Generation) -> bool:
    return (
        entry.generation.token == generation.token
        and time.time() < entry.generation.ends_at
    )


def may_be_kept(status: str, headers: Headers, answer: Any) -> bool:
    """A whole 200 that its maker calls public, that sets nothing and varies little."""
    named = {name.lower(): value.lower() for name, value in headers}
    control = {part.strip() for part in named.get("cache-control", "").split(",")}
    varies = {part.strip() for part in named.get("vary", "").split(",") if part}
    return (
        status.startswith("200")
        and not getattr(answer, "streaming", True)
        and "public" in control
        and not control & {"private", "no-store", "no-cache"}
        and "set-cookie" not in named
        and "content-encoding" not in named
        and "etag" in named
        and varies <= {"accept-encoding"}
        and len(answer.content) <= LARGEST_BODY
    )


def send(
    environ: Environ, start: StartResponse, entry: Entry, how: str
) -> Iterable[bytes]:
    status, headers, body = answer(environ, entry, how)
    # A copy: servers add to the list that they are given.
    start(STATUS_LINES[status], list(headers))
    return [body] if body else []


def answer(environ: Environ, entry: Entry, how: str) -> Answer:
    """The page in an encoding that the reader takes, or 304 if the reader has it."""
    encoding = entry.chosen(environ.get("HTTP_ACCEPT_ENCODING", ""))
    condition = environ.get("HTTP_IF_NONE_MATCH")
    # A cache in front that hears “not modified” would show its copy without the mark.
    if condition is not None and how is not STALE and entry.has_tag(condition):
        return 304, headers_of(entry, encoding, how, is_unchanged=True), b""
    body = entry.variants[encoding].body
    if environ["REQUEST_METHOD"] == "HEAD":
        body = b""
    return 200, headers_of(entry, encoding, how, is_unchanged=False), body


def headers_of(entry: Entry, encoding: str, how: str, *, is_unchanged: bool) -> Headers:
    """Ready to be sent; made once in a second, since they name it."""
    second, shared = int(time.time()), settings.SHARED_CACHE_SECONDS
    kind = encoding, is_unchanged, how
    ready = entry.ready.get(kind)
    if ready is not None and ready[0] == (second, shared):
        return ready[1]
    variant = entry.variants[encoding]
    headers = [
        *(variant.unchanged if is_unchanged else variant.headers),
        *caching(entry, how, second, shared),
        ("X-Cache", how),
    ]
    if how is STALE:
        headers += STALE_HEADERS
    entry.ready[kind] = (second, shared), headers
    return headers


def caching(entry: Entry, how: str, second: int, shared: int) -> Headers:
    """What the page says of itself, and what a shared cache may do without asking.

    It may answer for `shared` seconds, and for a day while the portal is away; neither
    beyond the next moment of change, and not with a page that is stale already. nginx
    counts whole seconds from their beginning, so it is told the last one of them.
    """
    left = entry.generation.changes_at - (second + 1) - shared
    if how is STALE or not shared or left < 0:
        return [("Cache-Control", entry.cache_control)]
    control = f"s-maxage={shared}, stale-if-error={int(min(left, STALE_SECONDS))}"
    return [
        ("Cache-Control", f"{entry.cache_control}, {control}"),
        ("X-Accel-Expires", f"@{second + shared - 1}"),
    ]
