import os
import subprocess
import sys

import httpx
import pytest

from bot.simulator.client import ANNA


def start(**environment):
    env = {**os.environ, "DJANGO_SETTINGS_MODULE": "", **environment}
    command = [sys.executable, "-m", "bot.simulator", "--port", "1"]
    return subprocess.run(command, env=env, capture_output=True, text=True, timeout=20)


class TestStart:
    @pytest.mark.parametrize(
        "environment",
        [
            {"DJANGO_SETTINGS_MODULE": "frozenfood.settings.production"},
            {"FROZENFOOD_ENV": "production"},
        ],
    )
    def test_is_refused_in_production(self, environment):
        ended = start(**environment)

        assert ended.returncode == 1
        assert "never runs in production" in ended.stderr

    def test_knows_neither_django_nor_the_shop(self):
        code = (
            "import sys, bot.simulator.server, bot.simulator.__main__;"
            "print([m for m in sys.modules if m.split('.')[0] in {'django', 'apps', 'frozenfood'}])"
        )

        ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)

        assert ended.stdout.strip() == "[]"


class TestOrigins:
    def test_foreign_pages_may_not_act(self, sim):
        body = {"user_id": ANNA, "text": "x"}
        foreign = {"Origin": "https://evil.example"}

        answer = httpx.post(f"{sim.base_url}/sim/say", json=body, headers=foreign)

        assert answer.status_code == 403
        assert sim.person(ANNA).messages() == []

    def test_own_pages_may(self, sim):
        body = {"user_id": ANNA, "text": "x"}

        answer = httpx.post(f"{sim.base_url}/sim/say", json=body, headers={"Origin": sim.base_url})

        assert answer.status_code == 200

    def test_the_page_allows_no_foreign_code(self, sim):
        answer = httpx.get(f"{sim.base_url}/")

        assert "script-src 'self';" in answer.headers["Content-Security-Policy"]
        assert "<script>" not in answer.text
