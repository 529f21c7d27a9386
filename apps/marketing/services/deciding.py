"""Accept a markdown, decline it, or take it back: one person decides, once."""

import logging
from datetime import datetime
from decimal import Decimal

from django.conf import settings
from django.utils import translation

from apps.catalog import selectors as catalog
from apps.core.text import one_line
from apps.core.transactions import retrying_atomic
from apps.inventory import services as inventory
from apps.marketing import texts
from apps.marketing.dto import MarkdownState
from apps.marketing.errors import (
    MarkdownDecided,
    MarkdownNotAccepted,
    MarkdownNotFound,
    MarkdownPriceMoved,
    ReasonNeeded,
)
from apps.marketing.models import MarkdownProposal
from apps.marketing.pricing import marked_down
from apps.marketing.services.proposing import check_percent

logger = logging.getLogger(__name__)

_DECISION = (
    "state", "percent", "reason", "units", "old_price", "new_price", "clearance", "returned",
    "decided_by", "decided_at", "updated_at",
)  # fmt: skip


@retrying_atomic
def accept_markdown(
    *,
    proposal_id: int,
    actor_id: int,
    percent: int | None = None,
    seen_price: Decimal | None = None,
    now: datetime,
) -> MarkdownProposal:
    """Move the lot's free units to a clearance pack that costs so many percent less.

    `percent` defaults to what was proposed; `seen_price` is the pack's price that the person saw
    when deciding.

    Raises:
        MarkdownNotFound: There is no such proposal.
        MarkdownDecided: Somebody decided before, or its time has passed.
        InvalidPercent: The percentage is not between 1 and 90.
        MarkdownPriceMoved: The pack costs something else than the person saw.
        LotUnusable: The lot was blocked meanwhile, or its last day of sale has passed.
        NothingFree: Every unit is promised meanwhile.
    """
    proposal = _open(proposal_id)
    percent = proposal.percent if percent is None else percent
    check_percent(percent)
    old_price = _price(proposal.lot.variant_id, now)
    if seen_price is not None and seen_price != old_price:
        seen, price = texts.price_of(seen_price), texts.price_of(old_price)
        raise MarkdownPriceMoved(seen=seen, price=price)
    new_price = marked_down(old_price, percent)
    # Staff read the ledger in the shop's own language.
    with translation.override(settings.LANGUAGE_CODE):
        reason = texts.markdown_reason(percent)
    cleared = inventory.clear_lot(
        lot_id=proposal.lot_id, price=new_price, actor_id=actor_id, reason=reason, now=now
    )
    proposal.percent, proposal.units = percent, cleared.quantity
    proposal.old_price, proposal.new_price = old_price, new_price
    proposal.clearance_id = cleared.variant_id
    _decide(proposal, MarkdownState.ACCEPTED, actor_id, now)
    logger.info("Markdown accepted", extra={"proposal": proposal.pk, "units": cleared.quantity})
    return proposal


@retrying_atomic
def decline_markdown(
    *, proposal_id: int, reason: str, actor_id: int, now: datetime
) -> MarkdownProposal:
    """Leave a lot's price as it is; the next step is proposed in its time.

    Raises:
        MarkdownNotFound: There is no such proposal.
        MarkdownDecided: Somebody decided before, or its time has passed.
        ReasonNeeded: Nobody said why.
    """
    reason = one_line(reason, limit=200)
    if not reason:
        raise ReasonNeeded
    proposal = _open(proposal_id)
    proposal.reason = reason
    _decide(proposal, MarkdownState.DECLINED, actor_id, now)
    return proposal


@retrying_atomic
def take_back_markdown(*, proposal_id: int, actor_id: int, now: datetime) -> MarkdownProposal:
    """Return to the lot what is left of its clearance and promised to nobody.

    What customers were promised stays theirs at that price. Should their orders be cancelled, the
    units are on clearance again, and may be taken back again.

    Raises:
        MarkdownNotFound: There is no such proposal.
        MarkdownNotAccepted: It was never accepted.
        LotUnusable: The units are blocked.
        NothingFree: All units are sold or promised.
    """
    proposal = _locked(proposal_id)
    if proposal.state not in {MarkdownState.ACCEPTED, MarkdownState.UNDONE}:
        raise MarkdownNotAccepted(status=str(proposal.get_state_display()))
    with translation.override(settings.LANGUAGE_CODE):
        reason = texts.taken_back_reason()
    back = inventory.undo_clearance(
        lot_id=proposal.lot_id, actor_id=actor_id, reason=reason, now=now
    )
    proposal.returned += back.quantity
    _decide(proposal, MarkdownState.UNDONE, actor_id, now)
    return proposal


def _open(proposal_id: int) -> MarkdownProposal:
    proposal = _locked(proposal_id)
    if proposal.state != MarkdownState.OPEN:
        raise MarkdownDecided(status=str(proposal.get_state_display()))
    return proposal


def _locked(proposal_id: int) -> MarkdownProposal:
    proposal = MarkdownProposal.objects.select_for_update().filter(pk=proposal_id).first()
    if proposal is None:
        raise MarkdownNotFound
    return proposal


def _decide(proposal: MarkdownProposal, state: MarkdownState, actor_id: int, now: datetime) -> None:
    proposal.state, proposal.decided_by_id, proposal.decided_at = state, actor_id, now
    proposal.save(update_fields=_DECISION)


def _price(variant_id: int, now: datetime) -> Decimal:
    return catalog.sale_variants(variant_ids=[variant_id], now=now)[variant_id].price
