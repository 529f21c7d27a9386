"""A hundred customers press at once: how soon each sees an answer, and in which order.

Real bot processes on the simulated Telegram, a database that is 20 ms away. Twice: at the pace of
people who read what they see, about as much as Telegram lets a bot answer (30 a second); and all
in the same instant, again and again, which shows how the last one fares.
"""

from __future__ import annotations

import asyncio
import os
import random

from django.conf import settings

from bench.crowd import VISIT, Wait, far_database, open_shop, rows, taken
from bench.figures import Measured, report
from bot.keyboards import Action
from tests.crowd import processes
from tests.crowd.customer import Customer
from tests.crowd.town import Town, open_town
from tests.simulator_support import free_port

CUSTOMERS = int(os.environ.get("BENCH_CUSTOMERS", "100"))
BOTS = int(os.environ.get("BENCH_BOTS", "2"))
ROUNDS = int(os.environ.get("BENCH_ROUNDS", "3"))
# Seconds that a person looks at a screen before the next press, on the average.
READING = 3.0
P50, P99 = 150.0, 800.0
MEMORY = 180.0
# Milliseconds of a processor for a press. Unlike the waits it hardly depends on who else is busy.
WORK = 30.0
_FIRST = 920_000_000


def run() -> int:
    """Open the shop, let them press, say how long they waited; 1 if it was too long."""
    # Every other one has ordered before: those are served before strangers.
    open_shop(known=range(_FIRST, _FIRST + CUSTOMERS, 2))
    with far_database() as (folder, port):
        return asyncio.run(_measure(folder, port))


async def _measure(folder: os.PathLike[str], database_port: int) -> int:
    async with (
        open_town(settings.TELEGRAM_BOT_TOKEN, free_port()) as town,
        processes.opened(folder, telegram=town.address, database_port=database_port) as shop,
    ):
        for _ in range(BOTS):
            await shop.bot()
        crowd = [Customer(town, _FIRST + n, f"Anna {n}") for n in range(CUSTOMERS)]
        await _arrive(crowd)
        before = sum(one.busy_seconds() for one in shop.running)
        read = await _at_their_own_pace(crowd)
        work = (sum(one.busy_seconds() for one in shop.running) - before) * 1000 / len(read)
        found = [*rows(read, p50=P50, p99=P99), Measured("work for a press", work, work, WORK)]
        missed = report(f"{CUSTOMERS} customers who read", found)
        pressed = await _at_once(crowd)
        title = f"{CUSTOMERS} customers in the same instant"
        missed = max(missed, report(title, rows(pressed, p50=P99, p99=P99)))
        return max(missed, await _rest(town, shop, crowd))


async def _arrive(crowd: list[Customer]) -> None:
    """Let everybody come in and look around once, a few at a time; nobody counts that."""
    for start in range(0, len(crowd), 10):
        some = crowd[start : start + 10]
        await asyncio.gather(*(_come_in(one) for one in some))
    taken(crowd)


async def _come_in(one: Customer) -> None:
    await one.says("/start")
    await _visit(one, random.Random(one.user_id), reading=0.0)


async def _at_their_own_pace(crowd: list[Customer]) -> list[Wait]:
    async def come_again(one: Customer) -> None:
        dice = random.Random(one.user_id)
        for _ in range(ROUNDS):
            await _visit(one, dice, reading=READING)

    await asyncio.gather(*(come_again(one) for one in crowd))
    return taken(crowd)


async def _visit(one: Customer, dice: random.Random, *, reading: float) -> None:
    for step in VISIT:
        await asyncio.sleep(dice.expovariate(1 / reading) if reading else 0.0)
        await step(one, dice)


async def _at_once(crowd: list[Customer]) -> list[Wait]:
    """Press all together, each time when everybody has been answered."""
    dice = {one: random.Random(one.user_id) for one in crowd}
    for _ in range(ROUNDS):
        for step in VISIT:
            await asyncio.gather(*(step(one, dice[one]) for one in crowd))
            await asyncio.gather(*(one.settles() for one in crowd))
            await asyncio.sleep(0.5)
    return taken(crowd)


async def _rest(town: Town, shop: processes.Shop, crowd: list[Customer]) -> int:
    """Say what else has to be so: order, memory, and nothing refused or wrong."""
    await asyncio.gather(*(_press_thrice(one) for one in crowd))
    out_of_order = sum(not one.diary.in_order for one in crowd)
    complaints = [line for one in shop.running for line in one.complaints()]
    for line in [*complaints, *map(str, town.refusals())][:5]:
        print(f"  {line}")
    sizes = [one.megabytes() for one in shop.running]
    return report(
        "The rest",
        [
            Measured("customers answered out of order", out_of_order, out_of_order, 0, "  "),
            Measured("errors in the logs", len(complaints), len(complaints), 0, "  "),
            Measured("memory of a bot process", max(sizes), max(sizes), MEMORY, "MB"),
        ],
    )


async def _press_thrice(one: Customer) -> None:
    """Press three keys without waiting, as the impatient do."""
    for action in (Action.CATEGORIES, Action.CART, Action.CATEGORIES):
        one.taps(await one.finds(action))
    await one.settles()
