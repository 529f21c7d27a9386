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
from django.db.models import F

from apps.core.text import is_clean
from apps.orders import selectors as orders
from apps.users import selectors as users
from bot import inbox_statements as statements
from bot.dto import ChatState, Claimed, StoredUpdate
from bot.models import InboxUpdate, Lane
from bot.naming import id_in

CHANNEL = "bot_inbox"
LEASE_SECONDS = 30
MAX_TRIES = 5
KEEP_DONE = timedelta(days=14)
# Beyond every chat id, so that a payment's check never waits behind the payer's chatter.
_URGENT_LANES = 1 << 60
_NONE_DONE = 0


def store_updates(*, updates: list[dict[str, Any]]) -> None:
    """Put updates into the inbox and wake whoever listens; a known one stays as it is.

    What carries no update id is no update, and is left out.
    """
    fresh = [update for update in updates if isinstance(update.get("update_id"), int)]
    if not fresh:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            statements.STORE,
            {
                "ids": [update["update_id"] for update in fresh],
                "lanes": [lane_of(update) for update in fresh],
                "urgent": ["pre_checkout_query" in update for update in fresh],
                "payloads": [json.dumps(_storable(update)) for update in fresh],
                "channel": CHANNEL,
            },
        )


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


def lanes_of(chat_id: int) -> tuple[int, int]:
    """Return where a person's updates wait: the chat's lane, and that of their payments."""
    return chat_id, _URGENT_LANES + chat_id


def claim_lanes(
    *, owner: str, limit: int, in_hand: list[int], strangers: int | None = None
) -> list[Claimed]:
    """Lease up to `limit` lanes that have something to do, at most so many of them strangers'.

    The oldest update of each counts as tried with that; a lane that comes without one was worked
    off a moment ago, or has one that was tried too often: `begin_next` tells.
    """
    with connection.cursor() as cursor:
        facts: dict[str, Any] = {
            "owner": owner,
            "limit": limit,
            "strangers": limit if strangers is None else min(limit, strangers),
            "in_hand": in_hand,
            "lease": LEASE_SECONDS,
        }
        cursor.execute(statements.CLAIM, facts)
        return [_claimed(*row) for row in cursor.fetchall()]


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
    return finish(lane=lane, owner=owner, update_id=_NONE_DONE)


def finish(*, lane: int, owner: str, update_id: int, error: str = "") -> StoredUpdate | None:
    """Note that an update is done and return the lane's next one, as `begin_next` does.

    One that nobody can read is done, too, with the reason in its row.
    """
    done: dict[str, Any] = {"done": update_id, "error": error[:300]}
    while True:
        with connection.cursor() as cursor:
            cursor.execute(statements.GO_ON, {"lane": lane, "owner": owner, **done})
            row = cursor.fetchone()
        if row is None:
            return None
        update = _update(lane, *row)
        if update.attempt <= MAX_TRIES:
            return update
        _give_up(update.update_id)
        done = {"done": _NONE_DONE, "error": ""}


def postpone(*, lane: int, owner: str, update: StoredUpdate, error: str, seconds: float) -> bool:
    """Let a failed update rest for so long, or give it up after its last try.

    Returns whether it was given up.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        given_up = update.attempt >= MAX_TRIES
        if given_up:
            _mark_done(update.update_id, error=f"given up: {error}"[:300])
            cursor.execute(statements.RELEASE, {"lane": lane, "owner": owner})
        else:
            InboxUpdate.objects.filter(pk=update.update_id).update(last_error=error[:300])
            cursor.execute(statements.PAUSE, {"lane": lane, "owner": owner, "pause": seconds})
    return given_up


def extend_leases(*, owner: str) -> None:
    """Keep what this process holds for another lease."""
    with connection.cursor() as cursor:
        cursor.execute(statements.EXTEND, {"owner": owner, "lease": LEASE_SECONDS})


def release_lane(
    *,
    lane: int,
    owner: str,
    done: int | None = None,
    error: str = "",
    untried: int | None = None,
) -> None:
    """Hand a lane back, noting first that an update of it is done, or was not tried after all."""
    with transaction.atomic(), connection.cursor() as cursor:
        if done is not None:
            _mark_done(done, error=error[:300])
        if untried is not None:
            InboxUpdate.objects.filter(pk=untried).update(attempts=F("attempts") - 1)
        cursor.execute(statements.RELEASE, {"lane": lane, "owner": owner})


def release_everything(*, owner: str) -> None:
    """Hand back all lanes of a process that ends."""
    with connection.cursor() as cursor:
        cursor.execute(statements.LEAVE, {"owner": owner})


def remove_old_updates(*, now: datetime) -> int:
    """Delete updates that were done 14 days ago; Telegram has forgotten them long since."""
    return InboxUpdate.objects.filter(done_at__lt=now - KEEP_DONE).delete()[0]


def _mark_done(update_id: int, *, error: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statements.DONE, {"update_id": update_id, "error": error})


def _give_up(update_id: int) -> None:
    # Whoever tried it last died of it, so nobody wrote down why.
    known = InboxUpdate.objects.filter(pk=update_id).values_list("last_error", flat=True).first()
    reason = known or "the process ended while handling it"
    _mark_done(update_id, error=f"given up: {reason}"[:300])


def _claimed(
    lane: int, is_known: bool, update_id: int | None, payload: str, attempt: int, dialogue: str
) -> Claimed:
    if update_id is None or attempt > MAX_TRIES:
        return Claimed(lane, is_known)
    return Claimed(lane, is_known, _update(lane, update_id, payload, attempt, dialogue))


def _update(
    lane: int, update_id: int, payload: str, attempt: int, dialogue: str | None
) -> StoredUpdate:
    kept: dict[str, Any] = json.loads(dialogue) if dialogue else {"chat_id": lane}
    if "updated_at" in kept:
        kept["updated_at"] = datetime.fromisoformat(kept["updated_at"])
    return StoredUpdate(update_id, json.loads(payload), attempt, ChatState(**kept))


def _storable(value: Any) -> Any:
    """Return JSON without what PostgreSQL refuses: NUL and halves of surrogate pairs."""
    if isinstance(value, str):
        return value if is_clean(value) else "".join(c for c in value if is_clean(c))
    if isinstance(value, list):
        return [_storable(item) for item in value]
    if isinstance(value, dict):
        return {_storable(key): _storable(item) for key, item in value.items()}
    return value
