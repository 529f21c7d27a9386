"""Plain values of marketing."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from apps.catalog.dto import Availability, VariantCard


class MarkdownState(TextChoices):
    """How far a proposed markdown has come."""

    OPEN = "open", _("to be decided")
    ACCEPTED = "accepted", _("accepted")
    DECLINED = "declined", _("declined")
    UNDONE = "undone", _("taken back")
    # Sold out, blocked, or followed by the next step before anybody decided.
    LAPSED = "lapsed", _("out of date")


@dataclass(frozen=True)
class MarkdownCard:
    """A markdown as people decide on it.

    While it is open, units and prices are those of now; afterwards those it was decided with.
    `given_up` is what the markdown costs if all units are sold, `loss` what would be thrown away
    without it, at the pace of the last weeks and at cost (at the old price where cost is unknown).
    """

    id: int
    state: str
    lot_id: int
    lot_code: str
    variant_id: int
    sku: str
    name: str
    expires_on: date
    sell_by: date
    days_left: int
    units: int
    percent: int
    old_price: Decimal
    new_price: Decimal
    given_up: Decimal
    loss: Decimal


@dataclass(frozen=True)
class AlertCard:
    """A pack that a person waits for, in their language."""

    variant_id: int
    product_id: int
    sku: str
    product_slug: str
    name: str
    pack_weight_g: int
    asked_at: datetime


@dataclass(frozen=True)
class ReviewCard:
    """What a customer says of an order."""

    order_id: int
    number: str
    stars: int
    words: str
    has_photo: bool
    given_at: datetime


@dataclass(frozen=True)
class InviteCard:
    """What a person's invitations have come to; `token` is what their link carries."""

    token: str
    reward: Decimal
    invited: int
    rewarded: int


@dataclass(frozen=True)
class Invitation:
    """An invitation as the friend reads it."""

    inviter_name: str
    reward: Decimal


@dataclass(frozen=True)
class FavouriteCard:
    """A product that a person likes, in their language; without packs when it left the shop."""

    product_id: int
    slug: str
    name: str
    added_at: datetime
    variants: tuple[VariantCard, ...] = ()
    image: str = ""
    is_gone: bool = False
    is_sold_out: bool = False

    @property
    def price(self) -> Decimal | None:
        """What the cheapest pack costs, of those that can be bought if there are any."""
        packs = [one for one in self.variants if one.availability != Availability.NONE]
        return min((one.price for one in packs or self.variants), default=None)


@dataclass(frozen=True)
class LinkTarget:
    """What a campaign's link opens; with neither, the menu."""

    product_id: int | None
    category_id: int | None


class Place(TextChoices):
    """What a link opens in the Mini App."""

    HOME = "home", _("the first page")
    PRODUCT = "product", _("a product")
    CATEGORY = "category", _("a category")
    ORDER = "order", _("an order")
    CART = "cart", _("the cart")


@dataclass(frozen=True)
class Arrival:
    """Where a link leads: `name` is a product's or category's slug, or an order's public id."""

    place: Place
    name: str = ""


# Telegram takes 4096 characters of a text and 1024 under a picture: with room for the markup.
LONGEST_TEXT, LONGEST_CAPTION = 3500, 1000


class BroadcastState(TextChoices):
    """How far a broadcast has come."""

    DRAFT = "draft", _("draft")
    SCHEDULED = "scheduled", _("scheduled")
    SENDING = "sending", _("being sent")
    PAUSED = "paused", _("paused")
    FINISHED = "finished", _("sent")
    CANCELLED = "cancelled", _("stopped")


class RecipientState(TextChoices):
    """What became of a broadcast with one person."""

    # It is their night, or Telegram asked to wait: surely not sent yet.
    WAITING = "waiting", _("waiting")
    # Written before the call. Whoever stays in it may have got the message, and gets no second.
    SENDING = "sending", _("being sent")
    SENT = "sent", _("sent")
    UNREACHABLE = "unreachable", _("blocked the bot")
    REFUSED = "refused", _("refused by Telegram")
    UNCLEAR = "unclear", _("arrival unknown")
    LEFT_OUT = "left_out", _("wants no offers any more")
    LATE = "late", _("its time was over")


@dataclass(frozen=True)
class BroadcastDraft:
    """What staff write into a broadcast; ids are None where nothing was chosen.

    `picture` is a new picture's bytes; None leaves the one that is there, b"" takes it away.
    """

    title: str
    text_ru: str
    text_en: str = ""
    picture: bytes | None = None
    button_product_id: int | None = None
    button_category_id: int | None = None
    button_code_id: int | None = None
    bought_id: int | None = None
    idle_days: int | None = None
    language: str = ""
    zone_id: int | None = None
