"""Prices in the admin: set, scheduled, changed in bulk, brought as a table, undone."""

from datetime import timedelta
from decimal import Decimal
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from apps.catalog import services
from apps.catalog.models import PriceBatch, PriceChange, ScheduledPrice, Variant
from apps.core.sheets import csv_bytes
from apps.core.time import now
from tests.admin.test_goods import do, sentences
from tests.factories import VariantFactory, priced_variant

NEW = "/admin/catalog/pricebatch/new/"
IMPORT = "/admin/catalog/pricebatch/import/"
OPERATION = {"target": "regular", "move": "percent", "direction": "up", "amount": "10",
             "rounding": "none"}  # fmt: skip


@pytest.fixture
def pack(shop):
    return shop.variant


def asked(pack):
    return Variant.objects.get(pk=pack.pk).base_price


def preview(desk, **fields):
    desk.post(NEW, {**OPERATION, **fields})
    return PriceBatch.objects.latest("pk")


class TestAPack:
    def test_is_priced_with_a_reason(self, pack, owner, owner_desk):
        answer = do(
            owner_desk, pack, "price", regular_price="400", price="320.50", reason="dear flour"
        )

        change = pack.price_changes.get()
        assert (change.new_price, change.actor) == (Decimal("320.50"), owner)
        assert change.reason == "dear flour"
        assert "costs" in sentences(answer)
        page = owner_desk.get(reverse("admin:catalog_variant_change", args=(pack.pk,)))
        assert "dear flour" in page.content.decode()

    def test_says_so_when_customers_pay_something_else(self, pack, owner_desk):
        services.schedule_price(
            variant_id=pack.pk, price=Decimal(200), starts_at=now(),
            ends_at=now() + timedelta(days=1), now=now() - timedelta(minutes=1),
        )  # fmt: skip

        answer = do(owner_desk, pack, "price", regular_price="400", price="350")

        assert "Customers pay" in sentences(answer)
        assert asked(pack) == 350

    def test_is_scheduled_on_the_shops_clock_and_taken_back(self, pack, owner_desk):
        do(owner_desk, pack, "schedule", price="200", starts_at_0="2030-01-01",
           starts_at_1="10:00", ends_at_0="2030-01-02", ends_at_1="10:00")  # fmt: skip
        row = ScheduledPrice.objects.get()
        assert timezone.localtime(row.starts_at).isoformat()[:16] == "2030-01-01T10:00"

        asked_first = do(owner_desk, pack, "withdraw")
        assert asked_first.status_code == 200
        do(owner_desk, pack, "withdraw", schedule_id=str(row.public_id))

        row.refresh_from_db()
        assert row.withdrawn_at is not None
        assert "withdraw" not in [d.name for d, _url in owner_desk.get(
            reverse("admin:catalog_variant_change", args=(pack.pk,))).context["deeds"]]  # fmt: skip

    @pytest.mark.parametrize(
        "fields",
        [
            {"price": "0"},
            {"price": "-1"},
            {"price": "1.234"},
            {"price": "NaN"},
            {"price": "1e12"},
            {"starts_at_0": "2020-01-01"},
            {"starts_at_0": "2031-02-30"},
            {"ends_at_0": "2029-01-01", "ends_at_1": "10:00"},
            {"price": "301", "ends_at_0": "2031-01-01", "ends_at_1": "10:00"},
        ],
    )
    def test_is_not_scheduled_by_nonsense(self, pack, owner_desk, fields):
        given = {"price": "200", "starts_at_0": "2030-01-01", "starts_at_1": "10:00", **fields}

        answer = do(owner_desk, pack, "schedule", **given)

        assert answer.context["form"].errors
        assert not ScheduledPrice.objects.exists()

    @pytest.mark.parametrize("day", ["2030-03-31", "2030-10-27"])
    def test_refuses_an_hour_that_is_not_or_is_twice(self, pack, owner_desk, settings, day):
        settings.TIME_ZONE = settings.SHOP_TIME_ZONE = "Europe/Berlin"

        answer = do(owner_desk, pack, "schedule", price="200", starts_at_0=day, starts_at_1="02:30")

        assert "may be ambiguous" in str(answer.context["form"].errors["starts_at"])
        assert not ScheduledPrice.objects.exists()

    def test_takes_that_hour_where_no_clock_is_changed(self, pack, owner_desk, settings):
        settings.TIME_ZONE = settings.SHOP_TIME_ZONE = "Europe/Moscow"

        do(owner_desk, pack, "schedule", price="200", starts_at_0="2030-03-31",
           starts_at_1="02:30")  # fmt: skip

        assert ScheduledPrice.objects.get().starts_at.isoformat() == "2030-03-30T23:30:00+00:00"

    def test_shows_its_past_as_a_picture(self, owner_desk):
        pack = priced_variant(now=now())
        services.set_price(variant_id=pack.pk, price=Decimal(270), now=now())

        page = owner_desk.get(reverse("admin:catalog_variant_change", args=(pack.pk,)))

        body = page.content.decode()
        assert "<svg viewBox" in body
        assert "280" in body

    @pytest.mark.parametrize(("role", "sees"), [("marketing", True), ("warehouse", False),
                                                ("support", False)])  # fmt: skip
    def test_shows_its_history_to_some(self, pack, desk, role, sees):
        services.set_price(variant_id=pack.pk, price=Decimal(270), now=now(), reason="market day")

        client = desk(role)
        page = client.get(reverse("admin:catalog_variant_change", args=(pack.pk,)))

        assert ("market day" in page.content.decode()) is sees
        assert client.get("/admin/catalog/pricechange/").status_code == (200 if sees else 403)
        assert client.get("/admin/catalog/scheduledprice/").status_code == (200 if sees else 403)
        assert client.get("/admin/catalog/pricebatch/").status_code == 403


class TestAScheduledPrice:
    def test_is_withdrawn_on_its_own_page(self, owner_desk):
        priced_variant(now=now())
        row = ScheduledPrice.objects.get()

        answer = do(owner_desk, row, "withdraw")

        row.refresh_from_db()
        assert row.withdrawn_at is not None
        assert "withdrawn" in sentences(answer)

    def test_is_only_looked_at_by_marketing(self, desk):
        priced_variant(now=now())
        row = ScheduledPrice.objects.get()

        do(desk("marketing"), row, "withdraw")

        row.refresh_from_db()
        assert row.withdrawn_at is None


class TestChangingPrices:
    def test_goes_from_the_choice_over_the_preview_to_the_undo(self, pack, owner, owner_desk):
        answer = owner_desk.post(
            NEW, {**OPERATION, "search": pack.sku, "rounding": "nine", "reason": "autumn"}
        )
        batch = PriceBatch.objects.get()
        assert answer.url == reverse("admin:catalog_pricebatch_change", args=(batch.pk,))
        body = owner_desk.get(answer.url).content.decode()
        assert pack.sku in body
        assert "329" in body
        assert asked(pack) == 300

        state = f"draft {batch.created_at.isoformat()}"
        done = do(owner_desk, batch, "apply", state=state)
        assert asked(pack) == 329
        assert "1 price is changed" in sentences(done)
        undone = do(owner_desk, batch, "undo", state=f"applied {batch.created_at.isoformat()}")

        assert asked(pack) == 300
        assert "as it was" in sentences(undone)
        assert set(PriceChange.objects.values_list("kind", "actor")) == {
            ("bulk", owner.pk), ("undo", owner.pk),
        }  # fmt: skip

    def test_begins_with_the_packs_that_were_ticked(self, pack, owner_desk):
        other = VariantFactory()
        page = owner_desk.post(
            "/admin/catalog/variant/",
            {"action": "change_selected", "_selected_action": [other.pk]},
        )
        assert page.context["form"].selected_count == 1

        batch = preview(owner_desk, selected=page.context["form"]["selected"].value())

        assert [line.variant_id for line in batch.lines.all()] == [other.pk]

    def test_does_what_the_preview_showed_or_says_what_changed(self, pack, owner_desk):
        batch = preview(owner_desk, search=pack.sku)
        services.set_price(variant_id=pack.pk, price=Decimal(290), now=now())
        state = f"draft {batch.created_at.isoformat()}"

        refused = do(owner_desk, batch, "apply", state=state)

        assert pack.sku in str(refused.context["form"].non_field_errors())
        assert asked(pack) == 290
        do(owner_desk, batch, "again", state=state)
        late = do(owner_desk, batch, "apply", state=state)
        assert "can't be done any more" in sentences(late)
        assert asked(pack) == 290
        batch.refresh_from_db()
        do(owner_desk, batch, "apply", state=f"draft {batch.created_at.isoformat()}")
        assert asked(pack) == 290
        assert Variant.objects.get(pk=pack.pk).regular_price == 330

    def test_offers_no_button_for_packs_without_a_price(self, pack, owner_desk):
        batch = preview(owner_desk, search=pack.sku, move="amount", direction="down", amount="300")

        page = owner_desk.get(reverse("admin:catalog_pricebatch_change", args=(batch.pk,)))

        assert [deed.name for deed, _url in page.context["deeds"]] == ["again", "discard"]
        assert "would have no price" in page.content.decode()

    def test_warns_of_a_price_below_the_cost(self, pack, shop, owner_desk):
        type(shop.lot).objects.filter(pk=shop.lot.pk).update(cost=Decimal(290))

        batch = preview(owner_desk, search=pack.sku, direction="down")

        page = owner_desk.get(reverse("admin:catalog_pricebatch_change", args=(batch.pk,)))
        assert "below its cost" in page.content.decode()
        assert batch.lines.get().margin_percent < 0

    def test_is_given_up(self, pack, owner_desk):
        batch = preview(owner_desk)

        answer = do(owner_desk, batch, "discard", state=f"draft {batch.created_at.isoformat()}")

        assert answer.redirect_chain[-1][0] == "/admin/catalog/pricebatch/"
        assert not PriceBatch.objects.exists()

    @pytest.mark.parametrize(
        "fields",
        [
            {"amount": ""}, {"amount": "0"}, {"amount": "-5"}, {"amount": "NaN"},
            {"amount": "1.234"}, {"amount": "1001"}, {"amount": "1e12"}, {"target": "all"},
            {"search": "no such pack"}, {"category": "nowhere"}, {"selected": "1;drop"},
            {"selected": "9" * 40}, {"price_min": "-1"},
        ],
    )  # fmt: skip
    def test_repeats_the_form_for_nonsense(self, pack, owner_desk, fields):
        answer = owner_desk.post(NEW, {**OPERATION, **fields})

        assert answer.status_code == 200
        assert answer.context["form"].errors
        assert not PriceBatch.objects.exists()

    def test_shows_a_hundred_lines_a_page_with_few_queries(
        self, pack, owner_desk, django_assert_max_num_queries
    ):
        for _ in range(130):
            VariantFactory(product=pack.product)
        batch = preview(owner_desk)
        address = reverse("admin:catalog_pricebatch_change", args=(batch.pk,))

        with django_assert_max_num_queries(25):
            page = owner_desk.get(address)

        assert len(page.context["lines"]) == 100
        assert len(owner_desk.get(f"{address}?page=2").context["lines"]) == 31

    @pytest.mark.parametrize("role", ["marketing", "warehouse", "courier", "support"])
    def test_is_not_for_everybody(self, pack, desk, role):
        client = desk(role)

        answers = [
            client.get(NEW), client.post(NEW, OPERATION), client.get(IMPORT),
            client.get("/admin/catalog/pricebatch/table/"),
        ]  # fmt: skip

        assert {answer.status_code for answer in answers} == {403}
        assert not PriceBatch.objects.exists()


class TestATable:
    def bring(self, desk, *rows, name="prices.csv"):
        content = csv_bytes(("sku", "price", "regular_price", "from", "until"), rows)
        return desk.post(IMPORT, {"file": SimpleUploadedFile(name, content), "reason": "supplier"})

    def test_becomes_a_preview(self, pack, owner_desk):
        answer = self.bring(owner_desk, (pack.sku, "350", "", "", ""))

        batch = PriceBatch.objects.get()
        assert answer.url == reverse("admin:catalog_pricebatch_change", args=(batch.pk,))
        assert "prices.csv" in owner_desk.get(answer.url).content.decode()
        assert asked(pack) == 300
        do(owner_desk, batch, "apply", state=f"draft {batch.created_at.isoformat()}")
        assert asked(pack) == 350

    def test_is_refused_row_by_row(self, pack, owner_desk):
        answer = self.bring(
            owner_desk, (pack.sku, "350", "", "", ""), ("<b>NO</b>", "1", "", "", "")
        )

        assert answer.status_code == 200
        (problem,) = answer.context["problems"]
        assert (problem.row, problem.sku) == (3, "<B>NO</B>")
        assert "<B>NO</B>" not in answer.content.decode()
        assert not PriceBatch.objects.exists()

    def test_is_refused_when_it_is_none(self, pack, owner_desk):
        for content in (b"\x00\x01\x02", b"sku;price\n", "артикул;цена".encode("cp1251")):
            answer = owner_desk.post(IMPORT, {"file": SimpleUploadedFile("x.csv", content)})
            assert answer.context["form"].errors["file"]
        assert owner_desk.post(IMPORT, {}).context["form"].errors["file"]

        assert not PriceBatch.objects.exists()

    def test_is_given_out_and_comes_back_unchanged(self, pack, owner_desk):
        given = owner_desk.get("/admin/catalog/pricebatch/table/")
        rows = list(load_workbook(BytesIO(given.content)).active.values)
        assert rows[0][:4] == ("sku", "name", "price", "regular_price")
        assert rows[1][0] == pack.sku

        answer = owner_desk.post(IMPORT, {"file": SimpleUploadedFile("p.xlsx", given.content)})

        assert "No price would change" in str(answer.context["form"].errors["file"])
