"""The ramp and the shelf on a phone: a scanner that types, a thumb, a connection that goes away."""

from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from playwright.sync_api import expect

from apps.core.time import now as present
from apps.core.time import shop_date
from apps.inventory import services
from apps.inventory.models import DeliveryLine, Lot, StockLevel, Stocktake
from tests.browser_support import DESKTOP, PHONE
from tests.factories import StaffFactory, VariantFactory
from tests.factories.inventory import draft, line_on, receive

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
]

PICTURES = Path(settings.BASE_DIR) / "test-results" / "receiving"
LOOKS = [
    (PHONE, "light"),
    pytest.param(PHONE, "dark", marks=pytest.mark.deep),
    pytest.param(DESKTOP, "light", marks=pytest.mark.deep),
]
EAN, OTHER = "4600000000015", "2000001001073"
SAVED = 3000


@pytest.fixture
def desk(live_server, open_page):
    """Open an admin page as somebody of the warehouse: `desk("inventory/lot/")`."""

    def opened(path, *, member=None, **how):
        client = Client()
        client.force_login(member or StaffFactory(role="warehouse"))
        page = open_page("about:blank", locale="en-GB", **how)
        page.context.add_cookies(
            [{"name": "sessionid", "value": client.cookies["sessionid"].value,
              "url": live_server.url}]
        )  # fmt: skip
        page.errors.clear()
        page.goto(f"{live_server.url}/admin/{path}")
        return page

    return opened


@pytest.fixture
def packs():
    return [
        VariantFactory(sku="PEL-800", barcode=EAN, product__name_en="Siberian pelmeni"),
        VariantFactory(sku="VAR-450", barcode=OTHER, product__name_en="Cherry vareniki"),
    ]


def scan(page, code):
    """Type as fast as a scanner does, wherever the cursor stands."""
    expect(page.locator(".work-scripted #scan")).to_be_visible()
    page.keyboard.type(code)
    page.keyboard.press("Enter")


def line_of(page, sku):
    return page.locator(".work-line", has_text=sku)


class TestTheRamp:
    def test_saves_what_scanner_and_thumb_say_and_books_it(self, desk, packs):
        note = draft()
        page = desk(f"inventory/deliverynote/{note.pk}/change/")

        scan(page, EAN)
        quantity = line_of(page, "PEL-800").locator("[name=quantity]")
        expect(quantity).to_be_focused()
        page.keyboard.type("24", delay=120)
        line_of(page, "PEL-800").get_by_label("One more").click()
        # The scanner is not asked where the cursor is: the code never lands in the quantity.
        quantity.focus()
        scan(page, OTHER)
        expect(line_of(page, "VAR-450").locator("[name=quantity]")).to_be_focused()
        expect(line_of(page, "PEL-800").locator(".work-units")).to_have_text("25")

        for sku, units in (("VAR-450", "6"), ("PEL-800", None)):
            card = line_of(page, sku)
            if units is None:
                card.locator("summary").first.click()
            else:
                card.locator("[name=quantity]").fill(units)
            card.locator("[name=code]").fill(f"L-{sku}")
            card.locator("[name=made_on]").fill((shop_date(present())).isoformat())
            expect(card.locator(".work-summary")).to_contain_text("ready", timeout=SAVED)
            # The other date came from the shelf life.
            expect(card.locator("[name=expires_on]")).not_to_have_value("")

        page.locator("[data-deed=book]").click()
        expect(page.locator(".work-report")).to_contain_text("31 units")
        page.locator(".shop-ask button[type=submit]").click()
        expect(page.get_by_text("is on the shelves")).to_be_visible()
        assert dict(Lot.objects.values_list("code", "remaining")) == {"L-PEL-800": 25,
                                                                     "L-VAR-450": 6}  # fmt: skip
        assert StockLevel.objects.count() == 2
        assert page.errors == []

    def test_loses_no_scan_of_a_quick_hand(self, desk, packs):
        note = draft()
        page = desk(f"inventory/deliverynote/{note.pk}/change/")

        # The second comes before the first is answered, and while the cursor moves.
        for code in (EAN, OTHER, EAN):
            scan(page, code)

        expect(line_of(page, "VAR-450")).to_be_visible()
        expect(line_of(page, "PEL-800").locator("[name=quantity]")).to_be_focused()
        assert {line.variant for line in note.lines.all()} == set(packs)
        assert set(note.lines.values_list("quantity", flat=True)) == {0}
        assert page.errors == []

    @pytest.mark.deep
    def test_keeps_scans_until_the_connection_is_back(self, desk, packs):
        note = draft()
        page = desk(f"inventory/deliverynote/{note.pk}/change/")

        page.context.set_offline(True)
        scan(page, EAN)
        scan(page, OTHER)
        expect(page.locator("[data-said]")).to_contain_text("No connection")
        page.context.set_offline(False)

        expect(line_of(page, "VAR-450")).to_be_visible(timeout=9000)
        assert note.lines.count() == 2

    @pytest.mark.deep
    def test_keeps_what_it_does_not_know_and_offers_a_way_on(self, desk, packs):
        note = draft()
        page = desk(f"inventory/deliverynote/{note.pk}/change/")

        scan(page, "4600000000016")
        expect(page.locator(".work-refused")).to_contain_text("check digit")
        expect(page.locator("#scan")).to_have_value("4600000000016")
        # It is selected: the next scan replaces it.
        scan(page, "vareniki")
        page.locator(".work-choice", has_text="Cherry").click()

        expect(line_of(page, "VAR-450").locator("[name=quantity]")).to_be_focused()
        assert note.lines.get().variant == packs[1]

    def test_says_what_is_wrong_where_it_is_typed(self, desk, packs):
        line = line_on(draft(), packs[0], 5)
        page = desk(f"inventory/deliverynote/{line.note_id}/change/")
        card = line_of(page, "PEL-800")
        card.locator("summary").first.click()

        card.locator("[name=temperature]").fill("900")

        expect(card.locator("[data-state]")).to_contain_text("900", timeout=SAVED)
        expect(card.locator("[name=temperature]")).to_have_value("900")
        assert DeliveryLine.objects.get().temperature is None
        card.locator("[name=temperature]").fill("-12,5")
        expect(card.locator(".work-note")).to_contain_text("quarantined", timeout=SAVED)

    @pytest.mark.deep
    def test_saves_by_itself_when_the_connection_is_back(self, desk, packs):
        line = line_on(draft(), packs[0], 5)
        page = desk(f"inventory/deliverynote/{line.note_id}/change/")
        card = line_of(page, "PEL-800")
        card.locator("summary").first.click()

        page.context.set_offline(True)
        card.locator("[name=quantity]").fill("48")
        expect(card.locator("[data-state]")).to_contain_text("No connection", timeout=SAVED)
        assert DeliveryLine.objects.get().quantity == 5
        page.context.set_offline(False)

        expect(card.locator("[data-state]")).to_have_text("Saved.", timeout=8000)
        assert DeliveryLine.objects.get().quantity == 48

    @pytest.mark.deep
    def test_reads_a_label_whose_separator_is_a_control_key(self, desk, packs):
        note = draft()
        page = desk(f"inventory/deliverynote/{note.pk}/change/")
        day = shop_date(present()) + timedelta(days=90)
        expect(page.locator(".work-scripted #scan")).to_be_visible()

        page.keyboard.type(f"]C10104600000000015{'3724'}")
        page.keyboard.press("Control+]")
        scan(page, f"17{day:%y%m%d}10L-7")

        expect(line_of(page, "L-7")).to_be_visible()
        line = note.lines.get()
        assert (line.code, line.quantity, line.expires_on) == ("L-7", 24, day)


class TestTheShelf:
    def test_is_counted_by_scanner_and_thumb(self, desk, packs):
        member = StaffFactory(role="warehouse")
        lot = receive(packs[0], 10, shelf="A-1", code="L-1", cost=Decimal("50.00"))
        page = desk("inventory/stocktake/add/", member=member)
        page.locator("[name=shelf]").fill("а 1")
        page.locator("[name=_save]").click()

        scan(page, EAN)
        card = line_of(page, "L-1")
        expect(card.locator("[name=counted]")).to_be_focused()
        page.keyboard.type("9", delay=100)
        expect(card.locator("[data-state]")).to_have_text("Saved.", timeout=SAVED)
        card.get_by_label("One less").click()
        expect(card.locator(".work-units")).to_have_text("8", timeout=SAVED)
        expect(card.locator(".work-units")).not_to_contain_text("−2")

        page.locator("[data-deed=confirm]").click()
        expect(page.locator(".work-report")).to_contain_text("−2")
        page.locator(".shop-ask button[type=submit]").click()
        expect(page.get_by_text("is confirmed")).to_be_visible()
        lot.refresh_from_db()
        assert lot.remaining == 8
        assert page.errors == []

    @pytest.mark.deep
    def test_lets_two_people_count_and_neither_overwrite_the_other(self, desk, packs):
        first, second = StaffFactory(role="warehouse"), StaffFactory(role="manager")
        receive(packs[0], 10, shelf="A-1", code="L-1")
        running = services.start_stocktake(shelf="A-1", actor_id=first.pk, now=present())
        mine = desk(f"inventory/stocktake/{running.pk}/change/", member=first)
        theirs = desk(f"inventory/stocktake/{running.pk}/change/", member=second)

        mine.locator("[name=counted]").fill("8")
        expect(mine.locator("[data-state]")).to_have_text("Saved.", timeout=SAVED)
        theirs.locator("[name=counted]").fill("7")
        expect(theirs.locator("[data-state]")).to_contain_text("counted 8", timeout=SAVED)
        assert running.lines.get().counted == 8

        # Having seen it, they may insist.
        theirs.locator("[name=counted]").press("Enter")
        expect(theirs.locator("[data-state]")).to_have_text("Saved.", timeout=SAVED)
        assert running.lines.get().counted == 7


class TestTheLook:
    @pytest.fixture
    def paths(self, packs):
        note = draft(temperature=Decimal("-12.0"))
        line_on(note, packs[0], 24)
        services.add_line(note_id=note.pk, variant_id=packs[1].pk, now=present())
        receive(packs[0], 10, shelf="A-1", code="L-1")
        receive(packs[1], 10, shelf="A-1", code="L-2")
        running = services.start_stocktake(
            shelf="A-1", actor_id=StaffFactory(role="warehouse").pk, now=present()
        )
        return {
            "delivery": f"inventory/deliverynote/{note.pk}/change/",
            "deliveries": "inventory/deliverynote/",
            "import": f"inventory/deliverynote/{note.pk}/import/",
            "stocktake": f"inventory/stocktake/{running.pk}/change/",
            "stocktakes": "inventory/stocktake/",
        }

    @pytest.mark.parametrize(("width", "scheme"), LOOKS)
    def test_fits_the_screen_and_everybody(self, desk, paths, width, scheme):
        PICTURES.mkdir(parents=True, exist_ok=True)
        worked_on = ("delivery", "stocktake")
        looked_at = paths if (width, scheme) == LOOKS[0] else worked_on
        for name in looked_at:
            path = paths[name]
            page = desk(path, width=width, scheme=scheme)

            overflow = page.evaluate("document.documentElement.scrollWidth - innerWidth")
            page.screenshot(path=PICTURES / f"{name}-{width}-{scheme}.png", full_page=True)
            assert overflow <= 0, name
            assert page.errors == [], name
            if name in worked_on:
                found = Axe().run(page, context="#work").response["violations"]
                assert [(rule["id"], rule["nodes"][0]["html"]) for rule in found] == [], name

    @pytest.mark.deep
    def test_has_targets_for_a_glove(self, desk, paths):
        page = desk(paths["delivery"], width=PHONE)

        for box in page.locator("#work :is(button, a.shop-button, .work-input)").all():
            if box.is_visible():
                assert box.bounding_box()["height"] >= 44, box.inner_text()

    @pytest.mark.deep
    def test_works_without_a_script(self, desk, paths, packs, live_server, chromium):
        client = Client()
        client.force_login(Stocktake.objects.get().keeper)
        context = chromium.new_context(java_script_enabled=False, locale="en-GB")
        context.add_cookies(
            [{"name": "sessionid", "value": client.cookies["sessionid"].value,
              "url": live_server.url}]
        )  # fmt: skip
        page = context.new_page()
        page.goto(f"{live_server.url}/admin/{paths['stocktake']}")

        card = page.locator(".work-line", has_text="L-1")
        card.locator("[name=counted]").fill("9")
        card.locator("button[type=submit]").click()
        assert Stocktake.objects.get().lines.get(lot__code="L-1").counted == 9

        page.locator("[data-deed=confirm]").click()
        page.locator(".shop-ask button[type=submit]").click()
        assert Lot.objects.get(code="L-1").remaining == 9
        context.close()
