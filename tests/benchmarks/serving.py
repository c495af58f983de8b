"""The floors of speed, printed with their ratios: `python -m tests.benchmarks.serving`.

PORTAL_BENCH_SIZES says with how many policies (100,1000 unless told; the floors are
stated for 100,10000), PORTAL_BENCH_ROUNDS how often each contender has its turn,
PORTAL_BENCH_DATABASES which databases. All contenders of a block run at once and are
asked in turn; no figure of another run or machine is compared with any of these.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg

from tests.benchmarks import contenders, loading, plain
from tests.benchmarks.contenders import Contender, free_port, get, running, variables
from tests.benchmarks.plain.fill import PATH as PLAIN_PATH
from tests.factories import nginx
from tests.postgresql import throwaway_server

SIZES = [
    int(size) for size in os.environ.get("PORTAL_BENCH_SIZES", "100,1000").split(",")
]
ROUNDS = int(os.environ.get("PORTAL_BENCH_ROUNDS", "3"))
DATABASES = os.environ.get("PORTAL_BENCH_DATABASES", "sqlite,postgresql").split(",")
SECONDS = 2
# Pages that are made take long: few readers at once, and long turns.
MADE_SECONDS = 5
MADE_CONNECTIONS = 4
TREATMENT = "/treatments/image-guided-joint-injections/"
POLICY = "/policies/cp-001/"
VERSION = "/policies/cp-001/versions/1/"
PAGES = {
    "home": "/",
    "treatments A to Z": "/treatments/",
    "treatment": TREATMENT,
    "policies": "/policies/",
    "policy": POLICY,
    "version": VERSION,
    "history": "/policies/cp-001/history/",
    "search": "/search/?q=injection",
}
# No whole pages; parts of them are kept, or made for each reader, too.
NOT_KEPT = {"PAGE_CACHE_MEGABYTES": "0"}
NOTHING_KEPT = {**NOT_KEPT, "PART_CACHE_MEGABYTES": "0"}
GROWTH_SECONDS = 1
# What a register may cost, stated for so many policies.
STATED_FOR = 10_000
MOST_MINUTES = 10
MOST_MEGABYTES = 500
MOST_GROWTH = {
    "search": 3,
    "search database": 3,
    "search CPU": 3,
    "publication": 1.5,
    "admin list": 2,
}


@dataclass
class Site:
    """A portal with content: its folder, its database, its environment."""

    folder: Path
    database: str

    def manage(self, *words: str, **more: str) -> None:
        run(
            [sys.executable, "manage.py", *words],
            variables(self.folder, self.database, **more),
        )

    def build(self) -> None:
        sample = {"DJANGO_SETTINGS_MODULE": "tests.rehearsal.settings"}
        self.manage("migrate", "--verbosity=0")
        self.manage("provision_site")
        self.manage("load_sample_content", **sample)
        self.manage("collectstatic", "--noinput", "--verbosity=0")

    def fill(self, size: int) -> None:
        command = [sys.executable, "-m", "tests.benchmarks.fill", str(size)]
        run(command, variables(self.folder, self.database))

    @property
    def development(self) -> dict[str, str]:
        """The environment in which helpers of the tests work on this site."""
        return variables(
            self.folder,
            self.database,
            DJANGO_SETTINGS_MODULE="portal.settings.development",
        )

    def growth(self) -> dict[str, float]:
        """Milliseconds of what is measured in the process, by name."""
        command = [sys.executable, "-m", "tests.benchmarks.growth"]
        figures: dict[str, float] = json.loads(
            run(command, self.development).split("\n")[-2]
        )
        return figures


def run(command: list[str], environment: dict[str, str]) -> str:
    done = subprocess.run(
        command, cwd=contenders.ROOT, env=environment, capture_output=True, text=True
    )
    if done.returncode:
        raise RuntimeError(
            f"{command[1:]}:\n{done.stdout[-2000:]}{done.stderr[-4000:]}"
        )
    return done.stdout


def say(line: str = "") -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def floor(words: str, value: float, least: float) -> None:
    verdict = "reached" if value >= least else "NOT REACHED"
    say(f"  FLOOR {words}: {value:.2f}, at least {least:g}: {verdict}")


def ceiling(words: str, value: float, most: float) -> None:
    verdict = "reached" if value <= most else "NOT REACHED"
    say(f"  FLOOR {words}: {value:.2f}, at most {most:g}: {verdict}")


@contextmanager
def served(
    name: str, site: Site, path: str, *headers: str, **more: str
) -> Iterator[Contender]:
    """The portal as it is started in production, warm."""
    port = free_port()
    environment = variables(site.folder, site.database, SERVER_PORT=str(port), **more)
    command = [sys.executable, "-m", "portal.server"]
    with running(command, environment, site.folder / "server.log") as process:
        started = contenders.wait_for(port, path, process)
        warm(port, path)
        contender = Contender(name, process.pid, port, path, headers)
        contender.started = started
        yield contender


def warm(port: int, path: str) -> None:
    for _time in range(12):
        get(port, path)


@contextmanager
def plain_site(site: Site, database: str) -> Iterator[Contender]:
    """The plain Wagtail page with the content of the treatment, on the same server."""
    folder = site.folder / "plain"
    folder.mkdir()
    export = [sys.executable, "-m", f"{plain.__name__}.export", TREATMENT.split("/")[2]]
    content = run(export, variables(site.folder, site.database))
    (folder / "content.json").write_text(content)
    environment = {
        "PATH": os.environ["PATH"],
        "DJANGO_SETTINGS_MODULE": f"{plain.__name__}.settings",
        "DATABASE_URL": database,
        "MEDIA_ROOT": str(folder / "media"),
    }
    django = [sys.executable, "-m", "django"]
    run([*django, "migrate", "--verbosity=0"], environment)
    fill = [sys.executable, "-m", f"{plain.__name__}.fill"]
    run([*fill, str(folder / "content.json")], environment)
    port = free_port()
    command = contenders.granian(port, f"{plain.__name__}.wsgi:application")
    with running(command, environment, folder / "log") as process:
        contenders.wait_for(port, PLAIN_PATH, process)
        warm(port, PLAIN_PATH)
        yield Contender("plain Wagtail, same content", process.pid, port, PLAIN_PATH)


def compare_rendering(site: Site, plain_database: str) -> None:
    """Pages that are made for each reader."""
    say("Pages that are made for each reader, beside a plain Wagtail page")
    with ExitStack() as stack:
        peer = stack.enter_context(plain_site(site, plain_database))
        server = stack.enter_context(served("", site, TREATMENT, **NOT_KEPT))
        bare = stack.enter_context(served("", site, TREATMENT, **NOTHING_KEPT))
        ours = [
            Contender(f"portal, {name}{how}", one.process, one.port, path)
            for one, how in ((server, ", parts kept"), (bare, ", nothing kept"))
            for name, path in (("treatment", TREATMENT), ("policy", POLICY))
        ]
        for contender in ours:
            warm(contender.port, contender.path)
        contenders.measure([peer, *ours], ROUNDS, MADE_SECONDS, MADE_CONNECTIONS)
        for contender in [peer, *ours]:
            size = len(get(contender.port, contender.path)[2])
            say(f"  {contender.line()}  {size:,} bytes")
        for contender in ours:
            name = contender.name
            floor(f"{name}: rate ÷ plain page", contender.rate / peer.rate, 6)
            floor(f"{name}: CPU of plain page ÷ own", peer.cpu / contender.cpu, 6)


def compare_kept(site: Site) -> None:
    """Pages that are kept, beside a file server with the same bytes."""
    say("Pages that are kept, beside nginx with the same bytes")
    folder = site.folder / "files"
    (folder / "www").mkdir(parents=True)
    with ExitStack() as stack:
        kept = stack.enter_context(served("portal, kept", site, TREATMENT))
        _status, headers, body = get(kept.port, TREATMENT)
        (folder / "www" / "page.html").write_bytes(body)
        port = free_port()
        files = stack.enter_context(
            nginx.running(folder, contenders.static_site(port, folder), port)
        )
        static = Contender("nginx, a file", files, port, "/page.html")
        front_port = free_port()
        text = nginx.shipped(
            site.folder / "front",
            port=front_port,
            upstream=kept.port,
            data=site.folder,
        )
        # One machine asks for everybody, and the log would be written for nobody.
        text = re.sub(r"^\s*limit_(req|conn) .*$|access_log .*;", "", text, flags=re.M)
        text = text.replace("http {", "http { access_log off;", 1)
        front = stack.enter_context(
            nginx.running(site.folder / "front", text, front_port)
        )
        behind = Contender("the shipped nginx before it", front, front_port, TREATMENT)
        tag = f"If-None-Match: {headers['ETag']}"
        unchanged = Contender("portal, 304", kept.process, kept.port, TREATMENT, (tag,))
        row = [static, kept, behind, unchanged]
        contenders.measure(row, ROUNDS, SECONDS)
        for contender in row:
            say(f"  {contender.line()}  × nginx {contender.rate / static.rate:.3f}")
        floor("kept × nginx", kept.rate / static.rate, 0.5)
        floor("behind the shipped nginx × nginx", behind.rate / static.rate, 0.85)
        ceiling("CPU of a 304 ÷ that of a 200", unchanged.cpu / kept.cpu, 1)


def compare_sizes(site: Site) -> None:
    """What pages cost when the site has grown, by CPU of the server."""
    say("Growth: CPU of a page that is made")
    costs: dict[str, list[float]] = {}
    for size in SIZES:
        begun = time.monotonic()
        site.fill(size)
        say(f"  {size} policies ({time.monotonic() - begun:.0f} s to copy)")
        with served("", site, TREATMENT, **NOTHING_KEPT) as server:
            row = [
                Contender(name, server.process, server.port, path)
                for name, path in PAGES.items()
            ]
            for contender in row:
                warm(contender.port, contender.path)
            contenders.measure(row, ROUNDS, GROWTH_SECONDS, MADE_CONNECTIONS)
            for contender in row:
                costs.setdefault(contender.name, []).append(contender.cpu)
                say(f"    {contender.line()}")
            workers = sorted(contenders.megabytes(server.process))[-2:]
        for measured, milliseconds in site.growth().items():
            costs.setdefault(measured, []).append(milliseconds)
            say(f"    {measured:<42} {milliseconds:>9.1f} ms")
        ceiling("start to the first answer, seconds", server.started, 3)
        ceiling("megabytes of a worker", max(workers), 200)
    for name, cost in costs.items():
        most = MOST_GROWTH.get(name, 1.3)
        words = f"{name}, {SIZES[-1]} policies ÷ {SIZES[0]}"
        ceiling(words, cost[-1] / cost[0], most)
    ceiling("search, p95 of database ms", costs["search database"][-1], 100)


def compare_loading(site: Site) -> None:
    """A register brought in as drafts; approval of all of it, were it to be had."""
    count = SIZES[-1]
    say(f"Loading: {count:,} policies of a register, as drafts of one author")
    loaded = loading.load(site.folder, variables(site.folder, site.database), count)
    say(
        f"  {loaded.seconds:.0f} s, {loaded.cpu_seconds:.0f} s of them CPU of the "
        f"command, {1000 * loaded.cpu_seconds / count:.1f} ms CPU a policy"
    )
    share = count / STATED_FOR
    minutes = loaded.seconds / 60
    most = MOST_MINUTES * share
    ceiling(f"minutes to load {count:,} policies as drafts", minutes, most)
    ceiling("megabytes of the command at its peak", loaded.megabytes, MOST_MEGABYTES)
    command = [sys.executable, "-m", loading.__name__]
    each = json.loads(run(command, site.development).split("\n")[-2])
    say(
        f"  from submission to a version: {1000 * each['clock']:.0f} ms, "
        f"{1000 * each['processor']:.0f} ms CPU a policy; people decide, no command"
    )
    ceiling(
        f"minutes of machine for {count:,} with a version each",
        minutes + count * each["clock"] / 60,
        most,
    )


def another_database(url: str) -> str:
    """A second database of the same server."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("CREATE DATABASE plain")
    return f"{url.rpartition('/')[0]}/plain"


def main() -> None:
    if nginx.program() is None or shutil.which("wrk") is None:
        sys.exit("Install nginx and wrk first (Debian: apt install nginx-light wrk).")
    say(f"Load of this machine before: {os.getloadavg()[0]:.1f}")
    for name in DATABASES:
        with ExitStack() as stack:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
            if name == "postgresql":
                url = stack.enter_context(throwaway_server())
                database, other = url, another_database(url)
            else:
                database = f"sqlite:///{folder}/portal.sqlite3"
                other = f"sqlite:///{folder}/plain.sqlite3"
            say(f"\n== {name} ==")
            site = Site(folder, database)
            site.build()
            compare_rendering(site, other)
            compare_kept(site)
            compare_sizes(site)
            compare_loading(site)
    say(f"\nLoad of this machine after: {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    main()
