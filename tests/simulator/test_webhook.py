import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from telegram.error import BadRequest, Conflict

from tests.simulator.conftest import with_bot


class Receiver(ThreadingHTTPServer):
    """A bot's webhook that refuses as many deliveries as it is told to."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), ReceiverHandler)
        self.url = f"http://127.0.0.1:{self.server_port}/hook"
        self.refuse = 0
        self.seen: list[tuple[str | None, dict]] = []
        self.arrived = threading.Semaphore(0)


class ReceiverHandler(BaseHTTPRequestHandler):
    server: Receiver

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.seen.append((self.headers.get("X-Telegram-Bot-Api-Secret-Token"), body))
        refused = self.server.refuse > 0
        self.server.refuse -= refused
        self.send_response(500 if refused else 200)
        self.send_header("Content-Length", "0")
        self.end_headers()
        self.server.arrived.release()

    def log_message(self, *_: object) -> None:
        """Stay quiet."""


@pytest.fixture
def receiver():
    server = Receiver()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


class TestWebhook:
    def test_delivers_with_the_secret_until_it_is_accepted(self, sim, receiver, anna):
        sim.post("settings", webhook_retry=0.05)
        receiver.refuse = 2

        with_bot(sim, lambda bot: bot.set_webhook(receiver.url, secret_token="s3cret"))

        assert all(receiver.arrived.acquire(timeout=5) for _ in range(3))
        assert [secret for secret, _ in receiver.seen] == ["s3cret"] * 3
        assert len({body["update_id"] for _, body in receiver.seen}) == 1
        info = with_bot(sim, lambda bot: bot.get_webhook_info())
        assert "500" in info.last_error_message

    def test_keeps_the_order_within_a_chat(self, sim, receiver, anna):
        sim.post("settings", webhook_retry=0.05)
        receiver.refuse = 1
        with_bot(sim, lambda bot: bot.set_webhook(receiver.url))

        for text in "abc":
            anna.says(text)

        assert all(receiver.arrived.acquire(timeout=5) for _ in range(5))
        texts = [body["message"]["text"] for _, body in receiver.seen]
        assert texts == ["/start", "/start", "a", "b", "c"]

    def test_excludes_polling(self, sim, receiver):
        with_bot(sim, lambda bot: bot.set_webhook(receiver.url))

        with pytest.raises(Conflict):
            with_bot(sim, lambda bot: bot.get_updates())

    def test_wants_https_from_others(self, sim):
        with pytest.raises(BadRequest, match=r"(?i)https url must be provided"):
            with_bot(sim, lambda bot: bot.set_webhook("http://example.com/hook"))
