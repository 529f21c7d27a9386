"""Propose to sell cheaper what will soon be too old to sell: by the rules, or by a person."""

import logging
from collections.abc import Mapping
from datetime import datetime

from django.db import IntegrityError, transaction

from apps.core.transactions import retrying_atomic
from apps.inventory import selectors as inventory
from apps.inventory.dto import LeavingLot
from apps.inventory.errors import LotNotFound
from apps.marketing.dto import MarkdownState
from apps.marketing.errors import InvalidPercent, MarkdownOpen, NothingToMarkDown
from apps.marketing.models import MarkdownProposal, MarkdownRule
from apps.marketing.pricing import LEAST_PERCENT, MOST_PERCENT, step_for

logger = logging.getLogger(__name__)


@retrying_atomic
def propose_markdowns(*, now: datetime) -> int:
    """Propose each lot's next step, let what is out of date lapse; return how many are new.

    A step that somebody decided on is not proposed again: the lot comes back with the next one.
    """
    percents = dict(MarkdownRule.objects.values_list("days", "percent"))
    _lapse(percents, now)
    lots = inventory.leaving_lots(within_days=max(percents), now=now) if percents else []
    steps = {lot.lot_id: step_for(lot.days_left, percents) for lot in lots if lot.free}
    known = MarkdownProposal.objects.filter(lot_id__in=steps).exclude(state=MarkdownState.LAPSED)
    decided = set(known.values_list("lot_id", "days"))
    waiting = set(known.open().values_list("lot_id", flat=True))
    rows = [
        MarkdownProposal(lot_id=lot_id, days=days, percent=percents[days])
        for lot_id, days in steps.items()
        if days is not None and (lot_id, days) not in decided and lot_id not in waiting
    ]
    # Two ticks at once propose the same: the second one's rows are void.
    MarkdownProposal.objects.bulk_create(rows, ignore_conflicts=True)
    if rows:
        logger.info("Markdowns proposed", extra={"count": len(rows)})
    return len(rows)


@retrying_atomic
def propose_markdown(
    *, lot_id: int, percent: int, actor_id: int, now: datetime
) -> MarkdownProposal:
    """Propose a markdown of a lot because a person thinks so.

    Raises:
        InvalidPercent: It is not between 1 and 90.
        LotNotFound: There is no such lot.
        NothingToMarkDown: The lot is not on sale, marked down already, or all of it is promised.
        MarkdownOpen: The lot waits for a decision already.
    """
    check_percent(percent)
    lot = inventory.leaving_by_id(lot_ids=[lot_id], now=now).get(lot_id)
    if lot is None:
        raise LotNotFound
    if not _can_be_marked_down(lot):
        raise NothingToMarkDown(lot=lot.code)
    try:
        with transaction.atomic():
            return MarkdownProposal.objects.create(
                lot_id=lot_id, percent=percent, proposed_by_id=actor_id
            )
    except IntegrityError as error:
        raise MarkdownOpen(lot=lot.code) from error


def check_percent(percent: int) -> None:
    """Refuse what is no markdown.

    Raises:
        InvalidPercent: It is not between 1 and 90.
    """
    if not LEAST_PERCENT <= percent <= MOST_PERCENT:
        raise InvalidPercent


def _lapse(percents: Mapping[int, int], now: datetime) -> None:
    """Close open proposals of lots that can't be marked down now, or that came to another step."""
    waiting = list(MarkdownProposal.objects.open().values_list("pk", "lot_id", "days"))
    lots = inventory.leaving_by_id(lot_ids={lot_id for _pk, lot_id, _days in waiting}, now=now)
    late = [
        pk
        for pk, lot_id, days in waiting
        if not _can_be_marked_down(lots[lot_id])
        or (days is not None and step_for(lots[lot_id].days_left, percents) != days)
    ]
    # Who decides at this moment holds the row, and is not overruled.
    MarkdownProposal.objects.open().filter(pk__in=late).update(
        state=MarkdownState.LAPSED, updated_at=now
    )


def _can_be_marked_down(lot: LeavingLot) -> bool:
    return lot.is_on_sale and not lot.is_clearance and lot.free > 0
