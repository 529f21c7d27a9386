"""Previews of prices: what a change in bulk or a table would make of packs, kept line by line."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from apps.catalog import selectors
from apps.catalog.dto import (
    AskedPrice,
    PriceBatchKind,
    PriceBatchState,
    PriceFilter,
    PriceMove,
    PriceOperation,
    PriceProblem,
    PriceRounding,
    PriceTarget,
)
from apps.catalog.errors import InvalidOperation, NothingChanges, NothingChosen, TooManyPacks
from apps.catalog.models import PriceBatch, PriceBatchLine
from apps.catalog.pricing import DEAREST, asked_at, changed
from apps.catalog.services.batches import locked_batch
from apps.catalog.services.prices import REASON_LETTERS
from apps.core.text import one_line
from apps.core.transactions import retrying_atomic

MOST_PACKS = 10_000
MOST_PERCENT = Decimal(1000)


@retrying_atomic
def preview_prices(
    *,
    chosen: PriceFilter,
    operation: PriceOperation,
    reason: str = "",
    now: datetime,
    actor_id: int | None = None,
) -> PriceBatch:
    """Work out what an operation makes of all packs that a filter means, and keep it as a draft.

    Raises:
        InvalidOperation: The amount is zero, absurd, or there is none.
        CategoryNotFound: The filter names a category that does not exist.
        NothingChosen: No pack fits.
        TooManyPacks: More than 10,000 packs fit.
        NothingChanges: Every pack keeps its price.
    """
    _check(operation)
    lines, unchanged = _worked_out(chosen, operation, now)
    batch = PriceBatch.objects.create(
        kind=PriceBatchKind.BULK,
        spec=_as_spec(chosen, operation),
        unchanged=unchanged,
        reason=one_line(reason, limit=REASON_LETTERS),
        made_by_id=actor_id,
        created_at=now,
    )
    keep_lines(batch, lines)
    return batch


@retrying_atomic
def preview_again(*, batch_id: UUID, now: datetime) -> PriceBatch:
    """Work a draft out anew from the prices of now: by the same operation, or by the same table.

    Raises:
        BatchNotFound: There is no such batch.
        BatchClosed: It was carried out before.
        NothingChosen, TooManyPacks, NothingChanges, CategoryNotFound: As for `preview_prices`; the
            draft stays as it was.
    """
    batch = locked_batch(batch_id, PriceBatchState.DRAFT)
    if batch.kind == PriceBatchKind.BULK:
        lines, batch.unchanged = _worked_out(*_from_spec(batch.spec), now)
    else:
        lines = _compared(list(batch.lines.all()), now)
    batch.lines.all().delete()
    keep_lines(batch, lines)
    batch.created_at = now
    batch.save(update_fields=["unchanged", "created_at"])
    return batch


@retrying_atomic
def discard_preview(*, batch_id: UUID) -> None:
    """Give a draft up.

    Raises:
        BatchNotFound: There is no such batch.
        BatchClosed: It was carried out before.
    """
    locked_batch(batch_id, PriceBatchState.DRAFT).delete()


def keep_lines(batch: PriceBatch, lines: Sequence[PriceBatchLine]) -> None:
    """Write the lines of a draft, with what their packs cost the shop."""
    costs = selectors.pack_costs(variant_ids={line.variant_id for line in lines})
    for line in lines:
        line.batch = batch
        line.cost = costs.get(line.variant_id)
    PriceBatchLine.objects.bulk_create(lines)


def _check(operation: PriceOperation) -> None:
    if operation.move == PriceMove.RESET:
        return
    most = MOST_PERCENT if operation.move == PriceMove.PERCENT else DEAREST
    # Before comparing: NaN compares with nothing.
    if not operation.amount.is_finite() or not 0 < abs(operation.amount) <= most:
        raise InvalidOperation(most=str(most))


def _worked_out(
    chosen: PriceFilter, operation: PriceOperation, now: datetime
) -> tuple[list[PriceBatchLine], int]:
    """Return the lines of packs whose price changes or can't, and how many others there are."""
    ids = selectors.packs_chosen(chosen=chosen, limit=MOST_PACKS + 1)
    if not ids:
        raise NothingChosen
    if len(ids) > MOST_PACKS:
        raise TooManyPacks(most=MOST_PACKS)
    packs = selectors.pack_prices(variant_ids=ids, now=now)
    found = [(pack, changed(pack.asked, operation)) for pack in packs]
    lines = [line_of(pack.id, pack.asked, new) for pack, new in found if new != pack.asked]
    if not lines:
        raise NothingChanges
    return lines, len(packs) - len(lines)


def line_of(
    variant_id: int, old: AskedPrice, new: AskedPrice | PriceProblem, **fields: Any
) -> PriceBatchLine:
    """Return a line that is not kept yet."""
    if isinstance(new, PriceProblem):
        fields["problem"] = new
    else:
        fields |= {"new_price": new.price, "new_regular_price": new.regular_price}
    return PriceBatchLine(
        variant_id=variant_id, old_price=old.price, old_regular_price=old.regular_price, **fields
    )


def _compared(lines: Sequence[PriceBatchLine], now: datetime) -> list[PriceBatchLine]:
    """Return the lines of a table beside the prices of now; packs that are gone are left out."""
    packs = {
        pack.id: pack
        for pack in selectors.pack_prices(variant_ids={x.variant_id for x in lines}, now=now)
    }
    fresh = []
    for line in lines:
        pack = packs.get(line.variant_id)
        if pack is None:
            continue
        at = line.starts_at or now
        old = asked_at(pack.asked, pack.plans, at)
        line.pk = None
        line.old_price, line.old_regular_price = old.price, old.regular_price
        stays = (line.new_price, line.new_regular_price) == (old.price, old.regular_price)
        if line.starts_at or not stays:
            fresh.append(line)
    if not fresh:
        raise NothingChanges
    return fresh


def _as_spec(chosen: PriceFilter, operation: PriceOperation) -> dict[str, Any]:
    """Return what the draft is worked out from, as JSON."""
    return {
        name: {
            key: str(value) if isinstance(value, Decimal) else value
            for key, value in asdict(part).items()
        }
        for name, part in (("chosen", chosen), ("operation", operation))
    }


def _from_spec(spec: dict[str, Any]) -> tuple[PriceFilter, PriceOperation]:
    chosen, operation = dict(spec["chosen"]), spec["operation"]
    for name in ("price_min", "price_max"):
        chosen[name] = None if chosen[name] is None else Decimal(chosen[name])
    chosen["variant_ids"] = tuple(chosen["variant_ids"])
    return PriceFilter(**chosen), PriceOperation(
        target=PriceTarget(operation["target"]),
        move=PriceMove(operation["move"]),
        amount=Decimal(operation["amount"]),
        rounding=PriceRounding(operation["rounding"]),
    )
