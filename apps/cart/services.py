"""Change a cart. Each service takes the cart's row first, so that changes follow one another."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from apps.cart import selectors, texts
from apps.cart.dto import CartLine, CartView, CartWarning, Refill
from apps.cart.errors import (
    CartChanged,
    CartFull,
    CartItemNotFound,
    InvalidQuantity,
    NotEnoughStock,
    TooMany,
    VariantGone,
)
from apps.cart.models import Cart, CartItem
from apps.catalog import selectors as catalog
from apps.catalog.dto import SaleVariant
from apps.core.transactions import retrying_atomic
from apps.inventory import selectors as inventory
from apps.promotions import selectors as offers
from apps.promotions import services as promotions
from apps.promotions.dto import CodeState
from apps.promotions.errors import PromoCodeUnknown

MAX_LINES = 100
MAX_QUANTITY = 9999
# Why a good promo code gives nothing only because of what the cart holds.
_FOR_MORE_GOODS = frozenset({CodeState.BELOW_MINIMUM, CodeState.NOTHING_FITS})


@retrying_atomic
def set_quantity(
    *, customer_id: int, variant_id: int, quantity: int, now: datetime, version: int | None = None
) -> CartView:
    """Make the cart hold so many of a variant; 0 takes it out.

    `version` is the cart that the caller saw, where it matters to them.

    Raises:
        InvalidQuantity: It is negative or beyond all reason.
        VariantGone: The variant is not sold.
        TooMany: One order may not hold so many.
        NotEnoughStock: Fewer are left.
        CartFull: There is no room for another product.
        CartChanged: The cart is not the one that the caller saw.
    """
    cart_id = _take(customer_id, version)
    return _set(cart_id, customer_id, variant_id, quantity, now)


@retrying_atomic
def set_item_quantity(
    *, customer_id: int, public_id: UUID, quantity: int, now: datetime, version: int | None = None
) -> CartView:
    """Make an item of the cart hold so many; 0 takes it out.

    Raises:
        CartItemNotFound: The customer's cart has no such item.
        And what `set_quantity` raises.
    """
    cart_id = _take(customer_id, version)
    variant_id = selectors.variant_of_item(customer_id=customer_id, public_id=public_id)
    if variant_id is None:
        raise CartItemNotFound
    return _set(cart_id, customer_id, variant_id, quantity, now)


@retrying_atomic
def add(
    *,
    customer_id: int,
    variant_id: int,
    quantity: int = 1,
    now: datetime,
    version: int | None = None,
) -> CartView:
    """Put so many more of a variant into the cart.

    Raises:
        What `set_quantity` raises; `InvalidQuantity` for 0 too.
    """
    if quantity < 1:
        raise InvalidQuantity(maximum=MAX_QUANTITY)
    cart_id = _take(customer_id, version)
    held = CartItem.objects.filter(cart_id=cart_id, variant_id=variant_id)
    already = held.values_list("quantity", flat=True).first() or 0
    return _set(cart_id, customer_id, variant_id, already + quantity, now)


@retrying_atomic
def remove(
    *, customer_id: int, variant_id: int, now: datetime, version: int | None = None
) -> CartView:
    """Take a variant out of the cart, whether it was there or not."""
    cart_id = _take(customer_id, version)
    CartItem.objects.filter(cart_id=cart_id, variant_id=variant_id).delete()
    return selectors.cart_view(customer_id=customer_id, now=now)


@retrying_atomic
def clear(*, customer_id: int, version: int | None = None) -> None:
    """Take everything out of the cart."""
    cart_id = _take(customer_id, version)
    CartItem.objects.filter(cart_id=cart_id).delete()


@retrying_atomic
def accept_changes(*, customer_id: int, now: datetime, version: int | None = None) -> CartView:
    """Agree to what changed: new prices, no more than there is, nothing that is gone."""
    cart_id = _take(customer_id, version)
    view = selectors.cart_view(customer_id=customer_id, now=now)
    gone = [line.item_id for line in view.lines if line.limit == 0]
    CartItem.objects.filter(cart_id=cart_id, pk__in=gone).delete()
    _write(
        cart_id,
        [
            (line.variant_id, min(line.quantity, line.limit), line.list_price)
            for line in view.lines
            if line.limit and line.warnings
        ],
    )
    return selectors.cart_view(customer_id=customer_id, now=now)


@retrying_atomic
def refill(*, customer_id: int, wanted: Mapping[int, int], now: datetime) -> Refill:
    """Put goods of an earlier order into the cart: at least so many of each, as far as can be had.

    What the cart already holds stays, so that pressing twice does not double the order.
    """
    cart_id = _take(customer_id, None)
    before = selectors.cart_view(customer_id=customer_id, now=now)
    held = {line.variant_id: line for line in before.lines}
    on_sale = catalog.sale_variants(variant_ids=list(wanted), now=now)
    available = inventory.available(variant_ids=list(wanted))
    room = MAX_LINES - len(held)
    rows: list[tuple[int, int, Decimal]] = []
    changes: list[CartWarning] = []
    for variant_id, quantity in wanted.items():
        variant = on_sale.get(variant_id)
        possible, change = _possible(variant, quantity, available.get(variant_id, 0))
        if change and variant:
            changes.append(CartWarning(change.code, f"{selectors.name_of(variant)}: {change.text}"))
        elif change:
            changes.append(change)
        is_new = variant_id not in held
        if variant and possible > _held(held.get(variant_id)) and (room > 0 or not is_new):
            rows.append((variant_id, possible, variant.price))
            room -= is_new
    _write(cart_id, rows)
    return Refill(selectors.cart_view(customer_id=customer_id, now=now), tuple(changes))


def set_promo_code(
    *,
    customer_id: int,
    code: str,
    now: datetime,
    version: int | None = None,
    may_wait: bool = False,
) -> CartView:
    """Put a promo code into the cart, if it gives something there; it replaces another one.

    A code that `may_wait` lies in the cart until there is something for it: who came by a link
    has put nothing into the cart yet.

    Raises:
        TooManyPromoCodes: So many codes were wrong lately.
        PromoCodeUnknown: Nobody made such a code, or it was stopped.
        PromoCodeNotStarted, PromoCodeExpired: It is not its time.
        PromoCodeUsedUp, PromoCodeUsedByYou: It has no use left, or none for this customer.
        PromoCodeBelowMinimum, PromoCodeNotFirstOrder, PromoCodeNotForCart, PromoCodeGiftGone:
            It gives nothing for what is in the cart.
        CartChanged: The cart is not the one that the caller saw.
    """
    # Not one transaction: a wrong guess is refused, and must be remembered all the same.
    attempt_id = promotions.begin_attempt(customer_id=customer_id, now=now)
    found = offers.check_code(customer_id=customer_id, now=now, code=code)
    if found is None:
        raise PromoCodeUnknown
    promotions.forget_attempt(attempt_id=attempt_id)
    return _put_code(
        customer_id=customer_id, code_id=found.id, now=now, version=version, may_wait=may_wait
    )


@retrying_atomic
def remove_promo_code(*, customer_id: int, now: datetime, version: int | None = None) -> CartView:
    """Take the promo code out of the cart, whether there was one or not."""
    cart_id = _take(customer_id, version)
    Cart.objects.filter(pk=cart_id).update(promo_code=None)
    return selectors.cart_view(customer_id=customer_id, now=now)


@retrying_atomic
def forget_code(*, customer_id: int) -> None:
    """Take a promo code out that an order has just used."""
    Cart.objects.filter(customer_id=customer_id).update(promo_code=None)


def hold(*, customer_id: int) -> None:
    """Keep everybody else from the customer's cart until the transaction ends."""
    Cart.objects.select_for_update().filter(customer_id=customer_id).first()


@retrying_atomic
def _put_code(
    *, customer_id: int, code_id: int, now: datetime, version: int | None, may_wait: bool
) -> CartView:
    cart_id = _take(customer_id, version)
    Cart.objects.filter(pk=cart_id).update(promo_code_id=code_id)
    view = selectors.cart_view(customer_id=customer_id, now=now)
    waits = may_wait and view.code is not None and view.code.state in _FOR_MORE_GOODS
    if view.code is not None and not view.code.is_applied and not waits:
        missing = view.priced.code_missing
        raise promotions.refusal_of(
            view.code.state, minimum=view.priced.list_total + missing, missing=missing
        )
    return view


def _take(customer_id: int, version: int | None) -> int:
    """Lock the cart and count its version up; refuse if the caller saw another one."""
    cart_id, taken = Cart.objects.take(customer_id)
    if version is not None and version != taken - 1:
        raise CartChanged
    return cart_id


def _set(cart_id: int, customer_id: int, variant_id: int, quantity: int, now: datetime) -> CartView:
    """Make the cart hold so many, and return it.

    What only the whole cart tells is looked up once, after the writing: a refusal undoes it.
    """
    if not 0 <= quantity <= MAX_QUANTITY:
        raise InvalidQuantity(maximum=MAX_QUANTITY)
    if quantity == 0:
        CartItem.objects.filter(cart_id=cart_id, variant_id=variant_id).delete()
        return selectors.cart_view(customer_id=customer_id, now=now)
    variant = catalog.sale_variants(variant_ids=[variant_id], now=now).get(variant_id)
    if variant is None or not variant.is_on_sale_floor:
        raise VariantGone
    if quantity > variant.max_per_order:
        raise TooMany(maximum=variant.max_per_order)
    _write(cart_id, [(variant_id, quantity, variant.price)])
    view = selectors.cart_view(customer_id=customer_id, now=now)
    available = sum(line.available for line in view.lines if line.variant_id == variant_id)
    if quantity > available:
        raise NotEnoughStock(available=max(0, available))
    if len(view.lines) > MAX_LINES:
        raise CartFull(maximum=MAX_LINES)
    return view


def _write(cart_id: int, rows: Iterable[tuple[int, int, Decimal]]) -> None:
    """Insert or overwrite items: (variant, quantity, price that the customer sees now)."""
    CartItem.objects.bulk_create(
        [
            CartItem(cart_id=cart_id, variant_id=variant_id, quantity=quantity, seen_price=price)
            for variant_id, quantity, price in rows
        ],
        update_conflicts=True,
        unique_fields=["cart", "variant"],
        update_fields=["quantity", "seen_price", "updated_at"],
    )


def _possible(
    variant: SaleVariant | None, quantity: int, available: int
) -> tuple[int, CartWarning | None]:
    """Return how many can be had, and what to say where it is fewer."""
    if variant is None or not variant.is_on_sale_floor:
        return 0, texts.gone()
    possible = max(0, min(quantity, variant.max_per_order, available))
    if possible == quantity:
        return possible, None
    if possible == variant.max_per_order:
        return possible, texts.over_maximum(maximum=variant.max_per_order)
    return possible, texts.less_stock(available=available)


def _held(line: CartLine | None) -> int:
    return line.quantity if line else 0
