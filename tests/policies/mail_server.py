"""A mail server in a thread, which speaks enough SMTP to take mail or to refuse it."""

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


class Conversation(socketserver.StreamRequestHandler):
    """One connection. What is said to `RCPT` depends on the server's `answers`."""

    server: "MailServer"

    def say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())

    def handle(self) -> None:
        self.say("220 mail.test")
        for raw in self.rfile:
            words = raw.decode().strip()
            command = words[:4].upper()
            if command == "DATA":
                self.take_message()
            elif command == "RCPT":
                self.receive(words.partition("<")[2].partition(">")[0])
            elif command == "QUIT":
                self.say("221 Bye")
                return
            else:
                self.say("250 OK")

    def receive(self, address: str) -> None:
        answer = self.server.answers.get(address, self.server.default)
        self.recipient = address
        self.say(answer)

    def take_message(self) -> None:
        self.say("354 Go on")
        lines = []
        for raw in self.rfile:
            if raw == b".\r\n":
                break
            lines.append(raw.decode())
        self.server.taken.append((self.recipient, "".join(lines)))
        self.say("250 Taken")


class MailServer(socketserver.ThreadingTCPServer):
    """Keeps what it took: pairs of a recipient and a message."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, port: int = 0) -> None:
        super().__init__(("127.0.0.1", port), Conversation)
        self.answers: dict[str, str] = {}
        self.default = "250 OK"
        self.taken: list[tuple[str, str]] = []

    @property
    def recipients(self) -> list[str]:
        return [recipient for recipient, _message in self.taken]


@contextmanager
def running_mail_server(settings: Any) -> Iterator[MailServer]:
    """The server, and the portal's mail on its way to it."""
    with MailServer() as server:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = server.server_address[:2]
        thread = threading.Thread(target=server.serve_forever, args=[0.05])
        thread.start()
        yield server
        server.shutdown()
        thread.join()
