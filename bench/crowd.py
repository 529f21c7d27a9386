"""What the benches of the bot share: the shop, a visit to it, and how long people waited."""

from __future__ import annotations

import io
import random
import statistics
import tempfile
from collections.abc import Awaitable, Callable, Iterable, Iterator
from contextlib import contextmanager
from decimal import Decimal
from functools import cache
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.core.management.color import no_style
from django.db import connection
from PIL import Image

from apps.catalog.services import add_image
from apps.delivery.models import Zone
from bench.figures import Measured
from bench.shop import Size, fill
from bot.keyboards import Action
from bot.models import InboxUpdate, Lane
from tests.crowd.customer import Customer
from tests.crowd.wire import slow_wire

Wait = tuple[str, float]
Step = Callable[[Customer, random.Random], Awaitable[object]]
# Seconds from a question to the database's answer, on top of what it takes anyhow.
ROUND_TRIP = 0.020
SIZE = Size(categories=20, products=1_000, customers=2_000, orders=10_000, picks=13_000, days=365)
PICTURES = 50


def open_shop(*, known: Iterable[int]) -> None:
    """Open a shop whose bot has heard nobody yet, and knows some chats as those of buyers."""
    _fill_once()
    # Each simulated Telegram counts its updates anew.
    InboxUpdate.objects.all().delete()
    Lane.objects.all().delete()
    Lane.objects.bulk_create(Lane(lane=chat_id, is_known=True) for chat_id in known)


@cache
def _fill_once() -> None:
    """Put a shop of a thousand products in the place of whatever another bench has left."""
    call_command("flush", interactive=False, verbosity=0)
    fill(SIZE, zone=settings.SHOP_TIME_ZONE)
    with connection.cursor() as cursor:
        # The rows came with their ids: new ones are counted on from there.
        for statement in connection.ops.sequence_reset_sql(no_style(), apps.get_models()):
            cursor.execute(statement)
    Zone.objects.create(
        slug="moscow", name_ru="Москва", name_en="Moscow", latitude=Decimal("55.75"),
        longitude=Decimal("37.61"), radius_km=20, area_km2=1257, fee=199, free_from=3000,
        is_default=True,
    )  # fmt: skip
    for number in range(1, PICTURES + 1):
        add_image(product_id=number, content=_picture(number))


def _picture(shade: int) -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (900, 600), (shade % 256, 80, 120)).save(buffer, "JPEG")
    return buffer.getvalue()


@contextmanager
def far_database() -> Iterator[tuple[Path, int]]:
    """Yield a folder for logs, and the port at which the database is far away."""
    db = connection.settings_dict
    with (
        tempfile.TemporaryDirectory() as folder,
        slow_wire(db["HOST"], int(db["PORT"]), round_trip=ROUND_TRIP) as port,
    ):
        yield Path(folder), port


async def catalogue(one: Customer, _dice: random.Random) -> None:
    """Open the shelves."""
    await one.presses(Action.CATEGORIES)


async def shelf(one: Customer, dice: random.Random) -> None:
    """Open a shelf, and what stands on it."""
    await one.finds(Action.SEARCH)
    ways = [key for key in one.keyboard() if key.press.action in {"cat", "list"}]
    way = dice.choice(ways)
    await one.presses(way.press.action, *way.press.args, name="shelf or page")
    if way.press.action == Action.CATEGORY:
        await one.presses(Action.PRODUCTS, name="page")


async def product(one: Customer, dice: random.Random) -> None:
    """Open one of the products of a page."""
    await one.finds(Action.PRODUCT)
    chosen = dice.choice([key for key in one.keyboard() if key.press.action == Action.PRODUCT])
    await one.presses(Action.PRODUCT, *chosen.press.args)


async def put(one: Customer, _dice: random.Random) -> None:
    """Put it into the cart, if it is there to be had."""
    await one.finds(Action.ABOUT)
    if any(key.press.action == Action.PUT for key in one.keyboard()):
        await one.presses(Action.PUT)


async def cart(one: Customer, _dice: random.Random) -> None:
    """Look into the cart."""
    await one.presses(Action.CART)


async def menu(one: Customer, _dice: random.Random) -> None:
    """Go back to the menu."""
    await one.presses(Action.MENU)


VISIT: tuple[Step, ...] = (catalogue, shelf, product, put, cart, menu)


def taken(crowd: Iterable[Customer]) -> list[Wait]:
    """Return how long everybody waited so far, and let them count anew."""
    waits = [wait for one in crowd for wait in one.diary.waits]
    for one in crowd:
        one.diary.waits.clear()
    return waits


def quantile(waits: list[Wait], part: float) -> float:
    """Return what such a part of the waits took at most, in milliseconds."""
    ordered = sorted(milliseconds for _name, milliseconds in waits)
    return ordered[min(len(ordered) - 1, int(len(ordered) * part))]


def rows(waits: list[Wait], *, p50: float, p99: float) -> list[Measured]:
    """Return the lines of a report: the whole against its limits, then each kind of press."""
    worst = quantile(waits, 1.0)
    found = [
        Measured("p50", quantile(waits, 0.5), worst, p50),
        Measured("p99", quantile(waits, 0.99), worst, p99),
    ]
    for name in sorted({name for name, _milliseconds in waits}):
        own = [wait for wait in waits if wait[0] == name]
        values = [milliseconds for _name, milliseconds in own]
        label = f"  {name} ({len(own)})"
        found.append(Measured(label, statistics.median(values), max(values), p99))
    return found
