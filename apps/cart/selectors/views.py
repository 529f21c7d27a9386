"""The cart as its customer sees it."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple
from uuid import UUID

from django.conf import settings
from django.utils import translation

from apps.cart import texts
from apps.cart.dto import (
    NOTHING,
    CartLine,
    CartView,
    CartWarning,
    CodeCard,
    GiftCard,
    Saving,
)
from apps.cart.models import Cart
from apps.cart.selectors.baskets import (
    Goods,
    basket_of,
    gift_ids,
    goods_at,
    is_first_order,
)
from apps.catalog.dto import SaleVariant
from apps.core.money import ZERO
from apps.promotions import pricing
from apps.promotions import selectors as promotions
from apps.promotions import texts as offer_texts
from apps.promotions.dto import (
    GOODS_SCOPES,
    CodeCheck,
    CodeState,
    OfferKind,
    Priced,
    PricedGift,
    PricedLine,
    Step,
)

_NOWHERE = UUID(int=0)


class _Row(NamedTuple):
    """An item as the table has it."""

    id: int
    public_id: UUID
    variant_id: int
    quantity: int
    seen_price: Decimal


def cart_view(*, customer_id: int, now: datetime) -> CartView:
    """Return a customer's cart, what it costs and why, and what changed since it was filled.

    Four queries; a promo code, and an offer for first orders, ask one more each.
    """
    version, code_id, rows = _read(customer_id)
    code = None
    if code_id is not None:
        code = promotions.check_code(customer_id=customer_id, now=now, code_id=code_id)
    wanted = {row.variant_id: row.quantity for row in rows}
    goods, priced = _priced(customer_id, wanted, code, now)
    return _view(version, rows, goods, priced, code)


def view_of_goods(*, wanted: Mapping[int, int], customer_id: int | None, now: datetime) -> CartView:
    """Return so many of each variant as a cart shows them, though they lie in none.

    They are for a customer, or (None) for somebody who may have ordered before.
    """
    goods, priced = _priced(customer_id, wanted, None, now)
    rows = [
        _Row(0, _NOWHERE, pk, count, goods.on_sale[pk].price if pk in goods.on_sale else ZERO)
        for pk, count in wanted.items()
    ]
    return _view(0, rows, goods, priced, None)


def _view(
    version: int, rows: Iterable[_Row], goods: Goods, priced: Priced, code: CodeCheck | None
) -> CartView:
    by_variant = {line.line.variant_id: line for line in priced.lines}
    lines = tuple(_line(row, goods, by_variant.get(row.variant_id), priced.steps) for row in rows)
    return CartView(
        version=version,
        lines=lines,
        items_total=priced.items_total,
        savings=priced.savings,
        count=sum(line.quantity for line in lines),
        warnings=tuple(
            CartWarning(warning.code, f"{line.name}: {warning.text}")
            for line in lines
            for warning in line.warnings
        ),
        can_check_out=bool(lines) and not any(line.is_blocked for line in lines),
        discount=priced.discount,
        offers=tuple(saving_of(step) for step in priced.steps),
        gifts=tuple(_gift(gift, goods.on_sale[gift.variant_id]) for gift in priced.gifts),
        code=_code(code, priced),
        chance=_chance(priced),
        priced=priced,
    )


def saving_of(step: Step) -> Saving:
    """Return what one offer took off, in the reader's language."""
    return Saving(step.kind, offer_texts.explain(step), step.amount)


def variant_of_item(*, customer_id: int, public_id: UUID) -> int | None:
    """Return which variant an item of the customer's own cart holds."""
    carts = Cart.objects.filter(customer_id=customer_id, items__public_id=public_id)
    return carts.values_list("items__variant_id", flat=True).first()


def name_of(variant: SaleVariant) -> str:
    """Return a variant's name in the reader's language."""
    language = (translation.get_language() or settings.LANGUAGE_CODE)[:2]
    return (variant.name_en if language == "en" else "") or variant.name_ru


def _read(customer_id: int) -> tuple[int, int | None, list[_Row]]:
    """Return the cart's version, promo code and items, with one query."""
    fields = (f"items__{name}" for name in _Row._fields)
    found: list[tuple[Any, ...]] = list(
        Cart.objects.filter(customer_id=customer_id)
        .values_list("version", "promo_code_id", *fields)
        .order_by("items__id")
    )
    if not found:
        return 0, None, []
    rows = [_Row(*values) for _version, _code, *values in found if values[0] is not None]
    return found[0][0], found[0][1], rows


def _priced(
    customer_id: int | None, wanted: Mapping[int, int], code: CodeCheck | None, now: datetime
) -> tuple[Goods, Priced]:
    """Return what the cart's goods are, and what they cost with all offers of that instant."""
    if not wanted:
        return Goods({}, {}), NOTHING
    offers = promotions.running_offers(now=now)
    gifts = gift_ids([*offers, *([code.offer] if code else [])])
    goods = goods_at(variant_ids=wanted.keys() | gifts, now=now)
    is_first = customer_id is not None and is_first_order(customer_id, offers, code)
    priced = pricing.price_basket(
        basket=basket_of(wanted=wanted, goods=goods, gifts=gifts, is_first_order=is_first),
        offers=offers,
        code=code.offer if code is not None and code.refusal is None else None,
    )
    return goods, priced


def _line(row: _Row, goods: Goods, line: PricedLine | None, steps: Collection[Step]) -> CartLine:
    variant = goods.on_sale.get(row.variant_id)
    available = goods.available.get(row.variant_id, 0)
    if variant is None or line is None:
        return _gone_line(row, variant)
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
        unit_price=line.unit_price,
        regular_price=line.line.regular_price,
        seen_price=row.seen_price,
        total=line.total,
        available=available,
        max_per_order=variant.max_per_order,
        warnings=tuple(_warnings(row, variant, available)),
        list_price=variant.price,
        discount=line.discount,
        offers=tuple(_offers_on(line, steps)),
        best_before=variant.best_before,
        sold_by=variant.sold_by,
    )


def _offers_on(line: PricedLine, steps: Collection[Step]) -> Iterable[str]:
    """Name the offers that are about this line in particular."""
    for step in line.unit_steps:
        yield offer_texts.explain(step)
    for step in steps:
        if step.scope in GOODS_SCOPES and line.line.variant_id in step.shares:
            yield offer_texts.explain(step)


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


def _gift(gift: PricedGift, variant: SaleVariant) -> GiftCard:
    return GiftCard(
        variant_id=variant.id,
        sku=variant.sku,
        name=name_of(variant),
        name_ru=variant.name_ru,
        name_en=variant.name_en,
        product_slug=variant.product_slug,
        pack_weight_g=variant.pack_weight_g,
        box_volume_ml=variant.box_volume_ml,
        small_image=variant.small_image,
        quantity=gift.quantity,
        price=gift.price,
        text=offer_texts.explain(gift.step),
        sold_by=variant.sold_by,
    )


def _chance(priced: Priced) -> str:
    """Say what a little more would bring; twice as much as there is now is no little."""
    near = next(iter(priced.chances), None)
    is_near = near is not None and near.missing <= priced.list_total
    return offer_texts.chance(near) if near is not None and is_near else ""


def _code(code: CodeCheck | None, priced: Priced) -> CodeCard | None:
    if code is None:
        return None
    state = code.refusal or priced.code or CodeState.NOTHING_FITS
    text = offer_texts.code_state(state, missing=priced.code_missing)
    amount = priced.given().get((OfferKind.CODE.value, code.id), ZERO)
    return CodeCard(code.code, state, text, amount)
