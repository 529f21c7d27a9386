"""POST to an address of a stranger's choosing, over httpcore.

httpcore instead of httpx because it lets the connection be made by a backend of ours: the name is
resolved once, every address that it has must be public, and the connection goes to one of those.
It follows no redirects and heeds no proxy of the environment.
"""

import socket
import ssl
import time
from collections.abc import Iterable, Mapping
from contextlib import suppress
from functools import cache
from typing import Any

import httpcore
import httpx
from django.conf import settings

from apps.integrations.addresses import is_public
from apps.integrations.dto import Answer

# Seconds for a connection, and for everything together: a drop at a time does not prolong it.
_CONNECT, _WHOLE = 4.0, 10.0
_KEPT_BYTES = 1024


class AddressRefused(Exception):
    """The name leads into a private network, or nowhere."""


class HttpSender:
    """Sends for real."""

    def post(self, url: str, *, body: bytes, headers: Mapping[str, str]) -> Answer:
        """Send it once, following no redirect, and tell what came of it; never raises."""
        begun = time.monotonic()
        code, answer, error = None, "", ""
        try:
            code, answer = _exchange(url, body, headers, deadline=begun + _WHOLE)
        except AddressRefused:
            error = "the address is not public"
        except socket.gaierror:
            error = "the name can't be resolved"
        except httpcore.TimeoutException:
            error = "no answer in time"
        except (httpcore.NetworkError, httpcore.ProtocolError, OSError, UnicodeError) as refused:
            error = f"{type(refused).__name__}: {refused}"[:100].replace("\0", "")
        elapsed_ms = round((time.monotonic() - begun) * 1000)
        return Answer(elapsed_ms=elapsed_ms, code=code, body=answer, error=error)


def _exchange(
    url: str, body: bytes, headers: Mapping[str, str], *, deadline: float
) -> tuple[int, str]:
    """Return the status and the first kilobyte of the answer; the rest is never read."""
    timeout = {"connect": _CONNECT, "read": _WHOLE, "write": _WHOLE, "pool": _CONNECT}
    told = [("Accept-Encoding", "identity"), ("Connection", "close"), *headers.items()]
    backend = GuardedBackend(deadline)
    with (
        httpcore.ConnectionPool(ssl_context=_tls(), network_backend=backend) as pool,
        pool.stream(
            "POST", url, headers=told, content=body, extensions={"timeout": timeout}
        ) as answer,
    ):
        kept = b""
        # The status has come, and with it the acknowledgement: how it is put is no matter.
        with suppress(httpcore.TimeoutException, httpcore.NetworkError, httpcore.ProtocolError):
            for part in answer.iter_stream():
                kept += part
                if len(kept) >= _KEPT_BYTES:
                    break
        text = kept[:_KEPT_BYTES].decode(errors="ignore").replace("\0", "")
        return answer.status, text


class GuardedBackend(httpcore.SyncBackend):
    """Connects to public addresses only, and to the very one that was looked at."""

    def __init__(self, deadline: float) -> None:
        super().__init__()
        self._deadline = deadline

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        """Resolve the name, look at what it leads to, and connect.

        Raises:
            AddressRefused: Any of its addresses is not public.
        """
        failure: Exception = AddressRefused()
        for address in _looked_at(host, port):
            patience = _left(self._deadline, timeout)
            if patience <= 0:
                raise httpcore.ConnectTimeout
            try:
                stream = super().connect_tcp(address, port, patience, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
            else:
                return HurriedStream(stream, self._deadline)
        raise failure

    def connect_unix_socket(
        self,
        path: str,
        timeout: float | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        """Refuse: no endpoint is a file of ours."""
        raise AddressRefused


class HurriedStream(httpcore.NetworkStream):
    """A stream on which everything is over at one moment, however slowly the other side talks."""

    def __init__(self, stream: httpcore.NetworkStream, deadline: float) -> None:
        self._stream, self._deadline = stream, deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """Read what is there, while there is time."""
        if (patience := _left(self._deadline, timeout)) <= 0:
            raise httpcore.ReadTimeout
        return self._stream.read(max_bytes, patience)

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Write, while there is time."""
        if (patience := _left(self._deadline, timeout)) <= 0:
            raise httpcore.WriteTimeout
        self._stream.write(buffer, patience)

    def close(self) -> None:
        """Hang up."""
        self._stream.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        """Go on under TLS; the certificate is held to the name, not to the address."""
        if (patience := _left(self._deadline, timeout)) <= 0:
            raise httpcore.ConnectTimeout
        secured = self._stream.start_tls(ssl_context, server_hostname, patience)
        return HurriedStream(secured, self._deadline)

    def get_extra_info(self, info: str) -> Any:
        """Tell what the stream knows of itself."""
        return self._stream.get_extra_info(info)


def _looked_at(host: str, port: int) -> list[str]:
    """Return the addresses of a name, each once.

    Raises:
        AddressRefused: Any of them is not public, and that is not allowed here.
    """
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
    if not settings.WEBHOOKS_MAY_BE_PRIVATE and not all(map(is_public, addresses)):
        raise AddressRefused
    return addresses


def _left(deadline: float, timeout: float | None) -> float:
    left = deadline - time.monotonic()
    return left if timeout is None else min(left, timeout)


@cache
def _tls() -> ssl.SSLContext:
    return httpx.create_ssl_context(trust_env=False)
