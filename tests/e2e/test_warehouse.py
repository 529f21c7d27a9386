"""A day in the warehouse on a phone: receive, pick, come short, count, write off, recall."""

import os
import re
import subprocess
import sys
from datetime import date, timedelta

import psycopg
import pytest
from playwright.sync_api import Page, expect

from tests.browser_support import PHONE
from tests.e2e.boxes import fill_box
from tests.e2e.test_purchase import Desk

pytestmark = [pytest.mark.e2e, pytest.mark.browser, pytest.mark.deep]

LOT = "E2E-2611"
_WAIT = 20_000
_SAVED = re.compile("Saved|Сохранено")


class Phone(Desk):
    """The admin on a phone, with one member of staff signed in."""

    def __init__(self, page: Page, web: str, name: str) -> None:
        super().__init__(page, web, name)
        page.set_viewport_size({"width": PHONE, "height": 844})

    def goes_to(self, path: str) -> None:
        self.page.goto(f"{self.web}/admin/{path}")

    def presses_deed(self, name: str, **fields: str) -> None:
        """Press one of a record's buttons, unfolded first if need be, and fill what it asks."""
        self.page.evaluate("document.querySelectorAll('details').forEach((d) => { d.open = true })")
        with self.page.expect_navigation():
            self.page.locator(f'[data-deed="{name}"]').first.click()
        for field, value in fields.items():
            box = self.page.locator(f'[name="{field}"]').first
            if box.evaluate("(e) => e.tagName") == "SELECT":
                box.select_option(value)
            else:
                box.fill(value)
        if self.page.locator(".shop-ask button[type=submit]").count():
            self.page.locator(".shop-ask button[type=submit]").click()

    def has_no_sideways_scroll(self) -> None:
        overflow = self.page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        assert overflow <= 1, f"{self.page.url} scrolls sideways by {overflow} px"


def ask(shop, sql: str, *values):
    """Return the first row of a question to the shop's database."""
    with psycopg.connect(shop.database_url) as connection:
        return connection.execute(sql, values).fetchone()


def books_agree(shop) -> None:
    """Run the audit as anybody may."""
    done = subprocess.run(
        [sys.executable, "manage.py", "check_books"], capture_output=True, text=True,
        env=os.environ | {"DATABASE_URL": shop.database_url,
                          "DJANGO_SETTINGS_MODULE": "frozenfood.settings.local"},
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr


def receive(phone: Phone, shop) -> int:
    """Book a delivery of one pack, scanned by its barcode, and return the lot."""
    (barcode,) = ask(shop, "SELECT barcode FROM catalog_variant WHERE barcode <> '' ORDER BY id")
    phone.goes_to("inventory/deliverynote/add/")
    page = phone.page
    page.locator('[name="number"]').fill("E2E-1")
    page.locator('[name="supplier"]').fill("Север")
    page.locator('[name="temperature"]').fill("-19")
    page.locator('[name="_save"]:visible').first.click()
    page.locator("#scan").fill(barcode)
    page.locator("#scan").press("Enter")
    line = page.locator(".work-line").first
    expect(line).to_be_visible(timeout=_WAIT)
    phone.has_no_sideways_scroll()
    if not line.locator('[name="code"]').is_visible():
        line.locator("summary").first.click()
    today = date.today()  # noqa: DTZ011 - what the page's own date fields take
    line.locator('[name="quantity"]').fill("24")
    line.locator('[name="code"]').fill(LOT)
    line.locator('[name="made_on"]').fill(str(today - timedelta(days=5)))
    line.locator('[name="expires_on"]').fill(str(today + timedelta(days=170)))
    line.locator('[name="shelf"]').fill("Z-09-1")
    # The page saves by itself.
    expect(line.locator("[data-state]")).to_have_text(_SAVED, timeout=_WAIT)
    expect(page.locator('[data-deed="book"]')).to_be_visible(timeout=_WAIT)
    phone.presses_deed("book")
    expect(page.locator('[data-deed="book"]')).to_have_count(0, timeout=_WAIT)
    (lot_id,) = ask(shop, "SELECT id FROM inventory_lot WHERE code = %s AND remaining = 24", LOT)
    return int(lot_id)


def pick(phone: Phone, shop) -> str:
    """Pick an order by FEFO, leave one line short, close the box; return its number."""
    phone.goes_to("orders/order/to-pick/")
    page = phone.page
    phone.has_no_sideways_scroll()
    page.locator('[data-deed="next"]').click()
    page.wait_for_url(re.compile(r"picking"), timeout=_WAIT)
    phone.has_no_sideways_scroll()
    number = page.locator(".shop-big").first.inner_text().strip()
    lines = page.locator(".pick-line").count()
    if lines > 1:
        page.locator(".pick-line").last.locator(".pick-give-up summary").click()
        page.locator(".pick-line").last.locator('[name="cause"]').first.click()
        expect(page.locator(".pick-short")).to_be_visible(timeout=_WAIT)
    fill_box(page)
    return number


def count_shelf(phone: Phone, shop, lot_id: int) -> None:
    """Count the new lot's shelf: two units fewer than the books say."""
    phone.goes_to("inventory/stocktake/add/")
    page = phone.page
    page.locator('[name="shelf"]').fill("Z-09-1")
    page.locator('[name="_save"]:visible').first.click()
    line = page.locator(f"#lot-{lot_id}")
    expect(line).to_be_visible(timeout=_WAIT)
    phone.has_no_sideways_scroll()
    if not line.locator('[name="counted"]').is_visible():
        line.locator("summary").first.click()
    line.locator('[name="counted"]').fill("22")
    # The page saves by itself.
    expect(line.locator("[data-state]")).to_have_text(_SAVED, timeout=_WAIT)
    phone.presses_deed("confirm")
    expect(page.locator('[data-deed="confirm"]')).to_have_count(0, timeout=_WAIT)
    assert ask(shop, "SELECT remaining FROM inventory_lot WHERE id = %s", lot_id) == (22,)


def test_a_day_in_the_warehouse(shop, open_page):
    books_agree(shop)
    phone = Phone(open_page(shop.web, width=PHONE, scheme="dark"), shop.web, "warehouse")

    lot_id = receive(phone, shop)
    number = pick(phone, shop)
    count_shelf(phone, shop, lot_id)
    phone.goes_to(f"inventory/lot/{lot_id}/change/")
    phone.presses_deed("write-off", quantity="2", reason_code="damaged", reason="порвано")
    expect(phone.page.locator(".shop-ask")).to_have_count(0, timeout=_WAIT)

    assert ask(shop, "SELECT remaining FROM inventory_lot WHERE id = %s", lot_id) == (20,)
    assert ask(shop, "SELECT status FROM orders_order WHERE number = %s", number) == ("packed",)
    picked = ask(
        shop,
        "SELECT p.lot_id, l.code FROM fulfilment_pick p JOIN inventory_lot l ON l.id = p.lot_id"
        " JOIN orders_orderline o ON o.id = p.order_line_id"
        " JOIN orders_order r ON r.id = o.order_id WHERE r.number = %s ORDER BY p.id",
        number,
    )
    manager = Phone(open_page(shop.web, width=PHONE, scheme="light"), shop.web, "manager")
    manager.goes_to(f"fulfilment/recall/add/?lot={picked[0]}")
    expect(manager.page.get_by_text(number).first).to_be_visible(timeout=_WAIT)
    manager.page.locator('[name="reason"]').fill("сомнение в качестве")
    manager.page.locator('[name="confirmation"]').fill(picked[1])
    manager.page.locator('[data-deed="recall"]').click()
    manager.page.wait_for_url(re.compile(r"recall/\d+"), timeout=_WAIT)

    status, blocked = ask(
        shop, "SELECT status, is_blocked FROM inventory_lot WHERE id = %s", picked[0]
    )
    assert (status, blocked) == ("recalled", True)
    books_agree(shop)
