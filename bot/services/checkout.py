"""The checkout in the chat: what was chosen so far is the draft, its key makes one order of it."""

import secrets
from datetime import datetime
from decimal import Decimal
from typing import Any

from apps.cart import services as carts
from apps.cart.dto import Refill
from apps.core.text import one_line
from apps.core.transactions import retrying_atomic
from apps.orders import selectors as order_selectors
from apps.orders import services as orders
from apps.orders.dto import CheckoutRequest, IfShort, Method, Source
from apps.payments.dto import Provider
from apps.promotions import selectors as promotions
from apps.promotions.errors import PromoCodeNotFound
from apps.users import selectors as people
from apps.users import services as users
from bot.errors import CheckoutOutdated, TextTooLong
from bot.inbox import trust_lane
from bot.models import Dialogue
from bot.services.cards import make_card
from bot.services.chats import change_draft, change_draft_of

ADDRESS_LENGTH = 200
COMMENT_LENGTH = 300
DEFAULT_PAYMENT: str = Provider.CASH


def begin_checkout(*, chat_id: int) -> None:
    """Begin a checkout anew; where the last one went is kept, as most people stay at home."""
    change_draft(chat_id=chat_id, key=secrets.token_hex(6), slot_id=None, comment="", point=None)


@retrying_atomic
def order_again(*, customer_id: int, chat_id: int, order_id: int, now: datetime) -> Refill:
    """Put an order's goods into the cart and begin a checkout that goes where that order went.

    Raises:
        OrderNotFound: There is no such order, or it is somebody else's.
    """
    refill = orders.repeat_order(customer_id=customer_id, order_id=order_id, now=now)
    begin_checkout(chat_id=chat_id)
    order = order_selectors.own_order(customer_id=customer_id, order_id=order_id)
    if order.method == Method.PICKUP:
        change_draft(chat_id=chat_id, method=order.method, pickup_point_id=order.pickup_point_id)
        return refill
    known = people.addresses(customer_id=customer_id)
    same = [address for address in known if address.one_line == order.address]
    if known:
        address_id = (same or known)[0].id
        change_draft(chat_id=chat_id, method=Method.DELIVERY.value, address_id=address_id)
    return refill


def choose(*, chat_id: int, key: str, **choices: Any) -> None:
    """Note what a person chose in a checkout; None takes a choice back.

    Raises:
        CheckoutOutdated: The key is another checkout's.
    """
    if not change_draft_of(chat_id=chat_id, key=key, **choices):
        raise CheckoutOutdated


def keep_point(*, chat_id: int, key: str, latitude: Decimal, longitude: Decimal) -> None:
    """Keep the place that a person sent, until they wrote how to find the door.

    Raises:
        CheckoutOutdated: The key is another checkout's.
    """
    choose(chat_id=chat_id, key=key, point=[str(latitude), str(longitude)])


@retrying_atomic
def keep_address(*, customer_id: int, chat_id: int, key: str, street: str) -> None:
    """Add the address that a person wrote, at the place they sent before, and choose it.

    Raises:
        TextTooLong: No address is so long.
        CheckoutOutdated: The key is another checkout's.
        And what `add_address` raises.
    """
    if len(street) > ADDRESS_LENGTH:
        raise TextTooLong(maximum=ADDRESS_LENGTH)
    point = _draft(chat_id, key).get("point")
    latitude, longitude = (Decimal(part) for part in point) if point else (None, None)
    address = users.add_address(
        customer_id=customer_id, street=street, latitude=latitude, longitude=longitude
    )
    change_draft(
        chat_id=chat_id, method=Method.DELIVERY.value, address_id=address.id, slot_id=None,
        point=None,
    )  # fmt: skip


def keep_comment(*, chat_id: int, key: str, text: str) -> None:
    """Keep what a person wants the courier to know.

    Raises:
        TextTooLong: Nobody reads so much at a door.
        CheckoutOutdated: The key is another checkout's.
    """
    if len(text) > COMMENT_LENGTH:
        raise TextTooLong(maximum=COMMENT_LENGTH)
    choose(chat_id=chat_id, key=key, comment=one_line(text, limit=COMMENT_LENGTH))


@retrying_atomic
def use_code(*, customer_id: int, code_id: int, now: datetime) -> None:
    """Put a promo code, named by its id, into a customer's cart.

    Raises:
        PromoCodeNotFound: There is none, or it was stopped.
        And what `cart.services.set_promo_code` raises.
    """
    check = promotions.check_code(customer_id=customer_id, code_id=code_id, now=now)
    if check is None:
        raise PromoCodeNotFound
    carts.set_promo_code(customer_id=customer_id, code=check.code, now=now)


@retrying_atomic
def place_order(
    *,
    customer_id: int,
    chat_id: int,
    key: str,
    expected_total: Decimal,
    message_id: int | None,
    now: datetime,
) -> int:
    """Place the order that a checkout describes and return its id; the same key, the same order.

    The message that showed the checkout becomes the order's live card in the same transaction, so
    that the outbox edits it instead of sending another; the chat has no screen until the next.

    Raises:
        CheckoutOutdated: The key is another checkout's.
        And what `orders.services.place_order` raises.
    """
    draft = _draft(chat_id, key)
    is_delivery = draft.get("method") == Method.DELIVERY
    request = CheckoutRequest(
        method=Method.DELIVERY if is_delivery else Method.PICKUP,
        expected_total=expected_total,
        payment=draft.get("payment") or DEFAULT_PAYMENT,
        key=f"bot-{chat_id}-{key}",
        source=Source.BOT,
        address_id=draft.get("address_id") if is_delivery else None,
        slot_id=draft.get("slot_id") if is_delivery else None,
        pickup_point_id=None if is_delivery else draft.get("pickup_point_id"),
        comment=draft.get("comment") or "",
        if_short=IfShort(draft.get("if_short") or IfShort.LEAVE),
    )
    order = orders.place_order(customer_id=customer_id, request=request, now=now)
    trust_lane(lane=chat_id)
    if message_id is not None:
        make_card(chat_id=chat_id, order_id=order.pk, message_id=message_id)
    return order.pk


def _draft(chat_id: int, key: str) -> dict[str, Any]:
    """Return the draft, locked, if the key is its own."""
    row = Dialogue.objects.select_for_update().filter(pk=chat_id).first()
    if row is None or not key or row.draft.get("key") != key:
        raise CheckoutOutdated
    return row.draft  # type: ignore[no-any-return]
