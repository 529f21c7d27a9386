"""What staff ask, what is scheduled, and what readers find published at an instant."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from apps.cart import selectors as cart
from apps.cart import services as carts
from apps.catalog import errors, selectors, services
from apps.catalog.dto import Availability, PriceChangeKind, PriceSteps, ProductFilter
from apps.catalog.models import PriceChange, Variant
from tests.factories import VariantFactory, add_stock

HOUR, TICK = timedelta(hours=1), timedelta(microseconds=1)


@pytest.fixture
def pack(make_product):
    return make_product("siberian").variants.get()


def timeline(pack):
    return Variant.objects.get(pk=pack.pk).timeline


def halved(*, prices, now):
    """Rules of a shop in which everything under shelf `half` costs half."""
    return {
        base.variant_id: PriceSteps(
            base.steps.first / 2, base.steps.edges, tuple(step / 2 for step in base.steps.steps)
        )
        for base in prices
        if HALF in base.category_ids
    }


HALF = 0


@pytest.fixture
def half(make_category, settings, monkeypatch):
    """The shelf whose packs are sold at half price."""
    shelf = make_category("half")
    monkeypatch.setattr(f"{__name__}.HALF", shelf.pk)
    settings.PRICE_RULES = f"{__name__}.halved"
    return shelf


class TestSetPrice:
    def test_writes_into_the_ledger_who_did_it_and_why(self, pack, manager, now):
        services.set_price(
            variant_id=pack.pk, regular_price=Decimal("400"), price=Decimal("349.995"),
            actor_id=manager.pk, reason=" dearer\nflour ", now=now,
        )  # fmt: skip

        pack.refresh_from_db()
        assert (pack.regular_price, pack.base_price, pack.price) == (400, 350, 350)
        change = pack.price_changes.latest("pk")
        assert (change.old_price, change.new_price) == (300, 350)
        assert (change.old_regular_price, change.new_regular_price) == (300, 400)
        assert (change.kind, change.actor, change.reason) == ("set", manager, "dearer flour")
        assert change.changed_at == now

    @pytest.mark.parametrize(
        ("regular", "price"),
        [("100", "101"), ("0", "0"), ("100", "-1"), ("100", "NaN"), ("1e12", "1e12"),
         ("Infinity", "1"), ("100", "0.004")],
    )  # fmt: skip
    def test_refuses_an_impossible_price_and_changes_nothing(self, pack, regular, price, now):
        before = Variant.objects.values().get(pk=pack.pk)

        with pytest.raises(errors.InvalidPrice):
            services.set_price(
                variant_id=pack.pk, regular_price=Decimal(regular), price=Decimal(price), now=now
            )

        assert Variant.objects.values().get(pk=pack.pk) == before
        assert pack.price_changes.count() == 1

    @pytest.mark.parametrize("known", [True, False])
    def test_refuses_a_pack_that_is_gone(self, pack, now, known):
        services.remove_variant(variant_id=pack.pk, now=now)

        with pytest.raises(errors.VariantNotFound):
            services.set_price(variant_id=pack.pk if known else 10**9, price=Decimal(1), now=now)

    def test_leaves_no_entry_when_nothing_changes(self, pack, now):
        services.set_price(variant_id=pack.pk, price=Decimal("300.00"), now=now)

        assert pack.price_changes.count() == 1

    def test_changes_what_holds_after_a_temporary_price(self, pack, now):
        services.schedule_price(
            variant_id=pack.pk, price=Decimal(250), starts_at=now, ends_at=now + HOUR, now=now
        )

        saved = services.set_price(variant_id=pack.pk, price=Decimal(280), now=now)

        assert (saved.price_at(now), saved.price_at(now + HOUR)) == (250, 280)

    def test_comes_after_a_schedule_that_nobody_published_yet(self, pack, now):
        services.schedule_price(
            variant_id=pack.pk, price=Decimal(380), starts_at=now + HOUR, now=now
        )

        services.set_price(variant_id=pack.pk, price=Decimal(320), now=now + 2 * HOUR)

        kinds = list(pack.price_changes.order_by("changed_at", "pk").values_list("kind", flat=True))
        assert kinds[-2:] == [PriceChangeKind.SCHEDULED, PriceChangeKind.SET]
        assert timeline(pack) == PriceSteps(Decimal(320))


class TestTheLedger:
    @pytest.mark.parametrize("statement", ["UPDATE {} SET reason = 'x'", "DELETE FROM {}"])
    def test_is_never_changed(self, pack, statement):
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement.format(PriceChange._meta.db_table))

    def test_begins_with_the_first_price(self, pack):
        change = pack.price_changes.get()

        assert (change.old_price, change.new_price) == (None, 300)


class TestSchedulePrice:
    def schedule(self, pack, now, *, price=250, starts=1, ends=None, **fields):
        return services.schedule_price(
            variant_id=pack.pk,
            price=Decimal(price),
            starts_at=now + starts * HOUR,
            ends_at=None if ends is None else now + ends * HOUR,
            now=now,
            **fields,
        )

    def test_publishes_both_edges_of_a_temporary_price(self, pack, now, manager):
        made = self.schedule(pack, now, ends=2, actor_id=manager.pk, reason="market day")

        assert timeline(pack) == PriceSteps(
            Decimal(300), (now + HOUR, now + 2 * HOUR), (Decimal(250), Decimal(300))
        )
        assert (made.made_by, made.reason, made.created_at) == (manager, "market day", now)
        assert pack.price_changes.count() == 1

    def test_becomes_the_asked_price_at_once_when_it_begins_now(self, pack, now):
        self.schedule(pack, now, price=450, starts=0)

        pack.refresh_from_db()
        assert (pack.base_price, pack.regular_price, pack.price) == (450, 450, 450)

    @pytest.mark.parametrize(
        ("fields", "error"),
        [
            ({"price": 0}, errors.InvalidPrice),
            ({"price": "-1"}, errors.InvalidPrice),
            ({"price": "NaN"}, errors.InvalidPrice),
            ({"price": 10**12}, errors.InvalidPrice),
            ({"price": 301, "ends": 2}, errors.InvalidPrice),
            ({"starts": -1}, errors.ScheduleInPast),
            ({"starts": 2, "ends": 1}, errors.ScheduleTooShort),
            ({"starts": 2, "ends": 2}, errors.ScheduleTooShort),
            ({"starts": 6, "ends": 12}, errors.ScheduleOverlap),
            ({"starts": 20}, errors.ScheduleOverlap),
        ],
    )
    def test_refuses_what_can_not_be_and_changes_nothing(self, pack, now, fields, error):
        self.schedule(pack, now, starts=5, ends=10)
        self.schedule(pack, now, starts=20)
        before = timeline(pack)

        with pytest.raises(error):
            self.schedule(pack, now, **fields)

        assert timeline(pack) == before
        assert pack.scheduled_prices.count() == 2

    def test_is_held_apart_by_the_database_too(self, pack, now):
        made = self.schedule(pack, now, starts=5, ends=10)
        lasting = self.schedule(pack, now, starts=20)

        for row in (made, lasting):
            row.pk = row.public_id = None
            row.public_id = pack.public_id
            with pytest.raises(IntegrityError), transaction.atomic():
                row.save(force_insert=True)

    def test_takes_only_so_many(self, pack, now, monkeypatch):
        monkeypatch.setattr("apps.catalog.pricing.timeline.MOST_SCHEDULES", 2)
        for hours in (1, 3):
            self.schedule(pack, now, starts=hours, ends=hours + 1)

        with pytest.raises(errors.TooManySchedules):
            self.schedule(pack, now, starts=9)

        assert pack.scheduled_prices.count() == 2

    def test_lets_touching_prices_stand_side_by_side(self, pack, now):
        self.schedule(pack, now, starts=1, ends=2)
        self.schedule(pack, now, price=200, starts=2, ends=3)

        assert timeline(pack).steps == (250, 200, 300)


class TestWithdrawSchedule:
    def test_lets_the_price_stay(self, pack, now, manager):
        made = services.schedule_price(
            variant_id=pack.pk, price=Decimal(250), starts_at=now + HOUR, now=now
        )

        gone = services.withdraw_schedule(schedule_id=made.public_id, now=now, actor_id=manager.pk)

        assert timeline(pack) == PriceSteps(Decimal(300))
        assert (gone.withdrawn_at, gone.withdrawn_by) == (now, manager)

    def test_ends_one_that_holds(self, pack, now):
        made = services.schedule_price(
            variant_id=pack.pk, price=Decimal(250), starts_at=now, ends_at=now + HOUR, now=now
        )
        assert timeline(pack).first == 250

        services.withdraw_schedule(schedule_id=made.public_id, now=now + HOUR / 2)

        assert timeline(pack) == PriceSteps(Decimal(300))

    @pytest.mark.parametrize("ends", [None, 1])
    def test_refuses_what_has_happened(self, pack, now, ends):
        made = services.schedule_price(
            variant_id=pack.pk, price=Decimal(250), starts_at=now + HOUR / 2,
            ends_at=ends and now + HOUR, now=now,
        )  # fmt: skip

        with pytest.raises(errors.ScheduleDone):
            services.withdraw_schedule(schedule_id=made.public_id, now=now + HOUR)

        made.refresh_from_db()
        assert made.withdrawn_at is None

    def test_refuses_what_is_not_there_or_was_withdrawn(self, pack, now):
        with pytest.raises(errors.ScheduleNotFound):
            services.withdraw_schedule(schedule_id=pack.public_id, now=now)
        made = services.schedule_price(
            variant_id=pack.pk, price=Decimal(250), starts_at=now + HOUR, now=now
        )
        services.withdraw_schedule(schedule_id=made.public_id, now=now)
        with pytest.raises(errors.ScheduleDone):
            services.withdraw_schedule(schedule_id=made.public_id, now=now)


class TestReaders:
    """List, cart, checkout's rows and the model, with no beat at all."""

    @pytest.mark.parametrize(
        ("offset", "price"),
        [
            (1 * HOUR - TICK, 300), (1 * HOUR, 250), (1 * HOUR + TICK, 250),
            (2 * HOUR - TICK, 250), (2 * HOUR, 300), (2 * HOUR + TICK, 300),
            (3 * HOUR - TICK, 300), (3 * HOUR, 450), (3 * HOUR + TICK, 450),
            (50 * HOUR, 450),
        ],
    )  # fmt: skip
    def test_agree_at_every_edge(self, pack, customer, now, offset, price):
        services.schedule_price(
            variant_id=pack.pk, price=Decimal(250), starts_at=now + HOUR, ends_at=now + 2 * HOUR,
            now=now,
        )  # fmt: skip
        services.schedule_price(
            variant_id=pack.pk, price=Decimal(450), starts_at=now + 3 * HOUR, now=now
        )
        add_stock(pack, 5, now=now)
        carts.add(customer_id=customer.pk, variant_id=pack.pk, now=now)
        at = now + offset

        page = selectors.product_page(query=ProductFilter(), now=at)
        detail = selectors.product_detail(slug="siberian", now=at)
        sale = selectors.sale_variants(variant_ids=[pack.pk], now=at)[pack.pk]
        line = cart.cart_view(customer_id=customer.pk, now=at).lines[0]

        found = {
            page.items[0].variants[0].price, detail.variants[0].price, sale.price,
            line.unit_price, timeline(pack).at(at),
        }  # fmt: skip
        regular = {page.items[0].variants[0].regular_price, sale.regular_price, line.regular_price}
        assert found == {price}
        assert regular == {max(300, price)}
        following = [now + hours * HOUR for hours in (1, 2, 3) if now + hours * HOUR > at]
        until = following[0] if following else None
        assert page.prices_until == detail.prices_until == until

    def test_are_asked_again_at_the_first_edge_of_all(self, make_product, now):
        for hours in (5, 2, 9):
            services.schedule_price(
                variant_id=make_product().variants.get().pk, price=Decimal(200),
                starts_at=now + hours * HOUR, now=now,
            )  # fmt: skip

        for at, until in ((0, 2), (2, 5), (5, 9)):
            page = selectors.product_page(query=ProductFilter(), now=now + at * HOUR)
            assert page.prices_until == now + until * HOUR


class TestPublishDuePrices:
    def test_takes_in_what_is_due_and_nothing_else(self, make_product, now, manager):
        due, later = (make_product().variants.get() for _ in range(2))
        for pack, moment in ((due, now + HOUR), (later, now + 2 * HOUR)):
            services.schedule_price(
                variant_id=pack.pk, price=Decimal(450), starts_at=moment, now=now,
                actor_id=manager.pk, reason="new year",
            )  # fmt: skip
        at = now + HOUR + timedelta(minutes=1)

        assert services.publish_due_prices(now=at - TICK) == 0
        assert services.publish_due_prices(now=at) == 1
        assert services.publish_due_prices(now=at) == 0

        due.refresh_from_db()
        later.refresh_from_db()
        assert (due.price, due.base_price, due.regular_price) == (450, 450, 450)
        assert (due.price_edges, later.price_edges) == ([], [now + 2 * HOUR])
        assert later.base_price == 300
        change = due.price_changes.latest("pk")
        assert (change.kind, change.changed_at) == (PriceChangeKind.SCHEDULED, now + HOUR)
        assert (change.actor, change.reason) == (manager, "new year")
        assert due.scheduled_prices.get().applied_at == at

    def test_forgets_passed_edges_of_temporary_prices(self, pack, now):
        services.schedule_price(
            variant_id=pack.pk, price=Decimal(250), starts_at=now + HOUR, ends_at=now + 2 * HOUR,
            now=now,
        )  # fmt: skip

        services.publish_due_prices(now=now + 2 * HOUR - TICK)
        assert timeline(pack) == PriceSteps(Decimal(250), (now + 2 * HOUR,), (Decimal(300),))
        services.publish_due_prices(now=now + 3 * HOUR)
        assert timeline(pack) == PriceSteps(Decimal(300))
        assert pack.price_changes.count() == 1

    def test_finds_what_a_promotion_hides(self, make_product, half, now):
        pack = make_product(category_id=half.pk).variants.get()
        services.schedule_price(
            variant_id=pack.pk, price=Decimal(300), starts_at=now + HOUR, now=now
        )
        assert timeline(pack).edges == ()

        assert services.publish_due_prices(now=now + 2 * HOUR) == 0

        assert pack.scheduled_prices.get().applied_at == now + 2 * HOUR

    def test_tidies_packs_away_that_were_removed(self, pack, now):
        services.schedule_price(
            variant_id=pack.pk, price=Decimal(250), starts_at=now + HOUR, now=now
        )
        services.remove_variant(variant_id=pack.pk, now=now)

        services.publish_due_prices(now=now + 2 * HOUR)

        assert services.publish_due_prices(now=now + 2 * HOUR) == 0
        assert timeline(pack).edges == ()


class TestPublishPrices:
    def test_asks_the_rules_and_keeps_staffs_own_price(self, make_product, half, now):
        pack = make_product(category_id=half.pk).variants.get()

        pack.refresh_from_db()
        assert (pack.base_price, pack.regular_price, pack.price) == (300, 300, 150)

    def test_follows_a_product_to_another_shelf(self, pack, make_category, half, now):
        services.save_product(product_id=pack.product_id, category="half", now=now)
        assert timeline(pack).first == 150

        services.save_product(product_id=pack.product_id, category=make_category().slug, now=now)
        assert timeline(pack).first == 300

    def test_follows_a_shelf_to_another_place(self, make_category, make_product, half, now):
        top = make_category("top")
        low = make_category("low", parent_id=top.pk)
        pack = make_product(category_id=low.pk).variants.get()

        services.save_category(category_id=top.pk, parent_id=half.pk, now=now)
        assert timeline(pack).first == 150

        services.save_category(category_id=top.pk, parent_id=None, now=now)
        assert timeline(pack).first == 300

    def test_writes_only_what_changes(self, pack, now):
        before = Variant.objects.get(pk=pack.pk).updated_at

        assert services.publish_prices(variant_ids=[pack.pk, 10**9], now=now) == 0
        assert services.publish_prices(variant_ids=[], now=now) == 0

        assert Variant.objects.get(pk=pack.pk).updated_at == before

    def test_asks_as_many_queries_for_600_packs_as_for_6(self, half, now, db):
        from tests.factories import ProductFactory

        product = ProductFactory(category=half)
        counts = []
        for many in (6, 600):
            ids = [VariantFactory(product=product).pk for _ in range(many)]
            with CaptureQueriesContext(connection) as asked:
                assert services.publish_prices(variant_ids=ids, now=now) == many
            counts.append(len(asked))

        assert counts[0] == counts[1] <= 10

    @pytest.mark.django_db(transaction=True)
    def test_renews_the_catalogue_once_and_only_for_a_change(self, make_product, now):
        packs = [make_product().variants.get().pk for _ in range(3)]
        before = selectors.shelves().version

        services.publish_prices(variant_ids=packs, now=now)

        assert selectors.shelves().version == before


class TestTheRow:
    @pytest.mark.parametrize(
        ("edges", "steps"),
        [
            ([1, 2], [5]), ([2, 1], [5, 5]), ([1, 1], [5, 5]), ([1], [0]), ([1], [-1]),
            ([], [5]), ([1], []),
        ],
    )  # fmt: skip
    def test_is_held_to_a_timeline_by_the_database(self, pack, now, edges, steps):
        with pytest.raises(IntegrityError), transaction.atomic():
            Variant.objects.filter(pk=pack.pk).update(
                price_edges=[now + hours * HOUR for hours in edges], price_steps=steps
            )

    @pytest.mark.parametrize("field", ["price", "base_price", "regular_price"])
    @pytest.mark.parametrize("price", ["0", "-1"])
    def test_is_held_to_its_prices_by_the_database(self, pack, field, price):
        with pytest.raises(IntegrityError), transaction.atomic():
            Variant.objects.filter(pk=pack.pk).update(**{field: Decimal(price)})

    def test_keeps_availability_and_prices_out_of_each_others_way(self, pack, now):
        services.publish_availability(bands={pack.pk: Availability.FEW})
        services.set_price(variant_id=pack.pk, price=Decimal(280), now=now)

        pack.refresh_from_db()
        assert (pack.availability, pack.price) == (Availability.FEW, 280)
