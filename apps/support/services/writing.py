"""What is written in a chat: by the customer, and what either side mends afterwards."""

from datetime import datetime, timedelta

from django.db import IntegrityError, transaction

from apps.core.text import is_clean
from apps.core.transactions import retrying_atomic
from apps.orders import selectors as orders
from apps.support.dto import Relayed, Said
from apps.support.errors import NothingSaid, TooMuchSaid
from apps.support.models import WORDS_LENGTH, Conversation, Remark
from apps.support.services import relaying
from apps.users import selectors as users

MOST_REMARKS = 30
_WHILE = timedelta(minutes=5)


@retrying_atomic
def write(*, customer_id: int, said: Said, order_id: int | None = None, now: datetime) -> Relayed:
    """Pass what a customer wrote on to the staff group; the first words begin a conversation.

    Raises:
        NothingSaid: There are neither words nor a picture.
        TooMuchSaid: They wrote a great deal in the last minutes.
        OrderNotFound: The order is somebody else's.
    """
    words = clean(said.words)
    if not words and not said.photo:
        raise NothingSaid
    known = Remark.objects.filter(chat_id=said.chat_id, message_id=said.message_id).first()
    if known is not None:
        return Relayed(known.conversation_id)
    conversation, is_first = _take(customer_id, order_id, now)
    lately = conversation.remarks.filter(author__isnull=True, said_at__gt=now - _WHILE)
    if lately.count() >= MOST_REMARKS:
        raise TooMuchSaid
    remark = record(conversation, said, words=words, now=now)
    if remark is not None:
        conversation.waits_since = conversation.waits_since or now
        conversation.save(update_fields=["waits_since", "updated_at"])
        customer = users.customer_card(user_id=customer_id)
        relaying.show_card(conversation, customer)
        relaying.show_to_group(remark, customer)
    return Relayed(conversation.pk, is_first)


@retrying_atomic
def rewrite(*, said: Said, now: datetime) -> bool:
    """Carry an edited message to where it was shown; tell whether it is one of a conversation's."""
    found = Remark.objects.filter(chat_id=said.chat_id, message_id=said.message_id)
    remark = found.select_for_update(of=("self",)).select_related("conversation").first()
    words = clean(said.words)
    if remark is None or not (words or said.photo):
        return remark is not None
    remark.words, remark.photo, remark.edited_at = words, said.photo, now
    remark.save(update_fields=["words", "photo", "edited_at", "updated_at"])
    customer = users.customer_card(user_id=remark.conversation.customer_id)
    if remark.author_id is None:
        relaying.show_to_group(remark, customer)
    else:
        relaying.show_to_customer(remark, customer)
    return True


def record(
    conversation: Conversation,
    said: Said | None,
    *,
    words: str,
    now: datetime,
    author_id: int | None = None,
) -> Remark | None:
    """Keep what was said; None where it was kept before."""
    try:
        with transaction.atomic():
            return Remark.objects.create(
                conversation=conversation,
                author_id=author_id,
                words=words,
                photo=said.photo[:200] if said else "",
                chat_id=said.chat_id if said else None,
                message_id=said.message_id if said else None,
                said_at=now,
            )
    except IntegrityError as error:
        if "support_remark_once" not in str(error):
            raise
        return None


def clean(words: str) -> str:
    """Return words fit to be kept."""
    kept = words if is_clean(words) else "".join(letter for letter in words if is_clean(letter))
    return kept.strip()[:WORDS_LENGTH]


def _take(customer_id: int, order_id: int | None, now: datetime) -> tuple[Conversation, bool]:
    """Return the customer's open conversation, locked, beginning one where there is none."""
    if order_id is not None:
        orders.own_order(customer_id=customer_id, order_id=order_id)
    begun = Conversation(customer_id=customer_id, order_id=order_id, opened_at=now, waits_since=now)
    Conversation.objects.bulk_create([begun], ignore_conflicts=True)
    rows = Conversation.objects.open().filter(customer_id=customer_id)
    conversation = rows.select_for_update().first()
    if conversation is None:
        # Somebody closed it between the two statements.
        conversation = Conversation.objects.create(
            customer_id=customer_id, order_id=order_id, opened_at=now, waits_since=now
        )
    return conversation, not conversation.remarks.exists()
