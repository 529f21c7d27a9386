"""Broadcasts against the simulated Telegram: killed in the middle, and overtaken by orders."""

import os
import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from django.conf import settings as configured
from django.db import connection

from apps.core.time import now as present
from apps.marketing import services
from apps.marketing.dto import BroadcastDraft, BroadcastState
from apps.marketing.models import Broadcast
from apps.notifications.gateways import telegram
from bench.broadcast import overtaking
from tests.conftest import scaled
from tests.factories import CustomerFactory, StaffFactory
from tests.simulator_support import running_simulator

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.deep]

_ROOT = Path(__file__).resolve().parents[2]
_SEND = """
import django
django.setup()
from django.utils import timezone
from apps.marketing import services
services.send_broadcasts(now=timezone.now())
"""


@pytest.fixture
def sim(settings):
    with running_simulator(token=configured.TELEGRAM_BOT_TOKEN) as client:
        settings.TELEGRAM_API_URL = client.base_url
        telegram.forget_connection()
        yield client
    telegram.forget_connection()


def run_worker(sim, *, die_at: str = "") -> int:
    db = connection.settings_dict
    address = f"{db['USER']}:{db['PASSWORD']}@{db['HOST']}:{db['PORT']}/{db['NAME']}"
    env = os.environ | {
        "DJANGO_SETTINGS_MODULE": "frozenfood.settings.local",
        "DATABASE_URL": f"postgresql://{address}",
        "TELEGRAM_API_URL": sim.base_url,
        "TELEGRAM_BOT_TOKEN": configured.TELEGRAM_BOT_TOKEN,
        "TELEGRAM_MESSAGES_A_SECOND": "1000",
        "QUIET_FROM_HOUR": "0",
        "QUIET_UNTIL_HOUR": "0",
        "FROZENFOOD_DIE_AT": die_at,
    }
    return subprocess.run([sys.executable, "-c", _SEND], cwd=_ROOT, env=env, check=False).returncode


class TestKilled:
    @pytest.mark.parametrize(
        ("where", "reached"), [("broadcast.sent", 25), ("broadcast.claimed", 15)]
    )
    def test_in_the_middle_writes_to_nobody_twice(self, sim, where, reached):
        for chat in range(700, 725):
            sim.post("people", id=chat, first_name="Anna", language_code="ru")
            sim.post("start", user_id=chat)
            CustomerFactory(telegram_id=chat)
        author = StaffFactory().pk
        row = services.save_broadcast(draft=BroadcastDraft("Акция", "Скидка"), actor_id=author)
        services.schedule_broadcast(broadcast_id=row.pk, actor_id=author, now=present())

        assert run_worker(sim, die_at=where) == -signal.SIGKILL
        # As the lease would by itself, less than a minute later.
        Broadcast.objects.update(leased_until=present())
        assert run_worker(sim) == 0

        calls = [c for c in sim.calls("sendMessage") if c["code"] == 200]
        got = Counter(str(call["params"]["chat_id"]) for call in calls)
        assert set(got.values()) == {1}
        assert len(got) == reached
        row.refresh_from_db()
        assert (row.state, row.sent, row.unclear) == (BroadcastState.FINISHED, 15, 10)


class TestOrders:
    def test_overtake_a_broadcast_to_thousands(self, sim, settings):
        settings.TELEGRAM_PACED = True

        found = overtaking(sim, people=scaled(5000, least=150))

        assert found.broadcast.sent == found.broadcast.recipients
        assert found.p99 <= 2000
        # 25 a second at least, and never more than Telegram takes.
        assert 30 <= found.message <= 40
