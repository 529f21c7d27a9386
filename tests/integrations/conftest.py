"""A receiver that really listens, and callers with keys."""

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from rest_framework.test import APIClient


@dataclass
class Receiver:
    """What came, and what it answers."""

    url: str = ""
    port: int = 0
    status: int = 204
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    pause: float = 0.0
    got: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    # Called while the request is being answered.
    meanwhile: Callable[[], object] = lambda: None


@pytest.fixture
def receiver(settings) -> Iterator[Receiver]:
    """An integrator's server on this machine; the shop may send there."""
    settings.WEBHOOKS_MAY_BE_PRIVATE = True
    with Listening() as it:
        yield it


class Listening:
    """Runs a receiver for as long as the block."""

    def __init__(self, wrap: Callable[[Any], Any] = lambda sock: sock, scheme: str = "http"):
        self.wrap, self.scheme = wrap, scheme

    def __enter__(self) -> Receiver:
        it = Receiver()

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                size = int(self.headers["Content-Length"])
                it.got.append((dict(self.headers), self.rfile.read(size)))
                it.meanwhile()
                self.send_response(it.status)
                for name, value in it.headers.items():
                    self.send_header(name, value)
                self.end_headers()
                for letter in it.body if it.pause else (it.body,):
                    time.sleep(it.pause)
                    self.wfile.write(letter if isinstance(letter, bytes) else bytes([letter]))

            def log_message(self, *_args: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.server.handle_error = lambda *_args: None  # type: ignore[method-assign]
        self.server.socket = self.wrap(self.server.socket)
        it.port = self.server.server_port
        it.url = f"{self.scheme}://127.0.0.1:{it.port}/hooks"
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()
        return it

    def __exit__(self, *_args: Any) -> None:
        self.server.shutdown()
        self.server.server_close()


def program(key: str) -> APIClient:
    """Return a program that calls with a key."""
    return APIClient(HTTP_ACCEPT_LANGUAGE="en", HTTP_AUTHORIZATION=f"Api-Key {key}")
