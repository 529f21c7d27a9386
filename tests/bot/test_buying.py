"""Anna presses, Anna sees: the way from START to an order, and on to her door."""

import pytest

from apps.cart.models import CartItem
from apps.core.time import now
from apps.inventory.models import StockLevel
from apps.notifications import services as notifications
from apps.orders import services as orders
from apps.orders.models import Order
from apps.users.models import Address, User
from bot.simulator.client import ANNA, shown_text
from tests import factories
from tests.bot.conftest import tomorrow

pytestmark = pytest.mark.django_db(transaction=True)
MOSCOW = (55.7558, 37.6173)
NOVOSIBIRSK = (55.0084, 82.9357)


def texts(person) -> list[str]:
    return [m.get("text") or m.get("caption") or "" for m in person.messages()]


def put_into_cart(person, variant) -> None:
    person.starts(f"p-{variant.product_id}")
    person.presses("🛒 ")
    person.presses("+")
    person.presses("🛒")


def check_out(person) -> None:
    """Go from the cart to the last question, as somebody with a phone and an address."""
    person.presses("✅")
    person.presses("🚚")
    person.presses("🏠")
    person.presses("–")


class TestARegular:
    def test_buys_by_buttons_only(self, regular, dumplings, anna):
        type(regular).objects.update(language="ru")
        anna.starts()
        anna.presses("🛍")
        anna.presses(dumplings.product.category.name_ru)
        anna.presses("Пельмени Сибирские")
        anna.presses("🛒 ")
        anna.presses("+")
        anna.presses("−")
        anna.presses("🛒")
        check_out(anna)
        anna.presses("✅")

        order = Order.objects.get(customer=regular)
        assert (order.total, order.source, order.status) == (799, "bot", "placed")
        card = anna.sees(order.number)
        assert len([m for m in anna.messages() if m["from"]["is_bot"]]) == 1
        assert "🕒" in shown_text(card)
        assert not CartItem.objects.exists()

    def test_sees_the_card_follow_the_order(self, regular, dumplings, anna):
        put_into_cart(anna, dumplings)
        check_out(anna)
        anna.presses("✅")
        order = Order.objects.get(customer=regular)
        card = anna.sees(order.number)

        manager = factories.StaffFactory(role="manager")
        orders.confirm_order(order_id=order.pk, actor_id=manager.pk, now=now())
        notifications.deliver_due(now=now())

        edited = next(m for m in anna.messages() if m["message_id"] == card["message_id"])
        assert shown_text(edited) != shown_text(card)
        anna.presses("To the menu")
        assert anna.sees(order.number)

    def test_places_one_order_however_often_the_button_is_pressed(self, regular, dumplings, anna):
        put_into_cart(anna, dumplings)
        check_out(anna)
        screen = anna.sees("Almost done")
        data = screen["reply_markup"]["inline_keyboard"][0][0]["callback_data"]

        anna.presses("✅")
        answer = anna.forges(data, message_id=screen["message_id"])

        assert Order.objects.count() == 1
        assert not answer["alert"]

    def test_is_told_of_a_new_price_before_agreeing_to_it(self, regular, dumplings, anna):
        put_into_cart(anna, dumplings)
        check_out(anna)
        type(dumplings).objects.update(regular_price=700, price=700)

        anna.presses("✅")

        assert not Order.objects.exists()
        anna.sees("Prices changed meanwhile")
        anna.presses("✅")
        assert Order.objects.get().items_total == 700 * 2

    def test_is_led_back_to_the_cart_when_the_last_packs_went(self, regular, dumplings, anna):
        put_into_cart(anna, dumplings)
        check_out(anna)
        StockLevel.objects.update(blocked=9)

        anna.presses("✅")

        anna.sees("☝️")
        anna.presses("👌")
        anna.presses("✅")
        anna.sees("When shall we come")

    def test_chooses_another_window_when_hers_closed(self, regular, dumplings, anna):
        slot = factories.SlotFactory(starts_at=tomorrow(hour=18))
        put_into_cart(anna, dumplings)
        check_out(anna)
        type(slot).objects.exclude(pk=slot.pk).update(closed_reason="holiday")

        anna.presses("✅")

        anna.sees("When shall we come")
        alert = anna.presses("🚫")
        assert alert["alert"]
        assert "holiday" in alert["text"]
        anna.presses("18:00")
        anna.presses("✅")
        assert Order.objects.get().slot == slot

    def test_sees_in_the_cart_what_is_missing_to_a_free_delivery(self, regular, dumplings, anna):
        factories.ZoneFactory()
        put_into_cart(anna, dumplings)

        anna.sees("₽ more and delivery is free")

    def test_fetches_it_herself_and_leaves_a_comment(self, regular, dumplings, anna):
        point = factories.PickupPointFactory()
        put_into_cart(anna, dumplings)
        anna.presses("✅")
        anna.presses("🏪")
        anna.presses(point.name_en)
        anna.presses("💬")
        anna.says("Приду <b>вечером")
        anna.sees("Приду <b>вечером")
        anna.presses("✅")

        order = Order.objects.get()
        assert (order.method, order.comment) == ("pickup", "Приду <b>вечером")
        assert order.pickup_code in shown_text(anna.sees(order.number))

    def test_begins_anew_after_the_bot_was_restarted(self, regular, dumplings, sim):
        from tests.bot.support import running_bot

        anna = sim.person(ANNA)
        with running_bot():
            put_into_cart(anna, dumplings)
            anna.presses("✅")
            anna.presses("🚚")
        with running_bot():
            anna.presses("🏠")
            anna.presses("–")
            anna.presses("✅")

        assert Order.objects.get().customer == regular


class TestANewCustomer:
    def test_shares_a_contact_and_types_an_address(self, dumplings, john):
        put_into_cart(john, dumplings)
        john.presses("✅")
        john.sees("phone number")
        john.presses("📱 Share my number")
        john.presses("🚚")
        john.sees("Type the street")
        john.says("Lenina 5, flat 7")
        john.presses("–")
        john.sees("Lenina 5, flat 7")
        john.presses("✅")

        order = Order.objects.get()
        assert order.contact_phone.startswith("+4479")
        assert "Lenina 5, flat 7" in order.address
        assert User.objects.get().language == "en"

    def test_sends_a_location(self, dumplings, john):
        put_into_cart(john, dumplings)
        john.presses("✅")
        john.says("+7 916 123-45-67")
        john.presses("🚚")
        john.shares_location(*NOVOSIBIRSK)
        john.sees("don't deliver")
        john.shares_location(*MOSCOW)
        john.sees("We deliver there")
        john.presses("👌 The pin is enough")
        john.presses("–")
        john.presses("✅")

        order = Order.objects.get()
        assert round(order.latitude, 4) == round(type(order.latitude)("55.7558"), 4)

    def test_is_asked_again_after_a_wrong_phone(self, dumplings, john):
        put_into_cart(john, dumplings)
        john.presses("✅")
        john.says("call me")

        john.sees("doesn't look like a phone number")
        john.says("8 916 123 45 67")
        john.sees("How would you like to get it?")
        assert str(User.objects.get().phone) == "+79161234567"

    def test_can_not_use_somebody_elses_contact(self, dumplings, john):
        put_into_cart(john, dumplings)
        john.presses("✅")
        john.sim.post(
            "contact", user_id=john.user_id, chat_id=john.chat_id,
            contact={"phone_number": "79160001122", "first_name": "Boss"},
        )  # fmt: skip

        john.sees("somebody else's contact")
        assert not str(User.objects.get().phone)

    def test_may_change_their_mind(self, dumplings, john):
        put_into_cart(john, dumplings)
        john.presses("✅")
        john.presses("✖️ Cancel")

        john.sees("Your cart")
        john.says("dumplings")
        john.sees("Found 1 product")

    def test_is_told_that_an_address_is_too_long(self, dumplings, john):
        put_into_cart(john, dumplings)
        john.presses("✅")
        john.says("+7 916 123-45-67")
        john.presses("🚚")
        john.says("x" * 4096)

        john.sees("That is too long")
        john.says("Lenina 5")
        john.presses("–")
        assert Address.objects.get().street == "Lenina 5"


class TestCancelling:
    def test_asks_first_and_gives_everything_back(self, regular, dumplings, anna):
        put_into_cart(anna, dumplings)
        check_out(anna)
        anna.presses("✅")
        anna.presses("Cancel the order")
        anna.presses("No, keep it")
        anna.presses("Cancel the order")
        anna.presses("Yes, cancel it")

        assert Order.objects.get().status == "cancelled"
        anna.sees("is cancelled.")

    def test_is_refused_once_the_order_is_being_picked(self, regular, anna):
        order = factories.OrderFactory(customer=regular, status="picking")
        anna.starts()

        answer = anna.forges(f"1:cancel-yes:{order.pk}", message_id=anna.sees()["message_id"])

        assert answer["alert"]
        order.refresh_from_db()
        assert order.status == "picking"


class TestMyOrders:
    def test_open_as_a_card_that_stays_alive(self, regular, anna):
        order = factories.OrderFactory(customer=regular)
        anna.starts()
        anna.presses("📦")
        anna.presses(order.number)
        card = anna.sees(order.number)

        manager = factories.StaffFactory(role="manager")
        orders.confirm_order(order_id=order.pk, actor_id=manager.pk, now=now())
        notifications.deliver_due(now=now())

        edited = next(m for m in anna.messages() if m["message_id"] == card["message_id"])
        assert shown_text(edited) != shown_text(card)

    def test_are_repeated_from_the_card_of_one_that_is_over(self, regular, dumplings, anna):
        order = factories.OrderFactory(customer=regular, status="delivered", lines=0)
        factories.OrderLineFactory(order=order, variant=dumplings, quantity=3)
        anna.starts(f"order-{order.pk}")
        anna.presses("🔁")

        anna.sees("Your cart")
        assert CartItem.objects.get().quantity == 3

    def test_are_repeated_with_one_press(self, regular, dumplings, anna):
        order = factories.OrderFactory(customer=regular, status="delivered", lines=0)
        factories.OrderLineFactory(order=order, variant=dumplings, quantity=2)
        anna.starts()
        anna.presses("📦")
        anna.presses("🔁")

        anna.sees("Your cart")
        assert CartItem.objects.get().quantity == 2
