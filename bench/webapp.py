"""The Mini App on a slow phone: when its first screen can be used, and how soon a tap is answered.

A web process of its own, as in a deployment (hashed and compressed files), and Chromium slowed down
by its own protocol: 4 x CPU, 1.6 Mbit/s, 150 ms a round trip; nothing in any cache. What is
measured includes HTTP/1.1's six connections: a proxy that speaks HTTP/2 makes it quicker.
"""

from __future__ import annotations

import os
import secrets
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
from django.conf import settings
from django.db import connection
from playwright.sync_api import Browser, Page, sync_playwright

from bench.figures import RUNS, Measured, report
from bench.shop import Size, fill
from bot.simulator.initdata import launch_url, signed_init_data
from bot.simulator.world import Person
from tests.simulator_support import free_port
from tools import browser as finder

USABLE_MS, TAP_MS = 2000.0, 100.0
SHOP = Size(categories=10, products=60, customers=50, orders=100, picks=50, days=30)
NETWORK = {"offline": False, "latency": 150, "downloadThroughput": 1_600_000 / 8,
           "uploadThroughput": 750_000 / 8}  # fmt: skip
_PATIENCE = 60.0

# When a button of the first goods can be pressed, and the thread is free to hear it; then how long
# each tap takes to the next picture, as the browser itself counts (Event Timing).
_WATCH = """
globalThis.taps = [];
new PerformanceObserver((list) => {
  for (const one of list.getEntries()) if (one.interactionId) taps.push(one.duration);
}).observe({ type: "event", durationThreshold: 16 });
const look = new MutationObserver(() => {
  if (!document.querySelector("html[data-ready] .tile .add")) return;
  look.disconnect();
  requestAnimationFrame(() => setTimeout(() => { globalThis.usable = performance.now(); }));
});
look.observe(document, { childList: true, subtree: true, attributes: true });
"""
_TAPS = (
    ("a tap on +", ".tile .add", ".tile .stepper"),
    ("a tap on the filters", ".filter-button", ".sheet"),
    ("a tap on a limit", ".sheet .chip >> nth=1", ".sheet .chip[aria-pressed=true] >> nth=0"),
    ("a tap that closes them", ".sheet-head .round", ".filter-button"),
    ("a tap on a product", ".tile-name", ".product h1"),
    ("a tap on the cart", ".header [href='/app/cart']", ".narrow .line"),
)


def run() -> int:
    """Fill a small shop, serve it, and use it as often as other benches measure."""
    fill(SHOP, zone=settings.SHOP_TIME_ZONE)
    with tempfile.TemporaryDirectory() as folder, _served(Path(folder)) as url:
        first, taps = _measured(url)
    usable = Measured("the first screen can be used", statistics.median(first), max(first),
                      USABLE_MS)  # fmt: skip
    return report(
        "The Mini App on a slow phone",
        [usable, *(Measured(name, statistics.median(ms), max(ms), TAP_MS)
                   for name, ms in taps.items())],
    )  # fmt: skip


def _measured(url: str) -> tuple[list[float], dict[str, list[float]]]:
    """Return when each visit's first screen could be used, and how long its taps took."""
    person = Person(id=910_000_001, first_name="Anna", language_code="ru")
    first: list[float] = []
    taps: dict[str, list[float]] = {name: [] for name, _what, _then in _TAPS}
    # Playwright keeps an event loop in this thread, where Django then refuses its ORM.
    with sync_playwright() as engine:
        browser = engine.chromium.launch(executable_path=finder.path(), args=list(finder.ARGUMENTS))
        for visit in range(RUNS + 1):
            signed = signed_init_data(settings.TELEGRAM_BOT_TOKEN, person)
            page = _slow_page(browser)
            page.goto(launch_url(f"{url}/app/", signed, dark=False))
            page.wait_for_function("globalThis.usable")
            usable = page.evaluate("usable")
            found = [_tap(page, what, then) for _name, what, then in _TAPS]
            page.context.close()
            # The first visit warms the server, not the phone.
            if visit:
                first.append(usable)
                for name, took in zip(taps, found, strict=True):
                    taps[name].append(took)
        browser.close()
    return first, taps


def _slow_page(browser: Browser) -> Page:
    """Open an empty phone on a slow network."""
    context = browser.new_context(
        viewport={"width": 390, "height": 844}, has_touch=True, locale="ru-RU"
    )
    context.add_init_script(_WATCH)
    page = context.new_page()
    protocol = context.new_cdp_session(page)
    protocol.send("Network.enable")
    protocol.send("Network.emulateNetworkConditions", NETWORK)
    protocol.send("Emulation.setCPUThrottlingRate", {"rate": 4})
    return page


def _tap(page: Page, what: str, then: str) -> float:
    """Tap, wait for what it brings, and return the milliseconds to the first picture after it."""
    page.wait_for_selector(what)
    page.wait_for_load_state("networkidle")
    page.evaluate("taps.length = 0")
    page.locator(what).first.tap()
    page.wait_for_selector(then)
    # The browser tells by and by; what took less than 16 ms it does not tell at all.
    page.wait_for_timeout(300)
    found: list[float] = page.evaluate("taps")
    return max(found, default=16.0)


@contextmanager
def _served(folder: Path) -> Iterator[str]:
    """Serve the bench's database by granian, with collected files."""
    port = free_port()
    env = _environment(folder)
    manage = [sys.executable, "manage.py", "collectstatic", "--noinput", "--verbosity", "0"]
    subprocess.run(manage, env=env, check=True)
    granian = str(Path(sys.executable).with_name("granian"))
    server = subprocess.Popen(
        [granian, "--interface", "wsgi", "--port", str(port), "--workers", "1",
         "--blocking-threads", "4", "--log-level", "error", "frozenfood.wsgi:application"],
        env=env,
    )  # fmt: skip
    try:
        _await(f"http://127.0.0.1:{port}/health/live")
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait()


def _environment(folder: Path) -> dict[str, str]:
    """Return a deployment's environment for the bench's database."""
    at: dict[str, Any] = connection.settings_dict
    host = f"{at['HOST']}:{at['PORT']}"
    return os.environ | {
        "DJANGO_SETTINGS_MODULE": "bench._served",
        "DJANGO_SECRET_KEY": secrets.token_urlsafe(60),
        "DJANGO_ALLOWED_HOSTS": "127.0.0.1",
        "PUBLIC_URL": "https://127.0.0.1",
        "TELEGRAM_BOT_TOKEN": settings.TELEGRAM_BOT_TOKEN,
        "DATABASE_URL": f"postgresql://{at['USER']}:{at['PASSWORD']}@{host}/{at['NAME']}",
        "BENCH_STATIC": str(folder),
        "STORAGE_URL": str(folder / "media"),
        "DATABASE_POOL_SIZE": "4",
    }


def _await(url: str) -> None:
    """Wait for the server.

    Raises:
        TimeoutError: It does not answer in time.
    """
    deadline = time.monotonic() + _PATIENCE
    while time.monotonic() < deadline:
        try:
            if httpx.get(url, headers={"Host": "127.0.0.1"}).is_success:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.2)
    raise TimeoutError(url)
