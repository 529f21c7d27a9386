"""Each way to pay, and what goes wrong with it: the Mini App, the chat, the bank's own pages."""

import re
import time
from collections.abc import Callable
from typing import Any

import psycopg
import pytest
from playwright.sync_api import Page, expect

from tests.browser_support import DESKTOP, PHONE
from tests.conftest import scaled
from tests.e2e.people import BY_WEIGHT, GOODS, Customer, Staff
from tests.e2e.test_purchase import Chat

pytestmark = [pytest.mark.e2e, pytest.mark.browser, pytest.mark.deep]

RU_PHONE = {"language": "ru", "width": PHONE, "scheme": "dark"}
EN_DESK = {"language": "en", "width": DESKTOP, "scheme": "light"}
ONLINE = [
    pytest.param("yookassa", RU_PHONE, id="yookassa"),
    pytest.param("stripe", EN_DESK, id="stripe"),
]
# `.ci/run` tells a story that each provider has with the first one only.
SAMPLE = ONLINE[: scaled(len(ONLINE), least=1)]
# The worker looks every two seconds, and the page every five.
_NEWS = 20_000


@pytest.fixture
def customer(shop, open_page) -> Callable[..., Customer]:
    """Bring in somebody who buys, in a language."""
    return lambda language="ru", **_: Customer(shop, open_page, language)


@pytest.fixture(scope="module")
def manager(shop) -> Staff:
    """The manager, signed in once: guessing passwords is slowed down."""
    return Staff(shop, "manager")


def opened(person: Customer, order: Any, *, language: str, **how: Any) -> Page:
    """Open the screen of an order."""
    page = person.opens(f"orders/{order['id']}", **how)
    expect(page.locator("h1")).to_contain_text(order["number"])
    return page


def goes_to_pay(page: Page) -> None:
    """Press "pay", and come to the bank."""
    page.locator("section .deeds .button").first.click()
    page.wait_for_url("**/pay/**")


def presses(page: Page, choice: str) -> None:
    """Press one of the bank's buttons, and come back to the order."""
    if choice == "leave":
        page.locator("main a").click()
    else:
        page.locator(f'form[action$="/{choice}"] button').click()
    page.wait_for_url("**/app/orders/**")


def is_placed(page: Page) -> None:
    """Wait until the order's screen tells that it is paid and placed."""
    expect(page.locator(".way .now")).to_have_count(1, timeout=_NEWS)
    expect(page.locator(".sum.strong dt")).to_have_text(re.compile("Оплачено|Paid"))


def lets_time_pass(shop, order: Any) -> None:
    """Let an order's hold run out now: nobody waits a quarter of an hour."""
    with psycopg.connect(shop.database_url) as connection:
        connection.execute(
            "UPDATE orders_order SET hold_expires_at = now() WHERE public_id = %s", (order["id"],)
        )


def is_let_go(shop, order: Any) -> bool:
    """Tell whether the shop has asked the bank to let go of what an order waited for."""
    with psycopg.connect(shop.database_url) as connection:
        row = connection.execute(
            "SELECT count(*) FROM payments_providercall c JOIN payments_payment p"
            " ON p.id = c.payment_id JOIN orders_order o ON o.id = p.order_id"
            " WHERE o.public_id = %s AND c.kind = 'cancel' AND c.state <> 'waiting'",
            (order["id"],),
        ).fetchone()  # fmt: skip
        return bool(row and row[0])


def states(shop, order: Any) -> list[tuple[str, str]]:
    """Return the payments of an order: through whom, and how far they came."""
    with psycopg.connect(shop.database_url) as connection:
        rows = connection.execute(
            "SELECT provider, p.state FROM payments_payment p JOIN orders_order o"
            " ON o.id = p.order_id WHERE o.public_id = %s ORDER BY p.id", (order["id"],)
        )  # fmt: skip
        return [(str(provider), str(state)) for provider, state in rows]


def wait_for(check: Callable[[], Any], wanted: Any) -> None:
    """Wait until something is as it should be."""
    deadline = time.monotonic() + _NEWS / 1000
    while (found := check()) != wanted:
        assert time.monotonic() < deadline, f"{found} is not {wanted}"
        time.sleep(0.2)


class TestCardOnline:
    @pytest.mark.parametrize(("provider", "look"), ONLINE)
    def test_is_declined_and_pays_again(self, customer, provider, look):
        person = customer(**look)
        order = person.orders(provider)
        page = opened(person, order, **look)

        goes_to_pay(page)
        presses(page, "decline")
        expect(page.locator(".declined")).to_be_visible()
        goes_to_pay(page)
        presses(page, "pay")

        is_placed(page)
        assert person.sees(order)["status"] == "placed"


class TestInvoice:
    @pytest.fixture
    def person(self, customer):
        return customer()

    @pytest.fixture
    def chat(self, person, shop, open_page):
        page = open_page(shop.chat, width=DESKTOP)
        return Chat(page, shop.chat, person.name, DESKTOP)

    def test_is_paid_in_the_chat(self, person, chat):
        order = person.orders("telegram")
        chat.sees(order["number"])

        chat.presses(re.compile("💳"))
        chat.has_button(re.compile("🔄 Я"))
        chat.presses(re.compile("💳 Оплатить"))
        chat.page.locator("dialog .actions button").last.click()

        wait_for(lambda: person.sees(order)["status"], "placed")

    def test_is_paid_in_the_mini_app_over_the_chat(self, person, chat):
        order = person.orders("telegram")
        chat.page.locator(".menu-button").click()
        app = chat.page.frame_locator("dialog.miniapp iframe")
        app.locator("[href='/app/orders']").click()
        app.locator(".order-card").click()

        app.locator("section .deeds .button").first.click()
        chat.page.locator("dialog:not(.miniapp) .actions button").last.click()

        expect(app.locator(".way .now")).to_have_count(1, timeout=_NEWS)
        assert person.sees(order)["status"] == "placed"


class TestAtTheDoor:
    @pytest.mark.parametrize(
        ("way", "words"),
        [
            ("card", "by card to the courier"),
            ("cash", "in cash to the courier"),
        ],
    )
    def test_is_paid_to_the_courier(self, customer, manager, shop, way, words):
        person = customer("en")
        order = person.orders(way)
        page = opened(person, order, **EN_DESK)
        expect(page.locator(".sum.strong dt")).to_contain_text(words)

        manager.moves(order, "confirmed", "picking", "packed", "out_for_delivery")
        Staff(shop, "courier").moves(order, "delivered")

        page.reload()
        expect(page.locator(".status.good")).to_be_visible(timeout=_NEWS)
        expect(page.locator(".sum.strong dt")).to_have_text("Paid")
        assert states(shop, order) == [(way, "captured")]


class TestWalksAway:
    @pytest.mark.parametrize(("provider", "look"), SAMPLE)
    def test_gives_everything_back_and_fills_the_cart_again(self, customer, shop, provider, look):
        person = customer(**look)
        order = person.orders(provider)
        page = opened(person, order, **look)
        goes_to_pay(page)
        presses(page, "leave")
        expect(page.locator("section .deeds .button").first).to_be_visible()

        lets_time_pass(shop, order)

        expect(page.locator(".status.bad")).to_be_visible(timeout=_NEWS)
        # YooKassa's page stays open, and who pays there late is served or gets it back.
        left = {"yookassa": "pending", "stripe": "cancelled"}[provider]
        assert states(shop, order) == [(provider, left)]
        page.locator(".main-button").click()
        expect(page.locator(".narrow .line")).to_have_count(1)

    def test_may_have_paid_without_coming_back(self, customer, shop, open_page):
        person = customer()
        order = person.orders("yookassa")
        way = person.api("POST", f"orders/{order['id']}/payments/", {})
        bank = open_page(way["confirmation_url"])
        page = opened(person, order, **RU_PHONE)

        presses(bank, "pay")
        bank.close()

        is_placed(page)


class TestPaysLate:
    def test_gets_the_order_back_by_itself(self, customer, shop):
        person = customer()
        order = person.orders("yookassa")
        page = opened(person, order, **RU_PHONE)
        goes_to_pay(page)
        lets_time_pass(shop, order)
        wait_for(lambda: person.sees(order)["status"], "expired")
        # Who pays before the bank has heard of it gets the money back instead.
        wait_for(lambda: is_let_go(shop, order), True)

        presses(page, "pay")

        is_placed(page)
        assert states(shop, order) == [("yookassa", "authorized")]


class TestPaysTwice:
    def test_pays_once(self, customer, shop, open_page):
        person = customer("en")
        order = person.orders("yookassa")
        pages = [
            open_page(
                person.api("POST", f"orders/{order['id']}/payments/", told)["confirmation_url"]
            )
            for told in ({}, {"provider": "stripe"})
        ]

        # At once: a page that is left open is closed as soon as the other one is paid.
        for page in pages:
            page.evaluate("""document.querySelector('form[action$="/pay"]').submit()""")

        wait_for(
            lambda: sorted(state for _provider, state in states(shop, order)),
            ["authorized", "cancelled"],
        )
        is_placed(opened(person, order, **EN_DESK))
        steps = [event["status"] for event in person.sees(order)["events"]]
        assert steps.count("placed") == 1


class TestPartialRefund:
    @pytest.mark.parametrize(("provider", "look"), SAMPLE)
    def test_is_seen_by_the_customer(self, customer, manager, shop, provider, look):
        person = customer(**look)
        order = person.orders(provider)
        page = opened(person, order, **look)
        goes_to_pay(page)
        presses(page, "pay")
        is_placed(page)
        manager.moves(order, "confirmed", "picking", "packed")
        wait_for(lambda: states(shop, order), [(provider, "captured")])

        told = {
            "lines": [{"sku": GOODS, "units": 1}], "reason": "порвана упаковка",
            "password": manager.password,
        }  # fmt: skip
        path = f"staff/orders/{order['id']}/refunds/"
        manager.api("POST", path, told, **{"Idempotency-Key": f"back-{order['id']}"})

        expect(page.locator(".sum").last).to_have_text(
            re.compile("(Вернули вам|Given back to you).*659"), timeout=_NEWS
        )
        assert person.sees(order)["given_back"] == "659.00"


class TestGoodsByWeight:
    def test_cost_what_they_weigh_and_no_more_is_taken(self, customer, manager, shop):
        person = customer("en")
        order = person.orders("yookassa", sku=BY_WEIGHT)
        page = opened(person, order, **EN_DESK)
        goes_to_pay(page)
        presses(page, "pay")
        is_placed(page)

        manager.moves(order, "confirmed", "picking")
        base = f"staff/orders/{order['id']}"
        (line,) = manager.api("GET", f"{base}/pick-list/")["lines"]
        # Two pieces of at most 900 g, 639 each.
        manager.api("PUT", f"{base}/weights/{line['order_line_id']}/", {"weight_g": 1500})
        manager.moves(order, "packed")

        expect(page.locator("main")).to_contain_text("1.5 kg", timeout=_NEWS)
        wait_for(lambda: states(shop, order), [("yookassa", "captured")])
        seen = person.sees(order)
        assert (seen["lines"][0]["charged"], seen["weighed_off"]) == ("1065.00", "213.00")
        with psycopg.connect(shop.database_url) as connection:
            (taken,) = connection.execute(
                "SELECT captured FROM payments_payment p JOIN orders_order o ON o.id = p.order_id"
                " WHERE o.public_id = %s", (order["id"],)
            ).fetchone()  # fmt: skip
        assert str(taken) == seen["total"]
        assert page.errors == []


class TestSubstitution:
    @pytest.mark.parametrize("is_taken", [True, False])
    def test_is_asked_and_answered_without_a_reload(self, customer, manager, shop, is_taken):
        person = customer("en")
        order = person.orders("cash")
        page = opened(person, order, **EN_DESK)
        manager.moves(order, "confirmed", "picking")
        base = f"staff/orders/{order['id']}"
        (line,) = manager.api("GET", f"{base}/pick-list/")["lines"]
        short = f"{base}/short-lines/{line['order_line_id']}/"
        manager.api("PUT", short, {"cause": "none_left"})
        asked = manager.api("POST", f"{short}substitute/", {"sku": "PEL-SIB-450"})

        buttons = page.locator(".instead .deeds .button")
        expect(buttons).to_have_count(2, timeout=_NEWS)
        expect(page.locator(".offered")).to_contain_text(asked["name"])
        buttons.nth(0 if is_taken else 1).click()

        expect(page.locator(".outcome")).to_be_visible()
        own = f"orders/substitutions/{asked['id']}/"
        wait_for(lambda: person.api("GET", own)["state"], "taken" if is_taken else "left")
        if is_taken:
            expect(page.locator(".bought")).to_contain_text("450")
        assert page.errors == []
