"""Start the simulator: `python -m bot.simulator --port 8081`."""

import argparse
import json
import logging
import os
import re
import sys
from pathlib import Path

from aiohttp import web

from bot.simulator.core import DEFAULT_TOKEN, Simulator
from bot.simulator.server import build_app
from bot.simulator.world import Person

logger = logging.getLogger(__name__)


def main(arguments: list[str] | None = None) -> int:
    """Serve until told to stop; return 1 where the simulator must not run."""
    options = _options(arguments)
    if _in_production():
        sys.stderr.write("The Telegram simulator never runs in production.\n")
        return 1
    if not re.fullmatch(r"\d{3,15}:[A-Za-z0-9_-]{20,64}", options.token):
        sys.stderr.write("The token does not look like one of a bot: 123456:ABC…\n")
        return 1
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(message)s")
    regulars = regulars_of(options.people) if options.people else ()
    app = build_app(Simulator(options.token, regulars), state=options.state)
    logger.info("Telegram simulator on http://%s:%s/", options.host, options.port)
    # The access log would show the token, which is part of every path.
    web.run_app(
        app,
        host=options.host,
        port=options.port,
        access_log=None,
        print=None,
        shutdown_timeout=1.0,
        handler_cancellation=True,
    )
    return 0


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bot.simulator", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on")
    port = int(os.environ.get("SIMULATOR_PORT", "8081"))
    parser.add_argument("--port", type=int, default=port, help="port (SIMULATOR_PORT)")
    token = os.environ.get("TELEGRAM_BOT_TOKEN") or DEFAULT_TOKEN
    parser.add_argument("--token", default=token, help="the bot's token (TELEGRAM_BOT_TOKEN)")
    state = os.environ.get("SIMULATOR_STATE")
    parser.add_argument(
        "--state",
        type=Path,
        default=Path(state) if state else None,
        help="JSON file that keeps the chats across starts (SIMULATOR_STATE)",
    )
    people = os.environ.get("SIMULATOR_PEOPLE")
    parser.add_argument(
        "--people",
        type=Path,
        default=Path(people) if people else None,
        help="JSON file of people who have started the bot before (SIMULATOR_PEOPLE)",
    )
    return parser.parse_args(arguments)


def regulars_of(path: Path) -> list[Person]:
    """Return the people of a file such as the demo shop's, as Telegram knows them.

    Its staff are among them, as far as their accounts are linked: that takes a start, too.
    """
    kept = json.loads(path.read_text(encoding="utf-8"))
    rows = [*kept["customers"], *(row for row in kept["staff"] if "telegram_id" in row)]
    return [
        Person(
            row["telegram_id"], row["first_name"], row["last_name"],
            language_code=row.get("language", "ru"), phone=row.get("phone", ""),
        )
        for row in rows
    ]  # fmt: skip


def _in_production() -> bool:
    settings = os.environ.get("DJANGO_SETTINGS_MODULE", "")
    return settings.endswith("production") or os.environ.get("FROZENFOOD_ENV") == "production"


if __name__ == "__main__":
    sys.exit(main())
