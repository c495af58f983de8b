"""After a change, pages are made again before somebody asks for them.

Without the database only pages of the last known content may be shown. A page that
nobody happened to open since the last publication would be missing then. So first come
the pages that readers had, then those of the site map, while there is room.
"""

import io
import logging
import os
import re
import sys
import threading
import time
from collections.abc import Iterator
from html import unescape
from itertools import islice
from typing import Any
from urllib.parse import urlsplit

from portal.cache.generation import Token
from portal.cache.pages import Environ, Key, PageCache

logger = logging.getLogger(__name__)

# Of a large site those that were read last, then those listed first.
MOST_PAGES = 1000
# A pass ends here however many pages are left: readers ask for the rest.
MOST_SECONDS = 60.0
# The rest of the memory is for what readers ask for.
SHARE_OF_MEMORY = 0.8
SITE_MAP = "/sitemap.xml"
ADDRESS = re.compile(r"<loc>([^<]+)</loc>")
INDEX = "<sitemapindex"
LOOK_SECONDS = 0.5
# While one publication follows the other, readers alone are work enough.
QUIET_SECONDS = 2.0
# Of the time of one thread: readers come first.
SHARE = 1 / 3
# In the environment of a request that no reader made.
IS_WARMING = "portal.is_warming"


class Warmer(threading.Thread):
    """One for each process; asks the database nothing as long as nothing changes."""

    def __init__(self, cache: PageCache) -> None:
        super().__init__(name="warming", daemon=True)
        self.cache = cache
        self.mark: int | None = None
        self.made: Token | None = None
        self.noticed: Token | None = None
        self.noticed_at = 0.0

    def run(self) -> None:
        while True:
            time.sleep(LOOK_SECONDS)
            try:
                self.look()
            except Exception:
                logger.exception("Pages could not be made again.")
                time.sleep(60 * LOOK_SECONDS)

    def look(self) -> None:
        """Make pages again if their content changed, and not again since a while."""
        token, now = self.token(), time.monotonic()
        if token != self.noticed:
            self.noticed, self.noticed_at = token, now
        is_quiet = now - self.noticed_at >= QUIET_SECONDS
        if token == self.made or not is_quiet or not self.cache.pages.entries:
            return
        if self.make_again():
            self.made = token

    def token(self) -> Token | None:
        """Of the content as this process knows it: of commits elsewhere it hears when
        a reader asks, of those on this machine at once.
        """
        watch = self.cache.watch()
        if watch.mark.value != self.mark:
            self.mark = watch.mark.value
            watch.current()
        return watch.last.generation.token if watch.last else None

    def make_again(self) -> bool:
        """Whether a pass over the pages ended with the content that it began with."""
        generation = self.cache.watch().current()
        if generation is None:
            return False
        ends_at = time.monotonic() + MOST_SECONDS
        missing = self.missing(generation.token)
        while time.monotonic() < ends_at and (key := next(missing, None)):
            begun = time.monotonic()
            self.ask(key)
            time.sleep((time.monotonic() - begun) * (1 / SHARE - 1))
            present = self.cache.watch().current()
            if present is None or present.token != generation.token:
                return False
        return True

    def missing(self, token: Token) -> Iterator[Key]:
        """Pages that are not kept as they are now; to look is no reading of them.

        First those that no process of this machine made: in an outage one copy is
        enough for all. Each begins elsewhere, so that they share the work. Then those
        that the readers of this process had.
        """
        memory = self.cache.pages
        read = memory.latest(MOST_PAGES)
        listed = list(islice(self.listed(read[0]), MOST_PAGES))
        begin = os.getpid() % max(len(listed), 1)
        for key in dict.fromkeys([*read, *listed[begin:], *listed[:begin]]):
            is_full = memory.bytes > SHARE_OF_MEMORY * memory.most_bytes
            if is_full and key not in memory.entries:
                return
            if not self.is_made(key, token) and not self.is_on_shelf(key, token):
                yield key
        for key in read:
            if key in memory.entries and not self.is_made(key, token):
                yield key

    def is_made(self, key: Key, token: Token) -> bool:
        entry = self.cache.pages.entries.get(key)
        return entry is not None and entry.generation.token == token

    def is_on_shelf(self, key: Key, token: Token) -> bool:
        shelf = self.cache.shelf
        return shelf is not None and shelf.holds(key, token)

    def listed(self, like: Key) -> Iterator[Key]:
        """The pages of the site map, as the reader of that one would ask for them.

        A large site has an index of its maps; the next one is asked for in its turn.
        """
        scheme, host, _path, _query = like
        maps = [(scheme, host, SITE_MAP, "")]
        for each in maps:
            text = self.ask(each).decode()
            found = [urlsplit(unescape(one)) for one in ADDRESS.findall(text)]
            keys = [(scheme, host, one.path, one.query) for one in found]
            if INDEX in text:
                maps += keys
            else:
                yield from keys

    def ask(self, key: Key) -> bytes:
        answer: Any = self.cache(self.environ(key), lambda *_head: None)
        body = b"".join(answer)
        getattr(answer, "close", lambda: None)()
        return body

    def environ(self, key: Key) -> Environ:
        """The request of a reader who sends nothing but the address."""
        scheme, host, path, query = key
        environ: Environ = {
            "REQUEST_METHOD": "GET",
            "SCRIPT_NAME": "",
            "PATH_INFO": path,
            "QUERY_STRING": query,
            "SERVER_NAME": host.partition(":")[0],
            "SERVER_PORT": host.partition(":")[2] or "80",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "HTTP_HOST": host,
            "REMOTE_ADDR": "127.0.0.1",
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": scheme,
            "wsgi.input": io.BytesIO(),
            "wsgi.errors": sys.stderr,
            "wsgi.multithread": True,
            "wsgi.multiprocess": True,
            "wsgi.run_once": False,
            IS_WARMING: True,
        }
        if self.cache.proxy_says_secure:
            header, secure = self.cache.proxy_says_secure
            environ[header] = secure if scheme == "https" else scheme
        return environ
