import socket
import threading
import time
from contextlib import contextmanager, suppress

import pytest

from apps.integrations.addresses import is_fit, is_public
from apps.integrations.gateways import http
from apps.integrations.gateways.http import HttpSender

PRIVATE = [
    "127.0.0.1", "127.255.255.254", "0.0.0.0", "10.1.2.3", "172.16.0.1", "192.168.1.1",
    "169.254.169.254", "100.100.100.200", "100.64.0.1", "168.63.129.16", "192.0.0.192",
    "198.18.0.1", "224.0.0.1", "240.0.0.1", "255.255.255.255", "::", "::1", "fe80::1",
    "fe80::1%eth0", "fc00::1", "fd00:ec2::254", "ff02::1", "::ffff:127.0.0.1",
    "::ffff:169.254.169.254", "::ffff:10.0.0.1", "::127.0.0.1", "64:ff9b::a00:1",
    "64:ff9b::7f00:1", "2002:7f00:1::", "2001::1", "fec0::1", "2001:db8::1", "not-an-address", "",
]  # fmt: skip


class TestIsPublic:
    @pytest.mark.parametrize("address", PRIVATE)
    def test_refuses_what_is_not_the_internets(self, address):
        assert not is_public(address)

    @pytest.mark.parametrize("address", ["1.1.1.1", "93.184.216.34", "2606:4700:4700::1111",
                                         "::ffff:1.1.1.1"])  # fmt: skip
    def test_takes_what_is(self, address):
        assert is_public(address)


class TestIsFit:
    @pytest.mark.parametrize(
        "url",
        [
            "http://example.com/", "ftp://example.com/", "https://", "https:///x", "example.com",
            "https://user@example.com/", "https://user:password@example.com/", "//example.com/",
            "https://example.com/#part", "https://example.com:99999/", "https://example.com:a/",
            "https://exa mple.com/", "https://example.com\\@evil.example/", "https://пример.рф/",
            "https://example.com/\n", "https://example.com/\x00", "javascript:alert(1)",
            "file:///etc/passwd", "https://[::1/", "https://" + "a" * 500 + ".com/",
            *(f"https://{a}/" for a in ("127.0.0.1", "10.0.0.1", "169.254.169.254", "[::1]",
                                        "[::ffff:127.0.0.1]", "[fd00:ec2::254]")),
        ],
    )  # fmt: skip
    def test_refuses(self, url):
        assert not is_fit(url, may_be_private=False)

    @pytest.mark.parametrize(
        "url",
        [
            "https://example.com/", "https://example.com:8443/a?b=c", "https://1.1.1.1/",
            "https://xn--e1afmkfd.xn--p1ai/",
        ],
    )  # fmt: skip
    def test_takes(self, url):
        assert is_fit(url, may_be_private=False)

    def test_takes_a_developers_machine_only_where_that_is_allowed(self):
        assert is_fit("http://127.0.0.1:9000/hooks", may_be_private=True)
        assert not is_fit("http://127.0.0.1:9000/hooks", may_be_private=False)


def resolving(monkeypatch, *answers):
    """Let the names of the internet resolve to these, one list a question."""
    asked = []

    def getaddrinfo(host, port, *_args, **_kwargs):
        asked.append(host)
        found = answers[min(len(asked), len(answers)) - 1]
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, port)) for one in found]

    monkeypatch.setattr(http.socket, "getaddrinfo", getaddrinfo)
    return asked


def post(url):
    return HttpSender().post(url, body=b"{}", headers={})


class TestHttpSender:
    """Fault 50: nothing leaves for a private network, whatever a name resolves to."""

    @pytest.mark.parametrize("address", PRIVATE[:-2])
    def test_sends_nothing_to_a_name_that_leads_inside(self, monkeypatch, address):
        dialled = dialling(monkeypatch)
        resolving(monkeypatch, [address])

        answer = post("https://inside.example.com/")

        assert (answer.code, answer.error) == (None, "the address is not public")
        assert dialled == []

    def test_sends_nothing_where_only_one_of_the_addresses_is_public(self, monkeypatch):
        dialled = dialling(monkeypatch)
        resolving(monkeypatch, ["1.1.1.1", "127.0.0.1"])

        assert post("https://both.example.com/").error == "the address is not public"
        assert dialled == []

    def test_connects_to_the_very_address_that_it_looked_at(self, monkeypatch):
        """A name that leads inside when it is asked again is never asked again."""
        dialled = dialling(monkeypatch)
        asked = resolving(monkeypatch, ["93.184.216.34"], ["127.0.0.1"])

        answer = post("https://rebinding.example.com/")

        assert asked == ["rebinding.example.com"]
        assert dialled == [("93.184.216.34", 443)]
        assert answer.code is None

    @pytest.mark.parametrize(
        "literal", ["2130706433", "0x7f.1", "127.1", "0177.0.0.1", "localhost"]
    )
    def test_is_not_deceived_by_other_spellings(self, monkeypatch, literal):
        dialled = dialling(monkeypatch)

        assert post(f"https://{literal}/").code is None
        assert dialled == []

    def test_follows_no_redirect(self, receiver):
        receiver.status, receiver.headers = 302, {"Location": f"{receiver.url}/elsewhere"}

        assert post(receiver.url).code == 302
        assert len(receiver.got) == 1

    def test_heeds_no_proxy_of_the_environment(self, receiver, monkeypatch):
        for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY", "https_proxy"):
            monkeypatch.setenv(name, "http://127.0.0.1:9")

        assert post(receiver.url).code == 204

    def test_keeps_the_first_kilobyte_and_never_a_nul(self, receiver):
        receiver.status, receiver.body = 500, "\0ё".encode() + b"a" * 1_000_000

        answer = post(receiver.url)

        assert answer.code == 500
        assert answer.body == "ё" + "a" * 1021

    def test_gives_up_on_who_answers_a_drop_at_a_time(self, settings, monkeypatch):
        settings.WEBHOOKS_MAY_BE_PRIVATE = True
        monkeypatch.setattr(http, "_WHOLE", 0.4)

        with dripping() as port:
            answer = post(f"http://127.0.0.1:{port}/")

        assert (answer.code, answer.error) == (None, "no answer in time")
        assert 300 < answer.elapsed_ms < 1500

    def test_takes_a_status_whose_body_never_ends(self, receiver, monkeypatch):
        monkeypatch.setattr(http, "_WHOLE", 0.4)
        receiver.status, receiver.body, receiver.pause = 200, b"x" * 500, 0.1

        answer = post(receiver.url)

        assert (answer.code, answer.error) == (200, "")
        assert answer.elapsed_ms < 1500

    def test_says_what_is_wrong_with_who_is_not_there(self, receiver):
        refused = post("http://127.0.0.1:9/")

        assert refused.code is None
        assert refused.error


@contextmanager
def dripping():
    """Run a server that goes on with its headers for ever, a letter at a time."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def drip():
            with suppress(OSError):
                caller, _address = server.accept()
                caller.sendall(b"HTTP/1.1 200 OK\r\nX-Long: ")
                for _ in range(100):
                    time.sleep(0.05)
                    caller.sendall(b"x")

        thread = threading.Thread(target=drip, daemon=True)
        thread.start()
        yield server.getsockname()[1]
    thread.join(5)


def dialling(monkeypatch):
    """Let nobody be reached, and note who was dialled."""
    dialled = []

    def create_connection(address, *_args, **_kwargs):
        dialled.append(tuple(address))
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "create_connection", create_connection)
    return dialled
