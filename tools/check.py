"""`make check`: every gate but the tests, all of them run even when one fails.

Expects DATABASE_URL and REDIS_URL, as `python -m tools.services` exports them.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tools.state import CHECKOUT

_BIN = Path(sys.executable).parent
_TYPED = ("apps", "bot", "frozenfood", "tools", "bench")

# What production demands before it starts; none of it guards anything.
PRODUCTION = {
    "DJANGO_SETTINGS_MODULE": "frozenfood.settings.production",
    "DJANGO_SECRET_KEY": "not-a-secret-only-long-enough-0123456789-abcdefghijklmnopqrstuvwxyz",
    "DJANGO_ALLOWED_HOSTS": "shop.example.com",
    "PUBLIC_URL": "https://shop.example.com",
    "TELEGRAM_BOT_TOKEN": "123456789:not-a-token-only-long-enough-0123456",
    "TELEGRAM_MODE": "webhook",
    "TELEGRAM_WEBHOOK_SECRET": "not-a-secret-only-long-enough",
}


@dataclass(frozen=True)
class Gate:
    """One command that must end with 0."""

    name: str
    command: tuple[str, ...]
    env: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Outcome:
    """How one gate ended."""

    name: str
    passed: bool
    output: str
    seconds: float


def gates() -> list[Gate]:
    """Return every gate, the quick ones first."""

    def program(name: str) -> str:
        return str(_BIN / name)

    manage = (sys.executable, "manage.py")
    typed = tuple(name for name in _TYPED if (CHECKOUT / name).is_dir())
    test = {"DJANGO_SETTINGS_MODULE": "frozenfood.settings.test"}
    return [
        Gate("format (ruff)", (program("ruff"), "format", "--check", ".")),
        Gate("lint (ruff)", (program("ruff"), "check", ".")),
        Gate("layers (import-linter)", (program("lint-imports"), "--no-cache")),
        Gate("Dockerfile (hadolint)", (program("hadolint"), "Dockerfile")),
        Gate("compose file", (sys.executable, "-m", "tools.compose")),
        Gate("translations", (sys.executable, "-m", "tools.messages", "check")),
        Gate(
            "API description",
            (*manage, "spectacular", "--validate", "--fail-on-warn", "--file", os.devnull),
            test,
        ),
        Gate("migrations", (*manage, "makemigrations", "--check", "--dry-run"), test),
        Gate("deployment", (*manage, "check", "--deploy", "--fail-level", "WARNING"), PRODUCTION),
        Gate("types (mypy)", (program("mypy"), *typed)),
    ]


def run(gate: Gate) -> Outcome:
    """Run one gate and keep what it says."""
    started = time.monotonic()
    try:
        done = subprocess.run(
            gate.command,
            cwd=CHECKOUT,
            env=os.environ | gate.env,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        passed, output = done.returncode == 0, done.stdout
    except OSError as error:
        passed, output = False, f"{gate.command[0]} cannot be run: {error.strerror}\n"
    return Outcome(gate.name, passed, output, time.monotonic() - started)


def main() -> int:
    """Run all gates, show the output of those that fail, and list them all."""
    outcomes = []
    for gate in gates():
        outcome = run(gate)
        outcomes.append(outcome)
        if not outcome.passed:
            print(f"--- {outcome.name} ---\n{outcome.output.rstrip()}\n", flush=True)
    for outcome in outcomes:
        print(f"{'ok  ' if outcome.passed else 'FAIL'}  {outcome.name}  ({outcome.seconds:.1f} s)")
    failed = sum(not outcome.passed for outcome in outcomes)
    print(f"make check: {len(outcomes) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
