"""The inbox of updates: stored once, leased by chat, handled oldest first, tried five times.

A lane is a chat (or a person, where there is no chat). Whoever holds a lane's lease handles its
updates one at a time; a dead process's leases run out and somebody else goes on. All moments are
the database's own, so that processes on different machines agree.
"""

import json
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection, transaction

from apps.core.text import is_clean
from apps.orders import selectors as orders
from apps.users import selectors as users
from bot.dto import StoredUpdate
from bot.models import InboxUpdate, Lane
from bot.naming import id_in

CHANNEL = "bot_inbox"
LEASE_SECONDS = 30
MAX_TRIES = 5
KEEP_DONE = timedelta(days=14)
# Beyond every chat id, so that a payment's check never waits behind the payer's chatter.
_URGENT_LANES = 1 << 60

# Customers' lanes come first, whoever knocks: strangers get no more places than `strangers`.
_CLAIM = """
WITH waiting AS (
    SELECT lane, min(update_id) AS oldest, bool_or(is_urgent) AS urgent
    FROM bot_inboxupdate WHERE done_at IS NULL GROUP BY lane
), known AS (
    SELECT bot_lane.lane, urgent, oldest FROM bot_lane JOIN waiting USING (lane)
    WHERE (leased_until IS NULL OR leased_until <= clock_timestamp())
      AND bot_lane.lane <> ALL(%(in_hand)s) AND (is_known OR urgent)
    ORDER BY urgent DESC, oldest LIMIT %(limit)s FOR UPDATE OF bot_lane SKIP LOCKED
), unknown AS (
    SELECT bot_lane.lane, urgent, oldest FROM bot_lane JOIN waiting USING (lane)
    WHERE (leased_until IS NULL OR leased_until <= clock_timestamp())
      AND bot_lane.lane <> ALL(%(in_hand)s) AND NOT (is_known OR urgent)
    ORDER BY oldest LIMIT %(strangers)s FOR UPDATE OF bot_lane SKIP LOCKED
), free AS (
    SELECT lane, true AS counts_as_known, oldest FROM known
    UNION ALL SELECT lane, false, oldest FROM unknown
    ORDER BY counts_as_known DESC, oldest LIMIT %(limit)s
)
UPDATE bot_lane SET owner = %(owner)s,
    leased_until = clock_timestamp() + make_interval(secs => %(lease)s)
FROM free WHERE bot_lane.lane = free.lane RETURNING bot_lane.lane, counts_as_known
"""
# Only the holder of the lease gets the update: a sleeper who lost it stops here.
_BEGIN = """
UPDATE bot_inboxupdate SET attempts = attempts + 1
WHERE update_id = (
    SELECT update_id FROM bot_inboxupdate
    WHERE lane = %(lane)s AND done_at IS NULL ORDER BY update_id LIMIT 1)
  AND EXISTS (
    SELECT 1 FROM bot_lane
    WHERE lane = %(lane)s AND owner = %(owner)s AND leased_until > clock_timestamp())
RETURNING update_id, payload::text, attempts
"""
_DONE = """
UPDATE bot_inboxupdate SET done_at = clock_timestamp(), last_error = %(error)s
WHERE update_id = %(update_id)s
"""
_RELEASE = """
UPDATE bot_lane SET owner = '', leased_until = NULL WHERE lane = %(lane)s AND owner = %(owner)s
"""
_PAUSE = """
UPDATE bot_lane SET owner = '', leased_until = clock_timestamp() + make_interval(secs => %(pause)s)
WHERE lane = %(lane)s AND owner = %(owner)s
"""
_EXTEND = """
UPDATE bot_lane SET leased_until = clock_timestamp() + make_interval(secs => %(lease)s)
WHERE owner = %(owner)s
"""
_LEAVE = "UPDATE bot_lane SET owner = '', leased_until = NULL WHERE owner = %(owner)s"


def store_updates(*, updates: list[dict[str, Any]]) -> None:
    """Put updates into the inbox and wake whoever listens; a known one stays as it is.

    What carries no update id is no update, and is left out.
    """
    fresh = [update for update in updates if isinstance(update.get("update_id"), int)]
    if not fresh:
        return
    rows = [
        InboxUpdate(
            update_id=update["update_id"],
            lane=lane_of(update),
            is_urgent="pre_checkout_query" in update,
            payload=_storable(update),
        )
        for update in fresh
    ]
    lanes = [Lane(lane=lane) for lane in sorted({row.lane for row in rows})]
    with transaction.atomic():
        Lane.objects.bulk_create(lanes, ignore_conflicts=True)
        InboxUpdate.objects.bulk_create(rows, ignore_conflicts=True)
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_notify(%s, '')", [CHANNEL])


def lane_of(update: dict[str, Any]) -> int:
    """Return the lane of an update: its chat, else its sender, else lane 0."""
    for kind, body in update.items():
        if not isinstance(body, dict):
            continue
        sender = id_in(body, "from")
        if kind == "pre_checkout_query":
            return _URGENT_LANES + sender
        message = body.get("message") if kind == "callback_query" else body
        return id_in(message, "chat") or sender
    return 0


def claim_lanes(
    *, owner: str, limit: int, in_hand: list[int], strangers: int | None = None
) -> dict[int, bool]:
    """Lease up to `limit` lanes that have something to do, at most so many of them strangers'.

    Returns the lanes, and of each whether it is a known person's.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        facts: dict[str, Any] = {
            "owner": owner,
            "limit": limit,
            "strangers": limit if strangers is None else min(limit, strangers),
            "in_hand": in_hand,
            "lease": LEASE_SECONDS,
        }
        cursor.execute(_CLAIM, facts)
        return dict(cursor.fetchall())


def trust_lane(*, lane: int) -> None:
    """Let a lane come before strangers' from now on: its person has ordered."""
    Lane.objects.filter(pk=lane, is_known=False).update(is_known=True)


def recognise_lanes() -> int:
    """Trust the lanes of all who have ordered or work here; return how many were new."""
    strangers = Lane.objects.filter(is_known=False)
    known = strangers.filter(lane__in=users.chats_of(people=orders.who_bought()))
    staff = strangers.filter(lane__in=users.chats_of_staff())
    groups = strangers.filter(lane=settings.TELEGRAM_STAFF_CHAT_ID)
    return sum(rows.update(is_known=True) for rows in (known, staff, groups))


def begin_next(*, lane: int, owner: str) -> StoredUpdate | None:
    """Return the lane's oldest waiting update, counted as tried; release the lane when none is.

    An update that was tried five times is given up here, with the reason in its row.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        while True:
            cursor.execute(_BEGIN, {"lane": lane, "owner": owner})
            row = cursor.fetchone()
            if row is None:
                cursor.execute(_RELEASE, {"lane": lane, "owner": owner})
                return None
            update_id, payload, attempt = row
            if attempt <= MAX_TRIES:
                return StoredUpdate(update_id, json.loads(payload), attempt)
            _give_up(update_id)


def finish(*, lane: int, owner: str, update_id: int, error: str = "") -> StoredUpdate | None:
    """Note that an update is done and return the lane's next one, as `begin_next` does.

    One that nobody can read is done, too, with the reason in its row.
    """
    with transaction.atomic():
        _mark_done(update_id, error=error[:300])
        return begin_next(lane=lane, owner=owner)


def postpone(*, lane: int, owner: str, update: StoredUpdate, error: str, seconds: float) -> bool:
    """Let a failed update rest for so long, or give it up after its last try.

    Returns whether it was given up.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        given_up = update.attempt >= MAX_TRIES
        if given_up:
            _mark_done(update.update_id, error=f"given up: {error}"[:300])
            cursor.execute(_RELEASE, {"lane": lane, "owner": owner})
        else:
            InboxUpdate.objects.filter(pk=update.update_id).update(last_error=error[:300])
            cursor.execute(_PAUSE, {"lane": lane, "owner": owner, "pause": seconds})
    return given_up


def extend_leases(*, owner: str) -> None:
    """Keep what this process holds for another lease."""
    with connection.cursor() as cursor:
        cursor.execute(_EXTEND, {"owner": owner, "lease": LEASE_SECONDS})


def release_lane(*, lane: int, owner: str, done: int | None = None, error: str = "") -> None:
    """Hand a lane back, noting first that an update of it is done."""
    with transaction.atomic(), connection.cursor() as cursor:
        if done is not None:
            _mark_done(done, error=error[:300])
        cursor.execute(_RELEASE, {"lane": lane, "owner": owner})


def release_everything(*, owner: str) -> None:
    """Hand back all lanes of a process that ends."""
    with connection.cursor() as cursor:
        cursor.execute(_LEAVE, {"owner": owner})


def remove_old_updates(*, now: datetime) -> int:
    """Delete updates that were done 14 days ago; Telegram has forgotten them long since."""
    return InboxUpdate.objects.filter(done_at__lt=now - KEEP_DONE).delete()[0]


def _mark_done(update_id: int, *, error: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_DONE, {"update_id": update_id, "error": error})


def _give_up(update_id: int) -> None:
    # Whoever tried it last died of it, so nobody wrote down why.
    known = InboxUpdate.objects.filter(pk=update_id).values_list("last_error", flat=True).first()
    reason = known or "the process ended while handling it"
    _mark_done(update_id, error=f"given up: {reason}"[:300])


def _storable(value: Any) -> Any:
    """Return JSON without what PostgreSQL refuses: NUL and halves of surrogate pairs."""
    if isinstance(value, str):
        return value if is_clean(value) else "".join(c for c in value if is_clean(c))
    if isinstance(value, list):
        return [_storable(item) for item in value]
    if isinstance(value, dict):
        return {_storable(key): _storable(item) for key, item in value.items()}
    return value
