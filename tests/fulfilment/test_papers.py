"""Papers as PDF: opened, read, counted; nothing overflows, and printing changes nothing."""

import io
import subprocess
import sys
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import translation
from pypdf import PdfReader

from apps.core.time import now as present
from apps.fulfilment import papers
from apps.fulfilment.dto import BoxLabel, LotLabel, Slip, SlipLine
from apps.fulfilment.papers.drawing import (
    BOLD,
    PLAIN,
    barcode,
    fitting_size,
    printable,
    shorten,
    width_of,
    wrap,
)
from apps.fulfilment.selectors import papers as selectors
from apps.inventory.lot_labels import label_of
from tests.admin.conftest import desk_of
from tests.factories import (
    CustomerFactory,
    ProductFactory,
    StaffFactory,
    VariantFactory,
    placed_order,
    stocked_variant,
)
from tests.factories.inventory import receive
from tests.fulfilment.state import whole_state

pytestmark = pytest.mark.django_db

LONGEST = ("Пельмени сибирские классические с говядиной и свининой ручной лепки " * 3)[:160]
UNBROKEN = "Щ" * 160


def read(content):
    """Return the text of each page."""
    return [page.extract_text() for page in PdfReader(io.BytesIO(content)).pages]


def sizes(content):
    """Return the sizes of the pages in whole millimetres."""
    pages = PdfReader(io.BytesIO(content)).pages
    return {
        tuple(
            round(float(side) * 25.4 / 72) for side in (page.mediabox.width, page.mediabox.height)
        )
        for page in pages
    }


def fonts(content):
    """Return the fonts of the first page that are not embedded."""
    resources = PdfReader(io.BytesIO(content)).pages[0]["/Resources"]["/Font"]
    found = [font.get_object() for font in resources.values()]
    described = [font for font in found if "/FontDescriptor" in font]
    assert described
    return [font for font in described if "/FontFile2" not in font["/FontDescriptor"]]


class TestPapers:
    def test_load_what_draws_with_the_first_paper_only(self):
        asked = "import sys; from apps.fulfilment import papers; papers.{}; print(*sys.modules)"
        for name, is_loaded in (("__name__", False), ("PAGES", True)):
            done = subprocess.run(
                [sys.executable, "-c", asked.format(name)], capture_output=True, text=True,
                check=True,
            )  # fmt: skip
            assert ("reportlab" in done.stdout.split()) is is_loaded

    def test_have_no_other_names(self):
        with pytest.raises(AttributeError, match="draw_nothing"):
            papers.draw_nothing  # noqa: B018


def lot_label(**fields):
    values = {
        "barcode": "2611-001", "code": "2611-001", "name": "Пельмени", "sku": "PEL-800",
        "pack_weight_g": 800, "made_on": date(2026, 6, 1), "expires_on": date(2026, 12, 1),
        "storage": "−18 °C",
    }  # fmt: skip
    return LotLabel(**(values | fields))


class TestLotLabels:
    @pytest.mark.parametrize("size", papers.SIZES)
    def test_say_all_that_a_lot_is_known_by(self, size):
        variant = VariantFactory(product=ProductFactory(name_ru="Вареники с вишней ёж"))
        lot = receive(variant, 5, code="2611-77")

        with translation.override("ru"):
            drawn = papers.draw_lot_labels(selectors.lot_labels(lot_ids=[lot.pk]), size=size)

        (text,) = read(drawn)
        for said in ("Вареники с вишней ёж", "2611-77", f"{lot.expires_on:%d.%m.%Y}",
                     f"{lot.made_on:%d.%m.%Y}", "−18 °C", variant.sku):  # fmt: skip
            assert said in text
        assert sizes(drawn) == {papers.SIZES[size]}
        assert fonts(drawn) == []

    @pytest.mark.parametrize("size", papers.SIZES)
    @pytest.mark.parametrize("name", [LONGEST, UNBROKEN, "W" * 160, "", "😀🥟 <b>&"])
    def test_never_lose_the_dates_to_a_long_name(self, size, name):
        label = lot_label(name=name, code="Ж" * 40, sku="W" * 40, barcode="9900000000000012")

        (text,) = read(papers.draw_lot_labels([label], size=size))

        assert "01.12.2026" in text
        assert "01.06.2026" in text
        assert "−18 °C" in text

    def test_come_a_hundred_at_a_time(self):
        drawn = papers.draw_lot_labels([lot_label(name=LONGEST)] * 100, size="58x40")

        assert len(read(drawn)) == 100
        assert len(drawn) < 1_000_000

    def test_ask_two_questions_for_any_number(self, django_assert_max_num_queries):
        lots = [receive(VariantFactory(), 1).pk for _ in range(5)]

        with django_assert_max_num_queries(2):
            assert len(selectors.lot_labels(lot_ids=lots)) == 5

    def test_name_a_lot_by_number_where_its_code_would_mislead(self):
        one, two = (receive(VariantFactory(), 1, code="SAME") for _ in range(2))
        alone = receive(VariantFactory(), 1, code="ALONE-1")

        labels = selectors.lot_labels(lot_ids=[one.pk, two.pk, alone.pk])

        assert [label.barcode for label in labels] == [
            f"99{one.pk:014d}", f"99{two.pk:014d}", "ALONE-1",
        ]  # fmt: skip
        for code in ("Партия", "x" * 15, "ab", "4601234567893", "a b"):
            assert label_of(7, code, is_unique=True) == "9900000000000007"


class TestBoxLabels:
    @pytest.mark.parametrize("size", papers.SIZES)
    def test_say_number_cold_window_and_which_box(self, order_at, size):
        order = order_at("packed")

        drawn = papers.draw_box_labels(
            selectors.box_labels(order_ids=[order.pk], boxes=3), size=size
        )

        texts = read(drawn)
        assert len(texts) == 3
        for text in texts:
            assert order.number in text
            assert "−18 °C" in text
            assert order.slot.zone.name_ru in text
        assert sizes(drawn) == {papers.SIZES[size]}
        assert len(set(texts)) == 3

    def test_keep_the_colder_goods_apart(self):
        deep = stocked_variant(9, product=ProductFactory(storage_class="deep_frozen"))
        order = placed_order(wanted={deep: 1, stocked_variant(9): 1})

        labels = selectors.box_labels(order_ids=[order.pk])

        assert [(label.cold, label.box, label.boxes) for label in labels] == [
            ("−24 °C", 1, 2), ("−18 °C", 2, 2),
        ]  # fmt: skip

    def test_are_as_many_as_the_goods_fill(self):
        order = placed_order(wanted={stocked_variant(9, box_volume_ml=30_000): 3})

        assert len(selectors.box_labels(order_ids=[order.pk])) == 3

    def test_shorten_what_is_too_long(self):
        now = present()
        label = BoxLabel(
            number="B-08503", cold="−24 °C", window=(now, now + timedelta(hours=2)), place=LONGEST,
            contact=UNBROKEN, box=10, boxes=12,
        )  # fmt: skip

        for size in papers.SIZES:
            (text,) = read(papers.draw_box_labels([label], size=size))
            assert "B-08503" in text
            assert "10" in text


class TestPickSheets:
    def test_say_where_to_go_and_what_to_take(self, order_at):
        order = order_at("picking", comment="Позвоните <снизу>")
        lot = order.lines.get().variant.lots.get()

        drawn = papers.draw_pick_sheets(selectors.pick_sheets(order_ids=[order.pk], now=present()))

        (text,) = read(drawn)
        for said in (order.number, order.lines.get().name_ru, lot.code, "Позвоните <снизу>",
                     f"{lot.expires_on:%d.%m.%Y}"):  # fmt: skip
            assert said in text

    def test_put_each_order_on_pages_of_its_own(self, order_at):
        orders = [order_at("picking") for _ in range(3)]

        drawn = papers.draw_pick_sheets(
            selectors.pick_sheets(order_ids=[order.pk for order in orders], now=present())
        )

        texts = read(drawn)
        assert len(texts) == 3
        assert all(order.number in text for order, text in zip(orders, texts, strict=True))

    def test_suggest_no_unit_to_two_orders(self, order_at):
        variant = VariantFactory()
        receive(variant, 3, days=60, code="OLD-3")
        receive(variant, 9, days=200, code="NEW-9")
        orders = [order_at("picking", variant=variant) for _ in range(2)]

        sheets = selectors.pick_sheets(order_ids=[order.pk for order in orders], now=present())

        assert [sheet.listed.lines[0].lots[0].code for sheet in sheets] == ["OLD-3", "NEW-9"]

    def test_ask_the_same_number_of_questions_for_any_length(
        self, order_at, django_assert_max_num_queries
    ):
        ids = [order_at("picking").pk for _ in range(4)]

        with django_assert_max_num_queries(13):
            assert len(selectors.pick_sheets(order_ids=ids, now=present())) == 4


class TestSlips:
    @pytest.mark.parametrize(
        ("language", "said"), [("ru", "Пельмени с лососем"), ("en", "Salmon dumplings")]
    )
    def test_speak_the_customers_language(self, language, said):
        product = ProductFactory(
            name_ru="Пельмени с лососем", name_en="Salmon dumplings", allergens=["gluten", "fish"]
        )
        order = placed_order(
            wanted={stocked_variant(9, product=product): 2},
            customer=CustomerFactory(language=language),
        )

        (text,) = read(papers.draw_slips(selectors.slips(order_ids=[order.pk])))

        with translation.override(language):
            fish = translation.gettext("fish")
        assert said in text
        assert fish in text
        assert order.number in text
        assert "₽" in text

    @pytest.mark.parametrize("page", papers.PAGES)
    def test_fit_the_sheet(self, order_at, page):
        drawn = papers.draw_slips(selectors.slips(order_ids=[order_at("packed").pk]), page=page)

        assert sizes(drawn) == {{"A4": (210, 297), "A5": (148, 210)}[page]}
        assert fonts(drawn) == []

    def test_make_the_total_out_of_their_lines(self, order_at, step):
        order = order_at("picking")
        line = order.lines.get()
        step(order, "packed", picks=(_pick(line, 2),))
        order.refresh_from_db()

        (slip,) = selectors.slips(order_ids=[order.pk])

        assert (slip.lines[0].packed, slip.lines[0].ordered) == (2, 3)
        goods = sum(one.total for one in slip.lines)
        assert goods + slip.discount + slip.delivery_fee == slip.total == order.total
        assert slip.discount == 0

    @pytest.mark.parametrize("page", papers.PAGES)
    def test_go_on_over_pages_and_break_the_longest_names(self, page):
        line = SlipLine(
            name=LONGEST, sku="W" * 40, pack_weight_g=50_000, ordered=999, packed=998,
            unit_price=Decimal("9999999.99"), total=Decimal("9989999999.01"), allergens=("рыба",),
        )  # fmt: skip
        slip = Slip(
            number="B-1", language="ru", placed_at=present(), contact="<b>😀 & Ко",
            address=UNBROKEN, window=None, lines=(line,) * 30, delivery_fee=Decimal("0"),
            discount=Decimal("-1.50"), total=Decimal("1.00"), is_paid=True,
        )  # fmt: skip

        texts = read(papers.draw_slips([slip], page=page))

        assert len(texts) > 1
        assert "<b> & Ко" in texts[0].replace("\n", " ").replace("  ", " ")
        assert sum(text.count("998") for text in texts) >= 30


def _pick(line, quantity):
    from apps.inventory.dto import LotPick

    return LotPick(line.pk, line.variant.lots.get().pk, quantity)


class TestLetters:
    @pytest.mark.parametrize("text", [LONGEST, UNBROKEN, "a " * 200, "Ё" * 3, ""])
    @pytest.mark.parametrize("width", [20.0, 80.0, 300.0])
    def test_stay_in_their_width(self, text, width):
        for font in (PLAIN, BOLD):
            lines = wrap(text, font=font, size=8, width=width, most=3)

            assert len(lines) <= 3
            assert all(width_of(line, font, 8) <= width for line in lines)
            assert width_of(shorten(text, font=font, size=8, width=width), font, 8) <= width
            size = fitting_size(text, font=font, width=width, most=20, least=0.1)
            assert width_of(text, font, size) <= width or size == 0.1

    def test_that_the_fonts_lack_are_left_out(self):
        assert printable("Пельмени 🥟 «Ёлка» № 7 — 100 ₽ 漢字") == "Пельмени «Ёлка» № 7 — 100 ₽"

    def test_of_a_barcode_are_thick_enough_to_be_read(self):
        with pytest.raises(ValueError, match="does not fit"):
            barcode("X" * 20, width=150, height=20)


class TestPrinting:
    @pytest.fixture
    def desk(self):
        return lambda role: desk_of(StaffFactory(role=role))

    def paper(self, order, kind):
        return reverse("admin:orders_order_paper", args=(order.pk, kind))

    @pytest.mark.parametrize("kind", ["picks", "slips", "slips-a4", "boxes", "boxes-small"])
    def test_from_an_orders_page_changes_nothing(self, order_at, desk, kind):
        order = order_at("picking")
        before = whole_state(order)

        answer = desk("warehouse").get(self.paper(order, kind), {"boxes": "2"})

        assert answer["Content-Type"] == "application/pdf"
        assert order.number in "".join(read(answer.content))
        assert whole_state(order) == before

    @pytest.mark.parametrize("role", ["courier", "support", "marketing"])
    def test_is_closed_to_who_does_not_work_with_boxes(self, order_at, desk, role):
        order = order_at("packed")

        assert desk(role).get(self.paper(order, "slips")).status_code == 403
        lots = reverse("admin:fulfilment_lot_labels")
        assert desk(role).get(lots, {"lots": "1"}).status_code == 403

    def test_knows_no_other_papers(self, order_at, desk):
        order = order_at("packed")

        assert desk("warehouse").get(self.paper(order, "poem")).status_code == 404
        assert (
            desk("warehouse").get("/admin/orders/order/99999999/papers/slips/").status_code == 404
        )

    @pytest.mark.parametrize("boxes", ["101", "9" * 18])
    def test_refuses_too_many_boxes(self, order_at, desk, boxes):
        order = order_at("packed")

        answer = desk("warehouse").get(self.paper(order, "boxes"), {"boxes": boxes}, follow=True)

        assert [str(one) for one in answer.context["messages"]]

    def test_of_many_orders_comes_in_one_file(self, order_at, desk):
        orders = [order_at("packed") for _ in range(3)]

        for action, pages in (("print_slips", 3), ("print_boxes", 3), ("print_picks", 3)):
            answer = desk("warehouse").post(
                "/admin/orders/order/",
                {"action": action, "_selected_action": [order.pk for order in orders]},
            )
            assert len(read(answer.content)) == pages

    def test_of_lots_comes_in_so_many_copies(self, desk):
        lots = [receive(VariantFactory(), 1) for _ in range(2)]
        address = reverse("admin:fulfilment_lot_labels")
        asked = {"lots": f"{lots[0].pk},{lots[1].pk}", "copies": "3", "size": "100x70"}

        answer = desk("warehouse").get(address, asked)

        assert len(read(answer.content)) == 6
        assert sizes(answer.content) == {(100, 70)}

    def test_of_lots_begins_at_their_list(self, desk):
        lot = receive(VariantFactory(), 1)

        answer = desk("warehouse").post(
            "/admin/inventory/lot/",
            {"action": "print_labels", "_selected_action": [lot.pk]}, follow=True,
        )  # fmt: skip

        assert lot.code in read(answer.content)[0]

    @pytest.mark.parametrize(
        "asked",
        [{}, {"lots": ""}, {"lots": "x,y"}, {"lots": "99999999"}, {"lots": ",".join(["1"] * 101)},
         {"lots": "1", "copies": "101"}, {"lots": "9" * 40}],
    )  # fmt: skip
    def test_of_lots_refuses_what_makes_no_sense(self, desk, asked):
        answer = desk("warehouse").get(reverse("admin:fulfilment_lot_labels"), asked, follow=True)

        assert [str(one) for one in answer.context["messages"]]
