"""The buttons that many screens share, and what each of the bot's buttons is called."""

from collections.abc import Sequence
from enum import StrEnum

from django.utils.translation import gettext as _
from telegram import KeyboardButton, ReplyKeyboardMarkup

from apps.notifications.buttons import pack
from apps.notifications.dto import Button

Row = tuple[Button, ...]
Rows = tuple[Row, ...]

_LABEL = 60


class Action(StrEnum):
    """The first word of a button's data; `bot/routes.py` says who answers it."""

    MENU = "menu"
    CATEGORIES = "cats"
    CATEGORY = "cat"
    PRODUCTS = "list"
    SEARCH = "search"
    FOUND = "found"
    PRODUCT = "prod"
    ABOUT = "about"
    PUT = "put"
    WATCH = "watch"
    ALERTS = "alerts"
    FORGET_ALERT = "unwatch"
    CART = "cart"
    LINE = "line"
    CLEAR = "clear"
    CLEAR_YES = "clear-yes"
    ACCEPT = "accept"
    CODE = "code"
    CODE_OFF = "code-off"
    CHECKOUT = "checkout"
    METHOD = "method"
    ADDRESS = "addr"
    NEW_ADDRESS = "addr-new"
    SLOT = "slot"
    CLOSED_SLOT = "slot-no"
    PICKUP_POINT = "point"
    CHANGE = "change"
    COMMENT = "comment"
    PAY_WAYS = "pay-ways"
    PAY_WAY = "pay-way"
    PLACE = "place"
    PAY = "pay"
    CHECK = "check"
    ORDERS = "orders"
    ORDER = "order"
    CANCEL = "cancel"
    CANCEL_YES = "cancel-yes"
    REPEAT = "repeat"
    SUBSTITUTE = "substitute"
    IF_SHORT = "if-short"
    LANGUAGE = "lang"
    SPEAK = "speak"
    HELP = "help"
    OFFERS = "offers"
    NOTHING = "nop"
    RUN = "run"
    RUN_START = "run-go"
    PURSE = "purse"
    STOP = "stop"
    STOP_HERE = "stop-here"
    STOP_CALL = "stop-call"
    STOP_HAND = "stop-hand"
    STOP_COLD = "stop-cold"
    STOP_TYPE = "stop-type"
    STOP_TOOK = "stop-took"
    STOP_GIVE = "stop-give"
    STOP_OTHER = "stop-other"
    STOP_FAIL = "stop-fail"
    STOP_FAILED = "stop-failed"
    STAFF_CONFIRM = "staff-confirm"
    STAFF_CANCEL = "staff-cancel"
    STAFF_CANCEL_YES = "staff-cancel-yes"
    STAFF_KEEP = "staff-keep"
    SUPPORT = "support"
    SETTLED = "settled"
    STAFF_CLOSE = "staff-close"
    RATE = "rate"
    REVIEW_WORDS = "rate-words"
    INVITE = "invite"
    AGAIN = "again"
    SETTINGS = "settings"
    NEWS = "news"
    QUIET = "quiet"
    PRIVACY = "privacy"
    EXPORT = "export"
    ERASE = "erase"
    ERASE_YES = "erase-yes"
    FILTERS = "filters"
    FILTER = "filter"
    FILTER_OFF = "filter-off"
    FAVOURITE = "fav"
    FAVOURITES = "favs"
    FAVOURITE_OFF = "fav-off"
    PHOTOS = "photos"
    STAFF_CALL = "staff-call"
    STATS = "stats"
    LOW = "low"
    USE_CODE = "use-code"


def key(text: str, action: Action, *args: int | str) -> Button:
    """Return a button, its text cut to what a phone shows."""
    short = text if len(text) <= _LABEL else text[: _LABEL - 1].rstrip() + "…"
    return Button(short, data=pack(action, *args))


def menu_key() -> Button:
    """Return the way to the menu, which every screen has."""
    return key(_("🏠 Menu"), Action.MENU)


def in_rows(buttons: Sequence[Button], *, width: int) -> Rows:
    """Return buttons in rows of so many."""
    return tuple(tuple(buttons[i : i + width]) for i in range(0, len(buttons), width))


def page_row(action: Action, *args: int | str, page: int, pages: int) -> Rows:
    """Return the row that turns pages; none where there is one page."""
    if pages <= 1:
        return ()
    before, after = (page - 2) % pages + 1, page % pages + 1
    return (
        (
            key("◀", action, *args, before),
            key(f"{page} / {pages}", Action.NOTHING),
            key("▶", action, *args, after),
        ),
    )


def contact_keyboard() -> ReplyKeyboardMarkup:
    """Return the keyboard that shares a phone number."""
    share = KeyboardButton(_("📱 Share my number"), request_contact=True)
    return _reply_keyboard([[share], [KeyboardButton(_("✖️ Cancel"))]])


def location_keyboard() -> ReplyKeyboardMarkup:
    """Return the keyboard that shares a location."""
    share = KeyboardButton(_("📍 Send my location"), request_location=True)
    return _reply_keyboard([[share], [KeyboardButton(_("✖️ Cancel"))]])


def point_keyboard() -> ReplyKeyboardMarkup:
    """Return the keyboard under the question for the door."""
    enough = KeyboardButton(_("👌 The pin is enough"))
    return _reply_keyboard([[enough], [KeyboardButton(_("✖️ Cancel"))]])


def done_keyboard() -> ReplyKeyboardMarkup:
    """Return the keyboard that ends what may take several messages."""
    return _reply_keyboard([[KeyboardButton(_("✅ That's all"))]])


def cancel_keyboard() -> ReplyKeyboardMarkup:
    """Return the keyboard that leaves a question unanswered."""
    return _reply_keyboard([[KeyboardButton(_("✖️ Cancel"))]])


def _reply_keyboard(rows: list[list[KeyboardButton]]) -> ReplyKeyboardMarkup:
    return ReplyKeyboardMarkup(rows, resize_keyboard=True)
