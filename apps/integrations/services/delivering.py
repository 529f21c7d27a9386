"""Send what is due: claim with a lease, POST outside any transaction, then note what came of it.

A process that dies in between leaves its row leased; it is sent again when the lease ends, so an
event arrives at least once, with the same id. No order is promised. One event is sent at a time,
so that all webhooks together take one place of the workers; an endpoint rests after a failure or a
slow answer, so that it holds up no other.
"""

import logging
import random
import time
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.models import F
from django.db.models.functions import Coalesce
from django.utils import translation
from django.utils.module_loading import import_string

from apps.core.failpoints import reach
from apps.core.time import now as present
from apps.core.transactions import retrying_atomic
from apps.integrations import signing, texts
from apps.integrations.dto import Answer, DeliveryState, Silence
from apps.integrations.models import Delivery, Endpoint
from apps.integrations.ports import Sender
from apps.integrations.services.spreading import spread_events
from apps.notifications import services as notifications

logger = logging.getLogger(__name__)

# Longer than an attempt may take, the resolver's own patience included.
LEASE = timedelta(seconds=60)
# After the first attempt, the second, and so on: about three days; then nobody tries any more.
PAUSES = tuple(
    timedelta(seconds=seconds)
    for seconds in (10, 60, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 79_200)
)
_JITTER = 0.2
_FIRST_REST, _LONGEST_REST = 10, 300
# An answer that took longer than a second costs its endpoint a rest of so many times as long.
_SLOW_MS, _REST_OF_THE_SLOW = 1000, 3
# How long one run goes on, in seconds; beat begins the next.
_RUN = 30.0
_GONE = 410
_CLAIM = """
UPDATE integrations_delivery SET leased_until = %(until)s, attempts = attempts + 1
WHERE id = (
    SELECT waiting.id FROM integrations_delivery AS waiting
    JOIN integrations_endpoint AS endpoint ON endpoint.id = waiting.endpoint_id
    LEFT JOIN integrations_apikey AS owner ON owner.id = endpoint.key_id
    WHERE waiting.state = 'waiting' AND waiting.next_attempt_at <= %(now)s
      AND (waiting.leased_until IS NULL OR waiting.leased_until <= %(now)s)
      AND endpoint.disabled_at IS NULL
      AND (endpoint.resumes_at IS NULL OR endpoint.resumes_at <= %(now)s)
      AND (owner.id IS NULL OR owner.revoked_at IS NULL
           AND (owner.expires_at IS NULL OR owner.expires_at > %(now)s))
      AND NOT EXISTS (
          SELECT FROM integrations_delivery AS busy WHERE busy.leased_until > %(now)s)
    ORDER BY waiting.next_attempt_at, waiting.id LIMIT 1 FOR UPDATE OF waiting SKIP LOCKED)
RETURNING id
"""


def send_webhooks(*, now: datetime) -> int:
    """Spread new events and send what is due; return how many attempts were made."""
    spread_events(now=now)
    return send_due(now=now)


def send_due(*, now: datetime, sender: Sender | None = None) -> int:
    """Send what is due, for a while; return how many attempts were made."""
    sender = sender or import_string(settings.WEBHOOK_SENDER)()
    ends_at, attempts = time.monotonic() + _RUN, 0
    while time.monotonic() < ends_at:
        delivery = _claim(now=max(now, present()))
        if delivery is None:
            break
        reach("integrations.before_post")
        answer = _post(delivery, sender)
        reach("integrations.after_post")
        _note(delivery, answer, now=present())
        attempts += 1
    return attempts


def _claim(*, now: datetime) -> Delivery | None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_CLAIM, {"now": now, "until": now + LEASE})
        row = cursor.fetchone()
    # It may have been removed since.
    claimed = Delivery.objects.filter(pk=row[0]) if row else Delivery.objects.none()
    return claimed.select_related("event", "endpoint").first()


def _post(delivery: Delivery, sender: Sender) -> Answer:
    event, moment = delivery.event, present()
    data: Mapping[str, Any] = event.data or {}
    event_id = str(event.public_id)
    body = signing.body_of(
        event_id=event_id, event_type=event.type, created_at=event.created_at, data=data
    )
    headers = signing.signed_headers(
        event_id=event_id, body=body, seeds=delivery.endpoint.seeds(moment), now=moment
    )
    told = {"Content-Type": "application/json", "User-Agent": "FrozenFood-Webhooks/1", **headers}
    return sender.post(delivery.endpoint.url, body=body, headers=told)


@retrying_atomic
def _note(delivery: Delivery, answer: Answer, *, now: datetime) -> None:
    """Note what came of an attempt, unless somebody else has taken the delivery over since."""
    state, next_attempt_at = _what_next(delivery, answer, now)
    mine = Delivery.objects.filter(
        pk=delivery.pk, attempts=delivery.attempts, state=DeliveryState.WAITING
    )
    noted = mine.update(
        state=state, next_attempt_at=next_attempt_at, leased_until=None, last_attempt_at=now,
        code=answer.code, elapsed_ms=answer.elapsed_ms, answer=answer.body, error=answer.error,
    )  # fmt: skip
    if not noted:
        return
    if answer.is_success:
        failing = Endpoint.objects.filter(pk=delivery.endpoint_id, failures__gt=0)
        failing.update(failures=0, failing_since=None, resumes_at=None)
        if answer.elapsed_ms > _SLOW_MS:
            rest = timedelta(milliseconds=answer.elapsed_ms * _REST_OF_THE_SLOW)
            Endpoint.objects.filter(pk=delivery.endpoint_id).update(resumes_at=now + rest)
    else:
        _note_failure(delivery.endpoint_id, answer, now)


def _what_next(
    delivery: Delivery, answer: Answer, now: datetime
) -> tuple[DeliveryState, datetime | None]:
    if answer.is_success:
        return DeliveryState.DONE, None
    if delivery.attempts > len(PAUSES):
        return DeliveryState.DEAD, None
    # Not all at once, where many have failed together.
    pause = PAUSES[delivery.attempts - 1] * random.uniform(1 - _JITTER, 1 + _JITTER)  # noqa: S311
    return DeliveryState.WAITING, now + pause


def _note_failure(endpoint_id: int, answer: Answer, now: datetime) -> None:
    """Let an endpoint rest; one that has failed for days, or is gone, is switched off."""
    rows = Endpoint.objects.filter(pk=endpoint_id)
    rows.update(failures=F("failures") + 1, failing_since=Coalesce("failing_since", now))
    endpoint = rows.select_for_update().first()
    if endpoint is None:
        return
    rest = min(_FIRST_REST * 2 ** min(endpoint.failures - 1, 16), _LONGEST_REST)
    endpoint.resumes_at = now + timedelta(seconds=rest)
    Endpoint.objects.filter(pk=endpoint_id).update(resumes_at=endpoint.resumes_at)
    patience = timedelta(days=settings.WEBHOOK_PATIENCE_DAYS)
    has_failed_for_days = now - (endpoint.failing_since or now) >= patience
    if endpoint.disabled_at is None and (answer.code == _GONE or has_failed_for_days):
        _switch_off(endpoint, Silence.GONE if answer.code == _GONE else Silence.FAILING, now)


def _switch_off(endpoint: Endpoint, reason: Silence, now: datetime) -> None:
    """Switch an endpoint off and tell staff, in the shop's own language."""
    endpoint.disabled_at, endpoint.disabled_reason = now, reason
    endpoint.save(update_fields=["disabled_at", "disabled_reason", "updated_at"])
    logger.warning("Webhook endpoint switched off", extra={"endpoint": endpoint.pk, "why": reason})
    if not settings.TELEGRAM_STAFF_CHAT_ID:
        return
    with translation.override(settings.LANGUAGE_CODE):
        content = texts.switched_off(endpoint)
    notifications.queue_message(content=content, chat_id=settings.TELEGRAM_STAFF_CHAT_ID)
