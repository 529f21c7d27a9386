"""Tables of the catalogue: checked without a trace, applied as a whole, unchanged on return."""

import csv
import io
from decimal import Decimal

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction
from django.utils import translation

from apps.catalog import errors, selectors, services
from apps.catalog.dto import ExchangeTable
from apps.catalog.models import (
    CatalogExchange,
    Category,
    PriceChange,
    Product,
    ProductImage,
    Tag,
)
from apps.catalog.services import exchange
from apps.catalog.services.exchange import cells, columns, running
from apps.core import sheets
from apps.core.errors import ShopError
from apps.core.time import now
from tests.catalog.exchange_support import (
    applied,
    archive,
    archive_of,
    catalogue,
    checked,
    counts,
    exported,
    line,
    picture,
    table,
    workbook,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def shelf(make_category):
    return make_category("frozen")


@pytest.fixture
def rich_shop(make_category, make_product):
    """A shop with everything that a table can hold, awkward texts among it."""
    top = make_category("top", emoji="🧊", position=3)
    under = make_category("under", parent="top", is_active=False)
    services.save_tag(code="hit", name_ru="хит", name_en="hit")
    services.save_tag(code="new", name_ru="новинка", name_en="new")
    one = make_product("one", prices=("300.00", "999.90"), tags=["new", "hit"],
                       category_id=under.pk)  # fmt: skip
    services.save_product(
        product_id=one.pk, name_ru='=HYPERLINK("x")', brand="'=quoted",
        description_ru="-мясо\n+лук", description_en=" spaces \r\n\tand\ttabs ",
        composition_ru="@соль, \x0bперец", kcal=0,
        protein_g=Decimal("12.5"), allergens=["milk", "gluten"], storage_class="deep_frozen",
    )  # fmt: skip
    make_product("packless", prices=(), category_id=top.pk, is_active=False)
    two = make_product("two", category_id=top.pk)
    pack = two.variants.get()
    services.save_variant(variant_id=pack.pk, barcode="0460123456786", sold_by="weight", position=7)
    services.set_price(
        variant_id=pack.pk, regular_price=Decimal(300), price=Decimal("249.90"), now=now()
    )
    services.add_image(product_id=two.pk, content=picture(), file_name="two.png")
    services.add_image(product_id=two.pk, content=picture("blue"), file_name="two.png")
    services.add_image(product_id=one.pk, content=picture("green"))


class TestColumns:
    def test_have_headings_of_their_own_in_each_language(self):
        for of_table in columns.TABLES.values():
            known = columns.headings(of_table)
            for place in range(2):
                spelt = [said[place].casefold() for said in known.values()]
                assert len(set(spelt)) == len(spelt)
            owners = {}
            for name, said in known.items():
                for spelling in {name, *said}:
                    assert owners.setdefault(spelling.casefold(), name) == name, spelling

    def test_cover_what_the_services_write(self):
        names = {column.name for column in columns.TABLES[ExchangeTable.GOODS]}
        elsewhere = {"category_id", "slug", "is_active", "base_price", "clearance_of_id",
                     "best_before"}  # fmt: skip

        assert services.PRODUCT_FIELDS - elsewhere <= names
        assert services.VARIANT_FIELDS - elsewhere <= names

    @pytest.mark.parametrize("text", ["да", "Yes", "1", "TRUE"])
    def test_read_yes_in_every_language(self, text):
        assert cells.read_flag(text) is True

    @pytest.mark.parametrize(
        ("text", "number"),
        [("12", "12"), ("19,90", "19.9"), ("1 234.5", "1234.5"), ("1\u00a0000", "1000")],
    )
    def test_read_numbers_as_people_write_them(self, text, number):
        assert cells.read_decimal(text) == Decimal(number)

    @pytest.mark.parametrize("text", ["x", "1.2.3", "1_0", "NaN", "Infinity", "12 rub", "--1"])
    def test_refuse_what_is_no_number(self, text):
        with pytest.raises(cells.BadCell):
            cells.read_decimal(text)


class TestCheck:
    def test_changes_nothing_and_counts(self, shelf, owner):
        before = catalogue()

        brought = checked(table(line(), line("NEW-2")), owner)

        assert brought.state == "checked"
        assert counts(brought) == (2, 0, 0, 0)
        assert catalogue() == before
        assert brought.done == brought.total == 2
        assert brought.lease is None

    def test_shows_what_would_change(self, make_product, owner):
        pack = make_product("one").variants.get()

        brought = checked(table({"sku": pack.sku, "price": "199"}), owner)

        assert counts(brought) == (0, 1, 0, 0)
        assert brought.report["changes"] == [
            {"row": 2, "key": pack.sku, "column": "price", "old": "300.00", "new": "199.00"}
        ]

    FAULTS = (
        ({"price": "-1"}, "price"),
        ({"price": "301"}, "price"),
        ({"regular_price": "0", "price": ""}, "regular_price"),
        ({"regular_price": ""}, "regular_price"),
        ({"regular_price": "много"}, "regular_price"),
        ({"regular_price": "99999999999", "price": ""}, "regular_price"),
        ({"price": "249.999"}, "price"),
        ({"pack_weight_g": "0"}, "pack_weight_g"),
        ({"pack_weight_g": "-5"}, "pack_weight_g"),
        ({"pack_weight_g": "1.5"}, "pack_weight_g"),
        ({"pack_weight_g": "99999999999999999999"}, "pack_weight_g"),
        ({"pack_weight_g": ""}, "pack_weight_g"),
        ({"category": "nowhere"}, "category"),
        ({"category": ""}, "category"),
        ({"name_ru": ""}, "name_ru"),
        ({"name_ru": "x" * 161}, "name_ru"),
        ({"name_en": "<b>Bold</b>"}, "name_en"),
        ({"description_ru": "<script>alert(1)</script>"}, "description_ru"),
        ({"allergens": "gluten, dust"}, "allergens"),
        ({"tags": "unknown"}, "tags"),
        ({"kcal": "5000"}, "kcal"),
        ({"kcal": "-3"}, "kcal"),
        ({"storage_class": "warm"}, "storage_class"),
        ({"sold_by": "metre"}, "sold_by"),
        ({"active": "maybe"}, "active"),
        ({"barcode": "123"}, "barcode"),
        ({"max_per_order": "1000"}, "max_per_order"),
        ({"sku": "пельмени"}, "sku"),
        ({"sku": "a b"}, "sku"),
        ({"product": "ой"}, "product"),
        ({"product": ""}, "product"),
        ({"images": "missing.png"}, "images"),
        ({"shelf_life_days": "0"}, "shelf_life_days"),
    )

    @pytest.mark.parametrize(("fields", "column"), FAULTS, ids=lambda value: str(value)[:40])
    def test_names_the_row_the_column_and_says_why(self, fields, column, shelf, owner):
        before = catalogue()

        brought = checked(table(line("GOOD-1", "good"), line(**fields)), owner)

        faults = brought.report["faults"]
        assert {(fault["row"], fault["column"]) for fault in faults} == {(3, column)}
        assert all(any("а" <= letter <= "я" for letter in fault["text"]) for fault in faults)
        assert counts(brought) == (1, 0, 0, 1)
        assert catalogue() == before
        with pytest.raises(errors.ExchangeNotReady):
            exchange.confirm_import(exchange_id=brought.pk, actor_id=owner.pk, now=now())

    def test_refuses_the_same_pack_twice(self, shelf, owner):
        brought = checked(table(line(), line()), owner)

        assert [(fault["row"], fault["column"]) for fault in brought.report["faults"]] == [
            (3, "sku")
        ]

    def test_refuses_two_stories_of_one_product(self, shelf, owner):
        brought = checked(table(line(), line("NEW-2", name_ru="Вареники")), owner)

        assert [(fault["row"], fault["column"]) for fault in brought.report["faults"]] == [
            (3, "name_ru")
        ]

    def test_says_one_thing_of_a_cell(self, shelf, owner):
        brought = checked(table(line(pack_weight_g="many")), owner)

        assert [fault["column"] for fault in brought.report["faults"]] == ["pack_weight_g"]

    def test_takes_an_empty_cell_below_for_as_above(self, shelf, owner):
        below = line("NEW-2", category="", name_ru="", name_en="")

        assert counts(checked(table(line(), below), owner)) == (2, 0, 0, 0)

    def test_refuses_a_pack_of_another_product(self, make_product, owner):
        pack = make_product("one").variants.get()
        make_product("two")

        brought = checked(table({"sku": pack.sku, "product": "two"}), owner)

        assert [fault["column"] for fault in brought.report["faults"]] == ["product"]

    def test_refuses_barcodes_that_others_have(self, make_product, owner, shelf):
        pack = make_product("one").variants.get()
        services.save_variant(variant_id=pack.pk, barcode="4601234567893")

        brought = checked(
            table(line(barcode="4601234567893"), line("NEW-2", barcode="4601234567909"),
                  line("NEW-3", barcode="4601234567909")),
            owner,
        )  # fmt: skip

        faults = brought.report["faults"]
        assert [(fault["row"], fault["column"]) for fault in faults] == [
            (2, "barcode"), (4, "barcode"),
        ]  # fmt: skip

    def test_refuses_a_barcode_that_no_scanner_would_read(self, shelf, owner):
        brought = checked(table(line(barcode="4601234567890")), owner)

        assert [fault["column"] for fault in brought.report["faults"]] == ["barcode"]

    def test_keeps_its_report_small(self, shelf, owner):
        rows = [line(f"NEW-{number}", f"ой{number}" * 50) for number in range(500)]

        brought = checked(table(*rows), owner)

        assert brought.report["wrong"] == 500
        assert len(brought.report["faults"]) == 200
        assert len(str(brought.report)) < 100_000

    def test_asks_the_database_a_fixed_number_of_questions(
        self, shelf, owner, django_assert_max_num_queries
    ):
        rows = [line(f"NEW-{number}", f"p{number}") for number in range(300)]

        with django_assert_max_num_queries(30):
            checked(table(*rows), owner)


class TestBadFiles:
    FILES = (
        (b"", "sheet_empty"),
        (b"sku,price\n", "sheet_empty"),
        (b"name,price\nA,1\n", "sheet_columns_missing"),
        ("артикул,цена сейчас\nПЕЛ,1\n".encode("cp1251"), "sheet_not_utf8"),
        (b"sku,price\nA\0,1\n", "sheet_unreadable"),
        (picture(), "sheet_unreadable"),
        (workbook({"sku": "A", "price": "=1+1"}), "sheet_has_formulas"),
        (archive(readme__txt=b"hello"), "sheet_unreadable"),
        (b"sku\n" + b"A\n" * 20_001, "sheet_too_long"),
    )

    @pytest.mark.parametrize(("content", "code"), FILES, ids=[code for _file, code in FILES])
    def test_get_a_sentence_and_change_nothing(self, content, code, shelf, owner):
        before = catalogue()

        brought = checked(content, owner, name="renamed.xlsx")

        assert brought.state == "failed"
        kinds = {kind.code: kind for kind in ShopError.__subclasses__()}
        start = str(kinds[code].message).partition("{")[0]
        assert brought.report["failure"].startswith(start)
        assert catalogue() == before

    def test_are_stopped_by_their_unpacked_size(self, owner):
        bomb = io.BytesIO(workbook({"sku": "A"}))
        import zipfile

        with zipfile.ZipFile(bomb, "a", zipfile.ZIP_DEFLATED) as packed:
            packed.writestr("xl/big.xml", b"0" * (160 * 1024 * 1024))

        brought = checked(bomb.getvalue(), owner)

        assert brought.state == "failed"
        assert "failure" in brought.report

    def test_of_a_million_rows_are_given_up_early(self, owner):
        brought = checked(b"sku\n" + b"A\n" * 1_000_000, owner)

        assert brought.state == "failed"
        assert "20000" in brought.report["failure"]

    def test_that_are_too_large_are_not_even_kept(self, owner):
        file = ContentFile(b"x" * (sheets.MOST_BYTES + 1), "big.csv")

        with pytest.raises(sheets.SheetTooLarge):
            exchange.request_import(
                table=ExchangeTable.GOODS, file=file, pictures=None, actor_id=owner.pk
            )

        assert not CatalogExchange.objects.exists()

    def test_are_not_queued_without_end(self, owner):
        for _ in range(20):
            exchange.request_export(
                table=ExchangeTable.TAGS, file_format="csv", actor_id=owner.pk, now=now()
            )

        with pytest.raises(errors.TooManyExchanges):
            exchange.request_export(
                table=ExchangeTable.TAGS, file_format="csv", actor_id=owner.pk, now=now()
            )


class TestApply:
    def test_adds_products_packs_and_prices(self, shelf, owner):
        brought = applied(table(line(allergens="глютен; молоко"), line("NEW-2", price="")), owner)

        assert (brought.state, counts(brought)) == ("done", (2, 0, 0, 0))
        assert (brought.done, brought.total) == (2, 2)
        product = Product.objects.get(slug="pelmeni")
        assert (product.category, product.allergens) == (shelf, ["gluten", "milk"])
        packs = {pack.sku: (pack.regular_price, pack.price) for pack in product.variants.all()}
        assert packs == {"NEW-1": (Decimal(300), Decimal(250)), "NEW-2": (Decimal(300),) * 2}

    def test_lets_new_products_be_found(self, shelf, owner):
        applied(table(line()), owner)

        page = selectors.product_page(
            query=selectors_filter(search="пельмени"), page=1, page_size=10, now=now(),
            categories=selectors.shelves(),
        )  # fmt: skip
        assert [card.slug for card in page.items] == ["pelmeni"]

    def test_changes_only_what_the_table_says(self, make_product, owner):
        product = make_product("one", brand="Зима", tags=[])
        pack = product.variants.get()

        applied(table({"sku": pack.sku, "name_ru": "Новое", "max_per_order": 5}), owner)

        product.refresh_from_db()
        pack.refresh_from_db()
        assert (product.name_ru, product.brand) == ("Новое", "Зима")
        assert (pack.max_per_order, pack.price) == (5, Decimal(300))

    def test_signs_histories_and_says_why(self, make_product, owner):
        pack = make_product("one").variants.get()
        content = table({"sku": pack.sku, "price": "199", "max_per_order": 7})

        applied(content, owner, name="цены.csv")

        entry, change = pack.history.latest(), PriceChange.objects.latest("pk")
        assert (entry.history_user_id, change.actor_id) == (owner.pk, owner.pk)
        assert "цены.csv" in entry.history_change_reason
        assert "цены.csv" in change.reason
        assert (change.old_price, change.new_price) == (Decimal(300), Decimal(199))

    def test_leaves_markdown_packs_to_who_made_them(self, make_product, owner):
        pack = make_product("one").variants.get()
        cheap = services.save_variant(
            product_id=pack.product_id, sku="CHEAP-1", pack_weight_g=400,
            regular_price=Decimal(300), clearance_of_id=pack.pk, best_before=now().date(),
        )  # fmt: skip

        brought = checked(table({"sku": cheap.sku, "price": "1"}), owner)

        assert [fault["column"] for fault in brought.report["faults"]] == ["sku"]
        assert b"CHEAP-1" not in exported(owner, file_format="csv")

    def test_twice_changes_nothing_the_second_time(self, rich_shop, shelf, owner):
        content = table(line(tags="hit, new", allergens="milk"), line("NEW-2"))
        applied(content, owner)
        before = catalogue()

        again = checked(content, owner)

        assert counts(again) == (0, 0, 2, 0)
        assert not exchange.is_applicable(again)
        with pytest.raises(errors.ExchangeNotReady):
            exchange.confirm_import(exchange_id=again.pk, actor_id=owner.pk, now=now())
        assert catalogue() == before

    def test_is_all_or_nothing(self, shelf, owner, monkeypatch):
        content = table(*(line(f"NEW-{number}", f"p{number}") for number in range(5)))
        brought = checked(content, owner)
        exchange.confirm_import(exchange_id=brought.pk, actor_id=owner.pk, now=now())
        # Somebody takes the SKU between the check and the writing.
        write = running.write_goods

        def overtaken(plan, **options):
            plan.packs["NEW-4"].changes["sku"] = "NEW-1"
            write(plan, **options)

        monkeypatch.setattr(running, "write_goods", overtaken)
        before = catalogue()

        exchange.run_due_exchanges(now=now())

        brought.refresh_from_db()
        assert brought.state == "failed"
        assert [fault["row"] for fault in brought.report["faults"]] == [6]
        assert brought.report["failure"]
        assert catalogue() == before

    def test_checks_anew_and_stops_at_a_fault(self, shelf, owner):
        brought = checked(table(line()), owner)
        exchange.confirm_import(exchange_id=brought.pk, actor_id=owner.pk, now=now())
        services.remove_category(category_id=shelf.pk)

        exchange.run_due_exchanges(now=now())

        brought.refresh_from_db()
        assert (brought.state, brought.confirmed_at) == ("checked", None)
        assert [fault["column"] for fault in brought.report["faults"]] == ["category"]
        assert not Product.objects.exists()

    def test_takes_categories_in_any_order_and_moves_them(self, make_category, owner):
        make_category("top")
        make_category("inner", parent="top")
        rows = (
            {"slug": "leaf", "parent": "twig", "name_ru": "Лист", "name_en": "Leaf"},
            {"slug": "twig", "parent": "inner", "name_ru": "Ветка", "name_en": "Twig"},
            {"slug": "inner", "parent": "", "name_ru": "Внутри", "name_en": "Inner"},
            {"slug": "top", "parent": "inner", "name_ru": "Верх", "name_en": "Top"},
        )

        brought = applied(table(*rows), owner, kind=ExchangeTable.CATEGORIES)

        assert counts(brought) == (2, 2, 0, 0)
        parents = dict(Category.objects.values_list("slug", "parent__slug"))
        assert parents == {"leaf": "twig", "twig": "inner", "inner": None, "top": "inner"}

    @pytest.mark.parametrize("parent", ["self", "other", "nowhere"])
    def test_refuses_categories_in_a_circle(self, parent, owner):
        names = {"name_ru": "А", "name_en": "A"}
        rows = ({"slug": "self", "parent": parent, **names},
                {"slug": "other", "parent": "self", **names})  # fmt: skip

        brought = checked(table(*rows), owner, kind=ExchangeTable.CATEGORIES)

        assert {fault["column"] for fault in brought.report["faults"]} == {"parent"}
        assert not Category.objects.exists()

    def test_adds_and_renames_tags(self, rich_shop, owner):
        rows = ({"code": "hit", "name_ru": "бестселлер", "name_en": "hit"},
                {"code": "kids", "name_ru": "детям", "name_en": "for kids"})  # fmt: skip

        brought = applied(table(*rows), owner, kind=ExchangeTable.TAGS)

        assert counts(brought) == (1, 1, 0, 0)
        assert Tag.objects.get(code="hit").name_ru == "бестселлер"
        assert Tag.history.filter(code="hit").count() == 2


class TestPictures:
    def test_come_from_the_archive_in_their_order(self, shelf, owner):
        files = archive(a__png=picture("red"), b__jpg=picture("blue", "JPEG"))

        applied(table(line(images="b.jpg, a.png")), owner, pictures=files)

        images = ProductImage.objects.order_by("position")
        assert [image.file_name for image in images] == ["b.jpg", "a.png"]
        assert all(default_storage.exists(str(image.small.name)) for image in images)

    def test_are_the_same_when_they_come_again(self, shelf, owner):
        content, files = table(line(images="a.png")), archive(a__png=picture())
        applied(content, owner, pictures=files)
        before = catalogue()

        assert counts(checked(content, owner, pictures=files)) == (0, 0, 1, 0)
        assert counts(checked(content, owner)) == (0, 0, 1, 0)
        assert catalogue() == before

    def test_are_replaced_reordered_and_taken_down(
        self, shelf, owner, django_capture_on_commit_callbacks
    ):
        files = archive(a__png=picture("red"), b__png=picture("blue"), c__png=picture("green"))
        applied(table(line(images="a.png, b.png, c.png")), owner, pictures=files)
        old = {image.file_name: image for image in ProductImage.objects.all()}

        with django_capture_on_commit_callbacks(execute=True):
            applied(
                table(line(images="c.png, a.png")), owner, pictures=archive(a__png=picture("pink"))
            )

        images = list(ProductImage.objects.order_by("position"))
        assert [image.file_name for image in images] == ["c.png", "a.png"]
        assert images[0].pk == old["c.png"].pk
        assert images[1].digest != old["a.png"].digest
        assert not default_storage.exists(str(old["b.png"].large.name))

    def test_leave_no_file_behind_when_the_rows_are_refused(self, shelf, owner, monkeypatch):
        brought = checked(table(line(images="a.png")), owner, pictures=archive(a__png=picture()))
        exchange.confirm_import(exchange_id=brought.pk, actor_id=owner.pk, now=now())
        before = set(default_storage.listdir("products")[1])

        def refuse(*_args, **_options):
            raise running.RowRefused(2, errors.InvalidPrice())

        monkeypatch.setattr(running, "write_goods", refuse)
        exchange.run_due_exchanges(now=now())

        brought.refresh_from_db()
        assert (brought.state, brought.staged) == ("failed", [])
        assert set(default_storage.listdir("products")[1]) == before

    BAD = (
        {"a.png": b"<svg xmlns='http://www.w3.org/2000/svg'/>"},
        {"a.png": b"GIF89a" + b"\0" * 40},
        {"a.png": picture()[:60]},
        {"a.png": b""},
        {"a.png": b"\0" * (11 * 1024 * 1024)},
    )

    @pytest.mark.parametrize("files", BAD)
    def test_that_are_none_are_faults(self, files, shelf, owner):
        brought = checked(table(line(images="a.png")), owner, pictures=archive_of(files))

        assert [fault["column"] for fault in brought.report["faults"]] == ["images"]
        assert not ProductImage.objects.exists()

    ARCHIVES = (
        b"no archive at all",
        archive_of({"../../a.png": picture()}),
        archive_of({"/etc/a.png": picture()}),
        archive_of({"C:\\a.png": picture()}),
        archive_of({"one/a.png": picture(), "two/a.png": picture()}),
        archive_of({f"{number}.png": b"" for number in range(2001)}),
    )

    @pytest.mark.parametrize("files", ARCHIVES, ids=range(len(ARCHIVES)))
    def test_in_a_strange_archive_are_refused_with_it(self, files, shelf, owner):
        before = catalogue()

        brought = checked(table(line(images="a.png")), owner, pictures=files)

        assert brought.state == "failed"
        assert brought.report["failure"]
        assert catalogue() == before

    def test_that_nobody_named_are_told(self, shelf, owner):
        brought = checked(table(line()), owner, pictures=archive(spare__png=picture()))

        assert "spare.png" in brought.report["notes"][0]


class TestExport:
    @pytest.mark.parametrize("file_format", ["xlsx", "csv"])
    @pytest.mark.parametrize("language", ["ru", "en"])
    @pytest.mark.parametrize("kind", ExchangeTable)
    def test_comes_back_without_a_change(self, kind, language, file_format, rich_shop, owner):
        with translation.override(language):
            content = exported(owner, kind, file_format)

        back = checked(content, owner, kind=kind)

        assert back.report["faults"] == []
        assert back.report["changes"] == []
        assert counts(back)[2] == back.total > 1

    def test_brings_removed_goods_back(self, rich_shop, owner):
        content = exported(owner, file_format="csv")
        for product in Product.objects.all():
            services.remove_product(product_id=product.pk, now=now())

        brought = checked(content, owner)
        # Only the pictures are missing: they come in an archive.
        assert {fault["column"] for fault in brought.report["faults"]} == {"images"}
        rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))
        plain = io.StringIO()
        csv.writer(plain).writerows(row[:-1] for row in rows)
        again = applied(plain.getvalue().encode(), owner)

        assert counts(again) == (len(rows) - 1, 0, 0, 0)
        assert exported(owner, file_format="csv").count(b"\r\n") == content.count(b"\r\n")

    @pytest.mark.parametrize("file_format", ["xlsx", "csv"])
    def test_holds_no_living_formula(self, file_format, rich_shop, owner):
        content = exported(owner, file_format=file_format)

        if file_format == "csv":
            cells_ = [cell for row in content.decode("utf-8-sig").split(",") for cell in [row]]
            assert not [cell for cell in cells_ if cell.strip('"').startswith(("=", "+", "-", "@"))]
        else:
            from openpyxl import load_workbook

            sheet = load_workbook(io.BytesIO(content)).active
            assert not [
                cell.coordinate for row in sheet for cell in row if cell.data_type == "f"
            ]  # fmt: skip

    @pytest.mark.parametrize("kind", ExchangeTable)
    def test_has_an_example_that_is_fine(self, kind, make_category, owner):
        make_category("dumplings")
        content = exchange.example_bytes(table=kind, file_format="xlsx")

        brought = checked(content, owner, kind=kind)

        assert brought.report["faults"] == []
        assert brought.report["new"] >= 1


class TestRows:
    def test_only_one_can_run(self, owner):
        fields = {"kind": "export", "table": "tags", "file_name": "x", "language": "ru"}
        busy = {"state": "running", "lease": "0" * 32, "leased_until": now()}
        CatalogExchange.objects.create(**fields, **busy)

        with pytest.raises(IntegrityError), transaction.atomic():
            CatalogExchange.objects.create(**fields, **busy)

    @pytest.mark.parametrize(
        "fields",
        [{"state": "running"}, {"confirmed_at": now()}, {"done": 2, "total": 1}],
        ids=["no lease", "confirmed export", "more than all"],
    )
    def test_that_make_no_sense_are_refused(self, fields, owner):
        with pytest.raises(IntegrityError), transaction.atomic():
            CatalogExchange.objects.create(
                kind="export", table="tags", file_name="x", language="ru", **fields
            )


def selectors_filter(**fields):
    from apps.catalog.dto import ProductFilter

    return ProductFilter(**fields)
