"""Prices changed at the same moment on real connections, and what the locks are for."""

from decimal import Decimal
from functools import partial
from itertools import pairwise
from threading import Event

import pytest
from django.db import transaction

from apps.catalog import services
from apps.catalog.dto import PriceSteps
from apps.catalog.models import Product, Variant
from apps.catalog.services import packs
from tests.races import raised, together

pytestmark = pytest.mark.django_db(transaction=True)

WRITERS = 12


def setters(pack, now):
    """Return calls that each set another price of the same pack."""
    return [
        partial(services.set_price, variant_id=pack.pk, price=Decimal(100 + number), now=now)
        for number in range(WRITERS)
    ]


def is_a_chain(pack):
    """Tell whether each entry of the ledger begins with what the one before left."""
    changes = list(pack.price_changes.order_by("pk"))
    return all(before.new_price == after.old_price for before, after in pairwise(changes))


class TestOnePack:
    def test_is_changed_one_after_the_other(self, make_product, now):
        pack = make_product().variants.get()

        assert raised(together(setters(pack, now))) == []

        assert pack.price_changes.count() == WRITERS + 1
        assert is_a_chain(pack)
        assert Variant.objects.get(pk=pack.pk).price == pack.price_changes.latest("pk").new_price

    def test_would_lose_changes_without_the_lock(self, make_product, now, monkeypatch):
        """The negative control: read, then write."""
        pack = make_product().variants.get()
        monkeypatch.setattr(
            type(Variant.objects.all()), "select_for_update", lambda rows, **_: rows
        )

        for _ in range(5):
            together(setters(pack, now))
            if not is_a_chain(pack):
                break

        assert not is_a_chain(pack)


class TestTwoSchedules:
    def test_at_one_time_leave_one(self, make_product, now):
        pack = make_product().variants.get()
        calls = [
            partial(
                services.schedule_price, variant_id=pack.pk, price=Decimal(price),
                starts_at=now, ends_at=now.replace(hour=23), now=now,
            )
            for price in (250, 260, 270, 280)
        ]  # fmt: skip

        refusals = raised(together(calls))

        assert {type(refusal).__name__ for refusal in refusals} == {"ScheduleOverlap"}
        assert len(refusals) == 3
        assert pack.scheduled_prices.count() == 1


class TestARuleAndAPackThatComesUnderIt:
    """A promotion is saved while a product moves under it: neither sees the other's rows yet."""

    @pytest.fixture
    def meet(self, make_category, make_product, settings, now):
        """Save a rule for a shelf and, before it commits, move a product there."""
        shelf = make_category("half")
        product = make_product("mover")
        pack = product.variants.get()
        settings.PRICE_RULES = f"{__name__}.half_of_what_is_named"
        ruled, moving = Event(), Event()

        def rule():
            with transaction.atomic():
                services.hold_price_rules()
                here = Variant.objects.filter(product__category=shelf)
                ids = list(here.values_list("pk", flat=True))
                Product.objects.filter(slug="rules").update(brand=str(shelf.pk))
                ruled.set()
                moving.wait(1)
                services.publish_prices(variant_ids=ids, now=now)

        def move():
            ruled.wait(5)
            try:
                services.save_product(product_id=product.pk, category="half", now=now)
            finally:
                moving.set()

        make_product("rules")

        def run():
            assert raised(together([rule, move])) == []
            return Variant.objects.get(pk=pack.pk).price

        return run

    def test_meet(self, meet):
        assert meet() == 150

    def test_would_miss_each_other_without_the_lock(self, meet, monkeypatch):
        """The negative control."""
        monkeypatch.setattr(packs, "_RULES_LOCK", "SELECT 1")

        assert meet() == 300


def half_of_what_is_named(*, prices, now):
    """Rules kept in a row: the shelf that it names costs half."""
    named = Product.objects.values_list("brand", flat=True).get(slug="rules")
    return {
        base.variant_id: PriceSteps(base.steps.first / 2)
        for base in prices
        if named and int(named) in base.category_ids
    }
