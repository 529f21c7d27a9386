"""Send broadcasts: each person is written down before the call, so nobody gets one twice.

A few people at a time: their rows commit as "being sent", the calls are made, the rows are settled.
Whoever dies in between leaves some rows whose arrival nobody knows; they are counted as such and
never sent again. One process at a time sends broadcasts, by a lease, so that they take one place
of the workers and no more; each run is short and asks for the next.
"""

import logging
import secrets
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import F, Q
from django.utils import translation
from django.utils.module_loading import import_string

from apps.core import failpoints
from apps.core.jobs import enqueue_on_commit
from apps.core.locks import try_to_hold
from apps.core.time import now as present
from apps.core.transactions import retrying_atomic
from apps.marketing import texts
from apps.marketing.dto import BroadcastState, RecipientState
from apps.marketing.jobs import MarketingJob
from apps.marketing.models import Broadcast, BroadcastRecipient
from apps.marketing.services.quiet import quiet_until
from apps.marketing.services.taking import take_people
from apps.notifications.dto import Letter, MessageContent, Outcome
from apps.notifications.errors import MessageRefused, RecipientUnreachable, RetryLater
from apps.notifications.ports import Messenger
from apps.users import services as users
from apps.users.dto import CustomerCard

logger = logging.getLogger(__name__)

R, S = RecipientState, BroadcastState
# Longer than a batch takes, with every call at its timeout.
LEASE = timedelta(seconds=45)
RUN_SECONDS = 20.0
# When Telegram refuses the first ones all, it is the message that is wrong, not the people.
_TOO_MANY_REFUSED = 10
_COUNTERS = {
    R.SENT: "sent", R.UNREACHABLE: "unreachable", R.REFUSED: "refused", R.UNCLEAR: "unclear",
}  # fmt: skip


@dataclass(frozen=True)
class _Batch:
    """People taken in hand, and what each of them is sent."""

    broadcast: Broadcast
    people: list[tuple[int, CustomerCard]]
    letters: list[Letter]


def send_broadcasts(
    *, now: datetime, messenger: Messenger | None = None, seconds: float = RUN_SECONDS
) -> int:
    """Send what is due for a while, ask for the next run if there is more; return how many."""
    messenger = messenger or import_string(settings.MESSENGER)()
    owner, done = secrets.token_hex(8), 0
    end = time.monotonic() + seconds
    while True:
        if time.monotonic() >= end:
            _hand_over(owner)
            return done
        batch = _claim(owner=owner, now=max(now, present()))
        if batch is None:
            break
        if not batch.people:
            # All of them sleep, or it is finished: there may be more people, or another broadcast.
            continue
        failpoints.reach("broadcast.claimed")
        outcomes = messenger.send_many(letters=batch.letters)
        failpoints.reach("broadcast.sent")
        done += len(outcomes)
        if _settle(batch=batch, outcomes=outcomes, now=present()):
            break
    _release(owner)
    return done


@retrying_atomic
def _claim(*, owner: str, now: datetime) -> _Batch | None:
    """Take the next people of the broadcast that is due first; None where nothing is to be done."""
    # However many are due, they take one place of the workers: the others are for orders.
    if not try_to_hold("marketing.broadcasts"):
        return None
    if Broadcast.objects.in_other_hands(now, owner=owner).exists():
        return None
    due = Broadcast.objects.due(now).order_by("starts_at", "pk")
    if quiet_until(now) is not None:
        # None sets out at night; those on their way have people who are awake now.
        due = due.exclude(state=S.SCHEDULED)
    due = due.select_related("button_product", "button_category", "button_code")
    row = due.select_for_update(skip_locked=True, of=("self",)).first()
    if row is None:
        return None
    if row.state == S.SCHEDULED:
        row.state, row.started_at = S.SENDING, now
    row.rests_until = None
    people = take_people(row=row, now=now)
    if people:
        row.leased_by, row.leased_until = owner, now + LEASE
    row.save(
        update_fields=["state", "started_at", "finished_at", "rests_until", "last_person_id",
                       "unclear", "leased_by", "leased_until", "updated_at"]
    )  # fmt: skip
    return _Batch(row, people, _letters(row, [card for _pk, card in people]))


def _letters(row: Broadcast, people: Sequence[CustomerCard]) -> list[Letter]:
    contents: dict[str, MessageContent] = {}
    for language in {card.language for card in people}:
        with translation.override(language):
            contents[language] = texts.broadcast(row)
    return [Letter(card.telegram_id or 0, contents[card.language]) for card in people]


@retrying_atomic
def _settle(*, batch: _Batch, outcomes: Sequence[Outcome], now: datetime) -> bool:
    """Write down what became of each; return whether the broadcast has to wait."""
    found: dict[RecipientState, list[int]] = {}
    picture, waits = "", False
    for (pk, card), outcome in zip(batch.people, outcomes, strict=True):
        state = _state_of(outcome)
        found.setdefault(state, []).append(pk)
        picture = picture or outcome.photo_id
        waits |= isinstance(outcome.error, RetryLater) and outcome.error.is_for_all
        if state is R.UNREACHABLE:
            users.mark_unreachable(user_id=card.id, now=now)
    changes: dict[str, object] = {}
    for state, pks in sorted(found.items()):
        mine = BroadcastRecipient.objects.filter(pk__in=pks, state=R.SENDING)
        waits_again = state is R.WAITING
        count = mine.update(
            state=state,
            settled_at=None if waits_again else now,
            next_attempt_at=now if waits_again else None,
        )
        if state in _COUNTERS:
            changes[_COUNTERS[state]] = F(_COUNTERS[state]) + count
    errors = [str(one.error) for one in outcomes if isinstance(one.error, MessageRefused)]
    if errors:
        changes["last_error"] = errors[-1][:200]
    if picture and not batch.broadcast.picture_file_id:
        changes["picture_file_id"] = picture
    if changes:
        Broadcast.objects.filter(pk=batch.broadcast.pk).update(**changes)
    return _stop_if_refused(batch.broadcast.pk) or waits


def _state_of(outcome: Outcome) -> RecipientState:
    error = outcome.error
    if error is None:
        return R.SENT
    if isinstance(error, RetryLater):
        return R.WAITING
    if isinstance(error, RecipientUnreachable):
        return R.UNREACHABLE
    # Anything else may have arrived before it failed.
    return R.REFUSED if isinstance(error, MessageRefused) else R.UNCLEAR


def _stop_if_refused(broadcast_id: int) -> bool:
    """Pause a broadcast of which Telegram took none at all: staff read why."""
    refused = Q(sent=0, refused__gte=_TOO_MANY_REFUSED, state=S.SENDING)
    stopped = Broadcast.objects.filter(refused, pk=broadcast_id).update(state=S.PAUSED)
    if stopped:
        logger.error("Broadcast %s is paused: Telegram refuses its message", broadcast_id)
    return bool(stopped)


@retrying_atomic
def _release(owner: str) -> None:
    Broadcast.objects.filter(leased_by=owner).update(leased_by="", leased_until=None)


@retrying_atomic
def _hand_over(owner: str) -> None:
    """End this run and ask for the next: others get the worker in between."""
    _release(owner)
    enqueue_on_commit(MarketingJob.SEND_BROADCASTS)
