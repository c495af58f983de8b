"""Proxy, two web servers, worker, scheduler, PostgreSQL, Redis and a bucket."""

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import boto3
import psycopg
from botocore.exceptions import BotoCoreError, ClientError

from tests import postgresql
from tests.benchmarks.contenders import free_port, get, variables
from tests.factories import nginx
from tests.rehearsal.mail import MailPart
from tests.rehearsal.parts import Part, answers_on, is_portal_ready
from tests.rehearsal.units import ROOT, Unit, manage, program_path, unit

BUCKET = "uploads"
REGION = "eu-west-2"
WEB = ("web-1", "web-2")
# Of a server whose data must survive the death of its processes.
LASTING = {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on"}


class Layout:
    """Every part by name, and the environment that the portal's programs share."""

    def __init__(self, folder: Path, mail: MailPart) -> None:
        self.folder = folder
        self.data = folder / "data"
        self.data.mkdir()
        self.ports = {
            name: free_port()
            for name in ("database", "redis", "store", "front", *WEB, "restored")
        }
        self.mail = mail
        self.variables = self.common()
        self.parts: dict[str, Part] = {}
        self.objects: dict[str, bytes] = {}
        self.programs = Path()

    @property
    def front(self) -> int:
        return self.ports["front"]

    def address_of_database(self, name: str = "portal") -> str:
        return f"postgresql://portal@127.0.0.1:{self.ports['database']}/{name}"

    def common(self) -> dict[str, str]:
        return variables(
            self.data,
            self.address_of_database(),
            PATH=program_path(),
            REDIS_URL=f"redis://127.0.0.1:{self.ports['redis']}/0",
            MEDIA_BUCKET=BUCKET,
            MEDIA_ENDPOINT=f"http://127.0.0.1:{self.ports['store']}",
            MEDIA_REGION=REGION,
            MEDIA_ACCESS_KEY="key",
            MEDIA_SECRET_KEY="secret",
            MAIL_PORT=str(self.mail.port),
            MAIL_HOST="127.0.0.1",
            BEHIND_PROXY="yes",
            TRUSTED_PROXY_COUNT="1",
            PORTAL_REQUIRE_MFA="no",
            LOG_FORMAT="json",
        )

    def log(self, name: str) -> Path:
        return self.folder / f"{name}.log"

    def add(self, name: str, command: list[str], **more: Any) -> Part:
        environment = more.pop("environment", {"PATH": program_path()})
        part = Part(name, command, environment, self.log(name), **more)
        self.parts[name] = part
        return part

    def portal_part(self, name: str, shipped: Unit, **own: str) -> Part:
        environment = {**self.variables, **shipped.environment, **own}
        return self.add(
            name,
            shipped.command,
            environment=environment,
            stop_seconds=shipped.stop_seconds,
        )

    def run(self, command: list[str], **more: str) -> str:
        """One of the portal's commands to its end; what it printed."""
        done = subprocess.run(
            command,
            cwd=ROOT,
            env={**self.variables, **more},
            capture_output=True,
            text=True,
        )
        if done.returncode:
            said = f"{done.stdout[-2000:]}{done.stderr[-4000:]}"
            raise RuntimeError(f"{command[1:]}:\n{said}")
        return done.stdout

    # The parts, in the order in which they start.

    def start_database(self) -> None:
        home = self.folder / "postgresql"
        home.mkdir()
        identity = postgresql.server_identity(home)
        self.programs = postgresql.usable_programs(home, identity)
        cluster = home / "data"
        postgresql.create_cluster(self.programs, cluster, identity)
        settings = {
            **postgresql.SERVER_SETTINGS,
            **LASTING,
            "listen_addresses": "127.0.0.1",
            "port": str(self.ports["database"]),
            "unix_socket_directories": str(home),
        }
        options = [f"--{name}={value}" for name, value in settings.items()]
        command = [str(self.programs / "postgres"), "-D", str(cluster), *options]
        part = self.add(
            "PostgreSQL",
            command,
            environment=identity.pop("env"),
            is_ready=self.is_database_there,
            stop_signal=signal.SIGINT,
            identity=identity,
        )
        part.begin()
        self.make_database("portal")

    def is_database_there(self) -> bool:
        try:
            psycopg.connect(self.address_of_database("postgres")).close()
        except psycopg.OperationalError:
            return False
        return True

    def make_database(self, name: str) -> None:
        server = self.address_of_database("postgres")
        with psycopg.connect(server, autocommit=True) as administrator:
            administrator.execute(f'CREATE DATABASE "{name}"')

    def start_redis(self) -> None:
        port = self.ports["redis"]
        program = shutil.which("redis-server") or "redis-server"
        options = ["--port", str(port), "--bind", "127.0.0.1", "--save", ""]
        part = self.add("Redis", [program, *options], is_ready=lambda: answers_on(port))
        part.begin()

    def start_store(self) -> None:
        port = self.ports["store"]
        command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1"]
        part = self.add(
            "S3", [*command, "-p", str(port)], is_ready=lambda: answers_on(port)
        )
        part.begin()
        self.fill_store()

    @property
    def store(self) -> Any:
        return boto3.client(
            "s3",
            endpoint_url=self.variables["MEDIA_ENDPOINT"],
            region_name=REGION,
            aws_access_key_id="key",
            aws_secret_access_key="secret",
        )

    def fill_store(self) -> None:
        """The test server has no disk: what it held before comes back from here."""
        where = {"LocationConstraint": REGION}
        self.store.create_bucket(Bucket=BUCKET, CreateBucketConfiguration=where)
        for name, body in self.objects.items():
            self.store.put_object(Bucket=BUCKET, Key=name, Body=body)

    def keep_store(self) -> None:
        try:
            listed = self.store.list_objects_v2(Bucket=BUCKET).get("Contents", [])
            self.objects = {
                one["Key"]: self.store.get_object(Bucket=BUCKET, Key=one["Key"])[
                    "Body"
                ].read()
                for one in listed
            }
        except (BotoCoreError, ClientError) as error:
            raise RuntimeError("The store does not answer.") from error

    def build_site(self) -> None:
        self.run(manage("migrate", "--verbosity=0"))
        self.run(manage("provision_site"))
        sample = {"DJANGO_SETTINGS_MODULE": "tests.rehearsal.settings"}
        self.run(manage("load_sample_content"), **sample)
        self.run(manage("collectstatic", "--noinput", "--verbosity=0"))

    def start_portal(self) -> None:
        for name in WEB:
            port = self.ports[name]
            shipped = unit("portal-web", self.folder, own=name)
            part = self.portal_part(name, shipped, SERVER_PORT=str(port))
            part.is_ready = lambda port=port: is_portal_ready(port)
            part.start()
        for name in WEB:
            self.parts[name].wait()
        self.portal_part("worker", unit("portal-worker", self.folder)).start()

    def start_front(self) -> None:
        home = self.folder / "nginx"
        home.mkdir()
        first, second = (self.ports[name] for name in WEB)
        text = nginx.shipped(home, port=self.front, upstream=first, data=self.data)
        line = re.search(rf"^ *server 127\.0\.0\.1:{first} .*$", text, re.MULTILINE)
        assert line is not None
        other = line[0].replace(str(first), str(second))
        text = text.replace(line[0], f"{line[0]}\n{other}")
        (home / "nginx.conf").write_text(text)
        program = [str(nginx.program()), "-p", str(home), "-g", "daemon off;"]
        self.add(
            "nginx",
            [*program, "-c", str(home / "nginx.conf")],
            is_ready=lambda: answers_on(self.front),
        ).begin()

    def public_addresses(self) -> list[str]:
        """Every page that the site itself lists for search engines."""
        _status, _headers, body = get(self.front, "/sitemap.xml")
        listed = re.findall(r"<loc>https?://[^/<]+([^<]*)</loc>", body.decode())
        if not listed:
            raise RuntimeError("The sitemap lists no page.")
        return sorted(set(listed))

    def files_of(self, addresses: list[str]) -> list[str]:
        """Pictures and documents that these pages name."""
        found: set[str] = set()
        for address in addresses:
            html = get(self.front, address)[2].decode()
            found.update(re.findall(r'"(/(?:media|documents)/[^"?# ]+)"', html))
        return sorted(found)

    def stop(self) -> None:
        for part in reversed(self.parts.values()):
            part.stop()


@contextmanager
def running(folder: Path, say: Callable[[str], None]) -> Iterator[Layout]:
    """All parts of the layout, with the sample content, until the end of the block.

    Says of each step how long it took, so that a slow start does not look like none.
    """
    # Whoever stops this wants its parts stopped as well.
    signal.signal(signal.SIGTERM, lambda *_signal: sys.exit(143))
    # The database server lends itself another account, which has to get there.
    folder.chmod(0o755)
    mail = MailPart()
    layout = Layout(folder, mail)
    steps = (
        mail.begin,
        layout.start_database,
        layout.start_redis,
        layout.start_store,
        layout.build_site,
        layout.start_portal,
        layout.start_front,
    )
    try:
        for step in steps:
            begun = time.monotonic()
            step()
            say(f"  {step.__name__} {time.monotonic() - begun:.0f} s")
        yield layout
    finally:
        layout.stop()
        mail.kill()


def is_possible() -> str:
    """What this machine lacks, in a sentence; empty when nothing is missing."""
    missing = [
        name
        for name, found in {
            "nginx-light": nginx.program(),
            "redis-server": shutil.which("redis-server"),
            "postgresql-client": shutil.which("pg_dump"),
        }.items()
        if not found
    ]
    words = " ".join(missing)
    return f"Install first (Debian): apt install {words}." if missing else ""


def load_of_machine() -> str:
    return f"Load of this machine: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores"
