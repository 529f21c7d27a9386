"""Paying by card from the Mini App, on the bank's own page: declined, then paid."""

import pytest
from playwright.sync_api import expect

from apps.orders.models import Order
from apps.payments.models import Payment
from tests.payments.conftest import _running_bank, bank  # noqa: F401
from tests.webapp.test_purchase import (  # noqa: F401
    PHONE_DARK_RU,
    check_screen,
    fill_form,
    goods,
    shop,
)

pytestmark = [
    pytest.mark.browser,
    pytest.mark.deep,
    pytest.mark.xdist_group("browser"),
    pytest.mark.django_db(transaction=True),
]


def test_is_declined_and_pays_again(goods, shop, bank, live_server, settings):  # noqa: F811
    settings.PUBLIC_URL = live_server.url
    page = shop("product/siberian", language="ru", **PHONE_DARK_RU)
    page.locator(".product .button.wide").click()
    page.locator(".product .stepper button").last.click()
    page.locator(".main-button").click()
    page.locator(".main-button").click()
    expect(page.locator(".window").first).to_be_visible()
    fill_form(page)
    page.locator("label.option", has_text="онлайн").first.click()
    page.locator(".main-button").click()

    page.wait_for_url(f"{bank.url}/pay/**")
    page.get_by_role("button", name="Банк отказал").click()
    page.wait_for_url(f"{live_server.url}/app/orders/**")
    expect(page.locator("h1")).to_contain_text(Order.objects.get().number)
    expect(page.get_by_role("heading", name="Ждём оплату")).to_be_visible()
    check_screen(page, "ru-declined")
    page.locator(".deeds .button:not(.quiet)").first.click()
    page.wait_for_url(f"{bank.url}/pay/**")
    page.get_by_role("button", name="Оплатить").click()
    page.wait_for_url(f"{live_server.url}/app/orders/**")

    expect(page.locator(".way .now")).to_have_count(1)
    check_screen(page, "ru-paid")
    assert Order.objects.get().status == "placed"
    assert sorted(Payment.objects.values_list("state", flat=True)) == ["authorized", "cancelled"]
