import asyncio
import hashlib
import hmac
import json
import time
from urllib.parse import parse_qsl

from telegram import (
    BotCommand,
    BotCommandScopeChat,
    LabeledPrice,
    MenuButtonWebApp,
    WebAppInfo,
)

from bot.simulator.client import ANNA, JOHN
from tests.simulator.conftest import with_bot
from tests.simulator.support import refused
from tests.simulator_support import TOKEN


class TestProfile:
    def test_commands_by_language(self, sim, anna):
        async def dress(bot):
            await bot.set_my_commands([BotCommand("start", "Start")])
            await bot.set_my_commands([BotCommand("start", "Начать")], language_code="ru")
            await bot.set_my_description("Магазин", language_code="ru")
            web = WebAppInfo("http://localhost:8000/app/")
            await bot.set_chat_menu_button(menu_button=MenuButtonWebApp("Магазин", web))

        with_bot(sim, dress)

        face = sim.get("interface", user=ANNA)
        assert face["commands"][0]["description"] == "Начать"
        assert face["description"] == "Магазин"
        assert face["menu_button"]["text"] == "Магазин"
        assert sim.get("interface", user=JOHN)["commands"][0]["description"] == "Start"

    def test_commands_of_one_chat_only_where_the_bot_is_known(self, sim, anna):
        def listing(chat_id):
            scope = BotCommandScopeChat(chat_id)
            return lambda bot: bot.set_my_commands([BotCommand("stats", "Sales")], scope=scope)

        with_bot(sim, listing(ANNA))

        assert sim.get("interface", user=ANNA)["commands"][0]["command"] == "stats"
        assert "chat not found" in refused(sim, listing(JOHN)).lower()

    def test_refuses_capital_commands(self, sim):
        job = lambda bot: bot.set_my_commands([("Start", "x")])  # noqa: E731

        assert refused(sim, job).lower() == "bot_command_invalid"


class TestPayments:
    def invoice(self, sim):
        return with_bot(
            sim,
            lambda bot: bot.send_invoice(
                ANNA,
                "Заказ",
                "Пельмени",
                "order-1",
                "RUB",
                [LabeledPrice("Заказ", 150000)],
                provider_token="provider",
            ),
        )

    def test_asks_the_bot_then_tells_it(self, sim, anna):
        message = self.invoice(sim)

        async def serve(bot):
            seen = await bot.get_updates()
            paying = asyncio.create_task(asyncio.to_thread(anna.pays, message.message_id))
            updates = await bot.get_updates(offset=seen[-1].update_id + 1, timeout=5)
            query = updates[0].pre_checkout_query
            await query.get_bot().answer_pre_checkout_query(query.id, ok=True)
            return query, await paying, await bot.get_updates(offset=updates[0].update_id + 1)

        query, outcome, after = with_bot(sim, serve)

        assert (query.invoice_payload, query.total_amount) == ("order-1", 150000)
        assert outcome["status"] == "paid"
        assert after[0].message.successful_payment.invoice_payload == "order-1"

    def test_fails_when_the_bot_is_silent(self, sim, anna):
        message = self.invoice(sim)
        sim.post("settings", precheckout=0.2)

        assert anna.pays(message.message_id)["reason"] == "BOT_PRECHECKOUT_TIMEOUT"


class TestInitData:
    def test_is_signed_as_telegram_documents(self, sim):
        fields = dict(parse_qsl(sim.init_data(ANNA), strict_parsing=True))

        signature = fields.pop("hash")
        check = "\n".join(f"{name}={fields[name]}" for name in sorted(fields))
        secret = hmac.digest(b"WebAppData", TOKEN.encode(), hashlib.sha256)
        assert hmac.digest(secret, check.encode(), hashlib.sha256).hex() == signature
        assert json.loads(fields["user"])["id"] == ANNA
        assert abs(int(fields["auth_date"]) - time.time()) < 60

    def test_launch_address_carries_it(self, sim):
        url = sim.get("web-app", user=ANNA, url="http://localhost/app/", theme="dark")["url"]

        fragment = dict(parse_qsl(url.partition("#")[2]))
        assert "hash=" in fragment["tgWebAppData"]
        assert json.loads(fragment["tgWebAppThemeParams"])["bg_color"] == "#212121"
