"""A connection that gives a silent server up.

A paused server keeps its connections open and its sockets alive: neither its own
`statement_timeout` nor TCP ever ends the wait. So whoever has waited for a while asks the server,
by a new connection, whether it is there at all. A busy one answers at once and is waited for.
"""

from __future__ import annotations

import socket
import struct
import threading
import time
from collections.abc import Generator
from typing import TYPE_CHECKING, Any, TypeVar

import psycopg

if TYPE_CHECKING:
    from psycopg.abc import PQGen
    from psycopg.waiting import Ready, Wait

RV = TypeVar("RV")

PATIENCE_SECONDS = 2.0
ANSWER_SECONDS = 1.0
PAUSE_SECONDS = 1.0
# Every server answers this with one letter, before it asks who we are
# (postgresql.org/docs/current/protocol-message-formats.html, SSLRequest).
_SSL_REQUEST = struct.pack("!ii", 8, 80877103)


class ServerSilent(psycopg.OperationalError):
    """The server has stopped answering."""


class Silence:
    """What this process knows: after one silence all give up at once, and one tries now and then.

    Otherwise every thread of the process would wait for the same paused server.
    """

    def __init__(self) -> None:
        self._until = 0.0
        self._lock = threading.Lock()

    def refuse(self) -> None:
        """Pass while the server is trusted, or as the one caller who tries it again.

        Raises:
            ServerSilent: It was silent a moment ago.
        """
        if not self._until:
            return
        with self._lock:
            now = time.monotonic()
            if now < self._until:
                raise ServerSilent("the database was silent a moment ago")
            self._until = now + PATIENCE_SECONDS + ANSWER_SECONDS

    def begins(self) -> None:
        """Give up at once for a moment."""
        self._until = time.monotonic() + PAUSE_SECONDS

    def ends(self) -> None:
        """Trust the server again."""
        self._until = 0.0


silence = Silence()


def answers(host: str, port: int) -> bool:
    """Tell whether a server is there, however busy it may be."""
    local = host.startswith("/")
    with socket.socket(socket.AF_UNIX) if local else socket.socket() as probe:
        probe.settimeout(ANSWER_SECONDS)
        try:
            if local:
                probe.connect(f"{host}/.s.PGSQL.{port}")
            else:
                probe.connect((host, port))
            probe.sendall(_SSL_REQUEST)
            return bool(probe.recv(1))
        except OSError:
            return False


class PatientConnection(psycopg.Connection[Any]):
    """Wait for a statement as long as the server lives; it ends what takes too long itself."""

    def wait(self, gen: PQGen[RV], interval: float = 0.1, timeout: float | None = None) -> RV:
        """Go through a conversation with the server.

        Raises:
            ServerSilent: The server has stopped answering; the connection is closed.
        """
        return super().wait(self._watched(gen), interval, timeout)

    def _watched(self, gen: PQGen[RV]) -> Generator[Wait, Ready | int, RV]:
        try:
            wanted = next(gen)
            heard_at = time.monotonic()
            while True:
                ready = yield wanted
                if ready:
                    heard_at = time.monotonic()
                elif time.monotonic() - heard_at >= PATIENCE_SECONDS:
                    self._require_life()
                    heard_at = time.monotonic()
                wanted = gen.send(ready)
        except StopIteration as ending:
            return ending.value  # type: ignore[no-any-return]

    def _require_life(self) -> None:
        if answers(self.info.host, self.info.port):
            return
        silence.begins()
        self.close()
        raise ServerSilent("the database does not answer")
