"""Savings and promo codes in the chat: from the cart to the order's card."""

from decimal import Decimal

import pytest

from apps.cart.models import Cart
from apps.core.time import now
from apps.orders.models import Order
from apps.promotions import services
from apps.promotions.dto import OfferKind
from bot.simulator.client import shown_text
from tests import factories
from tests.bot.test_buying import check_out, put_into_cart

pytestmark = pytest.mark.django_db(transaction=True)


class TestTheCart:
    def test_names_the_promotion_and_what_it_saves(self, regular, dumplings, anna):
        factories.make_promotion(
            scope="product", products=[dumplings.product_id], value=Decimal(15), name_en="Big week"
        )
        put_into_cart(anna, dumplings)

        text = anna.sees("Your cart")["text"]

        assert "2 × 510" in text
        assert "“Big week”, −15\u00a0%" in text
        assert "You save 180" in text

    def test_shows_gifts_and_what_a_little_more_would_bring(self, regular, dumplings, anna):
        gift = factories.stocked_variant(5, product=factories.ProductFactory(name_en="Sorbet"))
        factories.make_promotion(
            reward="gift", gift_variant_id=gift.pk, minimum_total=Decimal(1200), name_en="A treat"
        )
        put_into_cart(anna, dumplings)
        assert "🎁 Sorbet" in anna.sees("Your cart")["text"]

        anna.presses("−")

        text = anna.sees("Your cart")["text"]
        assert "🎁" not in text
        assert "600" in text
        assert "more, and you get: a gift (“A treat”)" in text


class TestThePromoCode:
    def test_is_typed_in_the_cart_and_taken_out_again(self, regular, dumplings, anna):
        factories.make_code("LETO10")
        put_into_cart(anna, dumplings)
        anna.presses("🎟")
        anna.sees("What is your promo code?")
        anna.says("leto 10")

        anna.sees("🎟 Promo code LETO10, −10\u00a0%: −120")
        anna.presses("🎟 Without LETO10")
        anna.presses("🎟 I have a promo code")
        assert Cart.objects.get().promo_code is None

    def test_is_asked_again_when_it_is_wrong(self, regular, dumplings, anna):
        factories.make_code("LETO10", minimum_total=Decimal(5000))
        put_into_cart(anna, dumplings)
        anna.presses("🎟")
        anna.says("ZIMA")
        anna.sees("We don't know this promo code")
        anna.says("LETO10")
        anna.sees("needs goods for")
        anna.presses("✖️ Cancel")

        anna.presses("✅ Check out")

    def test_is_typed_at_the_last_question_and_pays_its_part(self, regular, dumplings, anna):
        factories.make_code("SHIP", scope="delivery", reward="free")
        put_into_cart(anna, dumplings)
        check_out(anna)
        anna.presses("🎟")
        anna.says("ship")

        text = anna.sees("You save 199")["text"]
        assert "Promo code SHIP, free delivery: −199" in text
        anna.presses("✅")
        order = Order.objects.get()
        assert (order.total, order.delivery_fee) == (1200, 0)
        assert "SHIP" in shown_text(anna.sees(order.number))

    def test_leads_back_to_the_last_question_without_an_answer(self, regular, dumplings, anna):
        put_into_cart(anna, dumplings)
        check_out(anna)
        anna.presses("🎟")
        anna.presses("✖️ Cancel")

        anna.sees("Almost done")

    def test_that_was_used_up_meanwhile_is_said_before_it_costs(self, regular, dumplings, anna):
        row = factories.make_code("LETO10")
        put_into_cart(anna, dumplings)
        anna.presses("🎟")
        anna.says("LETO10")
        anna.sees("Promo code LETO10")
        check_out(anna)
        services.stop(kind=OfferKind.CODE, offer_id=row.pk, actor_id=None, now=now())

        anna.presses("✅")

        assert not Order.objects.exists()
        text = anna.sees("LETO10: is no longer valid")["text"]
        assert "Prices changed meanwhile" in text
        anna.presses("✅")
        assert Order.objects.get().total == 1399

    def test_of_an_old_checkout_leads_home(self, regular, dumplings, anna):
        put_into_cart(anna, dumplings)
        check_out(anna)
        screen = anna.sees("Almost done")
        data = next(
            key["callback_data"]
            for row in screen["reply_markup"]["inline_keyboard"]
            for key in row
            if key["text"].startswith("🎟")
        )
        anna.presses("🛒")
        anna.presses("✅ Check out")

        answer = anna.forges(data, message_id=anna.sees()["message_id"])

        assert answer["alert"]


class TestTheOrdersCard:
    def test_tells_gifts_and_offers(self, regular, dumplings, anna):
        gift = factories.stocked_variant(5, product=factories.ProductFactory(name_en="Sorbet"))
        factories.make_promotion(reward="gift", gift_variant_id=gift.pk)
        factories.make_promotion(value=Decimal(5), name_en="Five")
        put_into_cart(anna, dumplings)
        check_out(anna)
        anna.presses("✅")

        text = shown_text(anna.sees(Order.objects.get().number))

        assert "🎁 Sorbet × 1 — a gift" in text
        assert "“Five”, −5\u00a0%: −60" in text
