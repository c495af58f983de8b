"""What only a browser can tell: accessibility, widths, weights, scripts, paper."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from tests.audit.addresses import Address
from tests.audit.figures import Figure, at_least, at_most, none_of
from tests.browser.axe import TAGS

DESKTOP = {"width": 1280, "height": 800}
PHONE = {"width": 360, "height": 740}
NARROW = {"width": 320, "height": 640}
# WCAG 2.2, success criterion 1.4.12.
TEXT_SPACING = """* { line-height: 1.5 !important; letter-spacing: 0.12em !important;
    word-spacing: 0.16em !important; }
    p { margin-bottom: 2em !important; }"""
TWICE_THE_TEXT = "html { font-size: 200% !important; }"
# Each state: how the window is opened, a style to add, and whether the banner shows.
STATES: dict[str, tuple[dict[str, Any], str, bool]] = {
    "normal": ({"viewport": DESKTOP}, "", False),
    "dark": ({"viewport": DESKTOP, "color_scheme": "dark"}, "", False),
    "forced colours": ({"viewport": DESKTOP, "forced_colors": "active"}, "", False),
    "320 px": ({"viewport": NARROW}, "", False),
    "text 200 %": ({"viewport": DESKTOP, "bypass_csp": True}, TWICE_THE_TEXT, False),
    "banner open": ({"viewport": PHONE}, "", True),
}
PATIENCE_MILLISECONDS = 90_000
FIRST_VIEW_KB = 45
FIRST_VIEW_REQUESTS = 6
OWN_SCRIPT_KB = 5
LAYOUT_SHIFT = 0.01
SHIFTS = """() => new Promise(done => {
    let sum = 0;
    new PerformanceObserver(list => list.getEntries().forEach(entry => {
        if (!entry.hadRecentInput) sum += entry.value;
    })).observe({type: "layout-shift", buffered: true});
    setTimeout(() => done(sum), 300);
})"""
# An element that ends to the right of the window, or that hides part of its words.
TOO_WIDE = """() => {
    const root = document.documentElement;
    const by = root.scrollWidth - root.clientWidth;
    const cut = [...document.querySelectorAll("main *, header *, footer *")].filter(
        (element) => {
            const style = getComputedStyle(element);
            return element.scrollWidth > element.clientWidth + 1
                && ["hidden", "clip"].includes(style.overflowX)
                && element.clientWidth > 1 && style.position !== "absolute";
        });
    return [by, cut.map((element) => element.className || element.tagName)];
}"""
# Buttons and fields that do nothing without scripts, and the day that one of them
# writes under a checklist, are not there without them, and would mislead if they were.
SCRIPTS_ONLY = "button[type=button], [data-filter], [data-today], [data-copied]"
CONTENT = """(scriptsOnly) => ({
    ...document.querySelectorAll(scriptsOnly).forEach((one) => one.remove()),
    words: (document.body.innerText.match(/[\\p{L}\\p{N}]+/gu) || []),
    links: [...document.querySelectorAll("a[href]")].filter(a => a.checkVisibility())
        .map(a => a.getAttribute("href")),
    forms: [...document.forms].filter(form => form.checkVisibility())
        .map(form => form.action + " " + form.method),
})"""
OPEN_ALL = "document.querySelectorAll('details').forEach(one => one.open = true)"


@contextmanager
def window(browser: Browser, **options: Any) -> Iterator[Page]:
    context = browser.new_context(locale="en-GB", **options)
    context.set_default_timeout(PATIENCE_MILLISECONDS)
    try:
        yield context.new_page()
    finally:
        context.close()


def refuse_cookies(page: Page, base: str) -> None:
    """From now on this visitor has answered, so that no page asks again."""
    page.goto(base, wait_until="networkidle")
    banner = page.locator("[data-consent-banner]")
    if banner.is_visible():
        with page.expect_response(lambda answer: "decline" in answer.url):
            page.locator("[data-consent-choice=decline]").click()
        page.wait_for_load_state("networkidle")


def accessibility(
    browser: Browser, base: str, pages: list[Address]
) -> Iterator[Figure]:
    """axe, WCAG A and AA and best practice, in six states."""
    for state, (options, style, has_banner) in STATES.items():
        faults = []
        with window(browser, **options) as page:
            if not has_banner:
                refuse_cookies(page, base)
            for address in pages:
                page.goto(base + address.path, wait_until="networkidle")
                if style:
                    page.add_style_tag(content=style)
                faults += axe_faults(page, address)
        yield none_of(f"axe violations, {state}", faults)


def axe_faults(page: Page, address: Address) -> list[str]:
    options = {"runOnly": TAGS, "resultTypes": ["violations"]}
    return [
        f"{address.path}: {fault['id']}: {node['target']}"
        for fault in Axe().run(page, options=options).response["violations"]
        for node in fault["nodes"]
    ]


def widths(browser: Browser, base: str, pages: list[Address]) -> Iterator[Figure]:
    """Nothing wider than a narrow phone, and no words cut, with WCAG's text spacing."""
    conditions = {
        "320 px": (NARROW, ""),
        "320 px with text spacing": (NARROW, TEXT_SPACING),
        "1280 px with text at 200 %": (DESKTOP, TWICE_THE_TEXT),
    }
    for name, (size, style) in conditions.items():
        faults = []
        # The style is the reader's, whom no policy of the site restrains.
        with window(browser, viewport=size, bypass_csp=True) as page:
            for address in pages:
                page.goto(base + address.path, wait_until="networkidle")
                page.evaluate(OPEN_ALL)
                if style:
                    page.add_style_tag(content=style)
                by, cut = page.evaluate(TOO_WIDE)
                if by > 0 or cut:
                    faults.append(f"{address.path}: {by} px too wide, cut: {cut}")
        yield none_of(f"too wide or cut, {name}", faults)


def weights(browser: Browser, base: str, pages: list[Address]) -> Iterator[Figure]:
    """What a first visit costs, each page by a visitor who has seen none."""
    kilobytes, requests, scripts, shifts = {}, {}, {}, {}
    foreign: list[str] = []
    complaints: list[str] = []
    stored: list[str] = []
    for address in pages:
        if address.is_an_error:
            continue
        with window(browser, viewport=PHONE) as page:
            answers: list[tuple[str, int]] = []
            page.on(
                "requestfinished",
                lambda request, answers=answers: answers.append(
                    (request.url, transferred(request))
                ),
            )
            page.on(
                "console",
                lambda message, path=address.path: (
                    complaints.append(f"{path}: {message.text}")
                    if message.type in {"error", "warning"}
                    else None
                ),
            )
            page.goto(base + address.path, wait_until="networkidle")
            shifts[address.path] = page.evaluate(SHIFTS)
            if page.context.cookies() and address.kind != "cookies":
                stored.append(address.path)
        kilobytes[address.path] = sum(size for _url, size in answers) / 1024
        requests[address.path] = len(answers)
        scripts[address.path] = (
            sum(size for url, size in answers if urlsplit(url).path.endswith(".js"))
            / 1024
        )
        foreign += [url for url, _size in answers if not url.startswith(base)]
    yield at_most("first view, compressed", FIRST_VIEW_KB, kilobytes, " kB")
    yield at_most("requests of a first view", FIRST_VIEW_REQUESTS, requests)
    yield at_most("own scripts, compressed", OWN_SCRIPT_KB, scripts, " kB")
    yield at_most("cumulative layout shift", LAYOUT_SHIFT, shifts)
    yield none_of("requests to other hosts", foreign)
    yield none_of("pages with a cookie before a choice", stored)
    yield none_of("complaints in the console", complaints)


def transferred(request: Any) -> int:
    """Bytes of the answer as they went over the wire, without its headers."""
    return int(request.sizes()["responseBodySize"])


def without_scripts(
    browser: Browser, base: str, pages: list[Address]
) -> Iterator[Figure]:
    """Words, links and forms that scripts show and that are there without them."""
    shares: dict[str, dict[str, float]] = {"words": {}, "links": {}, "forms": {}}
    with (
        window(browser, viewport=DESKTOP) as scripted,
        window(browser, viewport=DESKTOP, java_script_enabled=False) as plain,
    ):
        refuse_cookies(scripted, base)
        for address in pages:
            contents = []
            for page in (scripted, plain):
                page.goto(base + address.path, wait_until="networkidle")
                contents.append(page.evaluate(CONTENT, SCRIPTS_ONLY))
            with_scripts, plainly = contents
            for name, by_path in shares.items():
                by_path[address.path] = share(with_scripts[name], plainly[name])
    for name, by_path in shares.items():
        yield at_least(f"{name} without JavaScript", 100, by_path, " %")


def share(wanted: list[str], there: list[str]) -> float:
    """Percentage of the wanted ones that are there, each as often as wanted."""
    remaining = list(there)
    found = 0
    for one in wanted:
        if one in remaining:
            remaining.remove(one)
            found += 1
    return 100 * found / len(wanted) if wanted else 100
