"""Load the demo shop, all or nothing."""

import gc
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from random import Random

from django.conf import settings
from django.db import connection
from django.utils.module_loading import import_string

from apps.catalog import selectors as catalog
from apps.catalog.dto import ProductFilter
from apps.core.errors import NotAllowed
from apps.core.transactions import all_or_nothing
from apps.fulfilment.demo.assortment import DemoVariant, fill_shelves
from apps.fulfilment.demo.clock import moved_clock
from apps.fulfilment.demo.offers import announce_offers
from apps.fulfilment.demo.orders import DAYS, OrderBook
from apps.fulfilment.demo.people import hire_staff, welcome_customers
from apps.fulfilment.demo.places import open_places
from apps.fulfilment.demo.warehouse import make_trouble, stock_up, work_at_the_ramp
from apps.inventory import services as inventory
from apps.notifications import services as notifications

# The same dice each time: two demo shops differ in their dates only.
_SEED = 20261123
_CARTS = 3


def load_demo(*, now: datetime) -> bool:
    """Fill an empty shop and return whether it was done; a shop with products stays as it is.

    Raises:
        NotAllowed: This is a deployment.
    """
    if not settings.DEMO_SHOP_ALLOWED:
        raise NotAllowed
    if catalog.product_page(query=ProductFilter(), page_size=1, now=now).total:
        return False
    first = now - timedelta(days=DAYS + 2)
    _prepare_statements()
    with _quiet(), all_or_nothing(), notifications.silenced(), moved_clock(first) as clock:
        dice = Random(_SEED)  # noqa: S311
        staff = hire_staff()
        open_places(first=first, last=now + timedelta(days=7))
        variants = fill_shelves(now=now)
        good = stock_up(variants, actor_id=staff["warehouse"], dice=dice, now=first)
        announce_offers(
            gift_variant_id=_cheapest(variants, good),
            actor_id=staff["marketing"],
            first=first,
            now=now,
        )
        book = OrderBook(
            clock=clock, customers=welcome_customers(), variant_ids=good, staff=staff, dice=dice
        )
        book.fill(now=now)
        clock.moment = now
        make_trouble(variants, actor_id=staff["warehouse"], dice=dice, now=now)
        work_at_the_ramp(variants, actor_id=staff["warehouse"], now=now)
        inventory.block_expired_lots(now=now)
        book.leave_carts(count=_CARTS, now=now)
        # Beat counts at night; whoever opens the shop at noon sees what is popular, too.
        import_string(settings.TASTE_COUNT)(now=now)
    return True


def _cheapest(variants: list[DemoVariant], stocked: list[int]) -> int:
    """Return the pack in stock that it hurts least to give away."""
    return min((v for v in variants if v.id in set(stocked)), key=lambda v: (v.price, v.id)).id


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep a month of "Order moved" out of the log, and the collector away meanwhile."""
    logging.disable(logging.INFO)
    was_collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_collecting:
            gc.enable()
        logging.disable(logging.NOTSET)


def _prepare_statements() -> None:
    """Let PostgreSQL plan each statement once: the same few come ten thousand times."""
    connection.ensure_connection()
    connection.connection.prepare_threshold = 3
