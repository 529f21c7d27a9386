"""What a picker does on the page of an order's box."""

import re

from playwright.sync_api import Page, expect

_WAIT = 20_000
_PLUS = ".pick-line:not(:has(.pick-short)) .pick-step:not([disabled])"


def fill_box(page: Page) -> None:
    """Press "+" until every line that is not short is complete, and close the box."""
    count = page.locator(".pick-progress b").first
    for _ in range(60):
        if page.locator('[data-deed="packed"]:not([disabled])').count():
            break
        before = count.inner_text()
        page.locator(_PLUS).filter(has_text="+").first.click()
        expect(count).not_to_have_text(before, timeout=_WAIT)
    page.locator('[data-deed="packed"]').click()
    page.wait_for_url(re.compile(r"/change/"), timeout=_WAIT)
