"""Whatever a person can send gets an answer that helps, and leaves no error behind."""

import logging
from datetime import timedelta

import pytest
from asgiref.sync import async_to_sync

from apps.core.time import now
from apps.orders.models import Order
from apps.users.models import Address, User
from bot.models import Dialogue
from bot.simulator import people
from bot.simulator.client import JOHN, STAFF_GROUP_ID, shown_text
from tests import factories
from tests.bot.in_process import Somebody, Telegram, toast_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("gateway")]

SEA = {"location": {"latitude": 0.0, "longitude": -30.0}}
STICKER = {
    "sticker": {"file_id": "x", "file_unique_id": "y", "type": "regular", "width": 1, "height": 1,
                "is_animated": False, "is_video": False}
}  # fmt: skip
VOICE = {"voice": {"file_id": "x", "file_unique_id": "y", "duration": 3}}
VIDEO = {"video": {"file_id": "x", "file_unique_id": "y", "width": 1, "height": 1, "duration": 3}}
NOTE = {"video_note": {"file_id": "x", "file_unique_id": "y", "length": 1, "duration": 3}}
DICE = {"dice": {"emoji": "🎲", "value": 6}}
POLL = {
    "poll": {"id": "1", "question": "?", "options": [], "total_voter_count": 0, "type": "regular",
             "is_closed": False, "is_anonymous": True, "allows_multiple_answers": False,
             "allows_revoting": False, "members_only": False}
}  # fmt: skip
VENUE = SEA | {"venue": {**SEA, "title": "Raft", "address": "Atlantic"}}
THEIRS = {"contact": {"phone_number": "79160001122", "first_name": "<b", "user_id": 5}}
NOBODYS = {"contact": {"phone_number": "not a number", "first_name": "x", "user_id": JOHN}}
STORY = {"story": {"id": 1, "chat": {"id": 1, "type": "private"}}}
PINNED = {"new_chat_title": "<b"}
GIFT = {"successful_payment": {
    "currency": "XTR", "total_amount": 1, "invoice_payload": "'; drop", "shipping_option_id": "x",
    "telegram_payment_charge_id": "a", "provider_payment_charge_id": "b",
}}  # fmt: skip
ODD = {
    "sticker": STICKER, "voice": VOICE, "video": VIDEO, "video note": NOTE, "dice": DICE,
    "poll": POLL, "place at sea": SEA, "venue at sea": VENUE, "somebody's contact": THEIRS,
    "contact without a number": NOBODYS, "story": STORY, "foreign invoice": GIFT,
    "4096 letters": {"text": "x" * 4096}, "4096 emoji": {"text": "🥟" * 2048},
    "markup": {"text": "<b"}, "closing tag": {"text": "</a>&amp;"}, "a quote": {"text": "'; --"},
    "right to left": {"text": "\u202eabc\u2066"}, "nothing to see": {"text": "\u200b\u2060"},
    "a wish in words": {"text": "three packs of the second one"},
    "a zalgo": {"text": "е" + "\u0301" * 200},
    "percents": {"text": "%s %(name)s {number} \\"}, "a nul": {"text": "a\x00b"},
}  # fmt: skip
# The questions that may wait for an answer, and how one comes to them.
STEPS = ("", "phone", "address", "door", "comment", "code", "code-checkout", "cold")


@pytest.fixture
def telegram():
    made = Telegram()
    async_to_sync(made.begin)()
    return made


@pytest.fixture
def john(telegram, caplog):
    yield Somebody(telegram, JOHN)
    assert telegram.refusals() == []
    assert [r.getMessage() for r in caplog.records if r.levelno >= logging.ERROR] == []


def answers_to(john, content) -> list[str]:
    """Send something and return what the bot wrote since, edited or anew."""
    john.telegram.sim.journal.calls.clear()
    john.sends(content)
    calls = john.telegram.sim.journal.calls
    return [str(c["params"].get("text", "")) for c in calls if c["method"].startswith("send")]


class TestAnythingSent:
    @pytest.mark.parametrize("what", ODD)
    def test_is_answered_with_a_way_on(self, john, what):
        john.says("/start")

        said = answers_to(john, ODD[what])

        assert any(said)
        assert john.labels()
        assert not Order.objects.exists()

    @pytest.mark.parametrize("step", STEPS[1:])
    def test_is_answered_while_a_question_waits(self, john, step):
        john.says("/start")
        person = User.objects.get()
        factories.fill_cart(person, {factories.stocked_variant(5): 1})
        for what, content in ODD.items():
            Dialogue.objects.update(step=step, draft={"key": "abcdefabcdef", "stop": 1})

            said = answers_to(john, content)

            assert any(said), (step, what)

    def test_keeps_the_question_that_waits(self, john):
        john.says("/start")
        Dialogue.objects.update(step="address", draft={"key": "abcdefabcdef"})

        for content in (STICKER, VOICE, DICE, POLL):
            assert "answer the question in words" in answers_to(john, content)[-1]

        assert Dialogue.objects.get().step == "address"
        assert not Address.objects.exists()


class TestNames:
    @pytest.mark.parametrize(
        "name", ["<b", "</a>&", "\u202eevil\u2066", "\u200b", "%s {0}", "x" * 64, "🥟", "{name}"]
    )
    def test_break_no_greeting(self, telegram, john, name):
        telegram.sim.world.people[JOHN].first_name = name

        john.says("/start")

        john.sees("Hello")
        assert "\u202e" not in shown_text(john.sees())


class TestEdits:
    def test_are_said_to_be_unseen(self, telegram, john):
        john.says("/start")
        sent = john.says("dumplngs")
        people.edit(telegram.sim, JOHN, "dumplings", chat_id=None, message_id=sent["message_id"])
        async_to_sync(telegram.work_off)()

        john.sees("see no changes in it")

    def test_of_a_command_begin_nothing_anew(self, telegram, john):
        sent = john.says("/help")
        people.edit(telegram.sim, JOHN, "/start", chat_id=None, message_id=sent["message_id"])
        async_to_sync(telegram.work_off)()

        john.sees("see no changes in it")

    def test_of_a_moving_place_are_left_alone(self, telegram, john):
        john.says("/start")
        telegram.sim.journal.calls.clear()

        john.sends(SEA, kind="edited_message")

        assert not telegram.sim.journal.calls


class TestOtherChats:
    def test_are_not_answered(self, telegram, john):
        group = {"id": STAFF_GROUP_ID, "type": "supergroup", "title": "staff"}
        channel = {"id": -1002, "type": "channel", "title": "news"}
        user = telegram.sim.world.person(JOHN).user()
        text = {"message_id": 5, "date": 1, "text": "hello"}
        poll = {"poll_id": "1", "user": user, "option_ids": [], "option_persistent_ids": []}
        for update in (
            {"channel_post": text | {"chat": channel}},
            {"edited_channel_post": text | {"chat": channel, "edit_date": 2}},
            {"message": text | {"chat": channel | {"id": -5, "type": "group"}, "from": user}},
            {"message": text | {"chat": group, "from": user}},
            {"message": text | {"chat": group, "from": user, "text": "/menu"}},
            {"message": text | {"chat": group, "from": user | {"is_bot": True}}},
            {"poll": POLL["poll"]},
            {"poll_answer": poll},
        ):
            async_to_sync(telegram.deal)({"update_id": 1, **update})

        assert not telegram.sim.journal.calls
        assert not User.objects.exists()


class TestOldScreens:
    def test_of_three_days_ago_still_answer(self, telegram, john):
        john.says("/start")
        old = john.sees("Hello")
        telegram.sim.world.chats[JOHN].find(old["message_id"]).message["date"] -= 3 * 86400

        query = john.presses("💬")
        john.says("/menu")
        again = john.forges("1:cart", old["message_id"])

        assert toast_of(query) == toast_of(again) == ""
        john.sees("Your cart")

    def test_of_another_checkout_lead_to_the_menu(self, john):
        john.says("/start")

        said = toast_of(john.forges("1:method:abcdefabcdef:delivery"))

        assert "This checkout is over" in said
        john.sees("What would you like?")

    def test_that_were_sent_by_way_of_the_bot_answer(self, telegram, john):
        john.says("/start")
        query = telegram.sim.desk.ask("callback", user_id=JOHN, chat_id=0, message_id=0)
        press = {
            "id": query.id, "from": telegram.sim.world.person(JOHN).user(), "data": "1:cart",
            "inline_message_id": "inline1_1", "chat_instance": "1",
        }  # fmt: skip

        async_to_sync(telegram.deal)({"update_id": 1, "callback_query": press})

        assert toast_of(query)


class TestSomebodyWhoComesBack:
    @pytest.mark.parametrize("content", [{"text": "Lenina 5"}, STICKER, SEA, {"text": "✖️ Cancel"}])
    def test_after_a_week_is_greeted_and_keeps_the_cart(self, john, content):
        john.says("/start")
        factories.fill_cart(User.objects.get(), {factories.stocked_variant(5): 2})
        Dialogue.objects.update(
            step="address", draft={"key": "abcdefabcdef"}, updated_at=now() - timedelta(days=8)
        )

        john.sends(content)

        assert "Good to see you again!" in shown_text(john.sees("Hello, John!"))
        assert "🛒 Cart: 2 packs" in " ".join(john.labels())
        assert not Address.objects.exists()
        assert Dialogue.objects.get().step == ""

    def test_within_the_week_goes_on_where_they_were(self, john):
        john.says("/start")
        factories.fill_cart(User.objects.get(), {factories.stocked_variant(5): 2})
        Dialogue.objects.update(
            step="phone", draft={"key": "abcdefabcdef"}, updated_at=now() - timedelta(days=6)
        )

        john.says("+7 916 123-45-67")

        john.sees("How would you like to get it?")
