"""After a change, pages that readers had are made again before somebody asks.

Without the database only pages of the last known content may be shown. A page that
nobody happened to open since the last publication would be missing then.
"""

import io
import logging
import sys
import threading
import time
from typing import Any

from portal.cache.generation import Token
from portal.cache.pages import Environ, Key, PageCache

logger = logging.getLogger(__name__)

# Of the pages of one process, those that were read last.
MOST_PAGES = 200
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
        """Whether all pages are of the present content."""
        generation = self.cache.watch().current()
        for key in self.cache.pages.latest(MOST_PAGES):
            if generation is None:
                return False
            if self.is_of(key, generation.token):
                continue
            begun = time.monotonic()
            self.ask(key)
            time.sleep((time.monotonic() - begun) * (1 / SHARE - 1))
            present = self.cache.watch().current()
            if present is None or present.token != generation.token:
                return False
        return generation is not None

    def is_of(self, key: Key, token: Token) -> bool:
        """Whether the page is of that content; this is no reading of it."""
        entry = self.cache.pages.entries.get(key)
        return entry is None or entry.generation.token == token

    def ask(self, key: Key) -> None:
        answer: Any = self.cache(self.environ(key), lambda *_head: None)
        for _part in answer:
            pass
        getattr(answer, "close", lambda: None)()

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
