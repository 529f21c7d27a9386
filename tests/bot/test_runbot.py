"""The process itself: killed in the middle, another one goes on; told to stop, it stops."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.conf import settings as configured
from django.db import connection

from bot.models import InboxUpdate, Lane
from bot.simulator.client import JOHN

pytestmark = pytest.mark.django_db(transaction=True)
_ROOT = Path(__file__).resolve().parents[2]


@contextmanager
def runbot(api_url: str) -> Iterator["subprocess.Popen[bytes]"]:
    db = connection.settings_dict
    address = f"{db['USER']}:{db['PASSWORD']}@{db['HOST']}:{db['PORT']}/{db['NAME']}"
    env = os.environ | {
        "DJANGO_SETTINGS_MODULE": "frozenfood.settings.local",
        "DATABASE_URL": f"postgresql://{address}",
        "TELEGRAM_API_URL": api_url,
        "TELEGRAM_BOT_TOKEN": configured.TELEGRAM_BOT_TOKEN,
        "TELEGRAM_MODE": "polling",
    }
    process = subprocess.Popen([sys.executable, "manage.py", "runbot"], cwd=_ROOT, env=env)
    try:
        yield process
    finally:
        process.kill()
        process.wait(10)


def wait_until(check, *, seconds: float = 20.0) -> None:
    deadline = time.monotonic() + seconds
    while not check():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.05)


class TestRunbot:
    def test_killed_in_the_middle_loses_nothing(self, sim):
        john = sim.person(JOHN)
        sim.fault("sendMessage", "latency", seconds=20, times=1)
        with runbot(sim.base_url) as first:
            john.starts()
            wait_until(lambda: InboxUpdate.objects.filter(attempts=1).exists())
            first.send_signal(signal.SIGKILL)
            first.wait(10)
        assert not InboxUpdate.objects.filter(done_at__isnull=False).exists()
        sim._http.delete("/sim/faults")
        # As the lease would by itself, half a minute later.
        Lane.objects.update(leased_until="2020-01-01T00:00Z")

        with runbot(sim.base_url) as second:
            john.sees("Hello, John!", seconds=20)
            wait_until(lambda: InboxUpdate.objects.filter(done_at__isnull=False).exists())
            assert InboxUpdate.objects.get().attempts == 2

            john.says("/help")
            john.sees("How it works")
            wait_until(lambda: sim.calls("setChatMenuButton"))
            second.terminate()
            assert second.wait(15) == 0
        assert not Lane.objects.exclude(owner="").exists()
        wait_until(_nobody_else_is_connected)


def _nobody_else_is_connected() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        return cursor.fetchone()[0] == 0
