"""What is in a cart, at the prices and stock of one instant."""

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple
from uuid import UUID

from django.conf import settings
from django.utils import translation

from apps.cart import texts
from apps.cart.dto import CartLine, CartView, CartWarning, Quote
from apps.cart.models import Cart
from apps.catalog import selectors as catalog
from apps.catalog.dto import SaleVariant
from apps.core.money import ZERO
from apps.delivery import selectors as delivery
from apps.delivery.dto import ZoneCard
from apps.inventory import selectors as inventory
from apps.users import selectors as users


class _Row(NamedTuple):
    """An item as the table has it."""

    id: int
    public_id: UUID
    variant_id: int
    quantity: int
    seen_price: Decimal


def cart_view(*, customer_id: int, now: datetime) -> CartView:
    """Return a customer's cart and what changed since it was filled."""
    version, rows = _read(customer_id)
    variant_ids = [row.variant_id for row in rows]
    on_sale = catalog.sale_variants(variant_ids=variant_ids, now=now) if rows else {}
    available = inventory.available(variant_ids=variant_ids) if rows else {}
    lines = tuple(
        _line(row, on_sale.get(row.variant_id), available.get(row.variant_id, 0)) for row in rows
    )
    return CartView(
        version=version,
        lines=lines,
        items_total=_sum(line.total for line in lines),
        savings=_sum((line.regular_price - line.unit_price) * line.quantity for line in lines),
        count=sum(line.quantity for line in lines),
        warnings=tuple(
            CartWarning(warning.code, f"{line.name}: {warning.text}")
            for line in lines
            for warning in line.warnings
        ),
        can_check_out=bool(lines) and not any(line.is_blocked for line in lines),
    )


def quote(*, customer_id: int, now: datetime, method: str, zone: ZoneCard | None) -> Quote:
    """Return what the cart costs in a zone, or (without one) fetched from a pickup point.

    `method` is an order's method: the fee and the zone's least order hold for deliveries only.
    """
    cart = cart_view(customer_id=customer_id, now=now)
    return quote_for(cart=cart, zone=zone if method == "delivery" else None)


def quote_at(
    *,
    customer_id: int,
    now: datetime,
    method: str,
    address: UUID | None = None,
    latitude: Decimal | None = None,
    longitude: Decimal | None = None,
    zone: str = "",
) -> Quote:
    """Return what the cart costs at one of the customer's addresses, at a point, or in a zone.

    `address` is a public id, `zone` a slug. With none of them it is the zone of addresses without
    coordinates.

    Raises:
        AddressNotFound: The address is not the customer's.
        ZoneNotFound: There is no such zone.
        OutsideZones: Nobody drives there.
    """
    if method != "delivery":
        return quote(customer_id=customer_id, now=now, method=method, zone=None)
    if address is not None:
        card = users.own_address(customer_id=customer_id, public_id=address)
        latitude, longitude = card.latitude, card.longitude
    if zone and address is None:
        place = delivery.zone_card(slug=zone)
    else:
        place = delivery.zone_for(latitude=latitude, longitude=longitude)
    return quote(customer_id=customer_id, now=now, method=method, zone=place)


def quote_for(*, cart: CartView, zone: ZoneCard | None) -> Quote:
    """Return what a cart that was read already costs."""
    fee, missing_for_free = ZERO, None
    minimum: Decimal = settings.MINIMUM_ORDER_TOTAL
    if zone is not None:
        fee = delivery.delivery_fee(zone=zone, items_total=cart.items_total)
        minimum = max(minimum, zone.minimum_total)
        if fee and zone.free_from is not None:
            missing_for_free = zone.free_from - cart.items_total
    return Quote(
        cart=cart,
        delivery_fee=fee,
        total=cart.items_total + fee,
        minimum_total=minimum,
        missing_for_minimum=max(ZERO, minimum - cart.items_total),
        missing_for_free=missing_for_free,
        zone=zone,
    )


def variant_of_item(*, customer_id: int, public_id: UUID) -> int | None:
    """Return which variant an item of the customer's own cart holds."""
    carts = Cart.objects.filter(customer_id=customer_id, items__public_id=public_id)
    return carts.values_list("items__variant_id", flat=True).first()


def name_of(variant: SaleVariant) -> str:
    """Return a variant's name in the reader's language."""
    language = (translation.get_language() or settings.LANGUAGE_CODE)[:2]
    return (variant.name_en if language == "en" else "") or variant.name_ru


def _read(customer_id: int) -> tuple[int, list[_Row]]:
    """Return the cart's version and items, with one query."""
    fields = (f"items__{name}" for name in _Row._fields)
    found: list[tuple[Any, ...]] = list(
        Cart.objects.filter(customer_id=customer_id)
        .values_list("version", *fields)
        .order_by("items__id")
    )
    if not found:
        return 0, []
    return found[0][0], [_Row(*values) for _version, *values in found if values[0] is not None]


def _line(row: _Row, variant: SaleVariant | None, available: int) -> CartLine:
    if variant is None or not variant.is_on_sale_floor:
        return _gone_line(row, variant)
    warnings = _warnings(row, variant, available)
    return CartLine(
        item_id=row.id,
        public_id=row.public_id,
        variant_id=row.variant_id,
        sku=variant.sku,
        name=name_of(variant),
        name_ru=variant.name_ru,
        name_en=variant.name_en,
        product_id=variant.product_id,
        product_slug=variant.product_slug,
        pack_weight_g=variant.pack_weight_g,
        box_volume_ml=variant.box_volume_ml,
        small_image=variant.small_image,
        quantity=row.quantity,
        unit_price=variant.price,
        regular_price=variant.regular_price,
        seen_price=row.seen_price,
        total=variant.price * row.quantity,
        available=available,
        max_per_order=variant.max_per_order,
        warnings=tuple(warnings),
        best_before=variant.best_before,
    )


def _warnings(row: _Row, variant: SaleVariant, available: int) -> Iterable[CartWarning]:
    if row.quantity > available:
        yield texts.less_stock(available=available)
    if row.quantity > variant.max_per_order:
        yield texts.over_maximum(maximum=variant.max_per_order)
    if row.seen_price != variant.price:
        yield texts.price_changed(seen=row.seen_price, price=variant.price)


def _gone_line(row: _Row, variant: SaleVariant | None) -> CartLine:
    return CartLine(
        item_id=row.id,
        public_id=row.public_id,
        variant_id=row.variant_id,
        sku=variant.sku if variant else "",
        name=name_of(variant) if variant else texts.unknown_product(),
        name_ru=variant.name_ru if variant else "",
        name_en=variant.name_en if variant else "",
        product_id=variant.product_id if variant else 0,
        product_slug=variant.product_slug if variant else "",
        pack_weight_g=variant.pack_weight_g if variant else 0,
        box_volume_ml=0,
        small_image=variant.small_image if variant else "",
        quantity=row.quantity,
        unit_price=ZERO,
        regular_price=ZERO,
        seen_price=row.seen_price,
        total=ZERO,
        available=0,
        max_per_order=0,
        warnings=(texts.gone(),),
    )


def _sum(amounts: Iterable[Decimal]) -> Decimal:
    return sum(amounts, ZERO)
