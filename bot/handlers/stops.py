"""A courier at a door: arrived, measured, handed over with the money, or failed with a reason."""

import re
from collections.abc import Sequence
from decimal import Decimal

from django.utils.translation import gettext as _
from telegram import PhotoSize, Update

from apps.core.time import now
from apps.fulfilment import selectors
from apps.fulfilment import services as fulfilment
from apps.fulfilment.dto import DoorMoney, StopCard
from apps.fulfilment.errors import TemperatureImpossible
from bot import services
from bot.bridge import call_service
from bot.context import ShopContext
from bot.handlers.arrival import acting_staff, leave_step
from bot.handlers.run import show_run_screen
from bot.keyboards import cancel_keyboard
from bot.screen import answer, ask, show
from bot.screens import stops as screens

# What a courier's next text means while a temperature is asked for.
COLD = "cold"
_DEGREES = re.compile(r"([+-]?)(\d{1,2}(?:[.,]\d)?)", re.ASCII)


async def show_stop(update: Update, context: ShopContext) -> None:
    """Show a stop of the courier's own run."""
    await leave_step(context)
    card = await _stop(context, context.press.integer(0))
    await show(context, screens.stop(card=card))


async def arrive(update: Update, context: ShopContext) -> None:
    """Note that the courier stands at the door."""
    stop_id = context.press.integer(0)
    await call_service(
        fulfilment.arrive, stop_id=stop_id, actor_id=await acting_staff(context), now=now()
    )
    await show(context, screens.stop(card=await _stop(context, stop_id)))


async def send_contact(update: Update, context: ShopContext) -> None:
    """Send the customer's number as a contact: one press calls it."""
    card = await _stop(context, context.press.integer(0))
    if card.phone:
        name = card.contact_name or card.number
        await context.bot.send_contact(context.chat.chat_id, card.phone, name)
    await answer(context)


async def ask_temperature(update: Update, context: ShopContext) -> None:
    """Ask how cold the box is."""
    await leave_step(context)
    card = await _stop(context, context.press.integer(0))
    await show(context, screens.temperature(card=card))


async def choose_temperature(update: Update, context: ShopContext) -> None:
    """Note a temperature that was on a key."""
    await _measure(context, context.press.integer(0), -Decimal(context.press.integer(1)))


async def ask_to_type(update: Update, context: ShopContext) -> None:
    """Ask for a temperature that is on no key."""
    card, chat_id = await _stop(context, context.press.integer(0)), context.chat.chat_id
    await call_service(services.change_draft, chat_id=chat_id, stop=card.id)
    await call_service(services.go_to_step, chat_id=chat_id, step=COLD)
    await ask(context, screens.temperature_question(), cancel_keyboard())


async def take_temperature(context: ShopContext, text: str) -> None:
    """Note a temperature that was typed: without a sign it is below zero, as boxes are.

    Raises:
        TemperatureImpossible: It is no number of degrees.
    """
    found = _DEGREES.fullmatch(text.removesuffix("°C").strip().replace("−", "-"))
    if found is None:
        raise TemperatureImpossible(degrees=text[:20])
    value = Decimal(found[2].replace(",", "."))
    await _measure(context, _asked_stop(context), value if found[1] == "+" else -value)


async def leave_question(context: ShopContext) -> None:
    """Go back to the stop without a temperature."""
    await leave_step(context)
    card = await _stop(context, _asked_stop(context))
    await show(context, screens.stop(card=card))


async def take_photo(context: ShopContext, sizes: Sequence[PhotoSize]) -> bool:
    """Keep a picture of the door that a courier stands at; tell whether there is one."""
    staff_id = await acting_staff(context)
    at_door = await call_service(selectors.stop_at_door, courier_id=staff_id)
    if at_door is None or not sizes:
        return False
    file = await sizes[-1].get_file()
    content = bytes(await file.download_as_bytearray())
    await call_service(
        fulfilment.keep_proof,
        stop_id=at_door.id, content=content, actor_id=staff_id, now=now(),
    )  # fmt: skip
    card = await _stop(context, at_door.id)
    draw = screens.stop if card.temperature is None else screens.money
    await show(context, draw(card=card))
    return True


async def take_money(update: Update, context: ShopContext) -> None:
    """Hand the order over for the sum on the pressed key."""
    way = "".join(context.press.args[1:2])
    amount = Decimal(context.press.integer(2)) / 100
    await _deliver(context, DoorMoney(way, amount))


async def hand_over(update: Update, context: ShopContext) -> None:
    """Hand over an order that was paid before."""
    await _deliver(context, None)


async def explain_exact_sum(update: Update, context: ShopContext) -> None:
    """Say that another sum closes nothing, and what to do."""
    card = await _stop(context, context.press.integer(0))
    await answer(context, screens.exact_sum(card=card), alert=True)


async def ask_why(update: Update, context: ShopContext) -> None:
    """Ask why the order can't be handed over."""
    card = await _stop(context, context.press.integer(0))
    await show(context, screens.failure(card=card))


async def fail(update: Update, context: ShopContext) -> None:
    """Leave the door with the box."""
    staff_id = await acting_staff(context)
    order = await call_service(
        fulfilment.fail_stop,
        stop_id=context.press.integer(0),
        failure="".join(context.press.args[1:2]),
        actor_id=staff_id,
        now=now(),
    )
    notice = _("😔 Order %(number)s goes back to the freezer.") % {"number": order.number}
    await show_run_screen(context, staff_id=staff_id, notice=notice)


async def _deliver(context: ShopContext, taken: DoorMoney | None) -> None:
    staff_id = await acting_staff(context)
    order = await call_service(
        fulfilment.deliver_stop,
        stop_id=context.press.integer(0),
        taken=taken,
        actor_id=staff_id,
        now=now(),
    )
    notice = _("✅ Order %(number)s is handed over.") % {"number": order.number}
    await show_run_screen(context, staff_id=staff_id, notice=notice)


async def _measure(context: ShopContext, stop_id: int, degrees: Decimal) -> None:
    staff_id = await acting_staff(context)
    await call_service(
        fulfilment.note_temperature,
        stop_id=stop_id, degrees=degrees, actor_id=staff_id, now=now(),
    )  # fmt: skip
    await leave_step(context)
    await show(context, screens.money(card=await _stop(context, stop_id)))


async def _stop(context: ShopContext, stop_id: int) -> StopCard:
    return await call_service(
        selectors.stop_card, stop_id=stop_id, courier_id=await acting_staff(context)
    )


def _asked_stop(context: ShopContext) -> int:
    return int(context.chat.draft.get("stop") or 0)
