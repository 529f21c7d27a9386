"""A broadcast as customers meet it in the chat, and the webhook that stays ours."""

import asyncio
import logging

import pytest

from apps.cart.models import Cart
from apps.core.time import now
from apps.marketing import services
from apps.marketing.dto import BroadcastDraft
from apps.marketing.errors import NobodyInSegment
from apps.users import selectors as users
from bot import runner
from bot.application import build_application
from bot.models import Lane
from bot.poller import Poller
from bot.simulator.client import ANNA
from tests import factories
from tests.bot.test_buying import check_out, put_into_cart

pytestmark = pytest.mark.django_db(transaction=True)


def broadcast(**more) -> None:
    author = factories.StaffFactory().pk
    draft = BroadcastDraft(
        title="x", text_ru="**Скидка** на всё", text_en="**All** cheaper", **more
    )
    row = services.save_broadcast(draft=draft, actor_id=author)
    services.schedule_broadcast(broadcast_id=row.pk, actor_id=author, now=now())
    services.send_broadcasts(now=now())


class TestABroadcast:
    def test_puts_its_code_into_the_cart(self, regular, dumplings, anna):
        code = factories.make_code("LETO10")
        put_into_cart(anna, dumplings)
        broadcast(button_code_id=code.pk)
        anna.sees("All cheaper")

        anna.presses("🎁 Use the code LETO10")

        anna.sees("🎟 Promo code LETO10, −10\u00a0%: −120")
        assert Cart.objects.get().promo_code == code
        anna.forges("1:use-code:999", message_id=anna.sees("All cheaper")["message_id"])

    def test_opens_its_product_and_is_the_last_one_where_nobody_wants_more(
        self, regular, dumplings, anna
    ):
        anna.starts()
        broadcast(button_product_id=dumplings.product_id)

        anna.presses("👀 Show it", message_id=anna.sees("All cheaper")["message_id"])
        anna.sees("Siberian dumplings")
        anna.presses("🔕 No more offers, please")

        anna.sees("We send you no offers")
        assert not users.accepts_offers(user_id=regular.pk)
        with pytest.raises(NobodyInSegment):
            broadcast()


class TestPlacingAnOrder:
    def test_lets_a_person_be_served_before_strangers(self, regular, dumplings, anna):
        put_into_cart(anna, dumplings)
        assert not Lane.objects.get(pk=ANNA).is_known

        check_out(anna)
        anna.presses("✅")

        assert Lane.objects.get(pk=ANNA).is_known


class TestTheWebhook:
    def test_is_set_again_when_somebody_took_it_away(self, sim, settings, monkeypatch, caplog):
        settings.PUBLIC_URL = "http://127.0.0.1:9"
        monkeypatch.setattr(runner, "_LOOK_SECONDS", 0.05)

        async def watch_over_it() -> str:
            application = build_application()
            await application.initialize()
            await runner._set_webhook(application)
            await application.bot.delete_webhook()
            task = asyncio.create_task(runner._keep_webhook(application))
            for _ in range(100):
                await asyncio.sleep(0.05)
                if url := (await application.bot.get_webhook_info()).url:
                    break
            task.cancel()
            await application.shutdown()
            return url

        assert asyncio.run(watch_over_it()) == "http://127.0.0.1:9/webhooks/telegram/"
        assert "Somebody else took this bot's updates" in caplog.text
        sim._http.post(f"/bot{settings.TELEGRAM_BOT_TOKEN}/deleteWebhook")


class TestASecondPoller:
    def test_is_explained_in_one_sentence(self, sim, settings, caplog):
        url = f"/bot{settings.TELEGRAM_BOT_TOKEN}"
        sim._http.post(f"{url}/setWebhook", json={"url": "http://127.0.0.1:9/"})

        class Leader:
            async def may_poll(self) -> bool:
                return True

        async def poll() -> None:
            task = asyncio.create_task(Poller(Leader()).run())
            await asyncio.sleep(0.5)
            task.cancel()

        with caplog.at_level(logging.WARNING):
            asyncio.run(poll())
        sim._http.post(f"{url}/deleteWebhook")

        [line] = [r.getMessage() for r in caplog.records if r.name == "bot.poller"]
        assert line.startswith("Somebody else fetches this bot's updates, with the same token")
