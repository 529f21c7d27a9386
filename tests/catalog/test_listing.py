"""The product list, the product's page and the categories."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import translation

from apps.catalog import errors, selectors, services
from apps.catalog.dto import Availability, ProductFilter
from apps.catalog.models import Product, Variant

SECOND, HOUR = timedelta(seconds=1), timedelta(hours=1)


def slugs(now, *, page=1, page_size=50, **fields):
    query = ProductFilter(**fields)
    answer = selectors.product_page(query=query, page=page, page_size=page_size, now=now)
    return [card.slug for card in answer.items]


class TestProductPage:
    def test_asks_at_most_three_queries_for_5_and_for_50(
        self, make_product, make_category, now, django_assert_max_num_queries
    ):
        shelf = make_category("shelf")
        services.save_tag(code="vegan", name_ru="Веганское", name_en="Vegan")
        for count in (5, 45):
            for _ in range(count):
                make_product(category_id=shelf.pk, prices=("100", "200"), tags=["vegan"])

            with django_assert_max_num_queries(3):
                found = slugs(now, category="shelf", tags=("vegan",), price_min=Decimal(1))

        assert len(found) == 50

    @pytest.mark.parametrize("ordering", ["", "new", "name", "-name", "price", "-price"])
    def test_shows_each_product_once_over_the_pages(
        self, ordering, make_product, make_category, now
    ):
        shelf = make_category()
        made = {
            make_product(category_id=shelf.pk, name_ru="Борщ", name_en="Borscht").slug
            for _ in range(11)
        }
        Product.objects.update(created_at=now)

        pages = [slugs(now, ordering=ordering, page=page, page_size=4) for page in (1, 2, 3, 4)]

        assert [len(page) for page in pages] == [4, 4, 3, 0]
        assert {slug for page in pages for slug in page} == made

    def test_orders_by_price_name_and_age(self, make_product, now):
        make_product("b", prices=("200", "900"), name_ru="Ёлки", name_en="Bees")
        make_product("a", prices=("300",), name_ru="жуки", name_en="ants")
        make_product("c", prices=("100",), name_ru="Дубы", name_en="Cows")

        assert slugs(now, ordering="price") == ["c", "b", "a"]
        assert slugs(now, ordering="-price") == ["a", "b", "c"]
        assert slugs(now, ordering="new") == ["c", "a", "b"]
        assert slugs(now, ordering="name") == ["c", "b", "a"]
        with translation.override("en"):
            assert slugs(now, ordering="name") == ["a", "b", "c"]

    def test_refuses_an_unknown_ordering_and_category(self, make_product, now):
        with pytest.raises(errors.UnknownOrdering):
            slugs(now, ordering="id; drop table")
        with pytest.raises(errors.CategoryNotFound):
            slugs(now, category="nowhere")

    def test_counts_categories_below(self, make_category, make_product, now):
        top = make_category("top")
        middle = make_category("middle", parent_id=top.pk)
        low = make_category("low", parent_id=middle.pk)
        make_product("inside", category_id=low.pk)
        make_product("outside")

        assert slugs(now, category="top") == ["inside"]

    def test_hides_what_stands_under_a_hidden_category(self, make_category, make_product, now):
        top = make_category("top")
        low = make_category("low", parent_id=top.pk)
        product = make_product("inside", category_id=low.pk)
        services.save_category(category_id=top.pk, is_active=False)

        assert slugs(now) == []
        with pytest.raises(errors.ProductNotFound):
            selectors.product_detail(slug="inside", now=now)
        pack = product.variants.get()
        sale = selectors.sale_variants(variant_ids=[pack.pk], now=now)[pack.pk]
        assert not sale.is_on_sale_floor

    def test_filters_by_price_stock_offer_tag_and_allergen(self, make_product, now):
        services.save_tag(code="vegan", name_ru="Веганское", name_en="Vegan")
        services.save_tag(code="new", name_ru="Новое", name_en="New")
        make_product("cheap", prices=("100",), tags=["vegan", "new"])
        make_product("dear", prices=("900",), tags=["vegan"], allergens=["milk", "gluten"])
        make_product("gone", prices=("500",), band=Availability.NONE, allergens=["fish"])
        offer = selectors.variant_id_by_sku(sku=Variant.objects.get(product__slug="dear").sku)
        services.set_price(
            variant_id=offer, regular_price=Decimal("1000"), price=Decimal("900"), now=now
        )

        assert slugs(now, price_min=Decimal(500)) == ["dear", "gone"]
        assert slugs(now, price_max=Decimal(500)) == ["cheap", "gone"]
        assert slugs(now, in_stock=True) == ["cheap", "dear"]
        assert slugs(now, in_stock=False) == ["gone"]
        assert slugs(now, on_sale=True) == ["dear"]
        assert slugs(now, on_sale=False) == ["cheap", "gone"]
        assert slugs(now, tags=("vegan",)) == ["cheap", "dear"]
        assert slugs(now, tags=("vegan", "new")) == ["cheap"]
        assert slugs(now, exclude_allergens=("milk", "fish")) == ["cheap"]

    def test_asks_all_of_one_and_the_same_pack(self, make_product, now):
        product = make_product("two", prices=("100", "900"))
        dear = product.variants.get(price=900)
        services.publish_availability(bands={dear.pk: Availability.NONE})

        assert slugs(now, in_stock=True, price_min=Decimal(500)) == []

    @pytest.mark.parametrize(("offset", "price"), [(-SECOND, "300"), (0 * SECOND, "250")])
    def test_changes_a_price_to_the_second(self, offset, price, make_product, now):
        pack = make_product("edge").variants.get()
        services.schedule_price(
            variant_id=pack.pk, price=Decimal("250"), starts_at=now, now=now - HOUR
        )
        at = now + offset

        page = selectors.product_page(query=ProductFilter(), now=at)
        pack.refresh_from_db()
        sale = selectors.sale_variants(variant_ids=[pack.pk], now=at)[pack.pk]

        assert page.items[0].variants[0].price == Decimal(price)
        assert page.prices_until == (now if at < now else None)
        assert sale.price == pack.price_at(at) == Decimal(price)
        assert slugs(at, price_max=Decimal("260")) == ([] if price == "300" else ["edge"])
        assert slugs(at, on_sale=True) == ([] if price == "300" else ["edge"])

    def test_speaks_the_readers_language_and_falls_back(self, make_product, now):
        make_product("one", name_ru="Блины", name_en="Pancakes", description_ru="Тонкие")

        with translation.override("en"):
            card = selectors.product_detail(slug="one", now=now)

        assert (card.name, card.description) == ("Pancakes", "Тонкие")

    def test_leaves_out_what_has_no_pack(self, make_product, now):
        make_product("bare", prices=())
        hidden = make_product("hidden")
        services.save_product(product_id=hidden.pk, is_active=False)

        assert slugs(now) == []
        with pytest.raises(errors.ProductNotFound):
            selectors.product_detail(product_id=hidden.pk, now=now)


class TestSaleVariants:
    def test_asks_one_query_and_keeps_what_is_gone(
        self, make_product, now, django_assert_num_queries
    ):
        packs = [make_product().variants.get() for _ in range(5)]
        services.remove_variant(variant_id=packs[0].pk, now=now)

        with django_assert_num_queries(1):
            found = selectors.sale_variants(variant_ids=[p.pk for p in packs] + [10**9], now=now)

        assert set(found) == {pack.pk for pack in packs}
        assert [found[pack.pk].is_on_sale_floor for pack in packs] == [False] + [True] * 4

    def test_asks_nothing_for_nothing(self, db, now, django_assert_num_queries):
        with django_assert_num_queries(0):
            assert selectors.sale_variants(variant_ids=[], now=now) == {}

    def test_refuses_an_unknown_sku(self, db):
        with pytest.raises(errors.VariantNotFound):
            selectors.variant_id_by_sku(sku="NO-SUCH")


class TestCategoryTree:
    def test_counts_products_of_the_whole_branch(self, make_category, make_product):
        top = make_category("top", position=2)
        make_category("first", position=1)
        low = make_category("low", parent_id=top.pk)
        for category in (top, low, low):
            make_product(category_id=category.pk)
        make_product(category_id=low.pk, prices=())

        tree = selectors.category_tree()

        assert [(node.slug, node.product_count) for node in tree] == [("first", 0), ("top", 3)]
        assert [node.slug for node in tree[1].children] == ["low"]

    @pytest.mark.django_db(transaction=True)
    def test_is_kept_until_the_version_changes(self, make_category, django_assert_num_queries):
        make_category("one")
        selectors.category_tree()
        with django_assert_num_queries(0):
            assert [node.slug for node in selectors.category_tree()] == ["one"]

        make_category("two")

        assert [node.slug for node in selectors.category_tree()] == ["one", "two"]
