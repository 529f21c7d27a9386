"""Whatever people send, press or forge gets an answer that helps."""

import time

import pytest
from django.db import OperationalError

from apps.cart.models import CartItem
from apps.core.time import now
from apps.notifications import services as notifications
from apps.orders.models import Order
from apps.users.models import User
from bot.models import Dialogue, InboxUpdate
from bot.simulator.client import ANNA, IVAN, OLGA, STAFF_GROUP_ID, shown_text
from tests import factories
from tests.bot.support import running_bot

pytestmark = pytest.mark.django_db(transaction=True)


class TestStart:
    def test_greets_a_russian_and_an_english_customer(self, anna, john):
        anna.starts()
        john.starts()

        assert "Hello, John!" in john.sees("Hello")["text"]
        anna.sees("Анна")
        assert dict(User.objects.values_list("first_name", "language")) == {
            "Анна": "ru", "John": "en",
        }  # fmt: skip

    def test_names_the_shop_in_the_language_of_each_chat(self, bot, anna, john):
        def button(person):
            return bot.get("interface", user=person.user_id)["menu_button"].get("text")

        anna.starts()
        anna.sees("Анна")
        john.starts()
        john.sees("Hello, John!")
        bot.wait_for(lambda: button(john) == "Shop", what="the button in English")
        assert button(anna) != "Shop"

        anna.presses("Русский · English")
        anna.presses("English")
        bot.wait_for(lambda: button(anna) == "Shop", what="the button in English, for Anna too")

    def test_ignores_a_link_that_leads_nowhere(self, john):
        for payload in ("", "p-999999", "nonsense", "order-1", "p-" + "9" * 60):
            john.starts(payload)

        john.sees("Hello, John!")

    def test_changes_the_language(self, anna):
        anna.starts()
        anna.presses("Русский · English")
        anna.presses("English")

        assert "What would you like?" in anna.sees("Hello, Анна")["text"]
        assert User.objects.get().language == "en"


class TestEverythingElse:
    def test_gets_a_kind_answer(self, john):
        john.starts()
        for kind in ("voice", "sticker", "document"):
            john.sim.post(
                "file", user_id=john.user_id, chat_id=john.chat_id, kind=kind, data="AAAA"
            )
            john.sees("only read words")
        john.shares_location(55.75, 37.61)
        john.sees("A nice place!")
        john.says("/nonsense")
        john.sees("I don't know this command")
        john.says("x" * 4096)
        john.sees("Nothing found")

    def test_keeps_one_screen(self, john):
        john.starts()
        john.says("one")
        john.says("two")
        john.says("/menu")
        john.sees("What would you like?")

        def one_left() -> bool:
            return len([m for m in john.messages() if m["from"]["is_bot"]]) == 1

        john.sim.wait_for(one_left, what="one screen only")

    def test_survives_a_name_that_would_break_a_message(self, bot):
        mallory = bot.new_person("<b>&\u202e</a>\u2066", language_code="en")

        mallory.starts()

        assert "<b>&</a>" in mallory.sees("Hello")["text"]

    def test_finds_what_was_typed_with_a_typo(self, dumplings, john, anna):
        john.says("dumplngs")
        john.sees("Found 1 product")
        john.presses("Siberian dumplings")
        john.presses("Back")
        john.sees("Found 1 product")
        anna.says("пельмнеи")
        anna.presses("Пельмени Сибирские")

    def test_has_help_and_privacy(self, john):
        john.says("/help")
        john.sees("How it works")
        john.says("/privacy")
        john.sees("Your data")
        john.says("/cart")
        john.sees("Your cart is empty")
        john.says("/orders")
        john.sees("You have no orders yet")


class TestButtons:
    @pytest.mark.parametrize(
        "data",
        ["", "0:menu", "1:unknown", "1:prod", "1:prod:x:y", "1:put:1:1:99999999999999999999:m",
         "1:list:999:1", "1:place:x:100", "1:slot:x:1", "1:method:x:teleport", "1:speak:xx",
         "1:staff-confirm:1", "1:change:x:all", "1:" + "z" * 60],
    )  # fmt: skip
    def test_that_are_forged_or_old_answer_and_harm_nothing(self, john, data):
        john.starts()
        screen = john.sees("Hello")

        answer = john.forges(data or "1", message_id=screen["message_id"])

        assert answer["text"]
        assert "What would you like?" in john.sees("What would you like?")["text"]
        assert not Order.objects.exists()
        assert not InboxUpdate.objects.exclude(last_error="").exists()

    @pytest.mark.parametrize("data", ["0:menu", "1:order:999", "1:slot:x:1"])
    def test_that_lead_nowhere_bring_the_menu_that_they_promise(self, john, data):
        john.starts()
        john.presses("💬")
        screen = john.sees("How it works")

        john.forges(data, message_id=screen["message_id"])

        john.sim.wait_for(
            lambda: [m for m in john.messages() if m["from"]["is_bot"]][-1]["text"].endswith(
                "What would you like?"
            ),
            what="the menu",
        )  # fmt: skip

    def test_of_a_stranger_show_nothing_of_theirs(self, john):
        order = factories.OrderFactory()
        john.starts()
        screen = john.sees("Hello")

        for action in ("order", "cancel", "cancel-yes", "repeat"):
            answer = john.forges(f"1:{action}:{order.pk}", message_id=screen["message_id"])
            assert answer["alert"], action
            screen = john.sees("What would you like?")

        order.refresh_from_db()
        assert order.status == "placed"
        assert not any(order.number in shown_text(m) for m in john.messages())

    def test_of_a_checkout_that_is_over_lead_back(self, regular, dumplings, anna):
        anna.starts()
        anna.forges("1:place:abcdefabcdef:79900", message_id=anna.sees()["message_id"])

        assert not Order.objects.exists()

    def test_of_the_cart_stop_at_the_stock(self, john):
        variant = factories.stocked_variant(quantity=2)
        john.starts(f"p-{variant.product_id}")
        john.presses("🛒 ")
        john.presses("+")
        refused = john.presses("+")

        assert refused["alert"]
        assert "Only 2 left" in refused["text"]
        assert CartItem.objects.get().quantity == 2
        john.presses("🛒")
        john.presses("−")
        john.presses("−")
        john.sees("Your cart is empty")


class TestPictures:
    def test_are_uploaded_once_and_then_named(self, dumplings, john):
        from io import BytesIO

        from PIL import Image

        from apps.catalog.models import ProductImage
        from apps.catalog.services import add_image

        picture = BytesIO()
        Image.new("RGB", (600, 400), "navy").save(picture, "PNG")
        add_image(product_id=dumplings.product_id, content=picture.getvalue())

        john.starts(f"p-{dumplings.product_id}")
        assert "photo" in john.sees("Siberian dumplings")
        john.presses("Back")
        john.presses(
            "Siberian"
            if "Siberian" in " ".join(john.buttons())
            else dumplings.product.category.name_en
        )
        known = ProductImage.objects.get().telegram_file_id
        assert known
        john.starts(f"p-{dumplings.product_id}")
        john.sees("Siberian dumplings")
        assert any(known in str(call["params"]) for call in john.sim.calls("sendPhoto"))


class TestTheStaffGroup:
    @pytest.fixture
    def order(self, bot, regular, dumplings, anna):
        from tests.bot.test_buying import check_out, put_into_cart

        put_into_cart(anna, dumplings)
        check_out(anna)
        anna.presses("✅")
        order = Order.objects.get()
        notifications.deliver_due(now=now())
        return order

    def test_confirms_an_order_by_whoever_may(self, bot, order):
        factories.StaffFactory(role="manager", telegram_id=OLGA)
        olga, stranger = (bot.person(p, chat_id=STAFF_GROUP_ID) for p in (OLGA, IVAN))
        olga.sees(order.number)

        refused = stranger.presses("✅")
        done = olga.presses("✅")

        assert refused["alert"]
        assert order.number in done["text"]
        order.refresh_from_db()
        assert order.status == "confirmed"

    def test_cancels_after_a_second_press(self, bot, order):
        factories.StaffFactory(role="manager", telegram_id=OLGA)
        olga = bot.person(OLGA, chat_id=STAFF_GROUP_ID)
        olga.presses("❌")
        olga.presses("⬅️")
        notifications.deliver_due(now=now())
        olga.presses("❌ ")
        order.refresh_from_db()
        assert order.status == "placed"
        olga.presses("❌")

        order.refresh_from_db()
        assert order.status == "cancelled"


class TestTrouble:
    def test_with_telegram_is_tried_again(self, bot, john):
        john.starts()
        john.sees("Hello")
        bot.fault("sendMessage", "error", code=500, times=1)
        john.says("/help")

        john.sees("How it works", seconds=20)

    def test_with_too_many_messages_waits(self, bot, john):
        john.starts()
        john.sees("Hello")
        bot.fault("sendMessage", "error", code=429, retry_after=1, times=1)
        john.says("/help")

        john.sees("How it works", seconds=20)

    def test_with_a_blocked_bot_is_remembered_and_forgotten(self, john):
        john.starts()
        john.sees("Hello")
        john.blocks()
        _await_blocked(True)
        john.blocks(blocked=False)
        _await_blocked(False)

    def test_with_an_account_that_was_closed_is_said_and_sells_nothing(self, john, dumplings):
        john.starts()
        screen = john.sees("Hello")
        User.objects.update(is_active=False)

        pressed = john.forges(f"1:put:1:{dumplings.pk}:1:1", message_id=screen["message_id"])
        john.says("/cart")

        assert pressed["alert"]
        assert "This account is closed" in pressed["text"]
        assert "reply_markup" not in john.sees("This account is closed")
        assert not CartItem.objects.exists()

    def test_with_the_database_is_said_once(self, john, monkeypatch):
        john.starts()
        john.sees("Hello")

        def fail(**_facts):
            raise OperationalError("the database does not answer")

        monkeypatch.setattr("bot.services.receive", fail)
        john.says("/cart")
        john.sees("The shop is resting")
        monkeypatch.undo()
        john.says("/help")
        john.sees("How it works")

        told = [shown_text(m) for m in john.messages() if m["from"]["is_bot"]]
        assert len([text for text in told if "resting" in text or "went wrong" in text]) == 1

    def test_with_a_press_that_is_too_old_is_no_error(self, john, caplog):
        john.starts()
        screen = john.sees("Hello")
        john.sim.fault(
            "answerCallbackQuery", "error", code=400, times=1,
            description="Query is too old and response timeout expired or query id is invalid",
        )  # fmt: skip
        john.sim.post(
            "press", user_id=john.user_id, chat_id=john.chat_id,
            message_id=screen["message_id"], data="1:order:1",
        )  # fmt: skip
        john.says("/help")
        john.sees("How it works")

        assert not [r for r in caplog.records if r.levelname == "ERROR"]

    def test_of_a_deleted_screen_brings_a_new_one(self, john):
        john.starts()
        screen = john.sees("Hello")
        Dialogue.objects.update(screen_message_id=999999)

        john.presses("💬", message_id=screen["message_id"])

        john.sees("How it works")

    def test_of_a_restart_loses_no_update(self, transactional_db, sim):
        anna = sim.person(ANNA)
        with running_bot():
            anna.starts()
            anna.sees("Анна")
        anna.says("/help")
        with running_bot():
            anna.sees("/privacy", seconds=20)


def _await_blocked(expected: bool) -> None:
    deadline = time.monotonic() + 10
    while (User.objects.get().blocked_bot_at is not None) != expected:
        assert time.monotonic() < deadline
        time.sleep(0.05)
