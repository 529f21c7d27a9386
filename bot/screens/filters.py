"""What the lists can be asked for, and the line that says what they are asked for."""

from decimal import Decimal
from enum import StrEnum

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.catalog.dto import Allergen, FilterChoices
from apps.core.money import format_money
from apps.notifications.dto import MessageContent
from bot import browsing, texts
from bot.filters import Filters
from bot.keyboards import Action, Row, Rows, in_rows, key, menu_key

# Which part of the screen is meant, as its buttons carry it.
ALLERGENS = "a"


class Limit(StrEnum):
    """Which limit a button turns over."""

    ON_SALE = "s"
    IN_STOCK = "n"
    TAG = "t"
    WITHOUT = "w"
    UP_TO = "p"


def filters(*, chosen: Filters, choices: FilterChoices, total: int, origin: str) -> MessageContent:
    """Return the choice of limits; `total` is how many products fit them."""
    count = ngettext("%(count)s product fits.", "%(count)s products fit.", total)
    if not total:
        count = _("Nothing fits just now. Take something off.")
    names = tuple(tag.name for tag in choices.tags if tag.code in chosen.tags)
    parts = [texts.title(_("What shall we show?")), line(chosen, names), count % {"count": total}]

    def turn(label: str, limit: Limit, value: int, *, is_on: bool) -> Row:
        return (key(f"{'✅ ' if is_on else ''}{label}", Action.FILTER, limit, value, origin),)

    tags = [
        turn(texts.plain(tag.name), Limit.TAG, tag.id, is_on=tag.code in chosen.tags)[0]
        for tag in choices.tags
    ]
    prices = [
        turn(_up_to(price), Limit.UP_TO, int(price), is_on=chosen.up_to == price)[0]
        for price in choices.prices
    ]
    without = _("🚫 Without allergens…")
    if chosen.without:
        without = f"✅ {_without(chosen)}"
    rows: Rows = (
        (
            *turn(_("🔥 On offer"), Limit.ON_SALE, 0, is_on=chosen.on_sale),
            *turn(_("📦 In stock"), Limit.IN_STOCK, 0, is_on=chosen.in_stock),
        ),
        *in_rows(prices, width=3),
        *in_rows(tags, width=2),
        (key(without, Action.FILTERS, origin, ALLERGENS),),
        *_way_on(chosen, origin, total),
    )
    return MessageContent("\n".join(part for part in parts if part), rows)


def allergens(*, chosen: Filters, origin: str) -> MessageContent:
    """Return the choice of what the goods must not hold."""
    text = texts.title(_("Without what?"))
    text += "\n" + _("What you mark is left out of the lists.")
    keys = [
        key(
            f"{'🚫 ' if allergen.value in chosen.without else ''}{allergen.label}",
            Action.FILTER, Limit.WITHOUT, place, origin,
        )
        for place, allergen in enumerate(Allergen)
    ]  # fmt: skip
    return MessageContent(
        text, (*in_rows(keys, width=2), (key(_("👌 Done"), Action.FILTERS, origin), menu_key()))
    )


def line(chosen: Filters, tag_names: tuple[str, ...]) -> str:
    """Return what the lists are asked for, as it stands above them; empty without any limit."""
    said = [texts.safe(name, limit=60) for name in tag_names]
    if chosen.without:
        said.append(_without(chosen))
    if chosen.up_to is not None:
        said.append(_up_to(chosen.up_to))
    if chosen.on_sale:
        said.append(_("on offer"))
    if chosen.in_stock:
        said.append(_("in stock"))
    return f"⚙️ <i>{' · '.join(said)}</i>" if said else ""


def filter_row(chosen: Filters, origin: str) -> Rows:
    """Return the way to the limits from a list, and the one press that takes them off."""
    label = _("⚙️ Filter")
    if not chosen:
        return ((key(label, Action.FILTERS, origin),),)
    return ((key(label, Action.FILTERS, origin), key(_("✖️ Show all"), Action.FILTER_OFF, origin)),)


def _way_on(chosen: Filters, origin: str, total: int) -> Rows:
    clear: Rows = ()
    if chosen:
        clear = ((key(_("✖️ Show all"), Action.FILTER_OFF, origin),),)
    if not total:
        return (*clear, (menu_key(),))
    label = ngettext("👀 Show %(count)s product", "👀 Show %(count)s products", total)
    return ((key(label % {"count": total}, *_list(origin)),), *clear, (menu_key(),))


def _list(origin: str) -> tuple[Action, *tuple[int, ...]]:
    """Return the first page of the list that a screen belongs to; else the shelves."""
    shelf_id = browsing.shelf_of(origin)
    if shelf_id:
        return Action.PRODUCTS, shelf_id, 1
    return (Action.FOUND, 1) if origin.startswith("s") else (Action.CATEGORIES,)


def _up_to(price: Decimal) -> str:
    return _("up to %s") % format_money(price)


def _without(chosen: Filters) -> str:
    names = ", ".join(str(Allergen(code).label) for code in chosen.without)
    return _("without: %(names)s") % {"names": names}
