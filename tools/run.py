"""`make run`: the whole shop on this machine, under one supervisor.

PORT, SIMULATOR_PORT and BANK_PORT choose the ports. DATABASE_URL, REDIS_URL and TELEGRAM_BOT_TOKEN,
where they are set, replace the private PostgreSQL, the private Valkey and the Telegram simulator.
Beside the simulator stands a trial bank, unless YOOKASSA_SHOP_ID names a real account.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import signal
import socket
import sys
import urllib.request
from dataclasses import dataclass
from pathlib import Path

import redis

from tools import services, state
from tools.preparation import MANAGE, demo_accounts, kept_secret, prepare
from tools.processes import CannotStart, follow_make
from tools.state import CHECKOUT
from tools.supervisor import Log, Program, Stopped, Supervisor

READY_SECONDS = 60
_LAST_PORT = 65535
DEMO_PEOPLE = CHECKOUT / "apps" / "catalog" / "demo" / "people.json"
SIMULATED_STAFF_GROUP = -1000000000001
_BIN = Path(sys.executable).parent


@dataclass(frozen=True)
class Plan:
    """What this start was asked to do."""

    port: int
    simulator_port: int
    bank_port: int
    simulated: bool
    trial_bank: bool
    private_database: bool

    @classmethod
    def from_environment(cls) -> Plan:
        """Read the environment.

        Raises:
            CannotStart: A port is no number that a port can have, or two have the same.
        """
        port = _port("PORT", 8000)
        simulator_port = _port("SIMULATOR_PORT", 8081)
        bank_port = _port("BANK_PORT", simulator_port % _LAST_PORT + 1)
        simulated = not os.environ.get("TELEGRAM_BOT_TOKEN")
        plan = cls(
            port=port,
            simulator_port=simulator_port,
            bank_port=bank_port,
            simulated=simulated,
            # Customers of a real bot are never sent to a bank that takes no money.
            trial_bank=simulated
            and not os.environ.get("YOOKASSA_SHOP_ID")
            and not os.environ.get("STRIPE_SECRET_KEY"),
            private_database="DATABASE_URL" not in os.environ,
        )
        if len(set(plan.ports.values())) < len(plan.ports):
            raise CannotStart(f"{', '.join(plan.ports)} must be different ports.")
        return plan

    @property
    def ports(self) -> dict[str, int]:
        """Return the ports that this start needs, by the name of who chooses them."""
        ports = {"PORT": self.port}
        if self.simulated:
            ports["SIMULATOR_PORT"] = self.simulator_port
        if self.trial_bank:
            ports["BANK_PORT"] = self.bank_port
        return ports

    @property
    def address(self) -> str:
        """Return where the web process listens."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def simulator_address(self) -> str:
        """Return where the simulator listens."""
        return f"http://127.0.0.1:{self.simulator_port}"

    @property
    def bank_address(self) -> str:
        """Return where the trial bank listens."""
        return f"http://127.0.0.1:{self.bank_port}"


def _port(name: str, default: int) -> int:
    text = os.environ.get(name, str(default))
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 0
    if not 1 <= number <= _LAST_PORT:
        raise CannotStart(f"{name} must be a number from 1 to {_LAST_PORT}, not {text!r}.")
    return number


def environment(plan: Plan, *, folder: Path, urls: dict[str, str]) -> dict[str, str]:
    """Return the configuration of every process: what the caller set wins."""
    defaults = {
        "DJANGO_SETTINGS_MODULE": "frozenfood.settings.local",
        "DJANGO_SECRET_KEY": kept_secret(folder, "django.secret"),
        "PUBLIC_URL": plan.address,
        "SIMULATOR_PORT": str(plan.simulator_port),
        "SIMULATOR_STATE": str(folder / "chats.json"),
        "C_FORCE_ROOT": "1",
        "PYTHONWARNINGS": "ignore:::celery.platforms",
    }
    forced = {
        "FROZENFOOD_INSTANCE": secrets.token_hex(8),
        "PYTHONUNBUFFERED": "1",
        "PATH": f"{_BIN}{os.pathsep}{os.environ.get('PATH', os.defpath)}",
    }
    if plan.simulated:
        token = f"{secrets.randbelow(9 * 10**8) + 10**8}:{secrets.token_urlsafe(26)[:35]}"
        forced["TELEGRAM_BOT_TOKEN"] = kept_secret(folder, "bot.token", make=token)
        forced["TELEGRAM_API_URL"] = plan.simulator_address
        # Of a shop that is not the demo's, the simulated Telegram knows nobody.
        defaults["SIMULATOR_PEOPLE"] = str(DEMO_PEOPLE)
        # The simulator opens with this staff group in it.
        defaults["TELEGRAM_CHAT_URL"] = plan.simulator_address
        # The simulated Telegram takes any provider's token.
        defaults["TELEGRAM_PROVIDER_TOKEN"] = "simulated:provider"  # noqa: S105
        forced["TELEGRAM_STAFF_CHAT_ID"] = str(SIMULATED_STAFF_GROUP)
    if plan.trial_bank:
        forced["YOOKASSA_SHOP_ID"] = "trial"
        forced["YOOKASSA_SECRET_KEY"] = kept_secret(folder, "bank.secret")
        forced["YOOKASSA_API_URL"] = f"{plan.bank_address}/yookassa/v3"
        forced["YOOKASSA_NETWORKS"] = "127.0.0.0/8"
        forced["STRIPE_SECRET_KEY"] = kept_secret(folder, "stripe.secret")
        forced["STRIPE_WEBHOOK_SECRET"] = kept_secret(folder, "stripe.webhook")
        forced["STRIPE_API_URL"] = plan.bank_address
        forced["BANK_PORT"] = str(plan.bank_port)
    return {**defaults, **os.environ, **urls, **forced}


def programs(plan: Plan, *, env: dict[str, str], folder: Path) -> list[Program]:
    """Return the shop's processes, each exactly as it is started alone."""
    instance = env["FROZENFOOD_INSTANCE"]
    celery = (_BIN / "celery", "--quiet", "-A", "frozenfood")
    web = (_BIN / "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--no-access-log")
    web_size = ("--workers", env.get("WEB_WORKERS", "1"), "--blocking-threads", "4")
    worker_size = ("--concurrency", "2", "--without-gossip", "--without-mingle")
    worker_name, orders_name = f"worker-{instance}", f"orders-{instance}"
    schedule = ("--schedule", folder / "beat.schedule", "--pidfile=")
    return [
        Program(
            "web",
            (*web, "--port", str(plan.port), *web_size, "frozenfood.wsgi:application"),
            lambda: answers(f"{plan.address}/health/live", instance=instance),
        ),
        Program("bot", (*MANAGE, "runbot")),
        Program(
            "worker",
            (*celery, "worker", *worker_size, "--hostname", f"{worker_name}@%h"),
            lambda: worker_listens(env["REDIS_URL"], name=worker_name),
        ),
        Program(
            "worker-orders",
            (
                *celery,
                "worker",
                "--queues",
                "orders",
                *worker_size,
                "--hostname",
                f"{orders_name}@%h",
            ),
            lambda: worker_listens(env["REDIS_URL"], name=orders_name),
        ),
        Program("beat", (*celery, "beat", *schedule)),
    ]


def simulator(plan: Plan) -> Program:
    """Return the local stand-in for Telegram, with its chat page."""
    return Program(
        "telegram",
        [sys.executable, "-m", "bot.simulator"],
        lambda: answers(f"{plan.simulator_address}/"),
    )


def bank(plan: Plan) -> Program:
    """Return the local stand-in for payment providers."""
    return Program(
        "bank",
        [sys.executable, "-m", "tools.bank"],
        lambda: answers(f"{plan.bank_address}/"),
    )


def answers(url: str, *, instance: str = "") -> bool:
    """Say whether a page answers, and, given an instance, whether it is that one's."""
    try:
        with urllib.request.urlopen(url, timeout=1) as answer:  # noqa: S310 - our own http address
            return not instance or answer.headers.get("X-Instance") == instance
    except (OSError, ValueError):
        return False


def worker_listens(url: str, *, name: str) -> bool:
    """Say whether the Celery worker of that name has bound its control queue."""
    try:
        with redis.Redis.from_url(url, socket_timeout=1) as client:
            bound = client.smembers("_kombu.binding.celery.pidbox")
    except redis.RedisError:
        return False
    return any(name.encode() in queue for queue in bound)


def require_free_ports(plan: Plan) -> None:
    """Refuse early, in one sentence, what would fail late and long.

    Raises:
        CannotStart: Another program listens on one of our ports.
    """
    for name, port in plan.ports.items():
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError as error:
                reason = error.strerror or str(error)
                raise CannotStart(
                    f"Port {port} cannot be used ({reason.lower()}); choose another: "
                    f"make run {name}=…"
                ) from None


def where_to_click(plan: Plan, accounts: str) -> str:
    """Return the last thing that a start prints."""
    rows = [("Shop (Mini App)", f"{plan.address}/app/")]
    if plan.simulated:
        rows.append(("Chat with the bot", f"{plan.simulator_address}/"))
    rows += [("Admin", f"{plan.address}/admin/"), ("API", f"{plan.address}/api/docs/")]
    lines = ["", "The shop is open. Stop it with Ctrl-C.", ""]
    lines += [f"  {title:<18} {url}" for title, url in rows]
    if accounts:
        lines += ["", *(f"  {line}" for line in accounts.splitlines())]
    return "\n".join([*lines, ""])


def serve(plan: Plan, log: Log) -> None:
    """Start everything, say where to click, and keep it running.

    Raises:
        CannotStart: Something cannot be started or keeps dying.
        Stopped: Somebody asked for the end.
    """
    with (
        state.opened(ephemeral=False) as folder,
        services.running(folder=folder, durable=True) as private,
    ):
        env = environment(plan, folder=folder, urls=private.urls)
        with Supervisor(env=env, cwd=CHECKOUT, log=log) as supervisor:
            for service in private.programs():
                supervisor.adopt(service)
            if plan.simulated:
                supervisor.start(simulator(plan))
            if plan.trial_bank:
                supervisor.start(bank(plan))
            prepare(supervisor, folder=folder, private_database=plan.private_database)
            *serving, beat = programs(plan, env=env, folder=folder)
            for program in serving:
                supervisor.start(program)
            accounts = demo_accounts(supervisor, folder=folder)
            supervisor.wait_until_ready(seconds=READY_SECONDS)
            # Nobody waits for beat: it does not take the processor from those who are waited for.
            supervisor.start(beat)
            print(where_to_click(plan, accounts), flush=True)
            supervisor.tend_forever()


def main() -> int:
    """Run until the end; return 0 when somebody asked for it."""
    signal.signal(signal.SIGTERM, lambda number, _: sys.exit(128 + number))
    follow_make()
    log = Log()
    try:
        plan = Plan.from_environment()
        require_free_ports(plan)
        serve(plan, log)
    except Stopped:
        print("The shop is closed.", flush=True)
        return 0
    except CannotStart as reason:
        print(f"frozenfood: {reason}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    with contextlib.suppress(BrokenPipeError):
        sys.exit(main())
