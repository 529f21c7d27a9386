"""One sale from the chat to the door: a person presses buttons, staff press theirs."""

import os
import re
import subprocess
import sys

import pytest
from playwright.sync_api import Locator, Page, expect

from bot.simulator.client import ANNA, JOHN, shown_text
from tests.browser_support import DESKTOP, PHONE
from tests.e2e.boxes import fill_box

pytestmark = [pytest.mark.e2e, pytest.mark.browser]

NUMBER = re.compile(r"\b[A-Z]-\d{5}\b")
# Buttons that ask once more before they do it.
ASKED = {"delivered"}
SHELF = {"ru": "Пельмени", "en": "Dumplings"}


class Chat:
    """The chat page, with somebody's finger on it."""

    def __init__(self, page: Page, url: str, name: str, width: int) -> None:
        self.page = page
        page.goto(url)
        row = page.get_by_role("button", name=re.compile(name)).first
        if width == PHONE or not page.get_by_text(f"Вы: {name}").is_visible():
            row.click()

    def presses(self, text: str | re.Pattern[str]) -> None:
        """Press the lowest button with a text, as soon as it is there."""
        self._button(text).click(timeout=20_000)

    def has_button(self, text: str | re.Pattern[str]) -> None:
        """Wait until a button shows a text."""
        expect(self._button(text)).to_be_visible(timeout=20_000)

    def _button(self, text: str | re.Pattern[str]) -> Locator:
        # The list of chats beside the chat is made of buttons too, and they quote what was said
        # last: until the bot has answered, "Пельмени" is nowhere but in its own greeting.
        return self.page.locator("button:visible:not(#side *)", has_text=text).last

    def sees(self, text: str | re.Pattern[str]) -> None:
        """Wait until a bubble shows a text."""
        expect(self.page.locator("main").get_by_text(text).last).to_be_visible(timeout=20_000)


def buy(chat: Chat, language: str) -> None:
    """Go from START to a placed order by pressing alone."""
    chat.presses(re.compile(r"^(START|НАЧАТЬ)$", re.I))
    chat.presses("🛍")
    chat.presses(SHELF[language])
    chat.presses(re.compile(r"11"))
    chat.presses("₽")
    chat.presses(re.compile("🛒.*₽"))
    for count in (2, 3, 4):
        chat.presses("+")
        chat.has_button(re.compile(rf"^{count} .*₽"))
    chat.presses(re.compile("🛒.*₽"))
    chat.presses("✅")
    chat.presses("📱")
    chat.presses(re.compile("^(поделиться|share)$", re.I))
    chat.presses("🚚")
    chat.presses("📍")
    chat.presses(re.compile("Арбат|Arbat"))
    chat.presses("👌")
    chat.presses(re.compile(r"1\d:00–1\d:00"))
    chat.presses(re.compile("✅.*₽"))


class Desk:
    """The admin, with one member of staff signed in."""

    def __init__(self, page: Page, web: str, name: str) -> None:
        self.page = page
        page.goto(f"{web}/admin/login/")
        page.get_by_role("textbox").first.fill(name)
        page.locator("input[type=password]").fill(f"demo-{name}")
        page.locator("button[type=submit], input[type=submit]").first.click()
        page.wait_for_url(re.compile(r"/admin/$"))
        self.web = web

    def opens(self, number: str) -> None:
        """Find an order by its number and open it."""
        self.page.goto(f"{self.web}/admin/orders/order/?q={number}")
        self.page.get_by_role("link", name=number).first.click()
        self.page.wait_for_url(re.compile(r"/change/"))

    def deed(self, name: str) -> None:
        """Press one of the order's buttons, and agree where the page asks first."""
        self.page.locator(f'[data-deed="{name}"]').first.click()
        if name in ASKED:
            self.page.locator(".shop-ask button[type=submit]").click()
        expect(self.page.locator(f'[data-deed="{name}"]')).to_have_count(0, timeout=20_000)

    def fills_box(self) -> None:
        """Go on to the page of the box, fill and close it."""
        self.page.goto(re.sub(r"change/.*", "picking/", self.page.url))
        fill_box(self.page)


@pytest.mark.parametrize(
    ("person", "name", "language", "width", "scheme"),
    [
        (ANNA, "Анна Смирнова", "ru", DESKTOP, "light"),
        pytest.param(JOHN, "John Baker", "en", PHONE, "dark", marks=pytest.mark.deep),
    ],
)
def test_a_sale_from_the_chat_to_the_door(shop, open_page, person, name, language, width, scheme):
    page = open_page(shop.chat, width=width, scheme=scheme)
    chat = Chat(page, shop.chat, name, width)

    buy(chat, language)
    chat.sees(NUMBER)
    actor = shop.telegram.person(person)
    card = next(m for m in reversed(actor.messages()) if NUMBER.search(shown_text(m)))
    number = NUMBER.search(shown_text(card))[0]

    for who, deeds in (
        ("manager", ["confirmed"]),
        ("warehouse", ["picking", "box"]),
        ("courier", ["out-for-delivery", "delivered"]),
    ):
        desk = Desk(open_page(f"{shop.web}/admin/", width=DESKTOP), shop.web, who)
        desk.opens(number)
        for deed in deeds:
            if deed == "box":
                desk.fills_box()
            else:
                desk.deed(deed)

    delivered = {"ru": "Доставлен", "en": "Delivered"}[language]
    shop.telegram.wait_for(
        lambda: any(
            m["message_id"] == card["message_id"] and delivered in shown_text(m)
            for m in actor.messages()
        ),
        what="the card shows the delivery",
    )
    notices = [shown_text(m) for m in actor.messages() if m["from"]["is_bot"]]
    assert len(notices) >= 4, notices
    assert page.errors == []
    # A card that is shown as it already was is an edit that Telegram need not make.
    refused = [c for c in shop.telegram.refusals() if "not modified" not in str(c)]
    assert refused == []


def test_the_books_hold_after_it_all(shop):
    env = os.environ | {
        "DATABASE_URL": shop.database_url,
        "DJANGO_SETTINGS_MODULE": "frozenfood.settings.local",
    }
    done = subprocess.run(
        [sys.executable, "manage.py", "check_books"], env=env, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr
