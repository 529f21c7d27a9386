"""Markdowns as people decide on them: with the units and prices of this moment."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet

from apps.catalog import selectors as catalog
from apps.catalog.dto import SaleVariant
from apps.core.models import in_language
from apps.core.money import ZERO
from apps.inventory import selectors as inventory
from apps.inventory.dto import LeavingLot
from apps.marketing.dto import MarkdownCard, MarkdownState
from apps.marketing.errors import MarkdownNotFound
from apps.marketing.models import MarkdownProposal, MarkdownProposalQuerySet
from apps.marketing.pricing import loss_without, marked_down
from apps.orders import selectors as orders
from apps.users import selectors as users

# How far back the pace of sales is taken from.
PACE = timedelta(days=28)


def markdowns(*, state: str = "") -> MarkdownProposalQuerySet:
    """Return proposals in a state, or all, the most urgent first, still open to pages."""
    found = MarkdownProposal.objects.urgent_first()
    return found.filter(state=state) if state else found


def markdown_card(*, proposal_id: int, now: datetime) -> MarkdownCard:
    """Return one markdown.

    Raises:
        MarkdownNotFound: There is none with this id.
    """
    found = list(MarkdownProposal.objects.filter(pk=proposal_id))
    if not found:
        raise MarkdownNotFound
    return markdown_cards(proposals=found, now=now)[0]


def markdown_cards(*, proposals: Sequence[MarkdownProposal], now: datetime) -> list[MarkdownCard]:
    """Return markdowns with what their lots hold and cost now, with five queries at most."""
    if not proposals:
        return []
    lots = inventory.leaving_by_id(lot_ids={row.lot_id for row in proposals}, now=now)
    variant_ids = {lot.variant_id for lot in lots.values()}
    variants = catalog.sale_variants(variant_ids=variant_ids, now=now)
    picked = inventory.picked_units(variant_ids=variant_ids, since=now - PACE)
    cards = []
    for row in proposals:
        lot = lots[row.lot_id]
        pace = Decimal(max(0, picked[lot.variant_id])) / PACE.days
        cards.append(_card(row, lot, variants[lot.variant_id], pace))
    return cards


def left_on_clearance(*, proposal: MarkdownProposal) -> int:
    """Return how many units of a markdown nobody has bought or was promised yet."""
    if proposal.clearance_id is None:
        return 0
    return inventory.available(variant_ids=[proposal.clearance_id])[proposal.clearance_id]


def buyers(*, proposal: MarkdownProposal) -> QuerySet[Any, int]:
    """Return the ids of those who bought the product before, each as often as they did."""
    return orders.buyer_ids(variant_id=proposal.lot.variant_id)


def buyers_to_tell(*, proposal: MarkdownProposal) -> int:
    """Return how many of the buyers can be sent an offer."""
    return users.offer_reader_count(among=buyers(proposal=proposal))


def _card(
    row: MarkdownProposal, lot: LeavingLot, variant: SaleVariant, pace: Decimal
) -> MarkdownCard:
    is_open = row.state == MarkdownState.OPEN
    units = lot.free if is_open else row.units or 0
    old = variant.price if is_open or row.old_price is None else row.old_price
    new = row.new_price if row.new_price is not None else marked_down(old, row.percent)
    value = old if lot.cost is None else lot.cost
    loss = loss_without(units=units, days_left=lot.days_left, pace=pace, value=value)
    return MarkdownCard(
        id=row.pk,
        state=row.state,
        lot_id=lot.lot_id,
        lot_code=lot.code,
        variant_id=lot.variant_id,
        sku=variant.sku,
        name=in_language(variant, "name"),
        expires_on=lot.expires_on,
        sell_by=lot.sell_by,
        days_left=lot.days_left,
        units=units,
        percent=row.percent,
        old_price=old,
        new_price=new,
        given_up=(old - new) * units,
        loss=loss if is_open else ZERO,
    )
