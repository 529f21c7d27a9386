"""Send what is due: claim with a lease, send outside any transaction, then settle.

A process that dies between sending and settling leaves the row leased; it is sent again when the
lease ends, so a message arrives at least once. A chat's messages are sent in their order.
"""

import logging
from dataclasses import replace
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection, transaction
from django.db.models import F
from django.utils.module_loading import import_string

from apps.core.time import now as present
from apps.notifications import selectors
from apps.notifications.dto import MessageContent
from apps.notifications.errors import (
    CardGone,
    DeliveryError,
    MessageRefused,
    RecipientUnreachable,
    RetryLater,
)
from apps.notifications.models import Channel, LiveCard, Message, MessageState
from apps.notifications.ports import Messenger, SmsGateway
from apps.notifications.services.email import plain_text, send_email
from apps.notifications.services.outbox import forget_card, register_card
from apps.users import selectors as people
from apps.users import services as users

logger = logging.getLogger(__name__)

LEASE = timedelta(seconds=60)
# A channel that is down is asked for a day; a message that breaks our own code, five times.
GIVE_UP_AFTER = timedelta(days=1)
MAX_ATTEMPTS = 5
_LONGEST_PAUSE = 300.0
# So few that their timeouts together stay below the lease.
_BATCH = 5
# The oldest waiting row of each chat only, so that no answer overtakes another; what goes to many
# comes after all the rest, and holds nobody up.
_CLAIM = """
UPDATE notifications_message SET leased_until = %(until)s, attempts = attempts + 1
WHERE id IN (
    SELECT waiting.id FROM notifications_message AS waiting
    WHERE waiting.state = 'pending' AND waiting.next_attempt_at <= %(now)s
      AND (waiting.leased_until IS NULL OR waiting.leased_until <= %(now)s)
      AND NOT EXISTS (
          SELECT 1 FROM notifications_message AS earlier
          WHERE earlier.state = 'pending' AND earlier.chat_id = waiting.chat_id
            AND earlier.id < waiting.id AND earlier.is_bulk <= waiting.is_bulk)
    ORDER BY waiting.is_bulk, waiting.id LIMIT %(batch)s FOR UPDATE SKIP LOCKED)
RETURNING id
"""


def deliver_due(
    *,
    now: datetime,
    limit: int = 500,
    messenger: Messenger | None = None,
    sms: SmsGateway | None = None,
) -> int:
    """Send due messages, oldest first, and return how many were taken in hand."""
    messenger = messenger or import_string(settings.MESSENGER)()
    sms = sms or import_string(settings.SMS_GATEWAY)()
    taken = 0
    while taken < limit:
        claimed = _claim(now=max(now, present()))
        if not claimed:
            break
        for position, message in enumerate(claimed):
            taken += 1
            try:
                _deliver(message, messenger, sms)
            except RetryLater as error:
                _postpone(message, seconds=error.seconds, error=error, counts=False)
                if error.is_for_all:
                    # The rest is handed back untouched.
                    _hand_back(claimed[position + 1 :])
                    return taken
    return taken


def _claim(*, now: datetime) -> list[Message]:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_CLAIM, {"now": now, "until": now + LEASE, "batch": _BATCH})
        ids = [row[0] for row in cursor.fetchall()]
    claimed = Message.objects.filter(pk__in=ids).select_related("recipient")
    return list(claimed.order_by("is_bulk", "pk"))


def _hand_back(messages: list[Message]) -> None:
    Message.objects.filter(pk__in=[message.pk for message in messages]).update(
        leased_until=None, attempts=F("attempts") - 1
    )


def _deliver(message: Message, messenger: Messenger, sms: SmsGateway) -> None:
    if _is_superseded(message):
        _settle(message, MessageState.SKIPPED)
        return
    if (quiet := _quiet_until(message)) is not None:
        _wait(message, until=quiet)
        return
    try:
        _send(message, messenger, sms)
    except RetryLater:
        raise
    except RecipientUnreachable as error:
        _fall_back(message, error)
    except MessageRefused as error:
        logger.error("Message %s was refused: %s", message.pk, error)
        _settle(message, MessageState.FAILED, error)
    except DeliveryError as error:
        _try_again(message, error, give_up=message.created_at < present() - GIVE_UP_AFTER)
    except Exception as error:
        logger.exception("Message %s can't be sent", message.pk)
        _try_again(message, error, give_up=message.attempts >= MAX_ATTEMPTS)
    else:
        _settle(message, MessageState.SENT)


def _try_again(message: Message, error: Exception, *, give_up: bool) -> None:
    if give_up:
        logger.error("Message %s is given up: %s", message.pk, error)
        _settle(message, MessageState.FAILED, error)
        return
    pause = min(2.0 ** min(message.attempts, 16), _LONGEST_PAUSE)
    _postpone(message, seconds=pause, error=error, counts=True)


def _is_superseded(message: Message) -> bool:
    """Tell whether a newer state of the same card is waiting already."""
    return bool(message.card_key) and (
        Message.objects.pending()
        .filter(chat_id=message.chat_id, card_key=message.card_key, pk__gt=message.pk)
        .exists()
    )


def _quiet_until(message: Message) -> datetime | None:
    """Return until when a message waits because its reader wants to be left alone.

    Only news that nobody waits for does; asked again here, as it may have waited for others.
    """
    if not message.is_bulk or message.recipient_id is None:
        return None
    ends = people.quiet_ends(user_ids=[message.recipient_id], now=present())
    return ends.get(message.recipient_id)


def _wait(message: Message, *, until: datetime) -> None:
    Message.objects.filter(pk=message.pk).update(
        next_attempt_at=until, leased_until=None, attempts=F("attempts") - 1
    )


def _send(message: Message, messenger: Messenger, sms: SmsGateway) -> None:
    content = MessageContent.from_json(message.body)
    person = message.recipient
    if message.channel == Channel.EMAIL and person is not None:
        send_email(address=person.email, content=content)
    elif message.channel == Channel.SMS and person is not None:
        sms.send(phone=str(person.phone), text=plain_text(content.text))
    elif message.chat_id is not None:
        _send_to_chat(message, message.chat_id, content, messenger)


def _send_to_chat(
    message: Message, chat_id: int, content: MessageContent, messenger: Messenger
) -> None:
    card_key = message.card_key
    card = LiveCard.objects.filter(chat_id=chat_id, card_key=card_key).first() if card_key else None
    if card is not None:
        try:
            messenger.edit(
                chat_id=chat_id,
                message_id=card.telegram_message_id,
                content=content,
                has_photo=card.has_photo,
            )
        except CardGone:
            forget_card(chat_id=chat_id, card_key=card_key)
        else:
            if content.has_picture and not card.has_photo:
                LiveCard.objects.filter(pk=card.pk).update(has_photo=True)
            return
    if content.answers:
        target = selectors.live_card_id(chat_id=chat_id, card_key=content.answers)
        content = replace(content, reply_to_id=target or 0)
    message_id = messenger.send(chat_id=chat_id, content=content, is_bulk=message.is_bulk)
    if card_key:
        register_card(
            chat_id=chat_id,
            card_key=card_key,
            message_id=message_id,
            has_photo=content.has_picture,
        )


def _fall_back(message: Message, error: RecipientUnreachable) -> None:
    """Note that the chat is closed and try the person's other channels, nearest first."""
    person = message.recipient
    if person is not None and message.channel == Channel.TELEGRAM:
        users.mark_unreachable(user_id=person.pk, now=present())
        if message.is_bulk:
            _settle(message, MessageState.SKIPPED, error)
            return
        other = Channel.EMAIL if person.email else Channel.SMS if person.phone else None
        if other is Channel.SMS and not settings.SMS_URL:
            other = None
        if other is not None and not message.card_key:
            Message.objects.filter(pk=message.pk).update(
                channel=other, chat_id=None, leased_until=None, attempts=0
            )
            return
    _settle(message, MessageState.FAILED, error)


def _settle(message: Message, state: MessageState, error: Exception | None = None) -> None:
    Message.objects.filter(pk=message.pk, state=MessageState.PENDING).update(
        state=state,
        leased_until=None,
        sent_at=present() if state == MessageState.SENT else None,
        last_error=str(error)[:300] if error else "",
    )


def _postpone(message: Message, *, seconds: float, error: Exception, counts: bool) -> None:
    Message.objects.filter(pk=message.pk).update(
        next_attempt_at=present() + timedelta(seconds=seconds),
        leased_until=None,
        attempts=F("attempts") - (0 if counts else 1),
        last_error=str(error)[:300],
    )
