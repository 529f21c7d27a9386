"""What changes the catalogue, and what it refuses."""

from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction

from apps.catalog import errors, selectors, services
from apps.catalog.dto import Availability
from apps.catalog.models import Category, Product, Variant


@pytest.fixture
def pack(make_product):
    return make_product("siberian").variants.get()


class TestPublishAvailability:
    def test_writes_bands_and_passes_unknown_ids_over(self, pack):
        services.publish_availability(bands={pack.pk: Availability.FEW, 10**9: Availability.NONE})

        pack.refresh_from_db()
        assert pack.availability == Availability.FEW

    @pytest.mark.django_db(transaction=True)
    def test_renews_the_catalogue_only_when_a_band_changes(self, make_product):
        pack = make_product().variants.get()
        before = selectors.shelves().version

        services.publish_availability(bands={pack.pk: Availability.IN_STOCK})
        same = selectors.shelves().version
        services.publish_availability(bands={pack.pk: Availability.NONE})

        assert before == same < selectors.shelves().version


class TestSaveProduct:
    def test_refuses_a_taken_slug_until_it_is_free_again(self, make_product, now):
        product = make_product("siberian")

        with pytest.raises(errors.SlugTaken):
            make_product("siberian")
        services.remove_product(product_id=product.pk, now=now)
        again = make_product("siberian")

        assert selectors.product_id_by_slug(slug="siberian") == again.pk
        assert Product.objects.filter(slug="siberian").count() == 2

    @pytest.mark.parametrize(
        ("changes", "error"),
        [
            ({"kcal": 5000}, errors.InvalidField),
            ({"slug": "no spaces"}, errors.InvalidField),
            ({"name_ru": ""}, errors.InvalidField),
            ({"search_text": "x"}, errors.InvalidField),
            ({"deleted_at": None}, errors.InvalidField),
            ({"category": "nowhere"}, errors.CategoryNotFound),
            ({"category_id": 10**9}, errors.CategoryNotFound),
            ({"tags": ["no-such"]}, errors.UnknownTag),
        ],
    )
    def test_refuses_bad_values_and_changes_nothing(self, changes, error, make_product):
        product = make_product("siberian")
        before = Product.objects.values().get(pk=product.pk)

        with pytest.raises(error):
            services.save_product(product_id=product.pk, **changes)

        assert Product.objects.values().get(pk=product.pk) == before

    @pytest.mark.django_db(transaction=True)
    def test_gives_one_row_when_two_make_the_same(self, make_category):
        category = make_category()

        def make(_):
            try:
                services.save_product(
                    slug="twin", name_ru="Двойник", name_en="Twin", category_id=category.pk
                )
            except errors.SlugTaken:
                return False
            finally:
                connection.close()
            return True

        with ThreadPoolExecutor(2) as pool:
            made = list(pool.map(make, range(2)))

        assert sorted(made) == [False, True]
        assert Product.objects.filter(slug="twin", deleted_at=None).count() == 1


class TestRemoveProduct:
    def test_takes_its_packs_along_and_frees_the_sku(self, make_product, pack, now):
        services.remove_product(product_id=pack.product_id, now=now)

        pack.refresh_from_db()
        assert pack.deleted_at == now
        with pytest.raises(errors.ProductNotFound):
            services.remove_product(product_id=pack.product_id, now=now)
        other = make_product()
        services.save_variant(
            product_id=other.pk, sku=pack.sku, pack_weight_g=1, regular_price=Decimal(1)
        )


class TestSaveVariant:
    def test_costs_its_regular_price_at_first(self, pack):
        assert pack.price == pack.regular_price == Decimal("300.00")

    @pytest.mark.parametrize(
        ("changes", "error"),
        [
            ({"sku": "small letters"}, errors.InvalidField),
            ({"barcode": "12"}, errors.InvalidField),
            ({"pack_weight_g": 0}, errors.InvalidField),
            ({"max_per_order": 0}, errors.InvalidField),
            ({"availability": "none"}, errors.InvalidField),
            ({"price_edges": []}, errors.InvalidField),
            ({"price": Decimal("301")}, errors.InvalidPrice),
            ({"price": Decimal(10**12)}, errors.InvalidPrice),
        ],
    )
    def test_refuses_bad_values_and_changes_nothing(self, changes, error, pack):
        before = Variant.objects.values().get(pk=pack.pk)

        with pytest.raises(error):
            services.save_variant(variant_id=pack.pk, **changes)

        assert Variant.objects.values().get(pk=pack.pk) == before

    def test_refuses_a_taken_sku(self, pack):
        with pytest.raises(errors.SkuTaken):
            services.save_variant(
                product_id=pack.product_id, sku=pack.sku, pack_weight_g=1, regular_price=Decimal(1)
            )

    def test_is_held_to_its_prices_by_the_database_too(self, pack):
        with pytest.raises(IntegrityError), transaction.atomic():
            Variant.objects.filter(pk=pack.pk).update(price=Decimal(301))


class TestCategories:
    def test_refuses_a_circle(self, make_category):
        top = make_category("top")
        low = make_category("low", parent_id=top.pk)

        for parent_id in (top.pk, low.pk):
            with pytest.raises(errors.CategoryLoop):
                services.save_category(category_id=top.pk, parent_id=parent_id)

        top.refresh_from_db()
        assert top.parent_id is None

    def test_removes_only_what_is_empty(self, make_category, make_product, now):
        full, empty = make_category("full"), make_category("empty", parent="full")
        product = make_product(category_id=empty.pk)

        for category in (full, empty):
            with pytest.raises(errors.CategoryInUse):
                services.remove_category(category_id=category.pk)
        services.save_product(product_id=product.pk, category="full")
        services.remove_category(category_id=empty.pk)

        assert list(Category.objects.values_list("slug", flat=True)) == ["full"]

    def test_refuses_a_taken_slug(self, make_category):
        make_category("one")

        with pytest.raises(errors.SlugTaken):
            make_category("one")


class TestVersion:
    @pytest.mark.django_db(transaction=True)
    def test_grows_with_each_commit_and_never_repeats(self, make_product):
        versions = [selectors.shelves().version]
        for slug in ("one", "two"):
            make_product(slug)
            versions.append(selectors.shelves().version)

        assert versions == sorted(set(versions))

    @pytest.mark.django_db(transaction=True)
    def test_moves_once_a_commit_and_not_when_the_change_is_undone(self, make_product):
        pack = make_product().variants.get()
        before = selectors.shelves().version

        with transaction.atomic():
            services.publish_availability(bands={pack.pk: Availability.NONE})
            transaction.set_rollback(True)
        undone = selectors.shelves().version
        with transaction.atomic():
            for band in (Availability.NONE, Availability.FEW):
                services.publish_availability(bands={pack.pk: band})
            waiting = len(connection.run_on_commit)

        assert (undone, waiting) == (before, 1)
        assert selectors.shelves().version > before
