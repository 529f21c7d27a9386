"""Goods in the admin: received, counted, priced, described; every change by a service."""

from datetime import timedelta
from decimal import Decimal
from io import BytesIO

import pytest
from django.contrib import admin
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from apps.catalog.models import Category, Product, Tag, Variant
from apps.core.time import shop_date
from apps.inventory.dto import LotStatus
from apps.inventory.models import Lot, StockLevel, StockMovement
from tests.factories import CategoryFactory
from tests.factories.marketing import proposed


def do(desk, record, deed, **fields):
    """Press a button on a record's page as it stands, and follow where it leads."""
    meta = record._meta
    name = f"admin:{meta.app_label}_{meta.model_name}_do"
    state = {"state": admin.site._registry[type(record)].state_of(record)}
    return desk.post(reverse(name, args=(record.pk, deed)), {**state, **fields}, follow=True)


def sentences(answer):
    return " ".join(str(message) for message in answer.context["messages"])


class TestReceiving:
    ADD = "/admin/inventory/lot/add/"

    def delivery(self, shop, **fields):
        today = shop_date(shop.now)
        return {
            "variant": shop.variant.pk, "code": "NEW-1", "received": "12",
            "made_on": (today - timedelta(days=3)).isoformat(),
            "expires_on": (today + timedelta(days=200)).isoformat(),
            "supplier": "Moroz", "cost": "99.50", "reason": "note 17",
            "_movements-TOTAL_FORMS": 0, **fields,
        }  # fmt: skip

    def test_puts_units_on_the_shelf_with_who_and_why(self, shop, desk):
        before = StockLevel.objects.get(variant=shop.variant).on_hand

        answer = desk("warehouse").post(self.ADD, self.delivery(shop))

        assert answer.status_code == 302
        lot = Lot.objects.get(code="NEW-1")
        assert (lot.remaining, lot.cost) == (12, Decimal("99.50"))
        assert StockLevel.objects.get(variant=shop.variant).on_hand == before + 12
        movement = StockMovement.objects.get(lot=lot)
        assert (movement.quantity, movement.reason) == (12, "note 17")
        assert movement.actor.groups.get().name == "warehouse"

    def test_repeats_the_form_with_the_refusal(self, shop, owner_desk):
        tomorrow = (shop_date(shop.now) + timedelta(days=1)).isoformat()

        answer = owner_desk.post(self.ADD, self.delivery(shop, made_on=tomorrow))

        assert answer.status_code == 200
        assert "a past day of making" in answer.content.decode()
        assert "NEW-1" in answer.content.decode()
        assert not Lot.objects.filter(code="NEW-1").exists()

    def test_refuses_the_same_code_twice(self, shop, owner_desk):
        answer = owner_desk.post(self.ADD, self.delivery(shop, code=shop.lot.code))

        assert answer.status_code == 200
        assert Lot.objects.filter(code=shop.lot.code).count() == 1


class TestALot:
    def test_is_counted_anew(self, shop, owner_desk):
        answer = do(owner_desk, shop.lot, "count", counted="20", reason="stocktake")

        shop.lot.refresh_from_db()
        assert shop.lot.remaining == 20
        assert "holds 20" in sentences(answer)

    def test_is_written_off_no_further_than_it_holds(self, shop, owner_desk):
        answer = do(owner_desk, shop.lot, "write-off", quantity="500", reason_code="thawed")

        shop.lot.refresh_from_db()
        assert shop.lot.remaining == 29
        assert answer.context["form"].non_field_errors()

    @pytest.mark.parametrize("quantity", ["0", "-1", "1.5", "1_0", "9223372036854775808", ""])
    def test_is_not_written_off_by_nonsense(self, shop, owner_desk, quantity):
        answer = do(owner_desk, shop.lot, "write-off", quantity=quantity, reason_code="thawed")

        shop.lot.refresh_from_db()
        assert answer.status_code == 200
        assert shop.lot.remaining == 29

    def test_goes_aside_and_back(self, shop, owner_desk):
        do(owner_desk, shop.lot, "quarantine", reason="smells")
        shop.lot.refresh_from_db()
        assert shop.lot.status == LotStatus.QUARANTINED

        do(owner_desk, shop.lot, "release", reason="lab says fine")
        shop.lot.refresh_from_db()
        assert shop.lot.status == LotStatus.OK

    def test_is_only_looked_at_by_marketing(self, shop, desk):
        answer = do(desk("marketing"), shop.lot, "count", counted="1", reason="x")

        shop.lot.refresh_from_db()
        assert answer.status_code == 403
        assert shop.lot.remaining == 29


class TestCosts:
    @pytest.mark.parametrize(("role", "is_told"), [("warehouse", True), ("marketing", False)])
    def test_of_a_lot_and_its_supplier_are_known_to_some(self, shop, desk, role, is_told):
        lot = Lot.objects.get(pk=shop.lot.pk)
        Lot.objects.filter(pk=lot.pk).update(supplier="Moroz", cost="123.45")
        client, listing = desk(role), reverse("admin:inventory_lot_changelist")

        page = client.get(reverse("admin:inventory_lot_change", args=(lot.pk,))).content.decode()
        rows = client.get(listing).content.decode()
        found = client.get(listing, {"q": "moroz"}).context["cl"].result_count
        history = client.get(reverse("admin:inventory_lot_history", args=(lot.pk,)))

        assert lot.code in page
        assert [text in page for text in ("123.45", "Moroz", "/history/")] == [is_told] * 3
        assert ("Moroz" in rows, found) == (is_told, int(is_told))
        assert history.status_code == (200 if is_told else 403)

    @pytest.mark.parametrize(("role", "is_told"), [("warehouse", True), ("marketing", False)])
    def test_stay_behind_the_losses_of_markdowns(self, shop, desk, role, is_told):
        proposal = proposed()
        client = desk(role)

        pages = [
            client.get("/admin/marketing/markdownproposal/"),
            client.get(reverse("admin:marketing_markdownproposal_change", args=(proposal.pk,))),
        ]

        assert [page.status_code for page in pages] == [200, 200]
        assert ["xpected loss" in page.content.decode() for page in pages] == [is_told] * 2
        assert ("at risk" in client.get("/admin/").content.decode()) == is_told


class TestTheThreshold:
    def test_is_all_that_a_stock_level_lets_be_changed(self, shop, owner_desk):
        level = StockLevel.objects.get(variant=shop.variant)
        address = reverse("admin:inventory_stocklevel_change", args=(level.pk,))

        owner_desk.post(address, {"low_threshold": "50", "on_hand": "9999", "reserved": "0"})

        level.refresh_from_db()
        shop.variant.refresh_from_db()
        assert (level.low_threshold, level.on_hand) == (50, 29)
        assert shop.variant.availability == "few"


def picture():
    file = BytesIO()
    Image.new("RGB", (700, 700), "navy").save(file, "JPEG")
    return SimpleUploadedFile("pelmeni.jpg", file.getvalue(), content_type="image/jpeg")


def product_form(category, **fields):
    return {
        "name_ru": "Манты", "name_en": "Manty", "slug": "manty", "category": category.pk,
        "brand": "", "is_active": "on", "description_ru": "", "description_en": "",
        "composition_ru": "", "composition_en": "", "allergens": ["gluten"],
        "kcal": "220", "protein_g": "", "fat_g": "", "carbs_g": "", "storage_class": "frozen",
        "shelf_life_days": "180", "minimum_remaining_days": "14",
        "variants-TOTAL_FORMS": "0", "variants-INITIAL_FORMS": "0",
        "images-TOTAL_FORMS": "0", "images-INITIAL_FORMS": "0", **fields,
    }  # fmt: skip


class TestAProduct:
    ADD = "/admin/catalog/product/add/"

    def test_is_added_with_its_pack_and_picture(self, shop, owner, owner_desk):
        tag = Tag.objects.get(code="vegan")
        answer = owner_desk.post(
            self.ADD,
            product_form(
                CategoryFactory(), tags=[tag.pk],
                **{
                    "variants-TOTAL_FORMS": "1", "variants-0-sku": "MANTY-900",
                    "variants-0-pack_weight_g": "900", "variants-0-regular_price": "450",
                    "variants-0-base_price": "", "variants-0-max_per_order": "10",
                    "variants-0-is_active": "on",
                    "images-TOTAL_FORMS": "1", "images-0-picture": picture(),
                    "images-0-alt_ru": "Манты", "images-0-alt_en": "Manty",
                },
            ),
        )  # fmt: skip

        assert answer.status_code == 302
        product = Product.objects.get(slug="manty")
        variant = product.variants.get()
        assert (variant.sku, variant.price) == ("MANTY-900", Decimal("450.00"))
        assert product.allergens == ["gluten"]
        assert list(product.tags.all()) == [tag]
        assert product.search_text
        assert product.images.get().large.name.endswith(".webp")
        assert product.history.first().history_user == owner

    def test_keeps_the_form_when_the_slug_is_taken(self, shop, owner_desk):
        taken = shop.variant.product.slug

        answer = owner_desk.post(self.ADD, product_form(CategoryFactory(), slug=taken))

        assert answer.status_code == 200
        assert "Manty" in answer.content.decode()
        assert Product.objects.filter(slug=taken).count() == 1

    def test_refuses_a_file_that_is_no_picture(self, shop, owner_desk):
        fake = SimpleUploadedFile("x.jpg", b"GIF89a not a picture", content_type="image/jpeg")
        fields = {"images-TOTAL_FORMS": "1", "images-0-picture": fake,
                  "images-0-alt_ru": "", "images-0-alt_en": ""}  # fmt: skip

        answer = owner_desk.post(self.ADD, product_form(CategoryFactory(), **fields))

        assert answer.status_code == 200
        assert "JPEG, PNG or WebP" in answer.content.decode()
        assert not Product.objects.filter(slug="manty").exists()

    def test_is_changed_field_by_field_with_a_history(self, shop, owner_desk):
        product = shop.variant.product
        address = reverse("admin:catalog_product_change", args=(product.pk,))
        fields = {"name_ru": "Пельмени", "name_en": "Renamed", "slug": product.slug}

        answer = owner_desk.post(
            address,
            product_form(
                product.category, **fields,
                **{
                    "variants-TOTAL_FORMS": "1", "variants-INITIAL_FORMS": "1",
                    "variants-0-id": shop.variant.pk, "variants-0-product": product.pk,
                    "variants-0-sku": shop.variant.sku, "variants-0-pack_weight_g": "800",
                    "variants-0-regular_price": "300", "variants-0-base_price": "250",
                    "variants-0-max_per_order": "20", "variants-0-is_active": "on",
                },
            ),
        )  # fmt: skip

        assert answer.status_code == 302
        product.refresh_from_db()
        shop.variant.refresh_from_db()
        assert product.name_en == "Renamed"
        assert shop.variant.price == Decimal("250.00")
        history = owner_desk.get(f"/admin/catalog/product/{product.pk}/history/")
        assert "Renamed" in history.content.decode()

    def test_leaves_the_shop_but_not_the_books(self, shop, owner_desk):
        product = shop.variant.product

        do(owner_desk, product, "remove")

        product.refresh_from_db()
        assert product.deleted_at is not None
        assert shop.order.lines.exists()
        again = do(owner_desk, product, "remove")
        assert "can't be done any more" in sentences(again)

    def test_is_hidden_from_the_list(self, shop, owner_desk):
        product = shop.variant.product

        owner_desk.post(
            "/admin/catalog/product/",
            {"action": "hide_selected", "_selected_action": [product.pk]},
        )

        product.refresh_from_db()
        assert not product.is_active


class TestAPrice:
    def test_is_set_now(self, shop, owner_desk):
        do(owner_desk, shop.variant, "price", regular_price="400", price="320.50")

        shop.variant.refresh_from_db()
        assert (shop.variant.regular_price, shop.variant.price) == (400, Decimal("320.50"))

    @pytest.mark.parametrize("price", ["0", "-5", "401", "NaN", "1e9", "1.234"])
    def test_is_refused_above_the_regular_one_or_as_nonsense(self, shop, owner_desk, price):
        answer = do(owner_desk, shop.variant, "price", regular_price="400", price=price)

        shop.variant.refresh_from_db()
        assert answer.status_code == 200
        assert answer.context["form"].errors
        assert shop.variant.price == 300

    def test_is_scheduled(self, shop, owner_desk):
        do(owner_desk, shop.variant, "schedule", price="200",
           starts_at_0="2030-01-01", starts_at_1="10:00")  # fmt: skip

        shop.variant.refresh_from_db()
        assert shop.variant.price_steps == [200]

    def test_is_not_support_s_to_set(self, shop, desk):
        answer = do(desk("support"), shop.variant, "price", regular_price="1", price="1")

        shop.variant.refresh_from_db()
        assert answer.status_code == 403
        assert shop.variant.price == 300


class TestShelves:
    def test_stand_in_the_order_of_the_tree(self, shop, owner_desk):
        first = CategoryFactory(position=1, name_en="First")
        CategoryFactory(position=2, name_en="Last")
        CategoryFactory(parent=first, name_en="Inside", position=9)

        rows = owner_desk.get("/admin/catalog/category/").context["cl"].result_list

        names = [row.name for row in rows]
        assert names.index("Inside") == names.index("First") + 1
        assert names.index("Last") > names.index("Inside")

    def test_can_not_stand_on_themselves(self, shop, owner_desk):
        shelf = CategoryFactory()
        below = CategoryFactory(parent=shelf)
        address = reverse("admin:catalog_category_change", args=(shelf.pk,))

        answer = owner_desk.post(
            address,
            {"parent": below.pk, "name_ru": "а", "name_en": "a", "slug": shelf.slug,
             "emoji": "", "position": "0", "is_active": "on"},
        )  # fmt: skip

        shelf.refresh_from_db()
        assert answer.status_code == 200
        assert shelf.parent is None

    def test_are_removed_only_when_empty(self, shop, owner_desk):
        full, empty = shop.variant.product.category, CategoryFactory()

        for shelf in (full, empty):
            address = reverse("admin:catalog_category_delete", args=(shelf.pk,))
            owner_desk.post(address, {"post": "yes"})

        assert Category.objects.filter(pk=full.pk).exists()
        assert not Category.objects.filter(pk=empty.pk).exists()


class TestPacksToChooseFrom:
    def test_leave_out_what_was_removed(self, shop, owner_desk):
        query = {"app_label": "inventory", "model_name": "lot", "field_name": "variant",
                 "term": shop.variant.sku}  # fmt: skip
        assert owner_desk.get("/admin/autocomplete/", query).json()["results"]

        do(owner_desk, shop.variant, "remove")

        assert not owner_desk.get("/admin/autocomplete/", query).json()["results"]
        assert Variant.objects.filter(pk=shop.variant.pk).exists()
