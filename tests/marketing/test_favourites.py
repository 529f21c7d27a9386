"""What customers like: kept once, shown honestly, limited, forgotten with the person."""

from functools import partial

import pytest

from apps.catalog.errors import ProductNotFound
from apps.core.time import now as present
from apps.marketing import errors, selectors, services
from apps.marketing.models import Favourite
from apps.marketing.services import liking
from apps.users import services as users
from tests.factories import CustomerFactory, ProductFactory, VariantFactory, stocked_variant
from tests.races import raised, together

PATH = "/api/v1/users/me/favourites/"


def like(customer, variant):
    return services.add_favourite(
        customer_id=customer.pk, product_id=variant.product_id, now=present()
    )


@pytest.mark.django_db
class TestAddFavourite:
    def test_keeps_a_product_once(self, customer):
        variant = stocked_variant()

        assert like(customer, variant) == like(customer, variant)
        assert Favourite.objects.count() == 1

    def test_refuses_what_customers_do_not_see(self, customer):
        variant = VariantFactory(product=ProductFactory(is_active=False))

        with pytest.raises(ProductNotFound):
            like(customer, variant)
        assert not Favourite.objects.exists()


@pytest.mark.django_db
class TestFavouriteCards:
    @pytest.mark.parametrize("count", [1, 7])
    def test_cost_the_same_with_more(self, customer, count, django_assert_num_queries):
        rows = [like(customer, VariantFactory()) for _ in range(count)]
        rows += [like(customer, VariantFactory()) for _ in range(count)]
        type(rows[0].product).objects.filter(pk=rows[0].product_id).update(is_active=False)

        with django_assert_num_queries(3):
            cards = selectors.favourite_cards(favourites=rows, now=present())

        assert [card.is_gone for card in cards] == [True] + [False] * (2 * count - 1)


@pytest.mark.django_db
class TestTheApi:
    def test_puts_lists_and_deletes(self, customer_api, customer):
        variant = stocked_variant(20, regular_price=600)
        path = f"{PATH}{variant.product.slug}/"

        assert customer_api.put(path).json()["price"] == "600.00"
        assert customer_api.put(path).status_code == 200
        type(variant.product).objects.update(is_active=False)
        (row,) = customer_api.get(PATH).json()["results"]
        assert (row["slug"], row["is_gone"], row["price"]) == (variant.product.slug, True, None)
        assert customer_api.delete(path).status_code == 204
        assert customer_api.delete(path).status_code == 204
        assert customer_api.get(PATH).json()["count"] == 0

    def test_shows_each_their_own(self, customer_api):
        like(CustomerFactory(), stocked_variant())

        assert customer_api.get(PATH).json()["count"] == 0
        assert customer_api.put(f"{PATH}no-such/").json()["code"] == "product_not_found"


@pytest.mark.django_db
class TestAPerson:
    def test_takes_favourites_and_visits_along(self, customer):
        variant = stocked_variant()
        like(customer, variant)
        like(CustomerFactory(), variant)
        services.save_link(word="ad", name="Ad")
        services.visit_by_link(word="ad", customer_id=customer.pk, is_new=True, now=present())

        told = users.export_person(user_id=customer.pk)
        users.erase_person(user_id=customer.pk, now=present())

        assert told["favourites"][0]["product"] == variant.product.slug
        assert told["campaigns"][0]["link"] == "ad"
        assert Favourite.objects.count() == 1
        assert users.export_person(user_id=customer.pk)["campaigns"] == []


@pytest.mark.django_db(transaction=True)
class TestTwoHundredFavourites:
    def calls(self):
        customer = CustomerFactory()
        return [partial(like, customer, stocked_variant()) for _ in range(6)]

    def test_are_the_most_that_anybody_has(self, monkeypatch):
        monkeypatch.setattr(liking, "MOST_FAVOURITES", 2)

        refusals = raised(together(self.calls()))

        assert {type(refusal) for refusal in refusals} == {errors.TooManyFavourites}
        assert Favourite.objects.count() == 2

    def test_would_be_more_without_the_name_that_is_held(self, monkeypatch):
        """The negative control: all count before any has written."""
        monkeypatch.setattr(liking, "MOST_FAVOURITES", 2)
        monkeypatch.setattr(liking, "hold", lambda name: None)
        for _ in range(10):
            Favourite.objects.all().delete()
            together(self.calls())
            if Favourite.objects.count() > 2:
                break

        assert Favourite.objects.count() > 2
