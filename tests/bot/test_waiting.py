"""Anna waits for what is sold out, buys what is on clearance, and wants no offers."""

import pytest

from apps.core.time import now
from apps.inventory import services as inventory
from apps.marketing import services as marketing
from apps.marketing.models import BackInStockAlert
from apps.marketing.services import back_in_stock
from apps.notifications import services as notifications
from apps.notifications.buttons import pack
from apps.users import selectors as users
from bot import selectors
from tests import factories
from tests.bot.test_buying import put_into_cart
from tests.factories.marketing import accepted, leaving_lot, waiting

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def gone(regular):
    """A pack that is sold out: its last unit was torn."""
    product = factories.ProductFactory(name_ru="Вареники", name_en="Vareniki")
    variant = factories.stocked_variant(1, product=product)
    inventory.write_off(lot_id=variant.lots.get().pk, quantity=1, reason="torn", actor_id=None)
    return variant


def sweep():
    marketing.tell_back_in_stock(now=now())
    notifications.deliver_due(now=now())


class TestWaiting:
    def test_is_asked_for_and_given_up_on_the_card(self, gone, anna):
        anna.starts(f"p-{gone.product_id}")
        anna.sees("sold out")
        assert not any("🛒 Add" in text for text in anna.buttons())

        answer = anna.presses("Tell me when it is back")
        assert (answer["text"], answer["alert"]) == (
            "We'll tell you here as soon as it is back.", False,
        )  # fmt: skip
        assert BackInStockAlert.objects.count() == 1

        anna.presses("no longer wait")
        assert not BackInStockAlert.objects.exists()
        assert "🔔 Tell me when it is back" in anna.buttons()

    def test_ends_with_a_message_that_leads_to_the_card(self, gone, anna):
        anna.starts(f"p-{gone.product_id}")
        anna.presses("Tell me when it is back")
        factories.add_stock(gone, 20)

        sweep()
        anna.sees("Back in stock: Vareniki")
        anna.presses("Show it")

        anna.presses("🛒 Add")

    def test_is_answered_kindly_on_an_old_card(self, gone, anna):
        anna.starts(f"p-{gone.product_id}")
        anna.sees("sold out")
        factories.add_stock(gone, 20)

        answer = anna.presses("Tell me when it is back")

        assert "it is in stock" in answer["text"]
        assert not BackInStockAlert.objects.exists()
        anna.presses("🛒 Add")

    def test_survives_a_pack_that_left_the_shop(self, gone, anna):
        anna.starts(f"p-{gone.product_id}")
        anna.sees("sold out")
        type(gone).objects.update(is_active=False)

        answer = anna.presses("Tell me when it is back")

        assert answer["alert"]
        anna.sees("What would you like?")

    def test_is_refused_to_a_forged_press(self, gone, anna):
        anna.starts()
        screen = anna.sees("What would you like?")

        for data in (pack("watch", 1), pack("watch", 0, 0, 1, "m"), pack("unwatch", 5)):
            anna.forges(data, message_id=screen["message_id"])

        assert not BackInStockAlert.objects.exists()
        anna.sees("What would you like?")


class TestTheListOfAlerts:
    def test_says_how_to_begin_while_it_is_empty(self, gone, anna):
        anna.says("/alerts")

        anna.sees("You are not waiting for anything")

    def test_leads_to_the_cards_and_takes_off(self, gone, regular, anna):
        waiting(gone, regular)
        for _ in range(7):
            waiting(factories.stocked_variant(0, availability="none"), regular)
        anna.says("/alerts")
        anna.sees("You are waiting for")
        anna.presses("▶")
        anna.presses("Vareniki")
        anna.presses("⬅️ Back")
        anna.presses("▶")

        anna.presses("✖️")

        assert BackInStockAlert.objects.count() == 7
        anna.sees("You are waiting for")

    def test_is_shown_to_who_waits_for_too_much(self, gone, regular, anna, monkeypatch):
        monkeypatch.setattr(back_in_stock, "MOST_ALERTS", 1)
        waiting(factories.stocked_variant(0, availability="none"), regular)
        anna.starts(f"p-{gone.product_id}")

        answer = anna.presses("Tell me when it is back")

        assert answer["alert"]
        assert "Give one of them up" in answer["text"]
        anna.sees("You are waiting for")
        assert BackInStockAlert.objects.count() == 1

    @pytest.mark.parametrize("count", [1, 9])
    def test_asks_the_same_number_of_questions(self, regular, count, django_assert_num_queries):
        for _ in range(count):
            waiting(factories.stocked_variant(0, availability="none"), regular)

        with django_assert_num_queries(3):
            page = selectors.alerts_page(customer_id=regular.pk, page=1, now=now())

        assert page.total == count


class TestClearance:
    def test_says_honestly_until_when_it_keeps(self, dumplings, regular, anna):
        lot = leaving_lot(5, variant=dumplings)
        accepted(lot, percent=50)
        anna.starts(f"p-{dumplings.product_id}")
        anna.presses("🏷 800 g")

        card = anna.sees("Clearance")

        assert "best before" in (card.get("text") or card["caption"])
        anna.presses("🛒 Add")
        anna.presses("🛒")
        anna.sees("best before")

    def test_leaves_the_card_with_its_last_unit(self, dumplings, regular, anna):
        lot = leaving_lot(5, variant=dumplings)
        markdown = accepted(lot, percent=50)
        anna.starts(f"p-{dumplings.product_id}")
        anna.sees("Siberian dumplings")
        assert any("🏷" in text for text in anna.buttons())
        inventory.write_off(lot_id=lot.clearance.pk, quantity=5, reason="torn", actor_id=None)

        anna.presses("🏷 800 g")

        assert not any("🏷" in text for text in anna.buttons())
        assert markdown.clearance.sku


class TestOffers:
    def test_are_refused_under_the_offer_itself(self, dumplings, regular, anna):
        put_into_cart(anna, dumplings)
        anna.says("/menu")
        order = factories.OrderFactory(lines=0, customer=regular)
        factories.OrderLineFactory(order=order, variant=dumplings)
        markdown = accepted(leaving_lot(5, variant=dumplings))
        manager = factories.StaffFactory()
        marketing.tell_buyers(proposal_id=markdown.pk, actor_id=manager.pk, now=now())
        marketing.spread_notices(now=now())
        notifications.deliver_due(now=now())
        anna.sees("instead of")

        assert anna.presses("No more offers")["text"] == "No more offers."

        assert not users.accepts_offers(user_id=regular.pk)
        anna.sees("We send you no offers")
        anna.presses("Send me offers")
        assert users.accepts_offers(user_id=regular.pk)
        anna.says("/privacy")
        anna.sees("Now and then we send an offer")
