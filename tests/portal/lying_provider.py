"""An OpenID Connect provider that says whatever a test tells it to say.

It speaks HTTP on this machine, signs with keys of its own, and shows no sign-in page:
the tests come back from it with a code at once.
"""

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm

CLIENT = "portal-under-test"
CONFIGURATION = "/.well-known/openid-configuration"
Answer = tuple[int, str, bytes]


def new_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


KEY = new_key()


def as_json(value: object) -> Answer:
    return 200, "application/json", json.dumps(value).encode()


@dataclass
class LyingProvider:
    """What it answers; truthful until a test changes something."""

    issuer: str = ""
    claims: dict[str, Any] = field(default_factory=dict)
    key: Any = KEY
    algorithm: str = "RS256"
    key_name: str | None = "first"
    published: list[dict[str, Any]] = field(default_factory=list)
    # Whole answers by path, in the place of the truthful ones.
    instead: dict[str, Callable[[], Answer]] = field(default_factory=dict)
    token: str | None = None

    def public_key(self, **more: Any) -> dict[str, Any]:
        return {**RSAAlgorithm.to_jwk(KEY.public_key(), as_dict=True), **more}

    def id_token(self) -> str:
        """A fresh one, with claims that a test added, changed or removed (None)."""
        now = int(time.time())
        truth = {"iss": self.issuer, "aud": CLIENT, "iat": now, "exp": now + 300}
        claims = {**truth, "sub": "subject-1", **self.claims}
        headers = {} if self.key_name is None else {"kid": self.key_name}
        return jwt.encode(
            {name: value for name, value in claims.items() if value is not None},
            self.key,
            algorithm=self.algorithm,
            headers=headers,
        )

    def answer(self, path: str) -> Answer:
        if path in self.instead:
            return self.instead[path]()
        if path == CONFIGURATION:
            return as_json(
                {
                    "issuer": self.issuer,
                    "authorization_endpoint": f"{self.issuer}/authorize",
                    "token_endpoint": f"{self.issuer}/token",
                    "jwks_uri": f"{self.issuer}/keys",
                }
            )
        if path == "/keys":
            return as_json(
                {"keys": self.published or [self.public_key(kid="first", use="sig")]}
            )
        token = self.token or self.id_token()
        return as_json(
            {"access_token": "opaque", "token_type": "Bearer", "id_token": token}
        )


class Handler(BaseHTTPRequestHandler):
    """Hands each request to the provider of its server."""

    def do_GET(self) -> None:
        status, kind, body = self.server.provider.answer(self.path)  # type: ignore[attr-defined]
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        try:
            self.wfile.write(body)
        except BrokenPipeError:
            return  # The portal did not wait for it.

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.do_GET()

    def log_message(self, *args: object) -> None:
        """Tests print nothing."""


@contextmanager
def serve() -> Iterator[ThreadingHTTPServer]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
