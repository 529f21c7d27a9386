"""Take the next people of a broadcast in hand, each of them awake by their own hours.

A broadcast sets out by the shop's day and comes to everybody once. Whoever is asleep then gets a
row that waits for the end of their own quiet hours, be that the shop's night: it was their choice.
"""

import logging
from datetime import datetime

from apps.marketing import selectors
from apps.marketing.dto import BroadcastState, RecipientState
from apps.marketing.models import Broadcast, BroadcastRecipient
from apps.marketing.services.quiet import quiet_until
from apps.users import selectors as users
from apps.users.dto import CustomerCard

logger = logging.getLogger(__name__)

R, S = RecipientState, BroadcastState
# At most so many messages are in doubt after a crash.
BATCH = 10

People = list[tuple[int, CustomerCard]]


def take_people(*, row: Broadcast, now: datetime) -> People:
    """Return who is written to next, by the ids of their rows, and note it in the rows.

    The caller has locked the broadcast and saves it. Where it returns nobody, those who were next
    sleep, or the broadcast rests or is finished.
    """
    if row.ends_at is not None and row.ends_at <= now:
        _finish(row, now)
        return []
    # The first one alone brings the picture to Telegram, which then knows it by a name.
    limit = 1 if row.picture and not row.picture_file_id else BATCH
    if waiting := _due(row, limit, now):
        return _again(row, waiting, now)
    morning = quiet_until(now)
    if morning is None and (readers := _readers(row, limit, now)):
        return _first_time(row, readers, now)
    _rest(row, morning, now)
    return []


def _due(row: Broadcast, limit: int, now: datetime) -> list[BroadcastRecipient]:
    waiting = row.people.filter(state=R.WAITING, next_attempt_at__lte=now)
    return list(waiting.order_by("next_attempt_at", "pk")[:limit])


def _again(row: Broadcast, waiting: list[BroadcastRecipient], now: datetime) -> People:
    """Take those whose wait is over; leave out who wants no offers any more."""
    cards = selectors.still_readers(rows=waiting)
    asleep = users.quiet_ends(user_ids=list(cards), now=now)
    gone = [one.pk for one in waiting if one.person_id not in cards]
    row.people.filter(pk__in=gone).update(state=R.LEFT_OUT, settled_at=now, next_attempt_at=None)
    for until in set(asleep.values()):
        theirs = [one.pk for one in waiting if asleep.get(one.person_id) == until]
        row.people.filter(pk__in=theirs).update(next_attempt_at=until)
    awake = [one for one in waiting if one.person_id in cards and one.person_id not in asleep]
    row.people.filter(pk__in=[one.pk for one in awake]).update(
        state=R.SENDING, claimed_at=now, next_attempt_at=None
    )
    return [(one.pk, cards[one.person_id]) for one in awake]


def _readers(row: Broadcast, limit: int, now: datetime) -> list[CustomerCard]:
    return selectors.next_readers(broadcast=row, limit=limit, now=row.started_at or now)


def _first_time(row: Broadcast, readers: list[CustomerCard], now: datetime) -> People:
    """Write a row for each, so that the broadcast comes to nobody again; keep who is awake."""
    row.last_person_id = readers[-1].id
    asleep = users.quiet_ends(user_ids=[card.id for card in readers], now=now)
    # UNIQUE refuses a second row for anybody, and with it the whole batch.
    made = BroadcastRecipient.objects.bulk_create(
        BroadcastRecipient(
            broadcast=row, person_id=card.id, claimed_at=now,
            state=R.WAITING if card.id in asleep else R.SENDING,
            next_attempt_at=asleep.get(card.id),
        )
        for card in readers
    )  # fmt: skip
    pairs = zip(made, readers, strict=True)
    return [(one.pk, card) for one, card in pairs if one.state == R.SENDING]


def _rest(row: Broadcast, morning: datetime | None, now: datetime) -> None:
    """Let a broadcast wait for the next who wakes up; finish it where nobody is left."""
    sleepers = row.people.filter(state=R.WAITING).order_by("next_attempt_at")
    first = sleepers.values_list("next_attempt_at", flat=True).first()
    moments = [moment for moment in (morning, first) if moment is not None]
    if not moments:
        _finish(row, now)
        return
    row.rests_until = min([*moments, *([row.ends_at] if row.ends_at else [])])


def _finish(row: Broadcast, now: datetime) -> None:
    """End a broadcast; what a dead process had in hand is unknown, and who still waits is late."""
    left = row.people.filter(state=R.SENDING).update(state=R.UNCLEAR, settled_at=now)
    row.people.filter(state=R.WAITING).update(state=R.LATE, settled_at=now, next_attempt_at=None)
    row.unclear += left
    row.state, row.finished_at, row.rests_until = S.FINISHED, now, None
    row.leased_by, row.leased_until = "", None
    logger.info("Broadcast finished", extra={"broadcast": row.pk, "sent": row.sent})
