"""What happens in the shop becomes an event in the same transaction, and a delivery of each."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection, transaction

from apps.core.time import now
from apps.integrations import services
from apps.integrations.dto import EventType
from apps.integrations.models import Delivery, Endpoint, Event
from apps.inventory import services as inventory
from apps.orders import services as orders
from apps.orders.dto import OrderStatus
from apps.payments.models import MoneyEntry, Payment
from tests.factories import placed_order, stocked_variant
from tests.factories.integrations import ALL_TYPES, api_key, endpoint
from tests.races import together

pytestmark = pytest.mark.django_db


def told():
    """Return the types and data of all events, once they are spread."""
    services.spread_events(now=now())
    return [(event.type, event.data) for event in Event.objects.order_by("pk")]


class TestOrders:
    def test_are_told_step_by_step_and_by_their_public_id(self, manager):
        endpoint()
        order = placed_order()
        orders.confirm_order(order_id=order.pk, actor_id=manager.pk, now=now())
        orders.move_order(
            order_id=order.pk, target=OrderStatus.CANCELLED, actor_id=manager.pk, now=now()
        )

        events = told()

        common = {
            "order_id": str(order.public_id), "number": order.number, "method": "delivery",
            "total": str(order.total), "currency": "RUB",
        }  # fmt: skip
        steps = [one for one in events if one[0].startswith("order.")]
        assert steps == [
            ("order.status_changed", common | {"status": "placed", "previous_status": ""}),
            ("order.placed", common | {"status": "placed", "previous_status": ""}),
            ("order.status_changed", common | {"status": "confirmed", "previous_status": "placed"}),
            ("order.status_changed",
             common | {"status": "cancelled", "previous_status": "confirmed"}),
            ("order.cancelled", common | {"status": "cancelled", "previous_status": "confirmed"}),
        ]  # fmt: skip

    def test_hold_nothing_of_their_customer(self):
        endpoint()
        order = placed_order(comment="ring twice")

        text = str(told())

        for personal in (order.contact_name, order.contact_phone, order.address, "ring twice",
                         str(order.customer.public_id)):  # fmt: skip
            assert personal
            assert str(personal) not in text

    def test_are_told_when_money_goes_back(self):
        endpoint(types=["order.refunded"])
        order = placed_order()
        payment = Payment.objects.get(order=order)
        MoneyEntry.objects.create(payment=payment, kind="capture", amount=order.total)
        MoneyEntry.objects.create(payment=payment, kind="refund", amount=Decimal("-12.50"))

        ((kind, data),) = told()

        assert kind == EventType.ORDER_REFUNDED
        assert (data["order_id"], data["amount"]) == (str(order.public_id), "12.50")

    def test_are_not_told_when_the_change_is_undone(self):
        endpoint()
        variant = stocked_variant(20)
        told()
        before = Event.objects.count()

        with transaction.atomic():
            placed_order(wanted={variant: 3})
            assert Event.objects.count() > before
            transaction.set_rollback(True)

        assert Event.objects.count() == before


class TestStock:
    def test_is_told_band_by_band_and_low_once(self):
        variant = stocked_variant(30)
        endpoint()
        lot = variant.lots.get()
        for quantity in (5, 20, 5):
            inventory.write_off(lot_id=lot.pk, quantity=quantity, reason="torn", actor_id=None)

        events = told()

        def step(before, after):
            return {
                "sku": variant.sku, "availability": after, "previous_availability": before,
            }  # fmt: skip

        assert events == [
            ("stock.changed", step("in_stock", "few")),
            ("stock.low", step("in_stock", "few")),
            ("stock.changed", step("few", "none")),
        ]


class TestRecording:
    def test_writes_nothing_where_nobody_listens(self):
        endpoint(types=["stock.low"])
        endpoint(is_on=False)

        placed_order()

        assert not Event.objects.exists()


class TestSpreadEvents:
    def test_writes_one_delivery_for_each_subscriber(self, manager):
        dead = api_key()
        first, second = endpoint(types=["order.placed"]), endpoint(types=ALL_TYPES)
        endpoint(types=["stock.low"])
        endpoint(types=ALL_TYPES, is_on=False)
        endpoint(types=ALL_TYPES, key_id=dead.id)
        services.revoke_key(key_id=dead.id, actor_id=manager.pk, now=now())
        placed_order()

        services.spread_events(now=now())
        services.spread_events(now=now())

        placed = Delivery.objects.filter(event__type="order.placed")
        assert set(placed.values_list("endpoint", flat=True)) == {first.pk, second.pk}
        assert placed.count() == 2

    def test_tells_nobody_of_what_was_before_they_asked(self):
        endpoint(types=["order.placed"])
        placed_order()
        late = endpoint(types=["order.placed"])

        services.spread_events(now=now())

        assert not Delivery.objects.filter(endpoint=late).exists()

    def test_asks_no_more_for_many_events_than_for_one(self, django_assert_max_num_queries):
        endpoint()
        for _ in range(3):
            placed_order()

        with django_assert_max_num_queries(10):
            services.spread_events(now=now())

        assert Delivery.objects.count() >= 6


@pytest.mark.django_db(transaction=True)
class TestCommitOrder:
    """A transaction that began first and commits last: its event has the lower number."""

    def late_and_early(self):
        """Return what two writers do: the first number is taken first, and committed last."""
        from threading import Event as Flag

        taken, committed = Flag(), Flag()

        def late():
            with transaction.atomic():
                _record("late")
                taken.set()
                assert committed.wait(10)

        def early():
            assert taken.wait(10)
            _record("early")
            services.spread_events(now=now())
            positions = list(_spread())
            committed.set()
            return positions

        return late, early

    def test_loses_nothing_that_commits_late(self):
        endpoint(types=["stock.low"])

        _none, first = together(self.late_and_early())
        services.spread_events(now=now())

        assert first == ["early"]
        assert _spread() == ["late", "early"]
        assert Delivery.objects.count() == 2

    def test_would_lose_it_if_events_were_read_after_a_position(self):
        """The negative control: a sweeper that remembers the highest number passes one over."""
        endpoint(types=["stock.low"])
        together(self.late_and_early())

        seen = Event.objects.get(facts__sku="early").pk

        assert Event.objects.filter(facts__sku="late", pk__lt=seen).exists()
        assert not Event.objects.filter(pk__gt=seen).exists()

    def test_lets_two_sweepers_share_the_work(self):
        endpoint(types=["stock.low"])
        for number in range(6):
            _record(str(number))

        together([lambda: services.spread_events(now=now())] * 2)

        assert Delivery.objects.count() == 6
        assert not Event.objects.filter(spread_at__isnull=True).exists()

    def test_would_write_everything_twice_without_the_lock_and_the_constraint(self):
        """The negative control: the database refuses a second delivery."""
        row = endpoint(types=["stock.low"])
        _record("one")
        services.spread_events(now=now())
        kept = Delivery.objects.get()

        Event.objects.update(spread_at=None)
        services.spread_events(now=now() + timedelta(seconds=1))

        assert Delivery.objects.get() == kept
        assert Endpoint.objects.get() == row


def _record(sku):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT integrations_record('stock.low', jsonb_build_object('sku', %s::text))", [sku]
        )


def _spread():
    events = Event.objects.filter(spread_at__isnull=False).order_by("pk")
    return [event.facts["sku"] for event in events]
