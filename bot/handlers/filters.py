"""What a person wants the lists to hold: chosen on a screen of its own, kept in the chat."""

from dataclasses import replace
from decimal import Decimal

from telegram import Update

from apps.catalog import selectors as catalog
from apps.catalog.dto import Allergen, FilterChoices
from apps.core.time import now
from apps.notifications.errors import StaleButton
from bot import browsing, services
from bot.bridge import call_service
from bot.context import ShopContext
from bot.filters import Filters
from bot.handlers.catalogue import origin_of, show_list
from bot.screen import show
from bot.screens import filters as screens
from bot.screens.filters import ALLERGENS, Limit


async def show_filters(update: Update, context: ShopContext) -> None:
    """Show what the lists can be asked for."""
    origin = origin_of(context.press.args, 0)
    is_allergens = context.press.args[1:2] == (ALLERGENS,)
    await _show(context, Filters.of(context.chat.draft), origin, is_allergens=is_allergens)


async def change_filter(update: Update, context: ShopContext) -> None:
    """Set one limit, or take it off again."""
    choices = await call_service(catalog.filter_choices)
    limit, value = "".join(context.press.args[:1]), context.press.integer(1)
    chosen = _changed(Filters.of(context.chat.draft), limit, value, choices)
    await _keep(context, chosen)
    is_allergens = limit == Limit.WITHOUT
    await _show(context, chosen, origin_of(context.press.args, 2), is_allergens=is_allergens)


async def clear_filters(update: Update, context: ShopContext) -> None:
    """Take all limits off, and go back to the list with one press."""
    await _keep(context, Filters())
    await show_list(context, origin_of(context.press.args, 0))


async def _keep(context: ShopContext, chosen: Filters) -> None:
    kept = chosen.as_json() if chosen else {}
    await call_service(services.keep_filters, chat_id=context.chat.chat_id, filters=kept)
    context.chat = replace(context.chat, draft={**context.chat.draft, "filters": kept})


async def _show(context: ShopContext, chosen: Filters, origin: str, *, is_allergens: bool) -> None:
    if is_allergens:
        await show(context, screens.allergens(chosen=chosen, origin=origin))
        return
    choices, total = await call_service(
        browsing.filtered, filters=chosen, origin=origin, now=now(),
        search=str(context.chat.draft.get("search") or ""),
    )  # fmt: skip
    await show(context, screens.filters(chosen=chosen, choices=choices, total=total, origin=origin))


def _changed(chosen: Filters, limit: str, value: int, choices: FilterChoices) -> Filters:
    """Return the limits with one of them turned over.

    Raises:
        StaleButton: The button is of no limit that there is.
    """
    if limit == Limit.ON_SALE:
        return replace(chosen, on_sale=not chosen.on_sale)
    if limit == Limit.IN_STOCK:
        return replace(chosen, in_stock=not chosen.in_stock)
    if limit == Limit.UP_TO:
        price = Decimal(value)
        return replace(chosen, up_to=None if chosen.up_to == price or not value else price)
    if limit == Limit.WITHOUT and value < len(Allergen.values):
        return chosen.with_allergen(Allergen.values[value])
    code = next((tag.code for tag in choices.tags if tag.id == value), None)
    if limit != Limit.TAG or code is None:
        raise StaleButton
    return chosen.with_tag(code)
