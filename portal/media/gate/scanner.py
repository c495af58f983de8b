"""A virus scanner that speaks clamd's protocol, by its socket."""

import socket
import struct
from typing import Any

from django.conf import settings

from portal.media.gate.faults import HeldBack

CHUNK = 2**16
SECONDS = 30
UNREACHABLE = (
    "The virus scanner does not answer, so the file is held in quarantine. A system "
    "administrator can have it scanned again, or try again later yourself."
)

INFECTED = (
    "The virus scanner found something harmful in the file. It is held in quarantine."
)


def scan(file: Any) -> None:
    """Refuse what the scanner finds, and everything while it does not answer.

    `UPLOAD_SCANNER` is `unix:/path/of/socket` or `host:port`; empty: no scanner.
    """
    if not settings.UPLOAD_SCANNER:
        return
    try:
        answer = ask(file)
    except OSError:
        raise HeldBack(UNREACHABLE) from None
    if answer.endswith(" FOUND"):
        finding = answer.removeprefix("stream: ").removesuffix(" FOUND")
        raise HeldBack(INFECTED, finding or "unnamed")
    if not answer.endswith(" OK"):
        raise HeldBack(UNREACHABLE)


def ask(file: Any) -> str:
    """One INSTREAM session: each chunk after its length, then a length of nothing."""
    with connection() as line:
        line.sendall(b"zINSTREAM\0")
        while chunk := file.read(CHUNK):
            line.sendall(struct.pack("!L", len(chunk)) + chunk)
        line.sendall(struct.pack("!L", 0))
        answer = b""
        while not answer.endswith(b"\0") and (more := line.recv(4096)):
            answer += more
    return answer.rstrip(b"\0\n").decode("utf-8", "replace")


def connection() -> socket.socket:
    kind, _, rest = settings.UPLOAD_SCANNER.partition(":")
    if kind == "unix":
        line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        line.settimeout(SECONDS)
        try:
            line.connect(rest)
        except OSError:
            line.close()
            raise
        return line
    host, _, port = settings.UPLOAD_SCANNER.rpartition(":")
    return socket.create_connection((host, int(port)), timeout=SECONDS)
