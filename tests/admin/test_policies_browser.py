"""No page of the shop asks the browser for what its own Content-Security-Policy refuses."""

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import reverse
from playwright.sync_api import expect

from tests.browser_support import DESKTOP, PHONE
from tests.factories import StaffFactory, VariantFactory, placed_order

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

# What a page says in the console when its policy, or that of permissions, stops something.
SIGNS = ("Content Security Policy", "Content-Security-Policy", "Permissions-Policy",
         "Permissions policy", "unsafe-eval", "unsafe-inline")  # fmt: skip


@pytest.fixture
def watched(live_server, open_page):
    """Open pages one after the other as the owner; returns what their policies stopped."""
    client = Client()
    client.force_login(StaffFactory(role="owner", is_superuser=True))
    page = open_page("about:blank", width=DESKTOP, locale="en-GB")
    page.context.add_cookies(
        [{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}]
    )
    page.said = said = []
    page.on("console", lambda message: said.append(f"{page.url}: {message.text}"))

    def stopped(*paths):
        for path in paths:
            answer = page.goto(f"{live_server.url}{path}")
            assert answer.ok, path
            page.wait_for_load_state("networkidle")
        return [line for line in said if any(sign in line for sign in SIGNS)]

    stopped.page = page
    return stopped


class TestPolicies:
    def test_stop_nothing_on_an_orders_page(self, watched):
        order = placed_order()

        assert watched("/admin/", reverse("admin:orders_order_change", args=[order.pk])) == []

    def test_stop_nothing_in_the_apis_documentation(self, watched):
        watched("/api/docs/")
        operation = watched.page.locator("#operations-cart-cart_items_create")
        operation.click(timeout=30_000)
        expect(operation).to_contain_text("not_enough_stock", timeout=30_000)

        assert watched() == []

    def test_stop_nothing_in_the_mini_app(self, watched):
        VariantFactory()

        assert watched("/app/", "/app/cart", "/app/orders") == []

    def test_do_stop_a_script_in_the_page(self, watched):
        """The tests above must be able to fail: what is foreign to a page does not run."""
        watched("/admin/")
        watched.page.evaluate(
            "() => { const s = document.createElement('script'); s.textContent = 'window.x = 1';"
            "document.body.append(s); }"
        )

        assert watched.page.evaluate("window.x") is None
        assert [line for line in watched.page.said if "Content Security Policy" in line]

    @pytest.mark.deep
    @pytest.mark.parametrize("what", ["changelist", "add"])
    def test_stop_nothing_on_any_page_of_the_admin(self, watched, what):
        placed_order()
        owner = Client()
        owner.force_login(StaffFactory(role="owner", is_superuser=True))
        names = [
            reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{what}")
            for model in admin.site._registry
        ]
        pages = [path for path in names if owner.get(path).status_code == 200]

        assert len(pages) > 10
        assert watched(*pages) == []


class TestPhones:
    def test_see_no_violation_either(self, watched):
        watched.page.set_viewport_size({"width": PHONE, "height": 844})

        assert watched("/admin/", "/admin/orders/order/") == []
