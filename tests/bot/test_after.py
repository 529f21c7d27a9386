"""After the order: reviews, invitations, support, the same again, wishes, and goodbye."""

import json
import time

import httpx
import pytest
from django.conf import settings as configured

from apps.core.time import now
from apps.marketing.models import Referral, Review
from apps.notifications import services as notifications
from apps.orders.models import Order
from apps.support.models import Conversation, Remark
from apps.users import selectors as users
from apps.users.models import User
from bot.inbox import lanes_of
from bot.models import InboxUpdate
from bot.simulator.client import ANNA, OLGA, STAFF_GROUP_ID, download_url, shown_text
from tests import factories
from tests.bot.test_courier import a_picture

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def delivered(regular, dumplings):
    order = factories.OrderFactory(customer=regular, status="delivered", lines=0)
    factories.OrderLineFactory(order=order, variant=dumplings, quantity=2, unit_price=650)
    return order


@pytest.fixture
def olga(bot):
    """Olga, who speaks for the shop in the staff group."""
    factories.StaffFactory(role="support", first_name="Ольга", telegram_id=OLGA)
    return bot.person(OLGA, chat_id=STAFF_GROUP_ID)


def carry():
    """Let the outbox send what waits."""
    notifications.deliver_due(now=now())


def wait_until(check):
    """Wait until the bot has done what it shows nobody."""
    deadline = time.monotonic() + 10
    while not check():
        assert time.monotonic() < deadline, "it was not done"
        time.sleep(0.02)


def wait_for_remarks(count):
    wait_until(lambda: Remark.objects.count() >= count)


class TestTheSameAgain:
    def test_takes_three_presses_and_says_what_changed(self, delivered, anna):
        anna.starts()

        anna.presses("🔁 The same again: Siberian dumplings")
        screen = anna.sees("When shall we come?")
        assert "The price went down: 650" in screen["text"]
        anna.presses("–")
        anna.presses("✅ Place the order")

        again = Order.objects.exclude(pk=delivered.pk).get()
        assert again.lines.get().quantity == 2

    def test_says_what_is_gone(self, delivered, dumplings, anna):
        type(dumplings).objects.update(is_active=False)
        anna.starts()

        anna.presses("🔁 The same again")

        anna.sees("No longer sold")
        anna.presses("🏠")


class TestAReview:
    def test_is_given_on_the_card_with_words_and_a_picture(self, delivered, anna, bot):
        anna.starts(f"order-{delivered.pk}")
        anna.presses("How was it?")
        anna.presses("2 ⭐")
        anna.sees("We are sorry")

        anna.presses("Add words")
        anna.says("It was <b>thawed")
        anna.sees("It was <b>thawed")
        anna.presses("Add words")
        anna.sends_photo(a_picture(), caption="look")
        anna.sees("Your picture is with us")

        review = Review.objects.get()
        assert (review.stars, review.words) == (2, "It was <b>thawed\nlook")
        carry()
        card = bot.person(OLGA, chat_id=STAFF_GROUP_ID).sees(delivered.number)
        assert "photo" in card

    def test_can_be_left_without_words(self, delivered, anna):
        anna.starts(f"order-{delivered.pk}")
        anna.presses("How was it?")
        anna.presses("5 ⭐")
        anna.presses("Add words")

        anna.presses("That's all")

        anna.sees("What would you like?")
        assert Review.objects.get().words == ""


class TestAnInvitation:
    def test_is_shared_and_followed(self, regular, anna, john):
        anna.says("/invite")
        link = anna.sees("t.me/")["text"]
        payload = link.split("start=")[1].split()[0]

        john.starts(payload)

        john.sees("has invited you")
        assert Referral.objects.get().inviter == regular
        john.starts("ref_nonsense")
        john.sees("What would you like?")


class TestSupport:
    def test_goes_to_the_group_and_back(self, regular, anna, olga):
        anna.says("/support")
        anna.sees("Write to us")
        anna.says("Were is my <order>?")
        anna.sees("We have it")
        carry()
        asked = olga.sees("Were is my <order>?")
        assert asked["reply_to_message"]["text"].startswith("💬")

        question = next(m for m in anna.messages() if m.get("text", "").startswith("Were"))
        anna.edits(question["message_id"], "Where is my order?")
        anna.sends_photo(a_picture(), caption="this one")
        wait_for_remarks(2)
        carry()
        olga.sees("Where is my order?")
        picture = olga.sees("this one")
        said = olga.says("At your dor", reply_to=picture["message_id"])
        wait_for_remarks(3)
        carry()
        anna.sees("At your dor")
        olga.edits(said["message_id"], "At your door")
        wait_until(Remark.objects.filter(words="At your door").exists)
        carry()

        answer = anna.sees("At your door")
        assert answer["edits"] == 1
        anna.says("Thank you", reply_to=answer["message_id"])
        wait_for_remarks(4)
        carry()
        olga.sees("Thank you")
        anna.presses("It is settled")
        anna.sees("Glad we could help")
        carry()
        assert Conversation.objects.get().closed_at

    def test_is_closed_by_staff_and_begun_again(self, regular, anna, olga):
        anna.says("/support")
        anna.sees("Write to us")
        anna.says("Hello")
        anna.sees("We have it")
        anna.presses("That's all")
        carry()

        olga.presses("✅")
        carry()

        anna.sees("closed the conversation")
        anna.presses("💬 Write to us")
        anna.says("One more thing")
        wait_for_remarks(2)
        assert Conversation.objects.count() == 2

    def test_tells_staff_why_an_answer_can_not_arrive(self, regular, anna, olga):
        anna.says("/support")
        anna.sees("Write to us")
        anna.says("Hello")
        anna.sees("We have it")
        carry()
        card = olga.sees("Hello")
        anna.blocks()
        wait_until(User.objects.filter(telegram_id=ANNA, blocked_bot_at__isnull=False).exists)

        olga.says("Are you there?", reply_to=card["message_id"])

        olga.sees("☝️")
        assert Remark.objects.count() == 1

    def test_is_deaf_to_those_who_do_not_speak_for_the_shop(self, regular, anna, bot):
        courier = bot.person(OLGA, chat_id=STAFF_GROUP_ID)
        factories.StaffFactory(role="courier", telegram_id=OLGA)
        anna.says("/support")
        anna.sees("Write to us")
        anna.says("Hello")
        anna.sees("We have it")
        carry()

        courier.says("Hi", reply_to=courier.sees("Hello")["message_id"])

        courier.sees("☝️")
        assert Remark.objects.count() == 1


class TestWishes:
    def test_are_switched_with_one_press(self, regular, anna):
        anna.says("/settings")
        anna.presses("Offers: on")
        anna.presses("Reminders: on")
        anna.presses("🌙")
        anna.presses("23:00–7:00")

        anna.sees("What we write to you")
        wishes = users.wishes(user_id=regular.pk)
        assert (wishes.offers, wishes.stock, wishes.reminders) == (False, True, False)
        assert (wishes.quiet.starts, wishes.quiet.ends) == (23, 7)


class TestPrivacy:
    def test_hands_everything_out_as_a_file(self, regular, anna, bot):
        anna.says("/privacy")
        anna.presses("My data as a file")

        document = anna.sees("Everything that we know of you")["document"]
        token = configured.TELEGRAM_BOT_TOKEN
        asked = httpx.get(f"{bot.base_url}/bot{token}/getFile?file_id={document['file_id']}")
        path = asked.json()["result"]["file_path"]
        told = json.loads(httpx.get(download_url(bot.base_url, token, path)).content)
        assert told["users"]["profile"]["telegram_id"] == ANNA

    def test_forgets_after_a_second_question(self, regular, anna):
        # What Telegram asks before a payment tells who pays, too.
        InboxUpdate.objects.create(update_id=1, lane=lanes_of(ANNA)[1], payload={"update_id": 1})
        anna.says("/privacy")
        anna.presses("Forget me")
        anna.presses("No, back")
        anna.presses("Forget me")
        anna.presses("Yes, forget me")

        anna.sees("We have forgotten you")
        assert not User.objects.filter(telegram_id=ANNA).exists()
        assert not InboxUpdate.objects.filter(update_id=1).exists()
        anna.starts()
        anna.sees("Здравствуйте")
        assert User.objects.get(telegram_id=ANNA).pk != regular.pk

    def test_waits_for_orders_on_their_way(self, regular, anna):
        factories.OrderFactory(customer=regular)
        anna.says("/privacy")
        anna.presses("Forget me")

        answer = anna.presses("Yes, forget me")

        assert answer["alert"]
        assert User.objects.filter(telegram_id=ANNA).exists()


class TestTheOrderCard:
    def test_names_the_courier_and_leads_to_help(self, regular, anna, dumplings):
        boss = factories.StaffFactory(role="manager")
        courier = factories.StaffFactory(role="courier", first_name="Igor")
        order = factories.packed_order(boss=boss, customer=regular, wanted={dumplings: 2})
        factories.planned_run(order, courier=courier, boss=boss, started=True)

        anna.starts(f"order-{order.pk}")

        card = anna.sees("Your courier: Igor")
        assert order.number in shown_text(card)
        anna.presses("💬 Help")
        anna.sees("Write to us")
        anna.says("Where is he?")
        anna.sees("We have it")
        assert Conversation.objects.get().order == order
