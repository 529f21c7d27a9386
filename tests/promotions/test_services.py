"""Promotions made, changed, stopped; the database refuses what must not be; prices follow."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from apps.catalog import services as catalog
from apps.catalog.models import Variant
from apps.core.time import now
from apps.promotions import errors, selectors, services
from apps.promotions.dto import OfferKind
from apps.promotions.models import PromoCode, Promotion
from tests.factories import (
    CategoryFactory,
    ProductFactory,
    StaffFactory,
    VariantFactory,
    make_code,
    make_promotion,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def shelf():
    return CategoryFactory(parent=CategoryFactory())


@pytest.fixture
def pack(shelf):
    return VariantFactory(product=ProductFactory(category=shelf), regular_price=Decimal(300))


def price_of(pack, at=None):
    return Variant.objects.get(pk=pack.pk).price_at(at or now())


def on_shelf(shelf, **fields):
    """Make a promotion of 15 percent on a shelf."""
    values = {"scope": "category", "value": Decimal(15), "categories": [shelf.pk]}
    return make_promotion(**(values | fields))


class TestSavePromotion:
    def test_publishes_the_price_of_all_that_stands_below(self, shelf, pack):
        other = VariantFactory(regular_price=Decimal(300))

        on_shelf(shelf.parent)

        assert price_of(pack) == 255
        assert price_of(other) == 300

    def test_publishes_its_beginning_and_its_end_beforehand(self, shelf, pack):
        moment = now()
        starts, ends = moment + timedelta(hours=1), moment + timedelta(hours=3)

        on_shelf(shelf, starts_at=starts, ends_at=ends)

        before = timedelta(microseconds=1)
        assert [price_of(pack, at) for at in (starts - before, starts, ends - before, ends)] == [
            300, 255, 255, 300,
        ]  # fmt: skip

    def test_moves_the_price_from_the_goods_it_left_to_those_it_found(self, shelf, pack):
        other = VariantFactory(regular_price=Decimal(300))
        promotion = on_shelf(shelf)

        services.save_promotion(
            promotion_id=promotion.pk, scope="product", products=[other.product_id], now=now()
        )

        assert (price_of(pack), price_of(other)) == (300, 255)
        assert not promotion.categories.exists()

    def test_follows_the_price_that_staff_ask(self, shelf, pack):
        on_shelf(shelf)

        catalog.set_price(variant_id=pack.pk, price=Decimal(200), now=now())

        assert price_of(pack) == 170

    @pytest.mark.parametrize(
        "fields",
        [
            {"first_order_only": True},
            {"minimum_total": Decimal(1000)},
            {"reward": "n_for_m", "value": None, "buy": 3, "pay": 2},
            {"is_active": False},
            {"budget": Decimal("44.99")},
        ],
    )
    def test_publishes_nothing_that_not_everybody_gets(self, shelf, pack, fields):
        on_shelf(shelf, **fields)

        assert price_of(pack) == 300

    def test_forgets_what_the_reward_does_not_use(self):
        promotion = make_promotion(
            reward="percent", value=Decimal(10), buy=3, pay=2, gift_variant_id=None
        )

        promotion.refresh_from_db()
        assert (promotion.buy, promotion.pay) == (None, None)

    @pytest.mark.parametrize(
        ("fields", "field"),
        [
            ({"value": None}, "value"),
            ({"value": Decimal(0)}, "value"),
            ({"value": Decimal(-5)}, "value"),
            ({"value": Decimal("100.01")}, "value"),
            ({"scope": "cart", "reward": "fixed_price", "value": Decimal(5)}, "reward"),
            ({"scope": "delivery", "reward": "n_for_m", "buy": 3, "pay": 2}, "reward"),
            ({"scope": "product"}, "products"),
            ({"scope": "category"}, "categories"),
            ({"scope": "nonsense"}, "scope"),
            ({"scope": "category", "reward": "n_for_m", "buy": 2, "pay": 2}, "pay"),
            ({"scope": "category", "reward": "n_for_m", "buy": 3}, "pay"),
            ({"scope": "category", "reward": "n_for_m", "pay": 3}, "buy"),
            ({"reward": "gift"}, "gift_variant"),
            ({"name_ru": ""}, "name_ru"),
            ({"budget": Decimal(0)}, "budget"),
            ({"minimum_total": Decimal(-1)}, "minimum_total"),
            ({"spent": Decimal(5)}, "spent"),
        ],
    )
    def test_refuses_what_does_not_fit_and_keeps_nothing(self, fields, field):
        with pytest.raises(errors.InvalidOffer) as refusal:
            make_promotion(**fields)

        assert refusal.value.facts["field"] == field
        assert not Promotion.objects.exists()
        assert not Promotion.history.exists()

    def test_refuses_an_end_before_the_beginning(self):
        moment = now()

        with pytest.raises(errors.InvalidOffer) as refusal:
            make_promotion(starts_at=moment, ends_at=moment)

        assert refusal.value.facts["field"] == "ends_at"

    def test_refuses_a_promotion_that_never_was(self):
        with pytest.raises(errors.PromotionNotFound):
            services.save_promotion(promotion_id=10**12, now=now(), priority=1)

    def test_remembers_each_change_once_with_its_goods_and_who_made_it(self, shelf):
        manager = StaffFactory(role="manager")
        promotion = on_shelf(shelf, actor_id=manager.pk)
        other = CategoryFactory()

        services.save_promotion(
            promotion_id=promotion.pk,
            actor_id=manager.pk,
            categories=[shelf.pk, other.pk],
            value=Decimal(20),
            now=now(),
        )

        newest, first = promotion.history.order_by("-history_id")
        assert [first.history_type, newest.history_type] == ["+", "~"]
        assert newest.history_user == manager
        changes = {change.field for change in newest.diff_against(first).changes}
        assert changes == {"value", "categories"}


class TestTheDatabase:
    @pytest.mark.parametrize(
        "fields",
        [
            {"value": 0},
            {"value": 101},
            {"value": None},
            {"reward": "fixed_price"},
            {"reward": "n_for_m", "value": None, "buy": 3, "pay": 3},
            {"reward": "n_for_m", "value": None, "buy": 3, "pay": 0},
            {"reward": "n_for_m", "value": None, "buy": 3},
            {"reward": "n_for_m", "value": None},
            {"reward": "gift", "value": None},
            {"scope": "delivery", "reward": "gift"},
            {"buy": 3, "pay": 2},
            {"budget": 0},
            {"budget": 5, "spent": 6},
            {"spent": -1},
            {"minimum_total": -1},
            {"gift_quantity": 0, "reward": "gift"},
        ],
    )
    @pytest.mark.parametrize("model", [Promotion, PromoCode])
    def test_refuses_an_impossible_offer(self, model, fields):
        make = make_promotion if model is Promotion else make_code
        row = make()

        with pytest.raises(IntegrityError), transaction.atomic():
            model.objects.filter(pk=row.pk).update(**fields)

    def test_refuses_an_end_before_the_beginning(self):
        row = make_promotion()

        with pytest.raises(IntegrityError), transaction.atomic():
            Promotion.objects.filter(pk=row.pk).update(ends_at=row.starts_at)

    @pytest.mark.parametrize("fields", [{"uses_limit": 1, "used": 2}, {"per_customer": 0}])
    def test_refuses_more_uses_than_a_code_has(self, fields):
        row = make_code()

        with pytest.raises(IntegrityError), transaction.atomic():
            PromoCode.objects.filter(pk=row.pk).update(**fields)

    def test_refuses_the_same_code_twice_in_whatever_letters(self):
        make_code("SUMMER")
        row = make_code("WINTER")

        with pytest.raises(IntegrityError), transaction.atomic():
            PromoCode.objects.filter(pk=row.pk).update(code="summer")


class TestSavePromoCode:
    def test_keeps_it_in_capitals(self):
        assert make_code(" le to 10 ").code == "LETO10"
        assert make_code("лето10").code == "ЛЕТО10"

    @pytest.mark.parametrize("code", ["AB", "A" * 31, "10%", "<B>", "A-B-C", ""])
    def test_refuses_what_nobody_can_type(self, code):
        with pytest.raises(errors.InvalidOffer):
            services.save_promo_code(
                code=code, scope="cart", reward="percent", value=Decimal(10), starts_at=now()
            )

        assert not PromoCode.objects.exists()

    def test_refuses_one_that_is_in_use_and_allows_it_once_that_is_stopped(self):
        first = make_code("SUMMER")

        with pytest.raises(errors.PromoCodeTaken):
            make_code("summer")

        assert PromoCode.objects.count() == 1
        services.stop(kind=OfferKind.CODE, offer_id=first.pk, actor_id=None, now=now())
        second = make_code("Summer")
        with pytest.raises(errors.PromoCodeTaken):
            services.activate(kind=OfferKind.CODE, offer_id=first.pk, actor_id=None, now=now())
        first.refresh_from_db()
        assert (first.is_active, second.is_active) == (False, True)

    def test_refuses_fewer_uses_than_there_were(self):
        row = make_code(uses_limit=5)
        PromoCode.objects.update(used=3)

        with pytest.raises(errors.InvalidOffer) as refusal:
            services.save_promo_code(code_id=row.pk, uses_limit=2)

        assert refusal.value.facts["field"] == "uses_limit"
        row.refresh_from_db()
        assert row.uses_limit == 5


class TestStop:
    def test_takes_the_price_back_at_once(self, shelf, pack):
        promotion = on_shelf(shelf)

        services.stop(kind=OfferKind.PROMOTION, offer_id=promotion.pk, actor_id=None, now=now())

        assert price_of(pack) == 300
        assert selectors.running_offers(now=now()) == []
        assert promotion.history.count() == 2

    def test_a_second_time_changes_nothing(self, shelf):
        promotion = on_shelf(shelf)

        for _ in range(2):
            services.stop(kind=OfferKind.PROMOTION, offer_id=promotion.pk, actor_id=None, now=now())

        assert promotion.history.count() == 2


class TestActivate:
    def test_publishes_the_price_again(self, shelf, pack):
        promotion = on_shelf(shelf, is_active=False)

        services.activate(kind=OfferKind.PROMOTION, offer_id=promotion.pk, actor_id=None, now=now())

        assert price_of(pack) == 255

    def test_refuses_what_has_ended_and_changes_nothing(self, shelf):
        promotion = on_shelf(shelf, is_active=False)

        with pytest.raises(errors.OfferOver):
            services.activate(
                kind=OfferKind.PROMOTION,
                offer_id=promotion.pk,
                actor_id=None,
                now=promotion.ends_at,
            )

        promotion.refresh_from_db()
        assert not promotion.is_active


class TestDuplicate:
    def test_makes_a_copy_that_waits_to_be_switched_on(self, shelf, pack):
        promotion = on_shelf(shelf, is_stackable=True, priority=3)

        copy = services.duplicate(
            kind=OfferKind.PROMOTION, offer_id=promotion.pk, actor_id=None, now=now()
        )

        assert copy.pk != promotion.pk
        assert (copy.is_active, copy.priority, copy.value) == (False, 3, 15)
        assert list(copy.categories.all()) == [shelf]
        assert price_of(pack) == 255

    def test_makes_a_code_that_does_not_clash(self):
        row = make_code("SUMMER", uses_limit=7)

        copy = services.duplicate(kind=OfferKind.CODE, offer_id=row.pk, actor_id=None, now=now())

        assert (copy.code, copy.uses_limit, copy.is_active, copy.used) == ("SUMMER", 7, False, 0)


class TestRunningOffers:
    def test_are_read_with_one_query_however_many(self, shelf, django_assert_num_queries):
        products = [ProductFactory() for _ in range(3)]
        for _ in range(3):
            on_shelf(shelf)
            make_promotion(scope="product", products=[product.pk for product in products])

        with django_assert_num_queries(1):
            offers = selectors.running_offers(now=now())

        assert len(offers) == 6
        assert {len(offer.product_ids) for offer in offers} == {0, 3}

    def test_hold_from_their_first_instant_until_before_their_last(self):
        row = make_promotion()
        instant = timedelta(microseconds=1)

        held = [
            len(selectors.running_offers(now=moment))
            for moment in (row.starts_at - instant, row.starts_at, row.ends_at - instant,
                           row.ends_at)
        ]  # fmt: skip

        assert held == [0, 1, 1, 0]
