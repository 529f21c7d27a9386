"""The funnel's events: written by the doors, forgotten with the person."""

import logging
import secrets
from datetime import datetime
from typing import Any

from django.db import connection

from apps.analytics.dto import Door, Stage
from apps.analytics.models import FunnelEvent
from apps.core.time import shop_date
from apps.core.transactions import one_statement

logger = logging.getLogger(__name__)

_NOTE = """
INSERT INTO analytics_funnelevent (day, visitor, door, stage, created_at)
VALUES (%s, %s, %s, %s, %s) ON CONFLICT DO NOTHING
"""


def note_stage(*, customer_id: int, stage: Stage, door: Door, now: datetime) -> None:
    """Note that a customer came so far today; noted before, it costs one look at an index.

    Call it when the customer has been answered. It never fails: a visit that is not counted is
    better than a customer who notices that visits are.
    """
    try:
        with one_statement(), connection.cursor() as cursor:
            cursor.execute(_NOTE, [shop_date(now), customer_id, door, stage, now])
    except Exception as error:
        logger.warning("A visit was not counted: %s", error)


def export_own(user_id: int) -> list[dict[str, Any]]:
    """Return on which days a person came, through which door and how far."""
    events = FunnelEvent.objects.filter(visitor=user_id).order_by("day", "door", "stage")
    return [
        {"day": event.day.isoformat(), "door": event.door, "stage": Stage(event.stage).name.lower()}
        for event in events
    ]


def erase_own(user_id: int, now: datetime) -> None:
    """Put a random number in a person's place: the visits still count, and lead to nobody."""
    pseudonym = -1 - secrets.randbelow(2**62)
    FunnelEvent.objects.filter(visitor=user_id).update(visitor=pseudonym)
