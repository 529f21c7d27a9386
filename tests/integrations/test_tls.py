"""Over https, as in production: the certificate is held to the name, not to the address."""

import socket
import ssl
import subprocess

import pytest

from apps.integrations.gateways import http
from apps.integrations.gateways.http import HttpSender
from tests.integrations.conftest import Listening


@pytest.fixture
def certificate(tmp_path):
    """A certificate for hooks.example.com that nobody but this test trusts."""
    pair = (tmp_path / "cert.pem", tmp_path / "key.pem")
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
         "-nodes", "-days", "1", "-subj", "/CN=hooks.example.com",
         "-addext", "subjectAltName=DNS:hooks.example.com", "-out", pair[0], "-keyout", pair[1]],
        check=True, capture_output=True,
    )  # fmt: skip
    return pair


@pytest.fixture
def secured(certificate, settings, monkeypatch):
    """A receiver under TLS; every name leads to it."""
    settings.WEBHOOKS_MAY_BE_PRIVATE = True
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate)
    with Listening(lambda sock: context.wrap_socket(sock, server_side=True), "https") as it:
        found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", it.port))]
        monkeypatch.setattr(http.socket, "getaddrinfo", lambda *_a, **_k: found)
        yield it


def post(receiver, name):
    url = f"https://{name}:{receiver.port}/"
    return HttpSender().post(url, body=b"{}", headers={})


class TestHttpSender:
    def test_sends_to_whom_the_certificate_names(self, secured, certificate, monkeypatch):
        trusting = ssl.create_default_context(cafile=certificate[0])
        monkeypatch.setattr(http, "_tls", lambda: trusting)

        assert post(secured, "hooks.example.com").code == 204
        assert secured.got[0][0]["Host"] == f"hooks.example.com:{secured.port}"

    def test_sends_nothing_to_anybody_else(self, secured, certificate, monkeypatch):
        trusting = ssl.create_default_context(cafile=certificate[0])
        monkeypatch.setattr(http, "_tls", lambda: trusting)

        answer = post(secured, "other.example.com")

        assert answer.code is None
        assert "certificate" in answer.error.lower()
        assert secured.got == []

    def test_trusts_no_certificate_of_its_own_making(self, secured):
        answer = post(secured, "hooks.example.com")

        assert answer.code is None
        assert secured.got == []
