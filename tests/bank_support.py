"""Start the trial bank for a test, in a process of its own on a free port."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from tests.simulator_support import free_port

SHOP_ID, SECRET = "trial", "trial-secret"
STRIPE_KEY, STRIPE_SIGNING = "sk_test_trial", "whsec_trial"
_ROOT = Path(__file__).resolve().parent.parent


class Bank:
    """The door by which a test pays, declines and makes mischief."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._client = httpx.Client(base_url=url, timeout=10)

    def pay(self, payment_id: str) -> None:
        self._client.post(f"/control/payments/{payment_id}/pay").raise_for_status()

    def decline(self, payment_id: str) -> None:
        self._client.post(f"/control/payments/{payment_id}/decline").raise_for_status()

    def plan(self, **mischief: Any) -> None:
        self._client.post("/control/mischief", json=mischief).raise_for_status()

    def receipts(self) -> list[dict[str, Any]]:
        """Return the receipts' data that went along with sums, the oldest first."""
        known: list[dict[str, Any]] = self._client.get("/control/receipts").json()
        return known

    def payments(self) -> list[dict[str, Any]]:
        known: list[dict[str, Any]] = self._client.get("/control/payments").json()
        return known


@contextmanager
def running_bank(*, shop: str = "http://127.0.0.1:9") -> Iterator[Bank]:
    """Run a bank whose notifications go to `shop`; the process ends with the block."""
    port = free_port()
    env = os.environ | {
        "BANK_PORT": str(port), "PUBLIC_URL": shop,
        "YOOKASSA_SHOP_ID": SHOP_ID, "YOOKASSA_SECRET_KEY": SECRET,
        "STRIPE_SECRET_KEY": STRIPE_KEY, "STRIPE_WEBHOOK_SECRET": STRIPE_SIGNING,
    }  # fmt: skip
    process = subprocess.Popen([sys.executable, "-m", "tools.bank"], cwd=_ROOT, env=env)
    try:
        yield Bank(_awaited(f"http://127.0.0.1:{port}", process))
    finally:
        process.terminate()
        process.wait(timeout=10)


def _awaited(url: str, process: "subprocess.Popen[bytes]") -> str:
    deadline = time.monotonic() + 15
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError(f"the bank ended with code {process.returncode}")
        try:
            httpx.get(url).raise_for_status()
        except httpx.TransportError:
            time.sleep(0.05)
        else:
            return url
    raise RuntimeError("the bank does not answer")
