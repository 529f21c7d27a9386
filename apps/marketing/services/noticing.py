"""Tell those who bought a product that some of it is cheaper: once, and only who wants offers."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils import translation

from apps.catalog import selectors as catalog
from apps.catalog.dto import Availability, SaleVariant
from apps.core.jobs import enqueue_on_commit
from apps.core.transactions import retrying_atomic
from apps.marketing import selectors, texts
from apps.marketing.dto import MarkdownState
from apps.marketing.errors import (
    BuyersToldBefore,
    MarkdownNotAccepted,
    MarkdownNotFound,
    NobodyToTell,
)
from apps.marketing.jobs import MarketingJob
from apps.marketing.models import BuyersNotice, MarkdownProposal
from apps.notifications import services as notifications
from apps.notifications.dto import BulkMessage
from apps.users import selectors as users
from apps.users.dto import CustomerCard

_BATCH = 500


@retrying_atomic
def tell_buyers(*, proposal_id: int, actor_id: int, now: datetime) -> BuyersNotice:
    """Have one message written to each past buyer of a marked-down product who takes offers.

    The messages are written in the background, and stop when nothing is left to buy.

    Raises:
        MarkdownNotFound: There is no such proposal.
        MarkdownNotAccepted: Nothing of the lot is on clearance.
        BuyersToldBefore: It was done before.
        NobodyToTell: No buyer can be sent an offer.
    """
    proposal = MarkdownProposal.objects.filter(pk=proposal_id).first()
    if proposal is None:
        raise MarkdownNotFound
    if _offer(proposal, now) is None:
        raise MarkdownNotAccepted(status=str(proposal.get_state_display()))
    recipients = selectors.buyers_to_tell(proposal=proposal)
    if not recipients:
        raise NobodyToTell
    try:
        with transaction.atomic():
            notice = BuyersNotice.objects.create(
                proposal=proposal, sent_by_id=actor_id, recipients=recipients
            )
    except IntegrityError as error:
        raise BuyersToldBefore from error
    enqueue_on_commit(MarketingJob.SPREAD_NOTICES)
    return notice


def spread_notices(*, now: datetime) -> int:
    """Write the messages of notices that are not finished; return how many were written.

    Each part is a transaction of its own and remembers how far it came: after a crash the next
    call goes on, and nobody is written to twice.
    """
    written = 0
    unfinished = BuyersNotice.objects.filter(finished_at__isnull=True).order_by("pk")
    for notice_id in unfinished.values_list("pk", flat=True):
        while (count := _spread_part(notice_id=notice_id, now=now)) is not None:
            written += count
    return written


@retrying_atomic
def _spread_part(*, notice_id: int, now: datetime) -> int | None:
    """Write the next messages of a notice and return how many; None where there are no more."""
    rows = BuyersNotice.objects.filter(pk=notice_id, finished_at__isnull=True)
    notice = rows.select_for_update(skip_locked=True, of=("self",)).select_related("proposal__lot")
    mine = notice.first()
    if mine is None:
        return None
    variant = _offer(mine.proposal, now)
    readers: list[CustomerCard] = []
    if variant is not None:
        readers = users.offer_readers(
            among=selectors.buyers(proposal=mine.proposal), after=mine.last_buyer_id, limit=_BATCH
        )
        notifications.queue_messages(messages=_messages(mine, variant, readers))
    mine.queued += len(readers)
    mine.last_buyer_id = readers[-1].id if readers else mine.last_buyer_id
    mine.finished_at = None if len(readers) == _BATCH else now
    mine.save(update_fields=["queued", "last_buyer_id", "finished_at", "updated_at"])
    return len(readers)


def _offer(proposal: MarkdownProposal, now: datetime) -> SaleVariant | None:
    """Return the clearance pack of a markdown, if there is any of it to buy."""
    if proposal.state != MarkdownState.ACCEPTED or proposal.clearance_id is None:
        return None
    ids = [proposal.clearance_id]
    variant = catalog.sale_variants(variant_ids=ids, now=now)[proposal.clearance_id]
    can_be_had = variant.is_on_sale_floor and variant.availability != Availability.NONE
    return variant if can_be_had else None


def _messages(
    notice: BuyersNotice, variant: SaleVariant, readers: list[CustomerCard]
) -> list[BulkMessage]:
    contents = {}
    for language in {reader.language for reader in readers}:
        with translation.override(language):
            contents[language] = texts.marked_down(variant)
    return [
        BulkMessage(
            recipient_id=reader.id,
            chat_id=reader.telegram_id,
            content=contents[reader.language],
            dedupe_key=f"markdown:{notice.proposal_id}:{reader.id}",
        )
        for reader in readers
        if reader.telegram_id is not None
    ]
