"""A broadcast at full speed, and how soon news of orders arrives meanwhile.

Against the simulated Telegram, with the shared count switched on: one thread sends the broadcast as
a worker does, another one delivers what customers wait for.
"""

from __future__ import annotations

import os
import statistics
import threading
import time
from dataclasses import dataclass

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.test import override_settings

from apps.core.time import now
from apps.marketing import services as marketing
from apps.marketing.dto import BroadcastDraft, BroadcastState
from apps.marketing.models import Broadcast
from apps.notifications import services as notifications
from apps.notifications.dto import MessageContent
from apps.notifications.gateways import telegram
from apps.notifications.gateways.pace import pace
from apps.notifications.models import Message, MessageState
from apps.users.models import User
from bench.figures import Measured, report
from bot.simulator.client import SimulatorClient
from tests.simulator_support import running_simulator

_PEOPLE = 1000
_EVERY_SECONDS = 0.4
_FIRST_CHAT = 910_000_000


@dataclass(frozen=True)
class Overtaking:
    """Milliseconds for each message that went, and from the making of each news to its arrival."""

    message: float
    news: list[float]
    broadcast: Broadcast

    @property
    def p99(self) -> float:
        """What 99 of 100 news took at most."""
        ordered = sorted(self.news)
        return ordered[min(len(ordered) - 1, int(len(ordered) * 0.99))]


def run() -> int:
    """Measure with as many recipients as the environment says, 1,000 by default (5,000: 3 min)."""
    people = int(os.environ.get("BENCH_RECIPIENTS", _PEOPLE))
    # It goes to everybody there is, and other benches have left many.
    call_command("flush", interactive=False, verbosity=0)
    with (
        running_simulator(token=settings.TELEGRAM_BOT_TOKEN) as sim,
        override_settings(TELEGRAM_API_URL=sim.base_url, TELEGRAM_PACED=True),
    ):
        telegram.forget_connection()
        found = overtaking(sim, people=people)
    news = found.news
    return report(
        f"A broadcast to {people:,} people, {len(news)} news of orders meanwhile",
        [
            Measured("each message, news included", found.message, found.message, 40.0),
            Measured("news of an order", statistics.median(news), max(news), 1000.0),
            Measured("news of an order, p99", found.p99, max(news), 2000.0),
        ],
    )


def overtaking(sim: SimulatorClient, *, people: int) -> Overtaking:
    """Send a broadcast to so many, and news to some of them all the while."""
    chats = range(_FIRST_CHAT, _FIRST_CHAT + people)
    for chat in chats:
        sim.post("people", id=chat, first_name="Anna", language_code="ru")
        sim.post("start", user_id=chat)
    User.objects.bulk_create(User(telegram_id=chat, first_name="Anna") for chat in chats)
    author = User.objects.create_user(f"bench-{time.time_ns()}", is_staff=True).pk
    row = marketing.save_broadcast(
        draft=BroadcastDraft(title="bench", text_ru="Скидка"), actor_id=author
    )
    pace().reset()
    marketing.schedule_broadcast(broadcast_id=row.pk, actor_id=author, now=now())
    started, sending = time.perf_counter(), threading.Thread(target=_send, args=(row.pk,))
    sending.start()
    stop, rung = threading.Event(), threading.Event()
    delivering = threading.Thread(target=_deliver, args=(stop, rung))
    delivering.start()
    number = 0
    while sending.is_alive():
        number += 1
        content = MessageContent(f"Заказ {number} уже в пути")
        notifications.queue_message(content=content, chat_id=chats[number * 37 % people])
        rung.set()
        sending.join(_EVERY_SECONDS)
    took = time.perf_counter() - started
    stop.set()
    rung.set()
    delivering.join()
    sent = Message.objects.filter(state=MessageState.SENT, sent_at__isnull=False)
    times = sent.values_list("created_at", "sent_at")
    news = [(sent_at - created_at).total_seconds() * 1000 for created_at, sent_at in times
            if sent_at is not None]  # fmt: skip
    return Overtaking(took * 1000 / (people + len(news)), news, Broadcast.objects.get(pk=row.pk))


def _send(broadcast_id: int) -> None:
    """Be the worker that sends broadcasts."""
    try:
        rows = Broadcast.objects.filter(pk=broadcast_id)
        while not rows.filter(state=BroadcastState.FINISHED).exists():
            if not marketing.send_broadcasts(now=now()):
                time.sleep(0.2)
    finally:
        connection.close()


def _deliver(stop: threading.Event, rung: threading.Event) -> None:
    """Be the worker that delivers what was queued, whenever the queue rings."""
    try:
        while not stop.is_set():
            rung.wait()
            rung.clear()
            notifications.deliver_due(now=now())
    finally:
        connection.close()
