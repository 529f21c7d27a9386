"""The promo code in the cart: typed, refused, kept, taken out; over HTTP and as a service."""

from datetime import timedelta
from decimal import Decimal
from functools import partial

import pytest

from apps.cart import selectors, services
from apps.cart.models import Cart
from apps.catalog.models import Variant
from apps.core.time import now
from apps.inventory.models import StockLevel
from apps.promotions import errors
from apps.promotions import services as promotions
from apps.promotions.dto import OfferKind
from apps.promotions.models import CodeAttempt, PromoCode
from apps.promotions.services import attempts
from tests.factories import (
    CustomerFactory,
    ProductFactory,
    ZoneFactory,
    fill_cart,
    make_code,
    make_promotion,
    placed_order,
    stocked_variant,
)
from tests.races import raised, together

pytestmark = pytest.mark.django_db

CODE = "/api/v1/cart/promo-code/"


@pytest.fixture
def pack(customer):
    """A pack for 300, two of which are in the customer's cart."""
    variant = stocked_variant(20)
    fill_cart(customer, {variant: 2})
    return variant


def put(customer, code, **fields):
    return services.set_promo_code(customer_id=customer.pk, code=code, now=now(), **fields)


class TestSetPromoCode:
    def test_takes_it_however_it_is_typed(self, customer, pack):
        make_code("LETO10")

        view = put(customer, " leto 10 ")

        assert (view.code.code, view.code.state, view.code.amount) == ("LETO10", "applied", 60)
        assert (view.items_total, view.discount, view.total, view.savings) == (600, 60, 540, 60)

    def test_replaces_another_one(self, customer, pack):
        make_code("FIRST")
        make_code("SECOND", value=Decimal(20))
        put(customer, "FIRST")

        assert put(customer, "SECOND").total == 480

    @pytest.mark.parametrize(
        ("fields", "refusal"),
        [
            ({"starts_at": now() + timedelta(days=1), "ends_at": None}, errors.PromoCodeNotStarted),
            (
                {"starts_at": now() - timedelta(days=2), "ends_at": now() - timedelta(days=1)},
                errors.PromoCodeExpired,
            ),
            ({"is_active": False}, errors.PromoCodeUnknown),
            ({"minimum_total": Decimal("600.01")}, errors.PromoCodeBelowMinimum),
            ({"budget": Decimal("59.99")}, errors.PromoCodeUsedUp),
        ],
    )
    def test_says_why_not_and_changes_nothing(self, customer, pack, fields, refusal):
        make_code("LETO10", **fields)

        with pytest.raises(refusal):
            put(customer, "LETO10")

        cart = Cart.objects.get()
        assert (cart.promo_code, cart.version) == (None, 1)

    def test_says_how_much_is_missing(self, customer, pack):
        make_code("LETO10", minimum_total=Decimal(1000))

        with pytest.raises(errors.PromoCodeBelowMinimum) as refusal:
            put(customer, "LETO10")

        assert refusal.value.facts == {"minimum": 1000, "missing": 400}
        assert "400" in str(refusal.value)

    def test_refuses_one_for_other_goods(self, customer, pack):
        make_code("LETO10", scope="product", products=[ProductFactory().pk])

        with pytest.raises(errors.PromoCodeNotForCart):
            put(customer, "LETO10")

    def test_refuses_one_for_an_empty_cart(self, customer):
        make_code("LETO10")

        with pytest.raises(errors.PromoCodeNotForCart):
            put(customer, "LETO10")

    def test_refuses_one_that_is_used_up(self, customer, pack):
        make_code("LETO10", uses_limit=3)
        PromoCode.objects.update(used=3)

        with pytest.raises(errors.PromoCodeUsedUp):
            put(customer, "LETO10")

    def test_refuses_one_that_the_customer_used(self, customer, pack):
        make_code("LETO10")
        put(customer, "LETO10")
        placed_order(customer=customer, wanted={pack: 2})
        fill_cart(customer, {pack: 2})

        with pytest.raises(errors.PromoCodeUsedByYou):
            put(customer, "LETO10")

        other = CustomerFactory()
        fill_cart(other, {pack: 1})
        assert put(other, "LETO10").code.is_applied

    def test_refuses_one_for_a_first_order(self, customer, pack):
        make_code("FIRST", first_order_only=True)
        assert put(customer, "FIRST").discount == 60
        services.remove_promo_code(customer_id=customer.pk, now=now())
        placed_order(customer=customer, wanted={pack: 2})
        fill_cart(customer, {pack: 2})

        with pytest.raises(errors.PromoCodeNotFirstOrder):
            put(customer, "FIRST")

    def test_refuses_one_whose_gift_has_run_out(self, customer, pack):
        gift = stocked_variant(1)
        make_code("GIFT", reward="gift", gift_variant_id=gift.pk)
        StockLevel.objects.filter(variant=gift).update(blocked=1)

        with pytest.raises(errors.PromoCodeGiftGone):
            put(customer, "GIFT")

    def test_refuses_a_cart_that_was_changed_since(self, customer, pack):
        make_code("LETO10")

        with pytest.raises(services.CartChanged):
            put(customer, "LETO10", version=0)

        assert Cart.objects.get().promo_code is None


class TestGuessing:
    def test_is_over_after_ten_wrong_codes(self, customer, pack):
        make_code("LETO10")
        for number in range(attempts.MOST_MISSES):
            with pytest.raises(errors.PromoCodeUnknown):
                put(customer, f"GUESS{number}")

        with pytest.raises(errors.TooManyPromoCodes) as refusal:
            put(customer, "LETO10")

        assert 0 < refusal.value.retry_after <= 600
        assert Cart.objects.get().promo_code is None
        other = CustomerFactory()
        fill_cart(other, {pack: 1})
        assert put(other, "LETO10").code.is_applied

    def test_begins_anew_as_time_goes_by(self, customer, pack):
        make_code("LETO10")
        long_ago = now() - attempts.WINDOW
        for _ in range(attempts.MOST_MISSES):
            CodeAttempt.objects.create(customer=customer, created_at=long_ago)

        assert put(customer, "LETO10").code.is_applied
        assert promotions.forget_old_attempts(now()) == attempts.MOST_MISSES

    def test_does_not_count_codes_that_exist(self, customer, pack):
        make_code("LETO10", minimum_total=Decimal(10_000))

        for _ in range(attempts.MOST_MISSES + 5):
            with pytest.raises(errors.PromoCodeBelowMinimum):
                put(customer, "LETO10")

        assert not CodeAttempt.objects.exists()

    @pytest.mark.django_db(transaction=True)
    def test_at_once_is_counted_too(self):
        customer = CustomerFactory()

        outcomes = together([partial(put, customer, f"GUESS{n}") for n in range(25)])

        kinds = [type(error) for error in raised(outcomes)]
        assert kinds.count(errors.PromoCodeUnknown) == attempts.MOST_MISSES
        assert kinds.count(errors.TooManyPromoCodes) == 25 - attempts.MOST_MISSES

    @pytest.mark.django_db(transaction=True)
    def test_at_once_would_pass_without_the_lock(self, monkeypatch):
        """The negative control: counting without waiting for each other."""
        customer = CustomerFactory()

        class NoLock:
            def cursor(self):
                return self

            def __enter__(self):
                return self

            def __exit__(self, *_):
                return None

            def execute(self, *_):
                return None

        monkeypatch.setattr(attempts, "connection", NoLock())

        for _ in range(5):
            CodeAttempt.objects.all().delete()
            outcomes = together([partial(put, customer, f"GUESS{n}") for n in range(25)])
            kinds = [type(error) for error in raised(outcomes)]
            if kinds.count(errors.PromoCodeUnknown) > attempts.MOST_MISSES:
                return
        pytest.fail("nobody slipped through though nobody waited")


class TestACodeInTheCart:
    def state(self, customer):
        return selectors.cart_view(customer_id=customer.pk, now=now()).code

    def test_stays_and_says_so_when_the_goods_go(self, customer, pack):
        make_code("LETO10", minimum_total=Decimal(600))
        put(customer, "LETO10")

        fill_cart(customer, {pack: 1})

        card = self.state(customer)
        assert (card.state, card.amount, card.is_applied) == ("below_minimum", 0, False)
        assert "300" in card.text
        fill_cart(customer, {pack: 2})
        assert self.state(customer).is_applied

    def test_says_that_it_was_stopped(self, customer, pack):
        row = make_code("LETO10")
        put(customer, "LETO10")

        promotions.stop(kind=OfferKind.CODE, offer_id=row.pk, actor_id=None, now=now())

        assert self.state(customer).state == "stopped"
        assert selectors.cart_view(customer_id=customer.pk, now=now()).total == 600

    def test_outlives_an_emptied_cart(self, customer, pack):
        make_code("LETO10")
        put(customer, "LETO10")

        services.clear(customer_id=customer.pk)

        assert self.state(customer).code == "LETO10"

    def test_costs_one_query_more(self, customer, pack, django_assert_max_num_queries):
        make_code("LETO10")
        make_promotion()
        put(customer, "LETO10")

        with django_assert_max_num_queries(5):
            selectors.cart_view(customer_id=customer.pk, now=now())


class TestPromoCodeApi:
    def test_puts_it_in_and_takes_it_out(self, customer_api, pack):
        make_code("LETO10")

        put_in = customer_api.put(CODE, {"code": "leto10"})
        taken_out = customer_api.delete(CODE)

        assert put_in.status_code == 200
        body = put_in.json()
        assert (body["total"], body["discount"], body["savings"]) == ("540.00", "60.00", "60.00")
        assert body["code"] == {
            "code": "LETO10", "state": "applied", "text": "applied", "amount": "60.00",
            "is_applied": True,
        }  # fmt: skip
        assert body["offers"] == [
            {"kind": "code", "text": "Promo code LETO10, −10\u00a0%", "amount": "60.00"}
        ]
        assert (taken_out.status_code, taken_out.json()["code"]) == (200, None)
        assert taken_out.json()["total"] == "600.00"

    def test_wants_a_signed_in_caller(self, api):
        assert api.put(CODE, {"code": "LETO10"}).status_code == 401
        assert api.delete(CODE).status_code == 401

    @pytest.mark.parametrize("body", [{}, {"code": ""}, {"code": "x" * 61}, {"code": None}, []])
    def test_refuses_what_is_no_code(self, customer_api, pack, body):
        answer = customer_api.put(CODE, body)

        assert (answer.status_code, answer.json()["code"]) == (400, "validation_error")

    @pytest.mark.parametrize("code", ["%", "'; --", "🎁🎁🎁", "a" * 60, "١٢٣"])
    def test_knows_no_nonsense(self, customer_api, pack, code):
        answer = customer_api.put(CODE, {"code": code})

        assert (answer.status_code, answer.json()["code"]) == (404, "promo_code_unknown")

    def test_says_when_to_come_back_after_too_many_guesses(self, customer_api, pack):
        for number in range(attempts.MOST_MISSES):
            customer_api.put(CODE, {"code": f"GUESS{number}"})

        answer = customer_api.put(CODE, {"code": "ONEMORE"})

        assert (answer.status_code, answer.json()["code"]) == (429, "too_many_promo_codes")
        assert int(answer["Retry-After"]) > 0

    def test_refuses_with_the_facts(self, customer_api, pack):
        make_code("LETO10", minimum_total=Decimal(1000))

        answer = customer_api.put(CODE, {"code": "LETO10"})

        assert (answer.status_code, answer.json()["code"]) == (409, "promo_code_below_minimum")
        assert answer.json()["facts"] == {"minimum": "1000.00", "missing": "400.00"}


class TestTheCartOverHttp:
    def test_names_the_promotion_on_its_line_and_shows_gifts(self, customer, customer_api, pack):
        gift = stocked_variant(5, regular_price=Decimal(120))
        make_promotion(
            scope="product", products=[pack.product_id], value=Decimal(15), name_en="Dumpling week"
        )
        make_promotion(
            reward="gift", gift_variant_id=gift.pk, minimum_total=Decimal(500), name_en="A treat"
        )

        body = customer_api.get("/api/v1/cart/").json()

        (line,) = body["lines"]
        assert (line["unit_price"], line["regular_price"]) == ("255.00", "300.00")
        assert line["offers"] == ["“Dumpling week”, −15\u00a0%"]
        (given,) = body["gifts"]
        assert (given["sku"], given["quantity"], given["price"]) == (gift.sku, 1, "120.00")
        assert given["text"] == "“A treat”"
        assert body["savings"] == "90.00"

    def test_says_what_a_little_more_would_bring(self, customer_api, pack):
        make_promotion(minimum_total=Decimal(1000), name_en="Big cart")

        chance = customer_api.get("/api/v1/cart/").json()["chance"]

        assert chance.startswith("₽400" if chance.startswith("₽") else "400")
        assert "Big cart" in chance

    def test_quotes_the_delivery_before_and_after_offers(self, customer_api, pack):
        ZoneFactory()
        make_code("SHIP", scope="delivery", reward="free")
        customer_api.put(CODE, {"code": "SHIP"})

        brought = customer_api.post("/api/v1/delivery/quote/", {}).json()
        fetched = customer_api.post("/api/v1/delivery/quote/", {"method": "pickup"}).json()

        assert (brought["full_delivery_fee"], brought["delivery_fee"]) == ("199.00", "0.00")
        assert (brought["total"], brought["savings"]) == ("600.00", "199.00")
        assert brought["code"]["state"] == "applied"
        assert fetched["code"]["state"] == "nothing_fits"

    def test_is_not_fooled_by_prices_in_the_body(self, customer_api, pack):
        answer = customer_api.post(
            "/api/v1/cart/items/", {"sku": pack.sku, "unit_price": "1", "discount": "600"}
        )

        assert answer.json()["total"] == "900.00"
        assert Variant.objects.get(pk=pack.pk).price == 300
