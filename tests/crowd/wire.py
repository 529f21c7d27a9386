"""A wire on which every byte is late: `python -m tests.crowd.wire PORT HOST PORT SECONDS`.

It carries connections from the first port to a server, as one far away would be reached: half of
the seconds on the way there, half on the way back. Bytes keep their order, as many fly as like.
"""

from __future__ import annotations

import asyncio
import os
import socket
import subprocess
import sys
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.simulator_support import free_port

_ROOT = Path(__file__).resolve().parents[2]


class End(asyncio.Protocol):
    """One end of a connection: what it hears, the other end says a while later."""

    def __init__(self, delay: float) -> None:
        self._delay = delay
        self._flying: deque[bytes] = deque()
        self.transport: asyncio.Transport | None = None
        self.other: End | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        self._flying.append(data)
        asyncio.get_running_loop().call_later(self._delay, self._land)

    def connection_lost(self, _exc: Exception | None) -> None:
        if self.other and self.other.transport:
            asyncio.get_running_loop().call_later(self._delay, self.other.transport.close)

    def _land(self) -> None:
        data = self._flying.popleft()
        if self.other and self.other.transport and not self.other.transport.is_closing():
            self.other.transport.write(data)


class NearEnd(End):
    """The end that clients connect to; it calls the server and then lets them speak."""

    def __init__(self, host: str, port: int, delay: float) -> None:
        super().__init__(delay)
        self._host, self._port = host, port
        self._calling: asyncio.Task[None] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        assert self.transport is not None
        self.transport.pause_reading()
        self._calling = asyncio.create_task(self._call())

    async def _call(self) -> None:
        assert self.transport is not None
        far = End(self._delay)
        far.other, self.other = self, far
        try:
            loop = asyncio.get_running_loop()
            await loop.create_connection(lambda: far, self._host, self._port)
        except OSError:
            self.transport.close()
        else:
            self.transport.resume_reading()


async def carry(port: int, host: str, server_port: int, round_trip: float) -> None:
    """Carry until the process ends."""
    loop = asyncio.get_running_loop()
    server = await loop.create_server(
        lambda: NearEnd(host, server_port, round_trip / 2), "127.0.0.1", port
    )
    async with server:
        await server.serve_forever()


@contextmanager
def slow_wire(host: str, port: int, *, round_trip: float) -> Iterator[int]:
    """Carry to a server in a process of its own; yields the port to connect to.

    `round_trip` is in seconds, and comes on top of what the way takes anyhow.
    """
    own = free_port()
    words = (own, host, port, round_trip)
    command = [sys.executable, "-m", "tests.crowd.wire", *map(str, words)]
    process = subprocess.Popen(command, cwd=_ROOT, env=os.environ)
    try:
        _await(own)
        yield own
    finally:
        process.terminate()
        process.wait(10)


def _await(port: int) -> None:
    deadline = time.monotonic() + 15
    while time.monotonic() < deadline:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise RuntimeError("the wire does not listen")


if __name__ == "__main__":
    asyncio.run(carry(int(sys.argv[1]), sys.argv[2], int(sys.argv[3]), float(sys.argv[4])))
