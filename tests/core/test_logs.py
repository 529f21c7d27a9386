import io
import logging

import pytest

from frozenfood.settings.environment import Environment
from frozenfood.settings.logs import (
    RedactingFormatter,
    StrangersMistakesFilter,
    known_secrets,
    redact,
)

TOKEN = "123456789:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsawx"


class TestRedact:
    @pytest.mark.parametrize(
        "line",
        [
            f"POST https://api.telegram.org/bot{TOKEN}/sendMessage",
            f"https://api.telegram.org/file/bot{TOKEN}/a.jpg {TOKEN}",
            "postgresql://shop:AAHdqTcvCH1v@db:5432/shop",
            "redis://:AAHdqTcvCH1v@cache/0",
            "Authorization: Bearer AAHdqTcvCH1v.AAHdqTcvCH1v.AAHdqTcvCH1v",
            "{'Authorization': 'Bearer AAHdqTcvCH1v.AAHdqTcvCH1v.AAHdqTcvCH1v'}",
        ],
    )
    def test_hides_tokens_and_passwords(self, line):
        assert "AAHdqTcvCH1v" not in redact(line)

    def test_leaves_the_rest(self):
        line = "GET http://shop.example:8000/api/v1/orders/12345678:9 → 200"

        assert redact(line) == line


class TestRedactingFormatter:
    def test_hides_every_secret_of_the_environment_in_a_traceback_too(self, monkeypatch):
        monkeypatch.setenv("DJANGO_SECRET_KEY", "the-secret-key-of-this-shop")
        monkeypatch.setenv("TELEGRAM_BOT_TOKEN", TOKEN)
        monkeypatch.setenv("DATABASE_URL", "postgresql://shop:pass-of-the-db@db/shop")
        stream = io.StringIO()
        handler = logging.StreamHandler(stream)
        handler.setFormatter(RedactingFormatter(secrets=known_secrets(Environment())))
        logger = logging.getLogger("tests.redaction")
        logger.addHandler(handler)

        try:
            raise RuntimeError(f"{TOKEN} the-secret-key-of-this-shop")
        except RuntimeError:
            logger.exception("at %s", "postgresql://shop:pass-of-the-db@db/shop")

        text = stream.getvalue()
        assert "RuntimeError" in text
        for secret in (TOKEN, "the-secret-key", "pass-of-the-db"):
            assert secret not in text


class TestStrangersMistakes:
    def test_are_one_line_and_no_error_of_ours(self, client, settings):
        settings.ALLOWED_HOSTS = ["shop.example"]
        stream = io.StringIO()
        handler = logging.StreamHandler(stream)
        handler.setFormatter(logging.Formatter("%(levelname)s %(message)s"))
        handler.addFilter(StrangersMistakesFilter())
        logger = logging.getLogger("django.security")
        logger.addHandler(handler)

        try:
            client.get("/api/v1/cart", HTTP_HOST="evil.example")
        finally:
            logger.removeHandler(handler)

        (line,) = stream.getvalue().splitlines()
        assert line.startswith("WARNING Invalid HTTP_HOST header: 'evil.example'")

    def test_are_filtered_before_they_are_written(self, settings):
        assert "strangers" in settings.LOGGING["handlers"]["stderr"]["filters"]
