"""The adapter over Telegram's own script, which a small double of it takes the place of."""

import json

import pytest
from playwright.sync_api import expect

from tests.conftest import make_init_data
from tests.webapp.test_purchase import (
    DARK_THEME,
    PHONE_DARK_RU,
    goods,  # noqa: F401
    shop,  # noqa: F401
)

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
]

# https://core.telegram.org/bots/webapps#initializing-mini-apps
TELEGRAM = """
const said = [];
const note = (name) => (...given) => { said.push([name, ...given]); };
const button = (name) => ({
  show: note(`${name}.show`), hide: note(`${name}.hide`), setParams: note(`${name}.set`),
  showProgress: note(`${name}.busy`), hideProgress: note(`${name}.idle`),
  onClick: (press) => { globalThis[name] = press; },
});
globalThis.said = said;
globalThis.Telegram = { WebApp: {
  initData: INIT_DATA, themeParams: THEME, colorScheme: "dark",
  isVersionAtLeast: () => true, ready: note("ready"), expand: note("expand"), onEvent: note("on"),
  MainButton: button("MainButton"), BackButton: button("BackButton"),
  HapticFeedback: { impactOccurred: note("impact"), notificationOccurred: note("notify") },
  enableClosingConfirmation: note("guard"), disableClosingConfirmation: note("unguard"),
  setHeaderColor: note("header"), setBackgroundColor: note("background"),
  setBottomBarColor: note("bottom"), openLink: note("link"), openInvoice: note("invoice"),
} };
"""


@pytest.fixture
def telegram(shop):  # noqa: F811
    """Open the Mini App inside Telegram."""

    def opened(path: str = ""):
        person = {"id": 77000001, "first_name": "Ольга", "language_code": "en"}
        script = TELEGRAM.replace("INIT_DATA", json.dumps(make_init_data(person)))
        return shop(path, script=script.replace("THEME", json.dumps(DARK_THEME)), **PHONE_DARK_RU)

    return opened


def said(page, name: str) -> list:
    """Return what the app has told Telegram by a method."""
    return page.evaluate("(name) => said.filter(([one]) => one === name)", name)


def says(page, name: str) -> None:
    """Wait until the app tells Telegram something: it does after it has drawn."""
    page.wait_for_function("(name) => said.some(([one]) => one === name)", arg=name)


@pytest.mark.usefixtures("goods")
class TestAdapter:
    def test_tells_telegram_what_its_buttons_show_and_do(self, telegram):
        page = telegram("product/siberian")
        expect(page.locator(".header [href='/app/cart']")).to_be_visible()
        assert said(page, "ready")
        assert said(page, "header")[-1] == ["header", "#181818"]
        assert said(page, "BackButton.show")

        page.locator(".product .button.wide").click()
        page.locator(".product .stepper button").last.click()
        says(page, "impact")
        expect(page.locator(".badge")).to_have_text("2")
        shown = said(page, "MainButton.set")[-1][1]
        assert (shown["text"], shown["is_active"]) == ("Cart · ₽698", True)
        expect(page.locator(".main-button")).to_have_count(0)

        page.evaluate("MainButton()")
        expect(page.locator(".narrow .line")).to_have_count(1)
        page.evaluate("MainButton()")
        expect(page.locator(".window").first).to_be_visible()
        assert not said(page, "guard")
        page.fill("#field-street", "Лесная, 7")
        says(page, "guard")
        page.evaluate("BackButton()")
        expect(page.locator(".narrow .line")).to_have_count(1)
        says(page, "unguard")

    @pytest.mark.deep
    def test_closes_what_lies_above_with_the_back_button(self, telegram):
        page = telegram()
        expect(page.locator(".header [href='/app/cart']")).to_be_visible()
        page.locator(".filter-button").click()
        expect(page.locator(".sheet")).to_be_visible()

        page.evaluate("BackButton()")

        expect(page.locator(".sheet")).to_have_count(0)
        says(page, "BackButton.hide")
