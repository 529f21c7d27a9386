"""Prices changed together: carried out exactly as they were previewed, and undone."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection

from apps.catalog.dto import (
    AskedPrice,
    BatchUndone,
    PriceBatchKind,
    PriceBatchState,
    PriceChangeKind,
    PricePlan,
)
from apps.catalog.errors import (
    BatchClosed,
    BatchHasProblems,
    BatchNotFound,
    BatchOutdated,
    NothingToUndo,
)
from apps.catalog.models import PriceBatch, PriceBatchLine, ScheduledPrice
from apps.catalog.pricing import asked_at, check_plan, raised_to
from apps.catalog.services.ledger import PriceEntry, record_changes
from apps.catalog.services.packs import Pack
from apps.catalog.services.publishing import publish, settled_packs
from apps.core.errors import ShopError
from apps.core.transactions import retrying_atomic

# Previews that nobody carried out are swept away after so long.
_DRAFTS_KEPT = timedelta(days=7)
# So many packs a refusal names; of the rest it says how many.
_NAMED = 20

_KINDS = {
    PriceBatchKind.BULK.value: PriceChangeKind.BULK,
    PriceBatchKind.IMPORT.value: PriceChangeKind.IMPORT,
}
_REMEMBER_SCHEDULES = """
UPDATE catalog_pricebatchline l SET schedule_id = made.schedule
FROM unnest(%s::bigint[], %s::bigint[]) AS made (line, schedule) WHERE l.id = made.line
"""


@retrying_atomic
def apply_price_batch(*, batch_id: UUID, now: datetime, actor_id: int | None = None) -> PriceBatch:
    """Carry a previewed batch out: every line as it was shown, or none.

    Raises:
        BatchNotFound: There is no such batch.
        BatchClosed: It was carried out before.
        BatchHasProblems: Some packs would have no price.
        BatchOutdated: Some packs cost something else than the preview says, are gone, or can't have
            the scheduled price any more.
    """
    batch = locked_batch(batch_id, PriceBatchState.DRAFT)
    lines = _lines(batch)
    bad = [line.variant.sku for line in lines if line.problem]
    if bad:
        raise BatchHasProblems(packs=_named(bad))
    packs = _packs(lines, now)
    outdated = [line.variant.sku for line in lines if not _is_as_shown(line, packs)]
    if outdated:
        raise BatchOutdated(packs=_named(outdated))
    _ask(batch, [line for line in lines if line.starts_at is None], packs, now, actor_id)
    _schedule(batch, [line for line in lines if line.starts_at is not None], packs, now, actor_id)
    publish(list(packs.values()), now=now)
    batch.state, batch.applied_at, batch.applied_by_id = PriceBatchState.APPLIED, now, actor_id
    batch.save(update_fields=["state", "applied_at", "applied_by_id"])
    return batch


@retrying_atomic
def undo_price_batch(*, batch_id: UUID, now: datetime, actor_id: int | None = None) -> BatchUndone:
    """Give packs back the prices of before a batch, and withdraw its schedules that have not ended.

    Packs whose price was changed again since are left as they are, and named.

    Raises:
        BatchNotFound: There is no such batch.
        BatchClosed: It was not carried out, or is undone.
        NothingToUndo: Every pack's price was changed since.
    """
    batch = locked_batch(batch_id, PriceBatchState.APPLIED)
    lines = _lines(batch)
    packs = _packs(lines, now)
    entries, withdrawn, kept = [], [], []
    for line in lines:
        pack = packs[line.variant_id]
        plan = next((plan for plan in pack.plans if plan.id == line.schedule_id), None)
        if plan is not None:
            pack.plans.remove(plan)
            withdrawn.append(plan.id)
        elif line.ends_at is None and pack.asked == _before(line):
            continue
        elif line.ends_at is None and pack.asked == _after(line):
            entries.append(PriceEntry(pack.id, pack.asked, _before(line)))
            pack.asked = _before(line)
        else:
            kept.append(line)
    names = [line.variant.sku for line in kept]
    if len(kept) == len(lines):
        raise NothingToUndo(packs=_named(names))
    PriceBatchLine.objects.filter(pk__in=[line.pk for line in kept]).update(is_kept=True)
    ScheduledPrice.objects.filter(pk__in=withdrawn).update(
        withdrawn_at=now, withdrawn_by_id=actor_id
    )
    record_changes(
        entries, kind=PriceChangeKind.UNDO, now=now, actor_id=actor_id, batch_id=batch.pk
    )
    publish(list(packs.values()), now=now)
    batch.state, batch.undone_at, batch.undone_by_id = PriceBatchState.UNDONE, now, actor_id
    batch.save(update_fields=["state", "undone_at", "undone_by_id"])
    return BatchUndone(len(lines) - len(kept), tuple(names))


def forget_drafts(now: datetime) -> int:
    """Delete previews that nobody carried out."""
    old = PriceBatch.objects.filter(state=PriceBatchState.DRAFT, created_at__lt=now - _DRAFTS_KEPT)
    return old.delete()[1].get("catalog.PriceBatch", 0)


def locked_batch(batch_id: UUID, state: PriceBatchState) -> PriceBatch:
    """Return a batch that nobody else can carry out or undo until the transaction ends.

    Raises:
        BatchNotFound: There is no such batch.
        BatchClosed: It is in another state.
    """
    batch = PriceBatch.objects.select_for_update(no_key=True).filter(public_id=batch_id).first()
    if batch is None:
        raise BatchNotFound(batch=str(batch_id))
    if batch.state != state:
        raise BatchClosed(state=batch.state)
    return batch


def _lines(batch: PriceBatch) -> list[PriceBatchLine]:
    return list(batch.lines.select_related("variant").order_by("variant__sku", "starts_at", "pk"))


def _packs(lines: Sequence[PriceBatchLine], now: datetime) -> dict[int, Pack]:
    ids = {line.variant_id for line in lines}
    return {pack.id: pack for pack in settled_packs(ids, now=now)}


def _is_as_shown(line: PriceBatchLine, packs: Mapping[int, Pack]) -> bool:
    """Tell whether a pack is still there and costs what the preview says."""
    pack = packs[line.variant_id]
    asked = asked_at(pack.asked, pack.plans, line.starts_at) if line.starts_at else pack.asked
    return not pack.is_removed and asked == _before(line)


def _ask(
    batch: PriceBatch,
    lines: Sequence[PriceBatchLine],
    packs: Mapping[int, Pack],
    now: datetime,
    actor_id: int | None,
) -> None:
    for line in lines:
        packs[line.variant_id].asked = _after(line)
    record_changes(
        [PriceEntry(line.variant_id, _before(line), _after(line)) for line in lines],
        kind=_KINDS[batch.kind],
        now=now,
        actor_id=actor_id,
        reason=batch.reason,
        batch_id=batch.pk,
    )


def _schedule(
    batch: PriceBatch,
    lines: Sequence[PriceBatchLine],
    packs: Mapping[int, Pack],
    now: datetime,
    actor_id: int | None,
) -> None:
    """Schedule lines in the order of their beginning.

    Raises:
        BatchOutdated: Some can't be scheduled any more.
    """
    made = [
        ScheduledPrice(
            variant_id=line.variant_id,
            price=_after(line).price,
            starts_at=line.starts_at or now,
            ends_at=line.ends_at,
            reason=batch.reason,
            made_by_id=actor_id,
            created_at=now,
        )
        for line in lines
    ]
    refused = []
    for row in made:
        pack = packs[row.variant_id]
        plan = PricePlan(0, row.price, row.starts_at, row.ends_at)
        try:
            check_plan(plan, sku=pack.sku, asked=pack.asked, others=pack.plans, now=now)
        except ShopError:
            refused.append(pack.sku)
        pack.plans.append(plan)
    if refused:
        raise BatchOutdated(packs=_named(refused))
    ScheduledPrice.objects.bulk_create(made)
    for pack in packs.values():
        pack.plans = [plan for plan in pack.plans if plan.id]
    for row in made:
        packs[row.variant_id].plans.append(PricePlan(row.pk, row.price, row.starts_at, row.ends_at))
    with connection.cursor() as cursor:
        cursor.execute(_REMEMBER_SCHEDULES, [[x.pk for x in lines], [x.pk for x in made]])


def _before(line: PriceBatchLine) -> AskedPrice:
    return AskedPrice(line.old_price, line.old_regular_price)


def _after(line: PriceBatchLine) -> AskedPrice:
    """Return what a line asks; one for later raises the regular price with it."""
    if line.new_price is None:
        raise BatchHasProblems(packs=_named([line.variant.sku]))
    if line.new_regular_price is None:
        return raised_to(_before(line), line.new_price)
    return AskedPrice(line.new_price, line.new_regular_price)


def _named(skus: Sequence[str]) -> str:
    more = len(skus) - _NAMED
    return ", ".join(skus[:_NAMED]) + (f" … +{more}" if more > 0 else "") + "."
