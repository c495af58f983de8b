"""One visitor in a real browser, and everything that is kept or asked meanwhile."""

import time
from typing import Any
from urllib.parse import urljoin, urlsplit

from playwright.sync_api import Browser, Error, Request

from portal.consent.models import ItemKind
from portal.consent.scanner.sightings import CACHE, Phase, Sighting, read_cookie

POLL_MILLISECONDS = 20
LONGEST_WAIT_MILLISECONDS = 10_000
SIGNS_OF_A_FILE = ("Download is starting", "net::ERR_ABORTED")
SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}
COOKIES_PAGE = "/cookies/"

# Before any script of the page: a cookie that is gone again at once leaves no other
# trace than this.
WATCH_COOKIES = """(() => {
  const report = window.portalScannerSawCookie;
  const own = Object.getOwnPropertyDescriptor(Document.prototype, "cookie");
  Object.defineProperty(Document.prototype, "cookie", {
    configurable: true,
    enumerable: true,
    get() { return own.get.call(this); },
    set(text) { report(String(text)); own.set.call(this, text); },
  });
})();"""
SAY_NO_EVERYWHERE = (
    "Object.defineProperty(Navigator.prototype, 'globalPrivacyControl', "
    "{ get: () => true });"
)
LOOK_INTO_STORAGE = """async () => ({
  "local-storage": Object.keys(localStorage),
  "session-storage": Object.keys(sessionStorage),
  "indexed-db": (await indexedDB.databases()).map(({ name }) => name),
  "cache": "caches" in window ? await caches.keys() : [],
})"""
LINKS = "links => links.map(link => link.href)"


class Visitor:
    """Walks the website in one phase; `sightings` grows meanwhile."""

    def __init__(
        self, browser: Browser, url: str, phase: Phase, *, quiet_milliseconds: int
    ) -> None:
        self.url = url
        self.host = urlsplit(url).hostname or ""
        self.phase = phase
        self.address = "/"
        self.quiet_milliseconds = quiet_milliseconds
        self.sightings: dict[Sighting, None] = {}
        self.under_way: set[Request] = set()
        headers = {"Sec-GPC": "1"} if phase == Phase.GPC else {}
        self.context = browser.new_context(
            base_url=url,
            locale="en-GB",
            java_script_enabled=phase != Phase.NO_SCRIPT,
            extra_http_headers=headers,
            accept_downloads=False,
        )
        self.listen()

    def listen(self) -> None:
        self.context.on("request", self.note_request)
        self.context.on("requestfinished", self.forget_request)
        self.context.on("requestfailed", self.forget_request)
        self.context.expose_binding(
            "portalScannerSawCookie", lambda source, text: self.note_cookie(text)
        )
        self.context.add_init_script(WATCH_COOKIES)
        if self.phase == Phase.GPC:
            self.context.add_init_script(SAY_NO_EVERYWHERE)
        self.page = self.context.new_page()
        devtools = self.context.new_cdp_session(self.page)
        devtools.send("Network.enable")
        devtools.on("Network.responseReceivedExtraInfo", self.note_headers)

    def close(self) -> None:
        self.context.close()

    def see(self, kind: str, name: str, **more: Any) -> None:
        sighting = Sighting(kind, name, self.phase, self.address, **more)
        self.sightings.setdefault(sighting)

    def foreign(self, host: str) -> str:
        """Empty for a host of this website: its own name, or a parent of it."""
        is_own = self.host == host or self.host.endswith(f".{host}")
        return "" if is_own or not host else host

    def note_request(self, request: Request) -> None:
        self.under_way.add(request)
        address = urlsplit(request.url)
        if address.scheme not in {"http", "https"}:
            return
        host = address.hostname or ""
        if host != self.host:
            self.see(ItemKind.REQUEST, self.asked_by(request, host), host=host)
        elif request.method not in SAFE_METHODS and not address.path.startswith(
            COOKIES_PAGE
        ):
            self.see(ItemKind.REQUEST, address.path.strip("/"))

    def forget_request(self, request: Request) -> None:
        self.under_way.discard(request)

    def asked_by(self, request: Request, host: str) -> str:
        """What a foreign frame asks for is the doing of the frame's own website."""
        try:
            frame = urlsplit(request.frame.url)
        except Error:
            # The frame is only coming, or has gone.
            return host
        is_foreign = frame.scheme in {"http", "https"} and frame.hostname != self.host
        return frame.hostname or host if is_foreign else host

    def note_headers(self, event: dict[str, Any]) -> None:
        for name, value in event["headers"].items():
            if name.lower() == "set-cookie":
                for line in value.split("\n"):
                    self.note_cookie(line)

    def note_cookie(self, text: str) -> None:
        cookie = read_cookie(text)
        if not cookie.is_expiry:
            self.see(
                ItemKind.COOKIE,
                cookie.name,
                host=self.foreign(cookie.domain),
                seconds=cookie.seconds,
            )

    def open(self, address: str) -> int:
        """The status of the page; 0 for a file, which the browser does not show."""
        self.address = address
        self.under_way.clear()
        try:
            response = self.page.goto(address)
        except Error as error:
            if any(sign in error.message for sign in SIGNS_OF_A_FILE):
                return 0
            raise
        self.wait()
        self.look()
        return response.status if response else 0

    def wait(self) -> None:
        """Until nothing has been asked for a while: what comes late counts too."""
        quiet = waited = 0
        while quiet < self.quiet_milliseconds and waited < LONGEST_WAIT_MILLISECONDS:
            self.page.wait_for_timeout(POLL_MILLISECONDS)
            quiet = 0 if self.under_way else quiet + POLL_MILLISECONDS
            waited += POLL_MILLISECONDS

    def look(self, *, is_left: bool = False) -> None:
        """Note everything that the browser keeps at this moment."""
        for cookie in self.context.cookies():
            expires = cookie["expires"]
            self.see(
                ItemKind.COOKIE,
                cookie["name"],
                host=self.foreign(cookie["domain"].lstrip(".")),
                seconds=int(expires - time.time()) if expires > 0 else None,
                is_left=is_left,
            )
        if self.phase != Phase.NO_SCRIPT and self.is_at_home:
            for kind, names in self.page.evaluate(LOOK_INTO_STORAGE).items():
                for name in names:
                    self.see(
                        CACHE if kind == CACHE else kind, name or "", is_left=is_left
                    )

    @property
    def is_at_home(self) -> bool:
        return urlsplit(self.page.url).hostname == self.host

    def links(self) -> list[str]:
        """Where one can go from here within the website, as paths with query."""
        found = self.page.locator("a[href]").evaluate_all(LINKS)
        parts = [urlsplit(urljoin(self.page.url, link)) for link in found]
        return [
            part.path + (f"?{part.query}" if part.query else "")
            for part in parts
            if part.scheme in {"http", "https"} and part.hostname == self.host
        ]

    def choose(self, word: str) -> None:
        """Press “Accept” or “Decline” of every optional group on the cookies page."""
        self.open(COOKIES_PAGE)
        count = self.buttons(word).count()
        for position in range(count):
            if position:
                self.page.goto(COOKIES_PAGE)
            # The buttons stand in closed details, where nobody can click them.
            with self.page.expect_navigation():
                self.buttons(word).nth(position).evaluate(
                    "button => button.form.requestSubmit(button)"
                )
        self.wait()
        self.look()

    def buttons(self, word: str) -> Any:
        return self.page.locator(f'input[type="submit"][value="{word}"]')
