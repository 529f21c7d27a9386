"""The webhook stores and says 200; it never says 200 before the update is safe."""

import json
from unittest import mock

import pytest
from django.db import OperationalError

from bot.models import InboxUpdate
from tests.bot.test_inbox import message

pytestmark = pytest.mark.django_db
SECRET = {"X-Telegram-Bot-Api-Secret-Token": "webhook-secret-for-tests"}


def post(client, body, headers):
    data = body if isinstance(body, str | bytes) else json.dumps(body)
    return client.post(
        "/webhooks/telegram/", data, content_type="application/json", headers=headers
    )


class TestTelegramWebhook:
    def test_stores_an_update_once_however_often_it_comes(self, client):
        answers = [post(client, message(5), SECRET).status_code for _ in range(3)]

        assert answers == [200, 200, 200]
        assert InboxUpdate.objects.count() == 1

    @pytest.mark.parametrize(
        "headers",
        [{}, {"X-Telegram-Bot-Api-Secret-Token": "wrong"},
         {"X-Telegram-Bot-Api-Secret-Token": "пароль"}],
    )  # fmt: skip
    def test_refuses_a_stranger_and_stores_nothing(self, client, headers):
        assert post(client, message(5), headers).status_code == 403
        assert not InboxUpdate.objects.exists()

    def test_refuses_everybody_where_no_secret_is_set(self, client, settings):
        settings.TELEGRAM_WEBHOOK_SECRET = ""

        answer = post(client, message(5), {"X-Telegram-Bot-Api-Secret-Token": ""})

        assert answer.status_code == 403

    @pytest.mark.parametrize("body", ["{", "[]", "{}", b"\xff\xfe", '{"update_id": "1"}'])
    def test_refuses_what_is_no_update(self, client, body):
        assert post(client, body, SECRET).status_code == 400

    def test_asks_to_come_again_when_the_database_is_away(self, client):
        away = mock.patch("bot.views.store_updates", side_effect=OperationalError("away"))
        with away:
            answer = post(client, message(5), SECRET)

        assert answer.status_code == 503
        assert answer.headers["Retry-After"]

    def test_is_for_posts_only(self, client):
        assert client.get("/webhooks/telegram/").status_code == 405
