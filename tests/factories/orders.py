"""Where and when orders go, and orders in any state."""

from collections import deque
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import factory

from apps.core.time import now as present
from apps.delivery.areas import circle_km2, measured
from apps.delivery.models import DeliverySlot, PickupPoint, Zone
from apps.orders.dto import Method, OrderStatus, Source
from apps.orders.lifecycle import FIRST, MOVES, find_move
from apps.orders.models import Order, OrderLine
from tests.factories.catalog import VariantFactory
from tests.factories.users import CustomerFactory


class ZoneFactory(factory.django.DjangoModelFactory):
    """The default zone around the middle of Moscow: 199, free from 3000, at least 500."""

    class Meta:
        model = Zone
        django_get_or_create = ("slug",)

    slug = "moscow"
    name_ru = "Москва"
    name_en = "Moscow"
    latitude = Decimal("55.755800")
    longitude = Decimal("37.617300")
    radius_km = Decimal("20.00")
    area_km2 = factory.LazyAttribute(
        lambda zone: (
            circle_km2(zone.radius_km)
            if zone.radius_km
            else measured(zone.area, latitude=zone.latitude, longitude=zone.longitude)
        )
    )
    fee = Decimal("199.00")
    free_from = Decimal("3000.00")
    minimum_total = Decimal("500.00")
    is_default = factory.LazyAttribute(lambda zone: zone.slug == "moscow")


class SlotFactory(factory.django.DjangoModelFactory):
    """A window of two hours, tomorrow by default, that takes ten orders."""

    class Meta:
        model = DeliverySlot

    zone = factory.SubFactory(ZoneFactory)
    starts_at = factory.Sequence(
        lambda n: _tomorrow_noon() + timedelta(hours=2 * (n % 3), days=n // 3 % 300)
    )
    date = factory.LazyAttribute(lambda slot: slot.starts_at.date())
    ends_at = factory.LazyAttribute(lambda slot: slot.starts_at + timedelta(hours=2))
    cutoff_at = factory.LazyAttribute(lambda slot: slot.starts_at - timedelta(hours=2))
    capacity_orders = 10
    capacity_ml = 400_000


class PickupPointFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = PickupPoint

    name_ru = "На Лесной"
    name_en = "Lesnaya"
    address_ru = "ул. Лесная, 5"
    address_en = "5 Lesnaya St"
    hours_ru = "ежедневно 10–22"
    hours_en = "daily 10–22"
    latitude = Decimal("55.780000")
    longitude = Decimal("37.590000")


class OrderFactory(factory.django.DjangoModelFactory):
    """A cash order in any status, without stock behind it; `lines` says how many lines it has.

    The rows are only the order's own: for one with reservations, slot place and payment call
    `orders.services.place_order`.
    """

    class Meta:
        model = Order
        skip_postgeneration_save = True

    customer = factory.SubFactory(CustomerFactory)
    number = factory.Sequence(lambda n: f"T-{n:06d}")
    status = OrderStatus.PLACED
    method = Method.DELIVERY
    source = Source.BOT
    payment = "cash"
    contact_name = "Анна"
    contact_phone = "+79160000000"
    address = "Москва, ул. Лесная, 1"
    slot = factory.Maybe(
        factory.LazyAttribute(lambda order: order.method == Method.DELIVERY),
        yes_declaration=factory.SubFactory(SlotFactory),
        no_declaration=None,
    )
    pickup_point = factory.Maybe(
        factory.LazyAttribute(lambda order: order.method == Method.PICKUP),
        yes_declaration=factory.SubFactory(PickupPointFactory),
        no_declaration=None,
    )
    volume_ml = 3000
    items_total = Decimal("600.00")
    delivery_fee = Decimal("199.00")
    total = Decimal("799.00")
    key = factory.Sequence(lambda n: f"key-{n:08d}")
    hold_expires_at = factory.LazyAttribute(
        lambda order: (
            present() + timedelta(minutes=15)
            if order.status == OrderStatus.AWAITING_PAYMENT
            else None
        )
    )

    @classmethod
    def _create(cls, model_class: type[Order], *args: Any, **fields: Any) -> Order:
        """Insert the order as the database allows, then walk it to the status asked for."""
        target = fields["status"]
        if target not in FIRST:
            fields["status"] = OrderStatus.PLACED
            if target == OrderStatus.EXPIRED:
                fields["status"] = OrderStatus.AWAITING_PAYMENT
                fields["hold_expires_at"] = present()
        order: Order = super()._create(model_class, *args, **fields)
        move_along(order, target)
        return order

    @factory.post_generation
    def lines(self, create: bool, extracted: int | None, **_: Any) -> None:
        if create:
            OrderLineFactory.create_batch(1 if extracted is None else extracted, order=self)


class OrderLineFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = OrderLine

    order = factory.SubFactory(OrderFactory)
    variant = factory.SubFactory(VariantFactory)
    sku = factory.SelfAttribute("variant.sku")
    name_ru = factory.SelfAttribute("variant.product.name_ru")
    name_en = factory.SelfAttribute("variant.product.name_en")
    pack_weight_g = factory.SelfAttribute("variant.pack_weight_g")
    unit_price = Decimal("300.00")
    regular_price = Decimal("300.00")
    quantity = 2
    total = factory.LazyAttribute(lambda line: line.unit_price * line.quantity)


def move_along(order: Order, target: str) -> None:
    """Walk an order to a status step by step, as the database's trigger demands."""
    for status in _path(order.status, target, order.method):
        Order.objects.filter(pk=order.pk).update(status=status)
    order.status = target


def _path(source: str, target: str, method: str) -> list[str]:
    """Return the statuses of a shortest way, the source left out."""
    ways = deque([[source]])
    while ways:
        way = ways.popleft()
        if way[-1] == target:
            return way[1:]
        ways.extend(
            [*way, move.target]
            for move in MOVES
            if move.target not in way
            and find_move(source=way[-1], target=move.target, method=method)
        )
    raise ValueError(f"No way leads from {source} to {target}")


def _tomorrow_noon() -> datetime:
    return datetime.combine(
        present().date() + timedelta(days=1), datetime.min.time(), tzinfo=UTC
    ) + timedelta(hours=9)
