"""A network between the portal and its database, with the faults that networks have."""

import socket
import struct
import threading
import time
from contextlib import suppress
from urllib.parse import unquote, urlsplit

CHUNK_BYTES = 65536
# Closing with a reset instead of a farewell.
NO_FAREWELL = struct.pack("ii", 1, 0)


class FaultyProxy:
    """Passes TCP on to a PostgreSQL server, as long as its mode is `open`.

    `gone` refuses connections and resets those that are there; `silent` accepts, and
    swallows for good whatever comes; `slow` passes each packet on `delay` seconds late.
    """

    def __init__(self, server: str, *, delay: float = 3) -> None:
        self.server = urlsplit(server)
        self.delay = delay
        self.mode = "open"
        self.ends: list[socket.socket] = []
        self.door = socket.create_server(("127.0.0.1", 0))
        self.port: int = self.door.getsockname()[1]
        self.listen()

    def url(self, database: str) -> str:
        user = self.server.username or "portal"
        password = f":{self.server.password}" if self.server.password else ""
        return f"postgresql://{user}{password}@127.0.0.1:{self.port}/{database}"

    def set(self, mode: str) -> None:
        if mode == "gone":
            cut(self.door)
            self.listener.join()
            while self.ends:
                cut(self.ends.pop())
        elif self.mode == "gone":
            self.door = socket.create_server(("127.0.0.1", self.port))
            self.listen()
        self.mode = mode

    def close(self) -> None:
        if self.mode != "gone":
            self.set("gone")

    def listen(self) -> None:
        self.listener = threading.Thread(
            target=self.accept, args=[self.door], daemon=True
        )
        self.listener.start()

    def accept(self, door: socket.socket) -> None:
        with suppress(OSError):
            while True:
                near, _address = door.accept()
                self.ends.append(near)
                far = self.connect()
                self.ends.append(far)
                swallowed = threading.Event()
                for source, target in ((near, far), (far, near)):
                    threading.Thread(
                        target=self.pump, args=[source, target, swallowed], daemon=True
                    ).start()

    def connect(self) -> socket.socket:
        host = unquote(self.server.hostname or "")
        if host.startswith("/"):
            # The name of a host loses its capitals in an address, a folder must not.
            host = unquote(self.server.netloc.rpartition("@")[2].partition(":")[0])
            far = socket.socket(socket.AF_UNIX)
            far.connect(f"{host}/.s.PGSQL.{self.server.port or 5432}")
            return far
        return socket.create_connection((host, self.server.port or 5432))

    def pump(
        self, source: socket.socket, target: socket.socket, swallowed: threading.Event
    ) -> None:
        with suppress(OSError):
            while chunk := source.recv(CHUNK_BYTES):
                if self.mode == "silent":
                    swallowed.set()
                if swallowed.is_set():
                    continue
                if self.mode == "slow":
                    time.sleep(self.delay)
                target.sendall(chunk)
            target.shutdown(socket.SHUT_RDWR)


def cut(end: socket.socket) -> None:
    """Close it now, whoever waits for it, with a reset."""
    with suppress(OSError):
        end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, NO_FAREWELL)
    with suppress(OSError):
        end.shutdown(socket.SHUT_RDWR)
    end.close()
