"""The catalogue over HTTP."""

import io
from datetime import timedelta
from decimal import Decimal
from urllib.parse import quote

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image
from rest_framework import serializers

from apps.catalog import selectors, services
from apps.catalog.api import serializers as shapes
from apps.catalog.api import views
from apps.catalog.models import Product, Tag
from apps.core.time import now as present
from tests.factories import ProductFactory, VariantFactory

PRODUCTS = "/api/v1/catalog/products/"
CATEGORIES = "/api/v1/catalog/categories/"
VARIANTS = "/api/v1/catalog/variants/"


def shape_of(serializer, value):
    """Hold an answer to its declared serializer: the same fields, all the way down."""
    if isinstance(serializer, serializers.ListSerializer):
        for item in value:
            shape_of(serializer.child, item)
    elif isinstance(serializer, serializers.Serializer) and value is not None:
        assert set(value) == set(serializer.fields)
        for name, field in serializer.fields.items():
            shape_of(field, value[name])
    elif isinstance(serializer, serializers.DecimalField) and value is not None:
        assert serializer.to_representation(Decimal(value)) == value
    elif isinstance(serializer, serializers.ChoiceField):
        assert value in serializer.choices


def png():
    buffer = io.BytesIO()
    Image.new("RGB", (300, 300), "blue").save(buffer, "PNG")
    return buffer.getvalue()


@pytest.fixture
def full(make_product):
    """A product with everything that an answer can hold."""
    services.save_tag(code="hit", name_ru="Хит", name_en="Bestseller")
    product = make_product(
        "siberian", name_ru="Пельмени", name_en="Dumplings", tags=["hit"], allergens=["gluten"],
        kcal=280, protein_g=Decimal("12.0"), fat_g=Decimal("14.5"), carbs_g=Decimal("26.0"),
    )  # fmt: skip
    services.add_image(product_id=product.pk, content=png())
    return product


class TestReading:
    @pytest.mark.usefixtures("full")
    def test_answers_what_it_declares(self, api):
        page = api.get(PRODUCTS).json()
        detail = api.get(f"{PRODUCTS}siberian/").json()
        tree = api.get(CATEGORIES).json()

        shape_of(shapes.ProductPageSerializer(), page)
        shape_of(shapes.ProductDetailSerializer(), detail)
        shape_of(shapes.CategoryNodeSerializer(many=True), tree)
        assert page["results"][0]["tags"] == [{"code": "hit", "name": "Bestseller"}]
        assert detail["nutrition_per_100g"]["fat_g"] == "14.5"

    @pytest.mark.usefixtures("full")
    @pytest.mark.parametrize(
        ("header", "name"),
        [("ru", "Пельмени"), ("en-GB,en;q=0.9", "Dumplings"), ("de", "Пельмени"), ("", "Пельмени")],
    )
    def test_speaks_the_language_asked_for(self, api, header, name):
        answer = api.get(f"{PRODUCTS}siberian/", HTTP_ACCEPT_LANGUAGE=header)

        assert answer.json()["name"] == name
        assert "Accept-Language" in answer["Vary"]

    def test_walks_through_pages(self, api, make_product, make_category):
        shelf = make_category("shelf")
        made = [make_product(category_id=shelf.pk).slug for _ in range(5)]

        seen, address = [], f"{PRODUCTS}?category=shelf&page_size=2&in_stock=true"
        while address:
            page = api.get(address).json()
            seen += [product["slug"] for product in page["results"]]
            address = page["next"]

        assert (seen, page["count"]) == (made, 5)
        assert page["previous"].endswith("&page=2")
        assert "in_stock=true" in page["previous"]

    @pytest.mark.usefixtures("full")
    @pytest.mark.parametrize(
        "query",
        [
            "search=", "search=" + "я" * 10_000, "tag=hit&tag=hit", "page_size=1000000", "page=99",
            "price_min=&in_stock=", "ordering=price", "exclude_allergen=milk&exclude_allergen=fish",
        ],
    )  # fmt: skip
    def test_takes_what_means_something(self, api, query):
        answer = api.get(f"{PRODUCTS}?{quote(query, safe='=&')}")

        assert answer.status_code == 200

    @pytest.mark.parametrize(
        ("query", "code"),
        [
            ("utm_source=x", "unknown_parameter"),
            ("format=api", "unknown_parameter"),
            ("price_min=-1", "validation_error"),
            ("price_min=NaN", "validation_error"),
            ("price_max=1e30", "validation_error"),
            ("in_stock=perhaps", "validation_error"),
            ("ordering=id;drop", "validation_error"),
            ("exclude_allergen=water", "validation_error"),
            ("page=0", "validation_error"),
            ("page=-1", "validation_error"),
            ("page=1.5", "validation_error"),
            ("page=9223372036854775808", "validation_error"),
            ("page=9999&page_size=100", "validation_error"),
            ("page_size=0", "validation_error"),
            ("tag=" + "&tag=".join("abcdefghijkl"), "validation_error"),
            ("category=no such", "validation_error"),
            ("search=%00", "invalid"),
            ("search=%ED%A0%80", "invalid"),
        ],
    )
    def test_refuses_the_rest(self, api, db, query, code):
        answer = api.get(f"{PRODUCTS}?{query}")

        assert (answer.status_code, answer.json()["code"]) == (400, code)
        assert answer["Content-Type"] == "application/problem+json"

    @pytest.mark.parametrize(
        ("path", "code"),
        [
            (f"{PRODUCTS}no-such/", "product_not_found"),
            (f"{PRODUCTS}?category=no-such", "category_not_found"),
        ],
    )
    def test_says_what_is_not_there(self, api, db, path, code):
        answer = api.get(path)

        assert (answer.status_code, answer.json()["code"]) == (404, code)

    @pytest.mark.parametrize("rows", [5, 50])
    def test_asks_at_most_three_queries(
        self, api, make_product, make_category, rows, django_assert_max_num_queries
    ):
        shelf = make_category("shelf")
        for _ in range(rows):
            make_product(category_id=shelf.pk, prices=("1", "2"))

        with django_assert_max_num_queries(3):
            page = api.get(f"{PRODUCTS}?page_size=100&category=shelf&search=товар").json()

        assert len(page["results"]) == rows


@pytest.mark.django_db(transaction=True)
class TestKeeping:
    def test_answers_304_until_something_changes(self, api, make_product):
        pack = make_product("siberian").variants.get()
        for path in (PRODUCTS, f"{PRODUCTS}siberian/", CATEGORIES):
            etag = api.get(path)["ETag"]
            again = api.get(path, HTTP_IF_NONE_MATCH=etag)
            assert (again.status_code, again.content) == (304, b"")

        etag = api.get(PRODUCTS)["ETag"]
        services.set_price(
            variant_id=pack.pk, regular_price=Decimal(310), price=Decimal(299), now=present()
        )
        answer = api.get(PRODUCTS, HTTP_IF_NONE_MATCH=etag)

        assert answer.status_code == 200
        assert answer.json()["results"][0]["variants"][0]["price"] == "299.00"

    def test_asks_the_database_nothing_for_what_it_keeps(
        self, api, make_product, django_assert_num_queries
    ):
        make_product("siberian")
        first = api.get(f"{PRODUCTS}?tag=a&tag=b&page_size=500")

        with django_assert_num_queries(0):
            # Written otherwise, it is the same question.
            second = api.get(f"{PRODUCTS}?page_size=100&tag=b&tag=a&search=")

        assert second.content == first.content

    def test_keeps_languages_apart(self, api, make_product):
        make_product("siberian", name_ru="Пельмени", name_en="Dumplings")

        names = [
            api.get(f"{PRODUCTS}siberian/", HTTP_ACCEPT_LANGUAGE=language).json()["name"]
            for language in ("ru", "en", "ru")
        ]

        assert names == ["Пельмени", "Dumplings", "Пельмени"]

    def test_never_outlives_a_price_edge(self, api, make_product, monkeypatch):
        edge = present() + timedelta(hours=1)
        pack = make_product("siberian").variants.get()
        services.schedule_price(
            variant_id=pack.pk, price=Decimal(250), starts_at=edge, now=present()
        )

        prices = []
        for moment in (edge - timedelta(seconds=1), edge, edge + timedelta(seconds=1)):
            monkeypatch.setattr(views, "present", lambda moment=moment: moment)
            for path in (PRODUCTS, f"{PRODUCTS}siberian/"):
                body = api.get(path).json()
                prices.append((body.get("results") or [body])[0]["variants"][0]["price"])

        assert prices == ["300.00"] * 2 + ["250.00"] * 4

    def test_goes_on_without_redis(self, api, make_product, settings):
        make_product("siberian")
        settings.CACHES = {
            "default": {
                **settings.CACHES["default"],
                "LOCATION": "redis://127.0.0.1:9/0",
            }
        }
        assert cache.get("anything") is None

        answers = [api.get(path) for path in (PRODUCTS, f"{PRODUCTS}siberian/", CATEGORIES) * 2]
        services.save_product(
            product_id=selectors.product_id_by_slug(slug="siberian"), name_en="Renamed"
        )

        assert {answer.status_code for answer in answers} == {200}
        assert api.get(f"{PRODUCTS}siberian/").json()["name"] == "Renamed"

    def test_asks_at_most_three_queries_without_redis(
        self, api, make_product, settings, django_assert_max_num_queries
    ):
        settings.CACHES = {
            "default": {**settings.CACHES["default"], "LOCATION": "redis://127.0.0.1:9/0"}
        }
        make_product("siberian")

        for _ in range(2):
            with django_assert_max_num_queries(3):
                api.get(PRODUCTS)


class TestWriting:
    def test_lets_a_manager_build_a_product(self, manager_api, api):
        category = {"slug": "pelmeni", "name_ru": "Пельмени", "name_en": "Pelmeni"}
        assert manager_api.post(CATEGORIES, category).status_code == 201
        product = {
            "slug": "venison", "category": "pelmeni", "name_ru": "С олениной", "name_en": "Venison",
            "allergens": ["gluten"], "kcal": 250,
        }  # fmt: skip
        made = manager_api.post(PRODUCTS, product)
        assert (made.status_code, made.json()["category"]) == (201, "pelmeni")
        pack = {"sku": "PEL-VEN-450", "pack_weight_g": 450, "regular_price": "549.00"}
        assert manager_api.post(f"{PRODUCTS}venison/variants/", pack).status_code == 201
        picture = SimpleUploadedFile("evil.php", png(), "text/html")
        hung = manager_api.post(
            f"{PRODUCTS}venison/images/", {"file": picture, "alt_en": "Venison"}, format="multipart"
        )
        assert hung.status_code == 201

        shown = api.get(f"{PRODUCTS}venison/").json()

        assert shown["variants"][0]["price"] == "549.00"
        assert shown["image"]["alt"] == "Venison"
        assert shown["image"]["large"].endswith("-1200.webp")

    def test_lets_a_manager_change_and_remove(self, manager_api, api, make_product):
        pack = make_product("siberian").variants.get()

        renamed = manager_api.patch(f"{PRODUCTS}siberian/", {"name_en": "Best", "brand": "Own"})
        priced = manager_api.patch(f"{VARIANTS}{pack.sku}/", {"price": "199.00"})
        shown = api.get(f"{PRODUCTS}siberian/").json()
        gone = manager_api.delete(f"{PRODUCTS}siberian/")

        assert (renamed.status_code, priced.status_code, gone.status_code) == (200, 200, 204)
        assert (shown["name"], shown["variants"][0]["price"]) == ("Best", "199.00")
        assert api.get(f"{PRODUCTS}siberian/").status_code == 404
        assert manager_api.delete(f"{PRODUCTS}siberian/").status_code == 404
        assert manager_api.delete(f"{VARIANTS}{pack.sku}/").status_code == 404

    def test_removes_categories_and_packs(self, manager_api, make_category, make_product):
        make_category("empty")
        pack = make_product().variants.get()

        assert manager_api.patch(f"{CATEGORIES}empty/", {"emoji": "🥟"}).json()["emoji"] == "🥟"
        assert manager_api.delete(f"{CATEGORIES}empty/").status_code == 204
        assert manager_api.delete(f"{VARIANTS}{pack.sku}/").status_code == 204

    @pytest.mark.parametrize(
        ("method", "path"),
        [
            ("post", CATEGORIES), ("patch", f"{CATEGORIES}one/"), ("delete", f"{CATEGORIES}one/"),
            ("post", PRODUCTS), ("patch", f"{PRODUCTS}one/"), ("delete", f"{PRODUCTS}one/"),
            ("post", f"{PRODUCTS}one/variants/"), ("post", f"{PRODUCTS}one/images/"),
            ("patch", f"{VARIANTS}ONE/"), ("delete", f"{VARIANTS}ONE/"),
        ],
    )  # fmt: skip
    def test_is_not_for_everybody(self, method, path, api, customer_api, make_product):
        make_product("one")
        before = Product.objects.values().get()

        assert getattr(api, method)(path, {}).status_code == 401
        assert getattr(customer_api, method)(path, {}).status_code == 403
        assert Product.objects.values().get() == before

    @pytest.mark.parametrize(
        ("body", "status", "code"),
        [
            ({"slug": "siberian"}, 409, "slug_taken"),
            ({"slug": "with space"}, 400, "validation_error"),
            ({"slug": "new", "kcal": -1}, 400, "validation_error"),
            ({"slug": "new", "category": "nowhere"}, 404, "category_not_found"),
            ({"slug": "new", "tags": ["nowhere"]}, 400, "unknown_tag"),
            ({"slug": "new", "protein_g": "1e30"}, 400, "validation_error"),
            ({"slug": "new", "allergens": ["water"]}, 400, "validation_error"),
        ],
    )
    def test_refuses_bad_products(self, manager_api, make_product, body, status, code):
        product = make_product("siberian")
        given = {"category": product.category.slug, "name_ru": "Имя", "name_en": "Name"} | body

        answer = manager_api.post(PRODUCTS, given)

        assert (answer.status_code, answer.json()["code"]) == (status, code)
        assert Product.objects.count() == 1

    @pytest.mark.parametrize("name", [r"a\u0000b", r"\ud800"])
    def test_refuses_what_is_no_text(self, manager_api, make_product, name):
        product = make_product("siberian")

        answer = manager_api.patch(
            f"{PRODUCTS}siberian/", f'{{"name_ru": "{name}"}}', content_type="application/json"
        )

        product.refresh_from_db()
        assert answer.status_code == 400
        assert product.name_ru == "Товар siberian"

    @pytest.mark.parametrize(
        ("content", "code"),
        [
            (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "bad_picture"),
            (b"\0" * (10 * 1024 * 1024 + 1), "picture_too_large"),
        ],
        ids=["svg", "large"],
    )
    def test_refuses_bad_pictures(self, manager_api, make_product, content, code):
        product = make_product("siberian")
        file = SimpleUploadedFile("picture.png", content, "image/png")

        answer = manager_api.post(f"{PRODUCTS}siberian/images/", {"file": file}, format="multipart")

        assert (answer.status_code, answer.json()["code"]) == (400, code)
        assert not product.images.exists()

    def test_refuses_a_price_above_the_regular_one(self, manager_api, make_product):
        pack = make_product("siberian").variants.get()

        answer = manager_api.patch(f"{VARIANTS}{pack.sku}/", {"price": "301.00"})

        pack.refresh_from_db()
        assert (answer.json()["code"], pack.price) == ("invalid_price", Decimal("300.00"))


@pytest.mark.django_db
class TestFilters:
    def test_are_what_the_goods_on_show_have(self, client):
        product = ProductFactory()
        product.tags.add(Tag.objects.create(code="vegan", name_ru="Веганское", name_en="Vegan"))
        Tag.objects.create(code="unused", name_ru="Никому", name_en="Nobody's")
        VariantFactory(product=product, price=320, regular_price=320)

        answer = client.get("/api/v1/catalog/filters/", HTTP_ACCEPT_LANGUAGE="en")

        body = answer.json()
        assert body["tags"] == [{"code": "vegan", "name": "Vegan"}]
        assert {"code": "gluten", "name": "gluten"} in body["allergens"]
        assert body["prices"]
        again = client.get(
            "/api/v1/catalog/filters/", HTTP_ACCEPT_LANGUAGE="en",
            HTTP_IF_NONE_MATCH=answer["ETag"],
        )  # fmt: skip
        assert again.status_code == 304
