"""The mail server of the rehearsal, which goes away and comes back at the same port."""

import threading

from tests.policies.mail_server import MailServer


class MailPart:
    """Begins again with what it took before; `taken` are recipients and messages."""

    def __init__(self) -> None:
        self.server = MailServer()
        self.port: int = self.server.server_address[1]
        self.taken = self.server.taken
        self.is_there = False

    def begin(self) -> None:
        if self.is_there:
            return
        if self.server.socket.fileno() < 0:
            self.server = MailServer(self.port)
            self.server.taken = self.taken
        threading.Thread(
            target=self.server.serve_forever, args=[0.1], daemon=True
        ).start()
        self.is_there = True

    def kill(self) -> None:
        """Refuse connections; whoever talks already is heard to the end."""
        if self.is_there:
            self.is_there = False
            self.server.shutdown()
            self.server.server_close()
