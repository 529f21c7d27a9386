"""Chromium for browser tests: import the fixtures in a conftest, mark the tests `browser`.

    from tests.browser_support import chromium, open_page  # noqa: F401

Without a browser a test fails where one is required (CI) and else is skipped, after `make test`
has said so loudly.
"""

import os
from collections.abc import Callable, Iterator
from typing import Literal

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tools import browser as finder

PHONE = 390
DESKTOP = 1440
_HEIGHTS = {PHONE: 844, DESKTOP: 900}

OpenPage = Callable[..., Page]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One Chromium for all browser tests of a worker."""
    path = finder.path()
    if path is None:
        reason = "there is no Chromium; run `make browser`"
        if finder.required():
            pytest.fail(reason)
        pytest.skip(reason)
    # Playwright keeps an event loop in this thread, where Django then refuses its synchronous ORM.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with sync_playwright() as engine:
        browser = engine.chromium.launch(executable_path=path, args=list(finder.ARGUMENTS))
        yield browser
        browser.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def open_page(chromium: Browser) -> Iterator[OpenPage]:
    """Open addresses at a width and in a colour scheme; console errors are in `page.errors`."""
    contexts = []

    def opened(
        url: str,
        *,
        width: int = PHONE,
        scheme: Literal["light", "dark"] = "light",
        locale: str = "ru-RU",
        script: str = "",
    ) -> Page:
        context = chromium.new_context(
            viewport={"width": width, "height": _HEIGHTS.get(width, 900)},
            color_scheme=scheme,
            locale=locale,
            has_touch=width == PHONE,
            # What moves for show takes the processor from what is tested.
            reduced_motion="reduce",
        )
        contexts.append(context)
        if script:
            context.add_init_script(script)
        page = context.new_page()
        page.errors = errors = []
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on(
            "console",
            lambda message: errors.append(message.text) if message.type == "error" else None,
        )
        page.goto(url)
        return page

    yield opened
    for context in contexts:
        context.close()
