"""A thousand strangers write all the time while twenty customers are served.

Two bot processes; beside them the web process is asked for the catalogue, and a worker looks for
messages to send. In the end what each of them weighs.
"""

from __future__ import annotations

import asyncio
import itertools
import os
import random

import httpx
from django.conf import settings

from bench.crowd import VISIT, far_database, open_shop, rows, taken
from bench.figures import Measured, report
from bot.simulator import people
from frozenfood import celery_app
from tests.crowd import processes
from tests.crowd.customer import Customer
from tests.crowd.town import Town, open_town
from tests.simulator_support import free_port

STRANGERS = int(os.environ.get("BENCH_STRANGERS", "1000"))
CUSTOMERS = 20
ROUNDS = int(os.environ.get("BENCH_ROUNDS", "3"))
READING = 2.0
# Messages a second from all strangers together; far more than the shop can answer.
RATE = float(os.environ.get("BENCH_FLOOD", "100"))
_CUSTOMER, _STRANGER = 940_000_000, 941_000_000
_LIMITS = {"web": 180.0, "bot": 180.0, "worker": 200.0}


def run() -> int:
    """Open the shop and the gates; 1 if a customer waited too long, or a process is too big."""
    open_shop(known=range(_CUSTOMER, _CUSTOMER + CUSTOMERS))
    with far_database() as (folder, port):
        return asyncio.run(_measure(folder, port))


async def _measure(folder: os.PathLike[str], database_port: int) -> int:
    async with (
        open_town(settings.TELEGRAM_BOT_TOKEN, free_port()) as town,
        processes.opened(folder, telegram=town.address, database_port=database_port) as shop,
    ):
        await shop.web()
        await shop.worker()
        for _ in range(2):
            await shop.bot()
        crowd = [Customer(town, _CUSTOMER + n, f"Anna {n}") for n in range(CUSTOMERS)]
        await asyncio.gather(*(one.says("/start") for one in crowd))
        taken(crowd)
        others = [asyncio.create_task(_flood(town)), asyncio.create_task(_keep_busy(shop))]
        await asyncio.sleep(3.0)
        try:
            await asyncio.gather(*(_visits(one) for one in crowd))
        finally:
            for other in others:
                other.cancel()
        waits = taken(crowd)
        title = f"{CUSTOMERS} customers among {STRANGERS:,} strangers"
        missed = report(title, rows(waits, p50=1000.0, p99=1000.0))
        silenced = [text for one in crowd for text in one.diary.alerts]
        sizes = [(one.name, one.megabytes()) for one in shop.running]
        complaints = [line for one in shop.running for line in one.complaints()]
    for line in complaints[:5]:
        print(f"  {line}")
    ends = [
        Measured("customers turned away", len(silenced), len(silenced), 0, "  "),
        Measured("errors in the logs", len(complaints), len(complaints), 0, "  "),
        *(Measured(f"memory of a {name} process", size, size, _LIMITS[name], "MB")
          for name, size in sizes),
    ]  # fmt: skip
    return max(missed, report("What it left", ends))


async def _flood(town: Town) -> None:
    """Let strangers write, one after the other, faster than they can be answered."""
    dice = random.Random(7)
    for number in range(STRANGERS):
        town.settle(_STRANGER + number, f"Stranger {number}")
    while True:
        people.say(town.sim, _STRANGER + dice.randrange(STRANGERS), "hello?")
        await asyncio.sleep(1 / RATE)


async def _keep_busy(shop: processes.Shop) -> None:
    """Give the web process and the worker something to do."""
    async with httpx.AsyncClient(base_url=shop.address, timeout=30) as client:
        for page in itertools.count(1):
            await client.get(f"/api/v1/catalog/products/?page={1 + page % 40}")
            await asyncio.to_thread(celery_app.send_task, "notifications.deliver_due")
            await asyncio.sleep(0.1)


async def _visits(one: Customer) -> None:
    dice = random.Random(one.user_id)
    for _ in range(ROUNDS):
        for step in VISIT:
            await asyncio.sleep(dice.expovariate(1 / READING))
            await step(one, dice)
