"""The chat page in a real browser, with a small bot behind it."""

import os
import re
import subprocess
import sys
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from telegram import MenuButtonWebApp, WebAppInfo

from bot.simulator.client import ANNA, IVAN, JOHN, STAFF_GROUP_ID, SimulatorClient
from tests.browser_support import DESKTOP, PHONE
from tests.simulator.conftest import with_bot
from tests.simulator_support import running_simulator

pytestmark = pytest.mark.browser

ROOT = Path(__file__).resolve().parents[2]
PICTURES = ROOT / "test-results" / "chat-page"


@pytest.fixture(scope="module")
def sim():
    with running_simulator() as client:
        command = [sys.executable, "-m", "tests.simulator.demo_bot", client.base_url]
        hidden = {n: v for n, v in os.environ.items() if n != "DJANGO_SETTINGS_MODULE"}
        bot = subprocess.Popen(command, cwd=ROOT, env=hidden, stderr=subprocess.DEVNULL)
        try:
            client.wait_for(lambda: client.calls("setMyDescription"), what="the bot", seconds=20)
            yield client
        finally:
            bot.terminate()
            bot.wait(timeout=10)


@pytest.fixture
def chat(sim: SimulatorClient, open_page):
    """Open somebody's chat, after everything was forgotten once per test."""
    sim.reset()

    def opened(user_id=ANNA, *, extra="", **how) -> Page:
        page = open_page(f"{sim.base_url}/?as={user_id}{extra}", **how)
        page.wait_for_selector("html[data-ready]")
        return page

    return opened


MINI_APP = """<!doctype html><meta charset=utf-8><body><script>
const say = (eventType, eventData = {}) =>
  parent.postMessage(JSON.stringify({eventType, eventData}), "*");
document.body.textContent = location.hash;
say("web_app_setup_main_button", {is_visible: true, is_active: true, text: "Оформить"});
addEventListener("message", (event) => {
  if (JSON.parse(event.data).eventType === "main_button_pressed") say("web_app_close");
});
</script>"""


@pytest.fixture
def mini_app(tmp_path):
    """A Mini App on an origin of its own."""
    (tmp_path / "app.html").write_text(MINI_APP, encoding="utf-8")
    handler = partial(QuietFiles, directory=str(tmp_path))
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/app.html"
    server.shutdown()
    server.server_close()


class QuietFiles(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Stay quiet."""


def key(page: Page, text: str):
    return page.locator(".key", has_text=text)


class TestChatPage:
    @pytest.mark.deep
    def test_a_person_types_the_bots_name_and_sends_a_result(self, chat):
        page = chat(width=PHONE)
        page.click(".begin")

        page.fill(".field textarea", "@FrozenFoodBot ягоды")
        expect(page.locator(".suggest .result")).to_have_count(20)
        page.locator(".suggest").evaluate("list => list.scrollTo(0, list.scrollHeight)")
        expect(page.locator(".suggest .result")).to_have_count(30)
        page.locator(".suggest .result", has_text="ягоды 1").first.click()

        expect(page.locator(".bubble", has_text="Товар 1")).to_contain_text("via @FrozenFoodBot")
        expect(page.locator(".suggest")).to_have_count(0)
        key(page, "Поделиться").click()
        expect(page.locator("dialog p")).to_contain_text("https://t.me/bot?start=p-1")

    def test_a_person_starts_presses_and_pays(self, sim, chat):
        page = chat(width=DESKTOP)

        page.click(".begin")
        page.click(".reply-keys >> text=Каталог")
        key(page, "➕").click()
        expect(key(page, "2 шт.")).to_be_visible()
        photo = page.locator(".photo img").element_handle()
        key(page, "➕").click()
        expect(key(page, "3 шт.")).to_be_visible()

        # The very same picture element: an edit in place never flickers.
        assert photo.evaluate("image => image.isConnected && image.complete")
        key(page, "Тост").click()
        expect(page.locator(".toast")).to_have_text("Это тост")
        key(page, "В корзину").click()
        expect(page.locator("dialog p")).to_have_text("Добавлено в корзину")
        page.click("dialog >> text=OK")
        page.fill(".field textarea", "/album")
        page.press(".field textarea", "Escape")
        page.press(".field textarea", "Enter")
        key(page, "Заплатить").click()
        page.click("dialog .actions >> text=Заплатить")
        expect(page.locator(".service")).to_contain_text("Вы успешно оплатили")
        assert page.errors == []
        assert sim.refusals() == []

    def test_people_have_their_own_chats_and_languages(self, sim, chat):
        page = chat(JOHN, width=DESKTOP)
        expect(page.locator(".begin")).to_have_text("Start")

        page.click(".begin")
        page.fill(".field textarea", "Hello <b>you</b>")
        page.press(".field textarea", "Enter")
        expect(page.locator(".line:not(.own) .body").last).to_contain_text("Hello <b>you</b>")

        page.click(f'.row[data-chat="{ANNA}"]')
        expect(page.locator(".begin")).to_have_text("Начать")
        expect(page.locator(".line")).to_have_count(0)

    @pytest.mark.deep
    def test_a_new_customer_comes(self, chat):
        page = chat(width=DESKTOP)

        page.click(".new-person")
        page.fill("dialog [name=first]", "Maria")
        page.check("dialog [value=en]")
        page.click("dialog >> text=Создать")

        expect(page.locator(".acting")).to_contain_text("Maria")
        expect(page.locator(".begin")).to_have_text("Start")

    @pytest.mark.deep
    def test_shares_a_number_and_a_place(self, sim, chat):
        page = chat(width=PHONE)
        page.click(".begin")

        page.click(".reply-keys >> text=Мой номер")
        page.click("dialog .actions >> text=Поделиться")
        expect(page.locator(".line:not(.own) .body").last).to_contain_text("Спасибо, Анна!")
        page.click('[aria-label="Прикрепить"]')
        page.click(".popup >> text=Геопозиция")
        page.click("dialog >> text=ВДНХ")
        expect(page.locator(".map")).to_be_visible()

        assert sim.person(ANNA).messages()[-1]["location"]["latitude"] == 55.82985

    def test_staff_write_in_their_group(self, sim, chat):
        page = chat(STAFF_GROUP_ID, width=DESKTOP)

        page.click('[aria-label^="Писать от имени"]')
        page.click(".popup >> text=Иван")
        page.fill(".field textarea", "Собираю")
        page.press(".field textarea", "Enter")
        expect(page.locator(".line.own")).to_contain_text("Собираю")

        said = sim.person(IVAN, chat_id=STAFF_GROUP_ID).messages()[0]
        assert said["from"]["id"] == IVAN

    def test_a_deep_link_waits_for_start(self, sim, chat):
        page = chat(extra="&start=promo_1")

        page.click(".begin")

        assert "(promo_1)" in sim.person(ANNA).sees("(promo_1)")["text"]

    @pytest.mark.deep
    def test_blocking_and_coming_back(self, sim, chat):
        page = chat()
        page.click(".begin")

        page.click('[aria-label="Ещё"]')
        page.click(".popup >> text=Заблокировать")
        expect(page.locator(".begin")).to_have_text(re.compile("Перезапустить"))
        page.click(".begin")

        expect(page.locator(".field textarea")).to_be_visible()

    def test_opens_the_mini_app_and_speaks_with_it(self, sim, chat, mini_app):
        button = MenuButtonWebApp("Магазин", WebAppInfo(mini_app))
        with_bot(sim, lambda bot: bot.set_chat_menu_button(ANNA, button))
        sim.person(ANNA).starts()
        page = chat(width=PHONE, scheme="dark")

        page.click(".menu-button")
        expect(page.locator(".miniapp .bottom button", has_text="Оформить")).to_be_visible()
        inside = page.frame_locator(".miniapp iframe").locator("body")
        expect(inside).to_contain_text("tgWebAppData=")
        expect(inside).to_contain_text("tgWebAppPlatform=web")
        page.click(".miniapp .bottom >> text=Оформить")

        expect(page.locator(".miniapp")).to_have_count(0)

    @pytest.mark.parametrize(
        ("width", "scheme"),
        [
            (PHONE, "light"),
            (DESKTOP, "dark"),
            pytest.param(PHONE, "dark", marks=pytest.mark.deep),
            pytest.param(DESKTOP, "light", marks=pytest.mark.deep),
        ],
    )
    def test_fits_the_screen(self, sim, chat, width, scheme):
        page = chat(width=width, scheme=scheme)
        page.click(".begin")
        page.click(".reply-keys >> text=Каталог")
        expect(key(page, "В корзину")).to_be_visible()

        PICTURES.mkdir(parents=True, exist_ok=True)
        page.wait_for_timeout(300)
        page.screenshot(path=PICTURES / f"{scheme}-{width}.png")

        wide = page.evaluate("document.documentElement.scrollWidth > innerWidth")
        assert not wide
        assert page.errors == []
