"""What the catalogue's screens need, read in one go: every hop to the database costs time."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.utils import translation

from apps.analytics import selectors as analytics
from apps.cart import selectors as carts
from apps.cart.dto import CartView
from apps.catalog import selectors as catalog
from apps.catalog.dto import (
    Availability,
    CategoryNode,
    FilterChoices,
    ProductCard,
    ProductDetail,
    ProductPage,
)
from apps.catalog.errors import CategoryNotFound
from apps.core.text import one_line
from apps.marketing import selectors as marketing
from apps.marketing.dto import FavouriteCard
from apps.users import selectors as users
from apps.users import services as people
from apps.users.errors import PersonNotFound
from bot.filters import Filters

PAGE_SIZE = 6
INLINE_SIZE = 20
INLINE_SECONDS = 60
_COMPANIONS = 2
_MOST_OFFSET = 1000
_NO_FILTERS = Filters()


@dataclass(frozen=True)
class ProductView:
    """A product, the cart that it may go into, and what it means to the person.

    `watched` are those of its packs that they wait for, `companions` what goes well with it once
    it is in the cart.
    """

    detail: ProductDetail
    cart: CartView
    watched: frozenset[int] = frozenset()
    is_favourite: bool = False
    companions: tuple[ProductCard, ...] = ()


@dataclass(frozen=True)
class CartSide:
    """What stands beside a cart: what is missing to a free delivery, and what goes well with it."""

    to_free: Decimal | None = None
    companions: tuple[ProductCard, ...] = ()


@dataclass(frozen=True)
class FavouritesPage:
    """A page of what a person likes, the newest first."""

    items: tuple[FavouriteCard, ...]
    total: int
    page: int
    pages: int


@dataclass(frozen=True)
class InlinePage:
    """What is offered to somebody who types the bot's name in any chat, in their language."""

    language: str
    cards: tuple[ProductCard, ...]
    next_offset: str
    seconds: int


def category(*, category_id: int) -> CategoryNode:
    """Return a shelf with those under it.

    Raises:
        CategoryNotFound: Customers don't see it.
    """
    return _find(catalog.category_tree(), category_id)


def category_products(
    *, category_id: int, page: int, now: datetime, filters: Filters = _NO_FILTERS
) -> tuple[CategoryNode, ProductPage]:
    """Return a page of a shelf's products.

    Raises:
        CategoryNotFound: Customers don't see it.
    """
    categories = catalog.shelves()
    node = _find(categories.nodes(), category_id)
    found = catalog.product_page(
        query=filters.asked(category=node.slug),
        page=page,
        page_size=PAGE_SIZE,
        now=now,
        categories=categories,
    )
    return node, found


def found_products(
    *, search: str, page: int, now: datetime, filters: Filters = _NO_FILTERS
) -> ProductPage:
    """Return a page of what a search finds."""
    query = filters.asked(search=search)
    return catalog.product_page(query=query, page=page, page_size=PAGE_SIZE, now=now)


def filtered(
    *, filters: Filters, origin: str, search: str, now: datetime
) -> tuple[FilterChoices, int]:
    """Return what a list can be asked for, and how many of its products fit the limits.

    The list is a shelf, or what the search finds, as a card's `origin` says; else all goods.

    Raises:
        CategoryNotFound: Customers don't see the shelf.
    """
    slug = ""
    if shelf_id := shelf_of(origin):
        slug = category(category_id=shelf_id).slug
    query = filters.asked(category=slug, search=search if origin.startswith("s") else "")
    found = catalog.product_page(query=query, page=1, page_size=1, now=now)
    return catalog.filter_choices(), found.total


def shelf_of(origin: str) -> int:
    """Return the id of the shelf whose list a screen was opened from; 0 for no shelf."""
    place, _dash, _page = origin[1:].partition("-")
    is_number = place.isascii() and place.isdigit() and len(place) <= 18
    return int(place) if origin.startswith("c") and is_number else 0


def product_view(
    *, customer_id: int, product_id: int, now: datetime, cart: CartView | None = None
) -> ProductView:
    """Return a product's page and what it means to this person; who has the cart passes it on.

    Raises:
        ProductNotFound: Customers don't see it.
    """
    detail = catalog.product_detail(product_id=product_id, now=now)
    sold_out = [v.id for v in detail.variants if v.availability == Availability.NONE]
    if cart is None:
        cart = carts.cart_view(customer_id=customer_id, now=now)
    own = {variant.id for variant in detail.variants}
    is_in_cart = any(line.variant_id in own for line in cart.lines)
    return ProductView(
        detail=detail,
        cart=cart,
        watched=marketing.watched_variants(customer_id=customer_id, variant_ids=sold_out),
        is_favourite=marketing.is_favourite(customer_id=customer_id, product_id=product_id),
        companions=_companions([product_id], cart, now=now) if is_in_cart else (),
    )


def cart_side(*, cart: CartView, now: datetime) -> CartSide:
    """Return what to say beside a cart."""
    if not cart.lines:
        return CartSide()
    held = {line.product_id for line in cart.lines}
    return CartSide(carts.missing_for_free(cart=cart), _companions(held, cart, now=now))


def favourites_page(*, customer_id: int, page: int, now: datetime) -> FavouritesPage:
    """Return a page of what a person likes; beyond the last one, the last."""
    own = marketing.own_favourites(customer_id=customer_id)
    total = own.count()
    pages = max(1, -(-total // PAGE_SIZE))
    page = min(max(page, 1), pages)
    start = (page - 1) * PAGE_SIZE
    cards = marketing.favourite_cards(favourites=list(own[start : start + PAGE_SIZE]), now=now)
    return FavouritesPage(tuple(cards), total, page, pages)


def inline_page(
    *, telegram_id: int, language_code: str, text: str, offset: str, now: datetime
) -> InlinePage:
    """Return what somebody's words find, or what is popular where they typed none yet.

    They need not be known to the shop. No answer is kept beyond the next change of a price.
    """
    try:
        language = users.customer_by_telegram(telegram_id=telegram_id).language
    except PersonNotFound:
        language = people.language_for(language_code)
    is_number = offset.isascii() and offset.isdigit() and len(offset) <= 4
    start = min(int(offset), _MOST_OFFSET) if is_number else 0
    words = one_line(text, limit=100)
    with translation.override(language):
        popular = [] if words else analytics.popular_products(limit=INLINE_SIZE, offset=start)
        if popular or (start and not words):
            cards = tuple(catalog.product_cards(product_ids=popular, now=now))
            seconds = _kept_for(catalog.prices_until(now=now), now)
            return InlinePage(language, _in_stock(cards), _next(start, len(popular)), seconds)
        page = catalog.product_page(
            query=Filters(in_stock=not words).asked(search=words),
            page=start // INLINE_SIZE + 1,
            page_size=INLINE_SIZE,
            now=now,
        )
    more = "" if start + INLINE_SIZE >= page.total else str(start + INLINE_SIZE)
    # A new shop has no popular goods yet, and shows what it has: without a second page.
    seconds = _kept_for(page.prices_until, now)
    return InlinePage(language, page.items, more if words else "", seconds)


def _companions(
    product_ids: Collection[int], cart: CartView, *, now: datetime
) -> tuple[ProductCard, ...]:
    """Return what goes well with products, can be bought, and is not in the cart yet."""
    held = {line.product_id for line in cart.lines}
    found = analytics.goes_well_with(product_ids=product_ids, limit=_COMPANIONS * 4)
    ids = [product_id for product_id in found if product_id not in held]
    if not ids:
        return ()
    return _in_stock(tuple(catalog.product_cards(product_ids=ids, now=now)))[:_COMPANIONS]


def _in_stock(cards: tuple[ProductCard, ...]) -> tuple[ProductCard, ...]:
    return tuple(
        card for card in cards if any(v.availability != Availability.NONE for v in card.variants)
    )


def _kept_for(edge: datetime | None, now: datetime) -> int:
    """Return how many seconds an answer may be kept: prices change by themselves at the edge."""
    left = INLINE_SECONDS if edge is None else int((edge - now).total_seconds())
    return max(0, min(left, INLINE_SECONDS))


def _next(start: int, count: int) -> str:
    return str(start + INLINE_SIZE) if count == INLINE_SIZE and start < _MOST_OFFSET else ""


def _find(nodes: tuple[CategoryNode, ...], category_id: int) -> CategoryNode:
    waiting = list(nodes)
    while waiting:
        node = waiting.pop()
        if node.id == category_id:
            return node
        waiting.extend(node.children)
    raise CategoryNotFound(category=category_id)
