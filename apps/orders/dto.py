"""Plain values of orders."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from apps.core.money import ZERO


class OrderStatus(TextChoices):
    """Where an order stands; `lifecycle.py` says where it may go."""

    AWAITING_PAYMENT = "awaiting_payment", _("awaiting payment")
    PLACED = "placed", _("placed")
    CONFIRMED = "confirmed", _("confirmed")
    PICKING = "picking", _("being picked")
    PACKED = "packed", _("packed")
    OUT_FOR_DELIVERY = "out_for_delivery", _("on its way")
    READY_FOR_PICKUP = "ready_for_pickup", _("ready for pickup")
    DELIVERED = "delivered", _("delivered")
    DELIVERY_FAILED = "delivery_failed", _("delivery failed")
    RETURNED = "returned", _("returned")
    CANCELLED = "cancelled", _("cancelled")
    EXPIRED = "expired", _("expired")


_BEFORE_PACKED = frozenset(
    {
        OrderStatus.AWAITING_PAYMENT,
        OrderStatus.PLACED,
        OrderStatus.CONFIRMED,
        OrderStatus.PICKING,
    }
)


class Method(TextChoices):
    """How an order reaches its customer."""

    DELIVERY = "delivery", _("delivery")
    PICKUP = "pickup", _("pickup")


class Source(TextChoices):
    """The door an order came through."""

    BOT = "bot", _("bot")
    WEBAPP = "webapp", _("Mini App")
    API = "api", _("API")
    STAFF = "staff", _("staff")


class IfShort(TextChoices):
    """What the customer wants when something ran out, and they don't answer in time."""

    LEAVE = "leave", _("leave it out")
    REPLACE = "replace", _("replace it with something similar")
    CALL = "call", _("call me")


class AdjustmentKind(TextChoices):
    """What a sum beside the lines stands for."""

    DELIVERY = "delivery", _("delivery")
    DELIVERY_OFFER = "delivery_offer", _("cheaper delivery")
    PROMOTION = "promotion", _("promotion")
    CODE = "code", _("promo code")
    SHORTAGE = "shortage", _("not in stock when picked")
    CHANGE = "change", _("changed after placing")
    WEIGHT = "weight", _("weighed less than reserved")


class ChangeKind(TextChoices):
    """What changed in an order beside its status."""

    EDIT = "edit", _("contents changed")
    REFUND = "refund", _("money given back")
    SUBSTITUTE = "substitute", _("replaced")


# A row's own id, or the public one that outsiders know it by.
Reference = int | UUID


@dataclass(frozen=True)
class NewAddress:
    """An address written at the checkout; it joins the customer's list with the order."""

    street: str
    city: str = ""
    flat: str = ""
    entrance: str = ""
    floor: str = ""
    comment: str = ""
    label: str = ""
    latitude: Decimal | None = None
    longitude: Decimal | None = None


@dataclass(frozen=True)
class CheckoutRequest:
    """What a customer decided at the checkout.

    A delivery names an address (or brings a new one) and a slot, a pickup names a pickup point;
    `expected_total` is the total that the customer saw and agreed to. `source` is the door; `key`
    makes it happen once. Contact and phone default to the customer's own.
    """

    method: Method
    expected_total: Decimal
    payment: str
    key: str
    source: Source
    address_id: Reference | None = None
    new_address: NewAddress | None = None
    slot_id: Reference | None = None
    pickup_point_id: Reference | None = None
    contact_name: str = ""
    contact_phone: str = ""
    comment: str = ""
    if_short: IfShort = IfShort.LEAVE


@dataclass(frozen=True)
class NewPlace:
    """Where an order is to go instead, as the courier reads it."""

    address: str
    details: str = ""
    latitude: Decimal | None = None
    longitude: Decimal | None = None


@dataclass(frozen=True)
class OrderEdit:
    """What staff change in an order: the units that stay by line, the place, the window."""

    quantities: Mapping[int, int] = field(default_factory=dict)
    place: NewPlace | None = None
    slot_id: int | None = None

    @property
    def goes_elsewhere(self) -> bool:
        """Whether the courier comes somewhere else, or at another time."""
        return self.place is not None or self.slot_id is not None


@dataclass(frozen=True)
class LineCard:
    """A line of an order in the reader's language.

    `total − discount` is paid for it; `gift_quantity` of its units came along for nothing, and the
    money for `refunded_quantity` of them was given back. Of goods by weight `pack_weight_g` is the
    most that one weighs, `weight_there_g` what they weighed together, None until then, and
    `charged` what is paid for that: `weighed_off` less than was agreed.
    """

    id: int
    sku: str
    name: str
    pack_weight_g: int
    quantity: int
    picked_quantity: int | None
    unit_price: Decimal
    total: Decimal
    discount: Decimal = ZERO
    gift_quantity: int = 0
    regular_price: Decimal = ZERO
    offers: tuple[str, ...] = ()
    refunded_quantity: int = 0
    is_weighed: bool = False
    weight_there_g: int | None = None
    weighed_off: Decimal = ZERO
    charged: Decimal = ZERO


@dataclass(frozen=True)
class SavingCard:
    """What one offer took off an order; `text` names it. A gift takes nothing off."""

    kind: str
    text: str
    amount: Decimal


@dataclass(frozen=True)
class EventCard:
    """A step of an order's way, in the reader's language."""

    status: str
    status_name: str
    created_at: datetime
    reason: str


@dataclass(frozen=True)
class StepCard:
    """The last step of an order's way: where it led, when, and who took it.

    `name` is that of a member of staff, or says that it was the customer; empty where nobody did.
    """

    number: str
    status: str
    status_name: str
    actor_id: int | None
    name: str
    created_at: datetime


@dataclass(frozen=True)
class ContactCard:
    """Whom staff call about an order."""

    number: str
    name: str
    phone: str


@dataclass(frozen=True)
class OrderCard:
    """An order as its customer sees it, in the reader's language.

    `address` is where the food is brought or fetched. `events` are filled where they are shown.
    `discount` is what `savings` take off the goods; the delivery fee is after its own. `given_back`
    is the money for units of its lines; `coming_back` what a cancelled order paid online brings
    back, zero where nothing was taken yet, None where there is nothing to say. `is_declined` where
    the last attempt to pay failed, and the goods are still kept. `weighed_off` is what goods by
    weight cost less than was agreed.
    """

    id: int
    public_id: UUID
    number: str
    status: str
    status_name: str
    method: str
    created_at: datetime
    items_total: Decimal
    delivery_fee: Decimal
    shortage: Decimal
    total: Decimal
    payment: str
    is_paid: bool
    address: str
    contact_name: str
    contact_phone: str
    comment: str
    slot_starts_at: datetime | None
    slot_ends_at: datetime | None
    pickup_code: str
    can_cancel: bool
    lines: tuple[LineCard, ...] = ()
    events: tuple[EventCard, ...] = ()
    discount: Decimal = ZERO
    savings: tuple[SavingCard, ...] = ()
    address_details: str = ""
    hold_expires_at: datetime | None = None
    attention: str = ""
    given_back: Decimal = ZERO
    coming_back: Decimal | None = None
    is_declined: bool = False
    if_short: str = ""
    weighed_off: Decimal = ZERO
    # Filled while the order is on the road, on the card of one order.
    courier_name: str = ""

    @property
    def is_estimate(self) -> bool:
        """Whether the total is the most it can be: goods by weight are not on the scales yet."""
        return self.status in _BEFORE_PACKED and any(line.is_weighed for line in self.lines)
