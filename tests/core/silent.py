"""A Redis that is away: nobody listens, or somebody listens and never answers."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def closed_port() -> Iterator[str]:
    """Yield the address of a Redis that was killed."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    yield f"redis://127.0.0.1:{port}/0"


@contextmanager
def silent_server() -> Iterator[str]:
    """Yield the address of a Redis that was paused: connections open, answers never come."""
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen(64)
        yield f"redis://127.0.0.1:{server.getsockname()[1]}/0"
