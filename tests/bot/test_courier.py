"""A courier's day in the chat, from the link in the admin to the purse."""

from io import BytesIO

import pytest
from PIL import Image

from apps.core.time import now
from apps.fulfilment import services as fulfilment
from apps.fulfilment.models import CashShift, Stop
from apps.notifications import services as notifications
from apps.users import services as users
from bot.simulator.client import JOHN
from tests import factories

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def courier(transactional_db):
    return factories.StaffFactory(role="courier", first_name="Igor", language="en")


@pytest.fixture
def boss(transactional_db):
    return factories.StaffFactory(role="manager")


@pytest.fixture
def orders(boss, anna, regular):
    anna.starts()
    variant = factories.stocked_variant(20)
    slot = factories.SlotFactory()
    return [
        factories.packed_order(
            boss=boss, customer=regular, wanted={variant: 3}, slot_id=slot.pk, comment=comment
        )
        for comment in ("<b>ring twice", "dog")
    ]


@pytest.fixture
def igor(courier, john):
    """John's telephone, on which Igor works."""
    code = users.make_staff_link(user_id=courier.pk, actor_id=courier.pk, now=now())
    john.starts(f"staff_{code}")
    john.sees("You work here now as Igor")
    return john


def data_of(message, label: str) -> str:
    keys = [key for row in message["reply_markup"]["inline_keyboard"] for key in row]
    return next(key["callback_data"] for key in keys if label in key["text"])


def a_picture() -> bytes:
    buffer = BytesIO()
    Image.new("RGB", (60, 40), "navy").save(buffer, "JPEG")
    return buffer.getvalue()


class TestADay:
    def test_is_driven_door_by_door(self, igor, anna, courier, boss, orders):
        igor.sees("You have no run")
        run = factories.planned_run(*orders, courier=courier, boss=boss)
        notifications.deliver_due(now=now())
        igor.sees("You have a run")
        igor.presses("Open the run")
        assert [text for text in igor.buttons() if text.startswith("1.")] == []
        igor.presses("off I go")
        first, second = Stop.objects.order_by("sequence").select_related("order")

        # The first door: cash, typed temperature.
        igor.presses("1. ")
        card = igor.sees("1. Order")
        assert "Take" in card["text"]
        assert "🧭" in igor.buttons()[0]
        igor.presses("📞")
        assert any("contact" in message for message in igor.messages())
        igor.presses("I'm here")
        igor.sends_photo(a_picture())
        igor.sees("The photo is kept")
        igor.presses("Hand over")
        igor.presses("Type it")
        igor.says("minus eighteen")
        igor.sees("can't be the box's temperature")
        igor.says("−18,5 °C")
        screen = igor.sees("−18.5 °C")
        took = data_of(screen, "in cash")
        refused = igor.presses("Another sum")
        assert refused["alert"]
        assert "Only exactly" in refused["text"]
        igor.presses("in cash")
        igor.sees("is handed over")
        again = igor.forges(took, message_id=igor.messages()[-1]["message_id"])
        assert "settled already" in again["text"]

        # The second: nobody there, though the customer heard that the courier comes.
        notifications.deliver_due(now=now())
        anna.sees("You are next")
        igor.presses("2. ")
        igor.presses("Failed")
        igor.presses("Nobody opened")
        igor.sees("goes back to the freezer")
        igor.presses("My purse")
        assert "Cash to hand over" in igor.sees("Your purse")["text"]

        first.refresh_from_db()
        second.refresh_from_db()
        run.refresh_from_db()
        assert (first.state, second.state, run.state) == ("done", "failed", "finished")
        assert CashShift.objects.get().cash == first.order.total
        assert fulfilment.check_books() == []

    def test_ends_for_the_old_courier_when_the_run_is_given_away(self, igor, courier, boss, orders):
        run = factories.planned_run(*orders, courier=courier, boss=boss, started=True)
        igor.says("/run")
        igor.presses("1. ")
        screen = igor.sees("1. Order")
        stop = Stop.objects.order_by("sequence").first()
        fulfilment.assign_run(
            run_id=run.pk, courier_id=factories.StaffFactory(role="courier").pk,
            actor_id=boss.pk, now=now(),
        )  # fmt: skip

        for data in (
            f"1:stop:{stop.pk}", f"1:stop-here:{stop.pk}", f"1:stop-cold:{stop.pk}:18",
            f"1:stop-took:{stop.pk}:cash:79900", f"1:stop-give:{stop.pk}",
            f"1:stop-failed:{stop.pk}:nobody", f"1:stop-call:{stop.pk}", f"1:run-go:{run.pk}",
        ):  # fmt: skip
            said = igor.forges(data, message_id=screen["message_id"])
            assert "another courier" in said["text"], data

        stop.refresh_from_db()
        assert (stop.state, stop.temperature) == ("planned", None)


class TestCustomers:
    def test_see_nothing_of_it(self, john, courier, boss, orders):
        run = factories.planned_run(*orders, courier=courier, boss=boss, started=True)
        stop = run.stops.first()
        john.starts()
        john.says("/run")
        john.sees("not allowed")
        screen = john.sees("Hello")

        for data in (f"1:stop:{stop.pk}", f"1:stop-took:{stop.pk}:cash:1", "1:run", "1:purse"):
            assert "🚚" not in john.forges(data, message_id=screen["message_id"])["text"]

        john.sends_photo(a_picture())
        john.sees("only read words")
        john.starts("staff_guess")
        john.sees("used already, or it is too old")
        assert factories.CustomerFactory._meta.model.objects.filter(telegram_id=JOHN).exists()
        stop.refresh_from_db()
        assert stop.state == "planned"
