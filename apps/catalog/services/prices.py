"""What staff ask for packs, changed by hand."""

import logging
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from decimal import Decimal

from apps.catalog.dto import AskedPrice, PriceChangeKind
from apps.catalog.errors import VariantNotFound
from apps.catalog.models import Variant
from apps.catalog.pricing import checked_prices
from apps.catalog.services.ledger import PriceEntry, record_changes
from apps.catalog.services.packs import Pack
from apps.catalog.services.publishing import publish, settled_packs
from apps.core.text import one_line
from apps.core.transactions import retrying_atomic

logger = logging.getLogger(__name__)

REASON_LETTERS = 200
# PostgreSQL takes 65,535 parameters with a statement, and each change in the ledger is a dozen.
_SLICE = 2_000
_waiting: ContextVar[list[PriceEntry] | None] = ContextVar("waiting", default=None)


@retrying_atomic
def set_price(
    *,
    variant_id: int,
    regular_price: Decimal | None = None,
    price: Decimal | None = None,
    now: datetime,
    actor_id: int | None = None,
    reason: str = "",
) -> Variant:
    """Set what staff ask for a pack from now on; None leaves one of the two as it is.

    Prices scheduled for later stay scheduled, and a temporary price that holds now goes on holding:
    what customers pay is the returned pack's `price_at(now)`.

    Raises:
        VariantNotFound: There is no such pack, or it was removed.
        InvalidPrice: A price is not above zero, absurd, or above the regular one.
    """
    pack = settled_pack(variant_id, now=now)
    before = pack.asked
    pack.asked = checked_prices(
        price=before.price if price is None else price,
        regular_price=before.regular_price if regular_price is None else regular_price,
    )
    record_changes(
        [PriceEntry(pack.id, before, pack.asked)],
        kind=PriceChangeKind.SET,
        now=now,
        actor_id=actor_id,
        reason=one_line(reason, limit=REASON_LETTERS),
    )
    publish([pack], now=now)
    logger.info("Price set", extra={"sku": pack.sku, "price": str(pack.asked.price)})
    return Variant.objects.get(pk=variant_id)


@retrying_atomic
def set_prices(
    *, prices: Mapping[int, AskedPrice], now: datetime, actor_id: int | None, reason: str = ""
) -> None:
    """Set what staff ask for many packs, as `set_price` does for one, with a few statements.

    Raises:
        VariantNotFound: One of the packs does not exist, or was removed.
        InvalidPrice: A price is not above zero, absurd, or above the regular one.
    """
    ids = sorted(prices)
    for start in range(0, len(ids), _SLICE):
        packs = settled_packs(ids[start : start + _SLICE], now=now)
        gone = set(ids[start : start + _SLICE]) - {p.id for p in packs if not p.is_removed}
        if gone:
            raise VariantNotFound(variant=min(gone))
        entries = []
        for pack in packs:
            asked = prices[pack.id]
            before = pack.asked
            pack.asked = checked_prices(price=asked.price, regular_price=asked.regular_price)
            entries.append(PriceEntry(pack.id, before, pack.asked))
        record_changes(
            entries,
            kind=PriceChangeKind.IMPORT,
            now=now,
            actor_id=actor_id,
            reason=one_line(reason, limit=REASON_LETTERS),
        )
        publish(packs, now=now)


def settled_pack(variant_id: int, *, now: datetime) -> Pack:
    """Lock one pack, as `settled_packs` does.

    Raises:
        VariantNotFound: There is no such pack, or it was removed.
    """
    packs = settled_packs([variant_id], now=now)
    if not packs or packs[0].is_removed:
        raise VariantNotFound(variant=variant_id)
    return packs[0]


@contextmanager
def first_prices_together(*, now: datetime, actor_id: int | None, reason: str) -> Iterator[None]:
    """Put off the first prices of packs made inside, and enter and publish them at the end.

    For a transaction of their own, which nobody sees before its end.
    """
    waiting: list[PriceEntry] = []
    token = _waiting.set(waiting)
    try:
        yield
    finally:
        _waiting.reset(token)
    for start in range(0, len(waiting), _SLICE):
        entries = waiting[start : start + _SLICE]
        _enter_first(entries, now=now, actor_id=actor_id, reason=reason)


def publish_first_price(*, variant: Variant, now: datetime, actor_id: int | None) -> None:
    """Enter and publish the first price of a pack that was just made, and read what it costs."""
    entry = PriceEntry(variant.pk, None, AskedPrice(variant.base_price, variant.regular_price))
    waiting = _waiting.get()
    if waiting is not None:
        waiting.append(entry)
        return
    _enter_first([entry], now=now, actor_id=actor_id)
    variant.refresh_from_db()


def _enter_first(
    entries: Sequence[PriceEntry], *, now: datetime, actor_id: int | None, reason: str = ""
) -> None:
    record_changes(
        entries,
        kind=PriceChangeKind.SET,
        now=now,
        actor_id=actor_id,
        reason=one_line(reason, limit=REASON_LETTERS),
    )
    publish(settled_packs([entry.variant_id for entry in entries], now=now), now=now)
