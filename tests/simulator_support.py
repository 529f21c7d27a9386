"""Start the Telegram simulator for a test, in a process of its own on a free port."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from bot.simulator.client import SimulatorClient

TOKEN = "7000000000:FrozenFood-simulator-for-the-tests-0"
_ROOT = Path(__file__).resolve().parent.parent


@contextmanager
def running_simulator(
    *, token: str = TOKEN, state: Path | None = None, port: int = 0
) -> Iterator[SimulatorClient]:
    """Run a simulator and hand out its client; the process ends with the block."""
    port = port or free_port()
    command = [sys.executable, "-m", "bot.simulator", "--port", str(port), "--token", token]
    if state is not None:
        command += ["--state", str(state)]
    hidden = {"DJANGO_SETTINGS_MODULE", "FROZENFOOD_ENV", "SIMULATOR_STATE", "SIMULATOR_PEOPLE"}
    env = {name: value for name, value in os.environ.items() if name not in hidden}
    process = subprocess.Popen(command, cwd=_ROOT, env=env)
    try:
        with SimulatorClient(f"http://127.0.0.1:{port}") as client:
            _await_answer(client, process)
            yield client
    finally:
        process.terminate()
        process.wait(timeout=10)


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def _await_answer(client: SimulatorClient, process: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + 15
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError(f"the simulator ended with code {process.returncode}")
        try:
            client.get("state")
        except httpx.TransportError:
            time.sleep(0.05)
        else:
            return
    raise RuntimeError("the simulator does not answer")
