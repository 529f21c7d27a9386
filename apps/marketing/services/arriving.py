"""Links into the Mini App: the same payloads as in the chat, and where they lead there."""

from datetime import datetime

from apps.cart import services as carts
from apps.catalog import selectors as catalog
from apps.marketing.dto import Arrival, Place
from apps.marketing.services.links import visit_by_link
from apps.notifications.deep_links import Link, Target, read_payload
from apps.orders import selectors as orders
from apps.users import selectors as users


def follow_link(*, payload: str, customer_id: int, now: datetime) -> Arrival:
    """Return what a link opens, after doing what it asks: a code goes into the cart.

    A payload that is none of ours opens the shop's first page.

    Raises:
        ProductNotFound, CategoryNotFound, OrderNotFound: It is gone, or somebody else's.
        CampaignLinkNotFound: The campaign is over.
        ShopError: The cart refuses the promo code, and says why.
    """
    link = read_payload(payload)
    if link is None:
        return Arrival(Place.HOME)
    if link.target == Target.CODE:
        carts.set_promo_code(customer_id=customer_id, code=link.word, now=now, may_wait=True)
        return Arrival(Place.CART)
    if link.target == Target.ORDER:
        order = orders.own_order(customer_id=customer_id, order_id=link.number)
        return Arrival(Place.ORDER, str(order.public_id))
    if link.target == Target.CAMPAIGN:
        return _come_by(link, customer_id=customer_id, now=now)
    if link.target == Target.CATEGORY:
        return _category(link.number)
    return _product(link.number, now=now)


def _come_by(link: Link, *, customer_id: int, now: datetime) -> Arrival:
    is_new = users.is_newcomer(user_id=customer_id, now=now)
    to = visit_by_link(word=link.word, customer_id=customer_id, is_new=is_new, now=now)
    if to.product_id is not None:
        return _product(to.product_id, now=now)
    return Arrival(Place.HOME) if to.category_id is None else _category(to.category_id)


def _product(product_id: int, *, now: datetime) -> Arrival:
    return Arrival(Place.PRODUCT, catalog.product_detail(product_id=product_id, now=now).slug)


def _category(category_id: int) -> Arrival:
    return Arrival(Place.CATEGORY, catalog.category_slug(category_id=category_id))
