"""The demo shop's data, judged as a shopper and a loader would: no database, files only."""

import json
import re
from decimal import Decimal
from pathlib import Path

import pytest
from PIL import Image

DEMO = Path(__file__).parents[2] / "apps" / "catalog" / "demo"
PICTURES = DEMO / "pictures"
ASSORTMENT = json.loads((DEMO / "assortment.json").read_text(encoding="utf-8"))
PEOPLE = json.loads((DEMO / "people.json").read_text(encoding="utf-8"))
RECIPES = json.loads((DEMO / "recipes.json").read_text(encoding="utf-8"))

PRODUCTS = ASSORTMENT["products"]
VARIANTS = [variant for product in PRODUCTS for variant in product["variants"]]
TEXTS = ("name", "description", "composition")
ANIMAL = {"milk", "eggs", "fish", "crustaceans", "molluscs"}
ALLERGENS = ANIMAL | {
    "gluten", "soy", "nuts", "peanuts", "sesame", "celery", "mustard", "lupin", "sulphites",
}  # fmt: skip
GIVEAWAYS = {
    "wheat flour": "gluten", "rye flour": "gluten", "egg": "eggs", "butter": "milk",
    "cream": "milk", "curd cheese": "milk", "sesame": "sesame", "mustard": "mustard",
    "celer": "celery", "(fish)": "fish", "mollusc": "molluscs", "shrimp": "crustaceans",
    "almond": "nuts", "pistachio": "nuts", "soy": "soy", "sulphite": "sulphites",
}  # fmt: skip
ROLES = {"owner", "manager", "warehouse", "courier", "marketing", "support"}
SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
CYRILLIC = re.compile(r"[А-Яа-яЁё]")
KEYS = {
    "slug", "category", "name_ru", "name_en", "description_ru", "description_en", "composition_ru",
    "composition_en", "brand", "allergens", "tags", "kcal", "protein_g", "fat_g", "carbs_g",
    "storage_class", "shelf_life_days", "picture", "variants",
}  # fmt: skip
VARIANT_KEYS = {
    "sku", "barcode", "sold_by", "pack_weight_g", "box_volume_ml", "price", "max_per_order",
}  # fmt: skip

each_product = pytest.mark.parametrize("product", PRODUCTS, ids=lambda p: p["slug"])
each_variant = pytest.mark.parametrize("variant", VARIANTS, ids=lambda v: v["sku"])


def walk(categories):
    for category in categories:
        yield category
        yield from walk(category["children"])


def unique(values):
    values = list(values)
    return len(values) == len(set(values))


class TestCategories:
    def test_are_a_tree_of_ten_with_unique_slugs(self):
        everything = list(walk(ASSORTMENT["categories"]))

        assert len(ASSORTMENT["categories"]) == 10
        assert len(everything) > 10
        assert unique(category["slug"] for category in everything)
        assert all(SLUG.fullmatch(category["slug"]) for category in everything)

    def test_are_named_in_both_languages(self):
        for category in walk(ASSORTMENT["categories"]):
            assert CYRILLIC.search(category["name_ru"])
            assert category["name_en"]
            assert not CYRILLIC.search(category["name_en"])
            assert category["emoji"]

    def test_are_numbered_in_order_among_siblings(self):
        for siblings in [ASSORTMENT["categories"]] + [
            category["children"] for category in walk(ASSORTMENT["categories"])
        ]:
            assert [c["position"] for c in siblings] == list(range(1, len(siblings) + 1))

    def test_leave_no_shelf_empty(self):
        filled = {product["category"] for product in PRODUCTS}
        leaves = {c["slug"] for c in walk(ASSORTMENT["categories"]) if not c["children"]}

        assert filled == leaves


class TestTags:
    def test_are_unique_and_all_in_use(self):
        codes = [tag["code"] for tag in ASSORTMENT["tags"]]

        assert unique(codes)
        assert set(codes) == {code for product in PRODUCTS for code in product["tags"]}

    def test_are_named_in_both_languages(self):
        for tag in ASSORTMENT["tags"]:
            assert CYRILLIC.search(tag["name_ru"])
            assert tag["name_en"]
            assert not CYRILLIC.search(tag["name_en"])


class TestAssortment:
    def test_is_a_whole_shop(self):
        assert len(PRODUCTS) >= 64
        assert sum(any(v["sold_by"] == "weight" for v in p["variants"]) for p in PRODUCTS) >= 4

    @pytest.mark.parametrize("key", ["slug", "name_ru", "name_en", "picture"])
    def test_names_each_product_once(self, key):
        assert unique(product[key] for product in PRODUCTS)

    @pytest.mark.parametrize("key", ["sku", "barcode"])
    def test_numbers_each_variant_once(self, key):
        assert unique(variant[key] for variant in VARIANTS)


class TestProduct:
    @each_product
    def test_has_every_field_and_no_other(self, product):
        assert set(product) == KEYS
        assert SLUG.fullmatch(product["slug"])
        assert product["brand"]
        assert product["storage_class"] in {"frozen", "deep_frozen"}
        assert 90 <= product["shelf_life_days"] <= 540
        assert 1 <= len(product["variants"]) <= 3

    @each_product
    def test_speaks_both_languages(self, product):
        for text in TEXTS:
            russian, english = product[f"{text}_ru"], product[f"{text}_en"]
            assert CYRILLIC.search(russian)
            assert english
            assert not CYRILLIC.search(english)
            assert russian == russian.strip()
            assert english == english.strip()
        for language in ("ru", "en"):
            assert 2 <= len(re.findall(r"[.!?](?:\s|$)", product[f"description_{language}"])) <= 4

    @each_product
    def test_counts_its_calories_right(self, product):
        computed = 4 * product["protein_g"] + 9 * product["fat_g"] + 4 * product["carbs_g"]

        assert product["kcal"] == pytest.approx(computed, rel=0.12)
        assert product["protein_g"] + product["fat_g"] + product["carbs_g"] < 100

    @each_product
    def test_promises_nothing_its_allergens_deny(self, product):
        allergens, tags = set(product["allergens"]), set(product["tags"])

        assert allergens <= ALLERGENS
        assert len(product["allergens"]) == len(allergens)
        assert not ("gluten_free" in tags and "gluten" in allergens)
        assert not ("vegan" in tags and allergens & ANIMAL)
        assert not ("vegetarian" in tags and allergens & {"fish", "crustaceans", "molluscs"})
        assert "vegan" not in tags or "vegetarian" in tags
        assert "protein" not in tags or product["protein_g"] * 4 >= product["kcal"] * 0.15

    @each_product
    def test_declares_the_allergens_in_its_composition(self, product):
        composition = product["composition_en"].lower()
        named = {allergen for word, allergen in GIVEAWAYS.items() if word in composition}

        assert named <= set(product["allergens"])

    @each_product
    def test_grows_cheaper_by_the_kilogram_in_bigger_packs(self, product):
        per_kilogram = [Decimal(v["price"]) / v["pack_weight_g"] for v in product["variants"]]
        weights = [variant["pack_weight_g"] for variant in product["variants"]]

        assert weights == sorted(set(weights))
        assert per_kilogram == sorted(per_kilogram, reverse=True)


class TestVariant:
    @each_variant
    def test_has_plausible_fields(self, variant):
        assert set(variant) == VARIANT_KEYS
        assert re.fullmatch(r"[A-Z]{3}-[A-Z]{3}-\d+", variant["sku"])
        assert variant["sold_by"] in {"unit", "weight"}
        assert re.fullmatch(r"[1-9]\d{1,4}\.\d\d", variant["price"])
        assert 5 <= variant["max_per_order"] <= 30
        assert 1 <= variant["box_volume_ml"] / variant["pack_weight_g"] <= 7

    @pytest.mark.parametrize(
        "variant", [v for v in VARIANTS if v["sold_by"] == "weight"], ids=lambda v: v["sku"]
    )
    def test_by_weight_costs_whole_roubles_a_kilogram(self, variant):
        assert Decimal(variant["price"]) * 1000 % variant["pack_weight_g"] == 0

    @each_variant
    def test_carries_an_in_store_ean_with_a_true_check_digit(self, variant):
        digits = [int(digit) for digit in variant["barcode"]]

        assert re.fullmatch(r"2\d{12}", variant["barcode"])
        assert sum(digits[0::2] + [3 * digit for digit in digits[1::2]]) % 10 == 0


class TestPictures:
    @each_product
    def test_decode_square_and_light(self, product):
        path = PICTURES / product["picture"]

        with Image.open(path) as picture:
            picture.load()

        assert (picture.format, picture.size) == ("WEBP", (1200, 1200))
        assert path.stat().st_size <= 70_000

    def test_are_all_in_use_and_within_the_budget(self):
        files = list(PICTURES.glob("*.webp"))

        assert {path.name for path in files} == {product["picture"] for product in PRODUCTS}
        assert sum(path.stat().st_size for path in files) <= 4_500_000

    def test_differ_from_each_other(self):
        assert unique(path.read_bytes() for path in PICTURES.glob("*.webp"))

    def test_keep_the_licence_of_their_artwork(self):
        assert "Permission is hereby granted" in (PICTURES / "LICENCE.md").read_text()

    def test_have_a_recipe_each_of_known_pieces(self):
        scenes, pieces = RECIPES["scenes"], RECIPES["pieces"]

        assert set(scenes) == {product["slug"] for product in PRODUCTS}
        for scene in scenes.values():
            assert set(scene["heap"]) | {accent[0] for accent in scene["accents"]} <= set(pieces)
            assert scene["room"] in RECIPES["colours"]


class TestCustomers:
    def test_are_thirty_in_two_languages(self):
        languages = [customer["language"] for customer in PEOPLE["customers"]]

        assert (languages.count("ru"), languages.count("en")) == (22, 8)

    @pytest.mark.parametrize("key", ["telegram_id", "phone"])
    def test_are_told_apart(self, key):
        assert unique(customer[key] for customer in PEOPLE["customers"])

    @pytest.mark.parametrize("customer", PEOPLE["customers"], ids=lambda c: str(c["telegram_id"]))
    def test_can_be_delivered_to(self, customer):
        address = customer["address"]
        north = (float(address["latitude"]) - 55.75) / 0.155
        east = (float(address["longitude"]) - 37.62) / 0.215

        assert re.fullmatch(r"\+7900\d{7}", customer["phone"])
        assert customer["telegram_id"] >= 710_000_001
        assert all(address[key] for key in ("city", "street", "house", "flat", "entrance", "floor"))
        # The ring road is near enough an ellipse around the Kremlin.
        assert north**2 + east**2 < 1
        assert bool(CYRILLIC.search(address["street"])) == (customer["language"] == "ru")


class TestStaff:
    def test_fill_every_role(self):
        assert {person["role"] for person in PEOPLE["staff"]} == ROLES
        assert len(PEOPLE["staff"]) == 7
        assert unique(person["username"] for person in PEOPLE["staff"])
