"""What Telegram is told to show around the chat: by language, by role, by place."""

from io import StringIO

import pytest
from asgiref.sync import async_to_sync
from django.core.management import CommandError, call_command

from apps.core.time import now
from apps.users import services as users
from bot import setup
from bot.management.commands import setup_bot
from bot.simulator import people
from bot.simulator.client import ANNA, IVAN, JOHN, OLGA, STAFF_GROUP_ID
from bot.simulator.methods.profile import commands_for
from tests import factories
from tests.bot.in_process import InProcessRequest, Telegram

pytestmark = pytest.mark.django_db


@pytest.fixture
def telegram():
    made = Telegram()
    async_to_sync(made.begin)()
    return made


def link(telegram, account, role):
    """Let somebody with a role work in an account."""
    person = factories.StaffFactory(role=role)
    code = users.make_staff_link(user_id=person.pk, actor_id=person.pk, now=now())
    people.say(telegram.sim, account, f"/start staff_{code}")
    async_to_sync(telegram.work_off)()
    return person


def listed(telegram, account, language, chat_id=None):
    chat = telegram.sim.world.chats[chat_id or account]
    return {c["command"]: c["description"]
            for c in commands_for(telegram.sim, chat, account, language)}  # fmt: skip


def introduce(telegram):
    return async_to_sync(setup.introduce)(telegram.application.bot)


class TestIntroduce:
    def test_lists_commands_by_language_and_role(self, telegram):
        courier = link(telegram, IVAN, "courier")
        link(telegram, OLGA, "manager")

        assert introduce(telegram) == []

        customer = {
            "menu", "catalog", "cart", "orders", "favourites", "alerts", "support", "invite",
            "settings", "language", "help", "privacy",
        }  # fmt: skip
        assert set(listed(telegram, JOHN, "en")) == customer
        assert set(listed(telegram, ANNA, "ru")) == customer
        assert listed(telegram, ANNA, "de")["cart"] == listed(telegram, JOHN, "en")["cart"]
        assert listed(telegram, ANNA, "ru")["cart"] != listed(telegram, JOHN, "en")["cart"]
        assert set(listed(telegram, IVAN, "ru")) == customer | {"run"}
        assert set(listed(telegram, OLGA, "en")) == customer | {"stats", "stock", "low"}
        group = listed(telegram, OLGA, "ru", STAFF_GROUP_ID)
        assert set(group) == {"stats", "stock", "low"}
        profile = telegram.sim.world.profile
        assert set(profile["description"]) == set(profile["short_description"]) == {"ru", "en", ""}
        assert profile["menu"]

        users.unlink_staff(user_id=courier.pk, now=now())
        assert introduce(telegram) == []
        assert set(listed(telegram, IVAN, "ru")) == customer

    def test_lists_them_as_soon_as_somebody_begins_to_work(self, telegram):
        link(telegram, IVAN, "courier")

        assert "run" in listed(telegram, IVAN, "ru")

    def test_says_what_telegram_refused_and_sets_the_rest(self, telegram):
        telegram.sim.world.chats[STAFF_GROUP_ID].started = False

        refused = introduce(telegram)

        assert set(refused) == {"Chat not found"}
        assert listed(telegram, JOHN, "en")


class TestSetupBot:
    @pytest.fixture
    def _in_process(self, telegram, monkeypatch):
        from django.conf import settings
        from telegram import Bot

        def build():
            return Bot(settings.TELEGRAM_BOT_TOKEN, request=InProcessRequest(telegram.sim),
                       get_updates_request=InProcessRequest(telegram.sim))  # fmt: skip

        monkeypatch.setattr(setup_bot, "build_bot", build)

    @pytest.mark.usefixtures("_in_process")
    def test_sets_everything_up_and_says_so(self, telegram):
        out = StringIO()

        call_command("setup_bot", stdout=out)

        assert "@FrozenFoodBot is set up." in out.getvalue()
        assert listed(telegram, JOHN, "en")

    @pytest.mark.usefixtures("_in_process")
    def test_fails_aloud_where_telegram_refuses(self, telegram):
        telegram.sim.world.chats[STAFF_GROUP_ID].started = False

        with pytest.raises(CommandError, match="Chat not found"):
            call_command("setup_bot")

    def test_wants_a_token(self, settings):
        settings.TELEGRAM_BOT_TOKEN = ""

        with pytest.raises(CommandError, match="BotFather"):
            call_command("setup_bot")
