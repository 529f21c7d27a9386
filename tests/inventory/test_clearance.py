"""Units that go on clearance and come back: conserved over both packs, whatever happens."""

import random
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from apps.catalog import selectors as catalog
from apps.catalog import services as catalog_services
from apps.catalog.dto import Availability, ProductFilter
from apps.catalog.errors import InvalidPrice, VariantNotFound
from apps.catalog.models import Variant
from apps.core.errors import ShopError
from apps.core.time import now as present
from apps.inventory import errors, selectors, services
from apps.inventory.dto import Demand, LotPick, MovementKind
from apps.inventory.models import Lot, Reservation, StockLevel, StockMovement
from tests.factories import OrderFactory, OrderLineFactory, StaffFactory, stocked_variant
from tests.factories.inventory import receive, snapshot
from tests.factories.marketing import leaving_lot

pytestmark = pytest.mark.django_db

PRICE = Decimal("240.00")


def clear(lot, *, price=PRICE, actor_id=None, now=None):
    return services.clear_lot(
        lot_id=lot.pk, price=price, actor_id=actor_id, reason="Markdown", now=now or present()
    )


def undo_clearance(lot):
    return services.undo_clearance(lot_id=lot.pk, actor_id=None, reason="Back", now=present())


def promise(variant, quantity):
    line = OrderLineFactory(order=OrderFactory(lines=0), variant=variant, quantity=quantity)
    services.reserve(demands=[Demand(line.pk, variant.pk, quantity)])
    return line


def available(variant_id):
    return selectors.available(variant_ids=[variant_id])[variant_id]


class TestClearLot:
    def test_moves_units_to_a_cheaper_pack_that_keeps_code_and_dates(self):
        lot, member = leaving_lot(10), StaffFactory()
        Lot.objects.update(shelf="A-03-2")

        cleared = clear(lot, actor_id=member.pk)

        pack = Variant.objects.get(pk=cleared.variant_id)
        assert (pack.clearance_of_id, pack.best_before) == (lot.variant_id, lot.expires_on)
        assert pack.sku == f"{lot.variant.sku}-C{lot.pk}"
        assert (pack.price, pack.regular_price) == (PRICE, Decimal("300.00"))
        assert (pack.barcode, pack.pack_weight_g) == ("", lot.variant.pack_weight_g)
        target = Lot.objects.get(pk=cleared.lot_id)
        assert (target.code, target.expires_on, target.sell_by, target.cleared_from) == (
            lot.code, lot.expires_on, lot.sell_by, lot,
        )  # fmt: skip
        assert (target.received, target.remaining, target.shelf) == (10, 10, "A-03-2")
        assert (available(lot.variant_id), available(pack.pk)) == (0, 10)
        moves = StockMovement.objects.filter(kind=MovementKind.ADJUST).order_by("pk")
        assert [(m.lot_id, m.quantity, m.actor, m.reason) for m in moves] == [
            (lot.pk, -10, member, "Markdown"), (target.pk, 10, member, "Markdown"),
        ]  # fmt: skip
        assert services.check_books() == []

    def test_publishes_both_bands(self):
        lot = leaving_lot(10)

        cleared = clear(lot)

        bands = dict(Variant.objects.values_list("pk", "availability"))
        assert bands == {
            lot.variant_id: Availability.NONE, cleared.variant_id: Availability.FEW,
        }  # fmt: skip

    def test_leaves_what_pick_lists_name(self):
        variant = stocked_variant(0)
        near, fresh = leaving_lot(10, variant=variant), receive(variant, 100)
        promise(variant, 4)

        cleared = clear(near)

        assert cleared.quantity == 6
        suggested = selectors.suggest_lots(variant_id=variant.pk, quantity=4, now=present())
        assert [(row.lot_id, row.quantity) for row in suggested] == [(near.pk, 4)]
        assert available(variant.pk) == 100
        assert Lot.objects.get(pk=fresh.pk).remaining == 100

    def test_counts_promises_from_the_lot_that_expires_first(self):
        variant = stocked_variant(0)
        first, second = (leaving_lot(5, variant=variant, days=d) for d in (3, 7))
        promise(variant, 7)

        assert clear(second).quantity == 3
        with pytest.raises(errors.NothingFree):
            clear(first)
        assert services.check_books() == []

    def test_joins_the_same_pack_when_promises_are_given_back(self):
        lot = leaving_lot(10)
        line = promise(lot.variant, 4)
        once = clear(lot)
        services.release_reservations(order_line_ids=[line.pk])

        again = clear(lot, price=Decimal("200.00"))

        assert (again.lot_id, again.variant_id, again.quantity) == (
            once.lot_id, once.variant_id, 4,
        )  # fmt: skip
        assert Variant.objects.get(pk=again.variant_id).price == Decimal("200.00")
        target = Lot.objects.get(pk=again.lot_id)
        assert (target.received, target.remaining) == (10, 10)
        assert services.check_books() == []

    def test_fits_the_longest_sku(self):
        lot = leaving_lot(variant=stocked_variant(0, sku="A" * 40))

        cleared = clear(lot)

        sku = Variant.objects.get(pk=cleared.variant_id).sku
        assert len(sku) == 40
        assert sku.endswith(f"-C{lot.pk}")

    def refuse(self, lot, error, **more):
        before = snapshot(lot.variant)
        with pytest.raises(error):
            clear(lot, **more)
        assert snapshot(lot.variant) == before
        assert not Variant.objects.filter(clearance_of=lot.variant).exists()

    @pytest.mark.parametrize("price", ["0", "-1", "300.01"])
    def test_refuses_an_absurd_price_and_changes_nothing(self, price):
        self.refuse(leaving_lot(), InvalidPrice, price=Decimal(price))

    def test_refuses_a_quarantined_lot_and_changes_nothing(self):
        lot = leaving_lot()
        services.quarantine_lot(lot_id=lot.pk, reason="thawed", actor_id=None)

        self.refuse(lot, errors.LotUnusable)

    def test_refuses_a_lot_past_its_day_and_changes_nothing(self):
        self.refuse(leaving_lot(days=3), errors.LotUnusable, now=present() + timedelta(days=4))

    def test_refuses_a_lot_that_is_promised_and_changes_nothing(self):
        lot = leaving_lot(4)
        promise(lot.variant, 4)

        self.refuse(lot, errors.NothingFree)

    def test_refuses_clearance_of_clearance(self):
        cleared = clear(leaving_lot())
        before = snapshot(Variant.objects.get(pk=cleared.variant_id))

        with pytest.raises(errors.LotOnClearance):
            clear(Lot.objects.get(pk=cleared.lot_id))

        assert snapshot(Variant.objects.get(pk=cleared.variant_id)) == before

    def test_refuses_a_lot_that_is_not_there(self):
        with pytest.raises(errors.LotNotFound):
            services.clear_lot(lot_id=0, price=PRICE, actor_id=None, reason="", now=present())


class TestTakeBack:
    def test_returns_what_nobody_has_bought(self):
        lot = leaving_lot(10)
        cleared = clear(lot)
        promise(Variant.objects.get(pk=cleared.variant_id), 3)

        assert undo_clearance(lot).quantity == 7

        assert (available(lot.variant_id), available(cleared.variant_id)) == (7, 0)
        assert Lot.objects.get(pk=cleared.lot_id).remaining == 3
        assert services.check_books() == []

    def test_returns_units_blocked_where_the_lot_is(self):
        lot = leaving_lot(10)
        promise(lot.variant, 4)
        clear(lot)
        services.quarantine_lot(lot_id=lot.pk, reason="thawed", actor_id=None)

        undo_clearance(lot)

        level = StockLevel.objects.get(variant=lot.variant)
        assert (level.on_hand, level.blocked, level.available) == (10, 10, 0)
        assert services.check_books() == []

    def test_refuses_where_nothing_is_left_and_changes_nothing(self):
        lot = leaving_lot(3)
        cleared = clear(lot)
        pack = Variant.objects.get(pk=cleared.variant_id)
        promise(pack, 3)
        before = snapshot(pack), snapshot(lot.variant)

        with pytest.raises(errors.NothingFree):
            undo_clearance(lot)

        assert (snapshot(pack), snapshot(lot.variant)) == before

    def test_refuses_blocked_units(self):
        lot = leaving_lot(3)
        cleared = clear(lot)
        services.quarantine_lot(lot_id=cleared.lot_id, reason="thawed", actor_id=None)

        with pytest.raises(errors.LotUnusable):
            undo_clearance(lot)

        assert services.check_books() == []

    def test_refuses_a_lot_of_which_nothing_was_cleared(self):
        with pytest.raises(errors.LotNotFound):
            undo_clearance(leaving_lot())


class TestClearancePack:
    def shown(self, product):
        page = catalog.product_page(query=ProductFilter(), now=present())
        (card,) = [card for card in page.items if card.id == product.pk]
        return {pack.sku: pack for pack in card.variants}

    def test_stands_beside_its_pack_with_the_day_it_is_best_before(self):
        lot = leaving_lot()
        cleared = clear(lot)

        shown = self.shown(lot.variant.product)

        pack = shown[Variant.objects.get(pk=cleared.variant_id).sku]
        assert (pack.best_before, pack.price) == (lot.expires_on, PRICE)
        assert shown[lot.variant.sku].best_before is None
        detail = catalog.product_detail(product_id=lot.variant.product_id, now=present())
        assert lot.expires_on in {pack.best_before for pack in detail.variants}

    @pytest.mark.parametrize("end", ["sold", "blocked", "taken back"])
    def test_leaves_the_list_by_itself(self, end):
        lot = leaving_lot()
        cleared = clear(lot)
        if end == "sold":
            promise(Variant.objects.get(pk=cleared.variant_id), 10)
        elif end == "blocked":
            services.block_expired_lots(now=present() + timedelta(days=8))
        else:
            undo_clearance(lot)

        assert list(self.shown(lot.variant.product)) == [lot.variant.sku]
        ids = [cleared.variant_id]
        gone = catalog.sale_variants(variant_ids=ids, now=present())[cleared.variant_id]
        assert not gone.is_on_sale_floor
        assert not Variant.objects.on_sale_floor().filter(pk=cleared.variant_id).exists()

    def test_comes_back_when_an_order_is_given_up(self):
        lot = leaving_lot()
        cleared = clear(lot)
        line = promise(Variant.objects.get(pk=cleared.variant_id), 10)

        services.release_reservations(order_line_ids=[line.pk])

        assert len(self.shown(lot.variant.product)) == 2

    def test_is_no_low_stock(self):
        lot = leaving_lot(3)
        clear(lot)

        assert [card.sku for card in selectors.low_stock()] == [lot.variant.sku]

    def test_needs_a_day_in_the_database_too(self):
        variant = stocked_variant(0)

        with pytest.raises(IntegrityError), transaction.atomic():
            Variant.objects.filter(pk=variant.pk).update(clearance_of=stocked_variant(0))

    def test_has_none_of_its_own(self):
        cleared = clear(leaving_lot())

        with pytest.raises(VariantNotFound):
            catalog_services.open_clearance(
                variant_id=cleared.variant_id, mark="C9", best_before=present().date(),
                price=PRICE, actor_id=None, now=present(),
            )  # fmt: skip

    def test_is_the_only_one_that_is_repriced_as_one(self):
        with pytest.raises(VariantNotFound):
            catalog_services.reprice_clearance(
                variant_id=stocked_variant(1).pk, price=PRICE, actor_id=None, now=present()
            )


class TestLotFamily:
    def test_is_the_same_from_either_lot(self):
        lot, other = leaving_lot(), leaving_lot()
        cleared = clear(lot)

        assert selectors.lot_family(lot_id=lot.pk) == [lot.pk, cleared.lot_id]
        assert selectors.lot_family(lot_id=cleared.lot_id) == [lot.pk, cleared.lot_id]
        assert selectors.lot_family(lot_id=other.pk) == [other.pk]


class TestLeavingLots:
    def test_are_those_that_can_be_marked_down(self):
        near, last = leaving_lot(days=7), leaving_lot(days=0)
        leaving_lot(days=8)
        clear(leaving_lot(days=2))
        hidden = leaving_lot(days=1, variant=stocked_variant(0, is_active=False))
        bad = leaving_lot(days=1)
        services.quarantine_lot(lot_id=bad.pk, reason="thawed", actor_id=None)

        found = selectors.leaving_lots(within_days=7, now=present())

        cards = [(card.lot_id, card.days_left, card.free) for card in found if card.remaining]
        assert cards == [(last.pk, 0, 10), (near.pk, 7, 10)]
        assert hidden.pk not in {card.lot_id for card in found}

    def test_ask_the_same_number_of_questions_for_any_length(self, django_assert_num_queries):
        for days in range(5):
            leaving_lot(days=days)

        with django_assert_num_queries(4):
            assert len(selectors.leaving_lots(within_days=7, now=present())) == 5


class TestPickedUnits:
    def test_count_what_left_and_stayed_away(self, owner):
        variant, other = stocked_variant(20), stocked_variant(5)
        line = promise(variant, 6)
        pick = LotPick(line.pk, variant.lots.get().pk, 6)
        services.consume(order_id=line.order_id, picks=[pick], actor_id=owner.pk, now=present())
        services.put_back(
            order_id=line.order_id, picks=[LotPick(line.pk, pick.lot_id, 2)], actor_id=owner.pk,
            reason="refused", now=present(),
        )  # fmt: skip

        picked = selectors.picked_units(
            variant_ids=[variant.pk, other.pk], since=present() - timedelta(days=1)
        )

        assert picked == {variant.pk: 4, other.pk: 0}


class TestAnyStory:
    """Random deeds on a lot and its clearance: no unit appears or vanishes unseen."""

    DEEDS = ("clear", "back", "promise", "promise cleared", "release", "waste", "count")

    @pytest.mark.parametrize("seed", range(8))
    def test_conserves_units_over_both_packs(self, seed):
        dice, lot = random.Random(seed), leaving_lot(40)
        expected = 40
        for _ in range(25):
            deed = dice.choice(self.DEEDS)
            before = self.total(lot)
            try:
                lost = self.do(deed, lot, dice)
            except ShopError:
                lost = 0
                assert self.total(lot) == before
            expected -= lost
            assert self.total(lot) == expected, deed
            assert services.check_books() == [], deed

    def do(self, deed, lot, dice):
        pack = Variant.objects.filter(clearance_of=lot.variant).first()
        if deed == "clear":
            clear(lot, price=Decimal(dice.randint(1, 300)))
        elif deed == "back":
            undo_clearance(lot)
        elif deed == "promise":
            promise(lot.variant, dice.randint(1, 6))
        elif deed == "promise cleared" and pack:
            promise(pack, dice.randint(1, 6))
        elif deed == "release":
            live = Reservation.objects.live().order_by("?").first()
            if live:
                services.release_reservations(order_line_ids=[live.order_line_id])
        elif deed == "waste":
            target = dice.choice(list(Lot.objects.filter(remaining__gt=2)))
            services.write_off(lot_id=target.pk, quantity=2, reason="torn", actor_id=None)
            return 2
        elif deed == "count":
            target = dice.choice(list(Lot.objects.all()))
            target.refresh_from_db()
            services.adjust_lot(
                lot_id=target.pk, counted=target.remaining + 1, reason="found", actor_id=None
            )
            return -1
        return 0

    def total(self, lot):
        lots = Lot.objects.filter(pk__in=selectors.lot_family(lot_id=lot.pk))
        levels = StockLevel.objects.filter(variant_id__in=lots.values("variant_id"))
        units = sum(lots.values_list("remaining", flat=True))
        assert units == sum(levels.values_list("on_hand", flat=True))
        return units
