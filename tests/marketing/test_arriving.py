"""Links that open the Mini App at a place."""

from datetime import timedelta
from decimal import Decimal

import pytest

from apps.cart import selectors as carts
from apps.cart.models import Cart
from apps.core.time import now as present
from apps.marketing import services
from apps.marketing.models import CampaignVisit
from apps.notifications.deep_links import Link, Target, payload_of
from apps.users.models import User
from tests.factories import (
    CategoryFactory,
    CustomerFactory,
    OrderFactory,
    make_code,
    stocked_variant,
)

pytestmark = pytest.mark.django_db

OPEN = "/api/v1/links/open/"


@pytest.fixture
def opened(customer_api):
    """Open a link as the customer."""

    def follow(payload: str):
        return customer_api.post(OPEN, {"payload": payload}, format="json")

    return follow


class TestFollowLink:
    def test_opens_a_product(self, opened):
        product = stocked_variant().product

        answer = opened(payload_of(Link(Target.PRODUCT, product.pk)))

        assert answer.json() == {"place": "product", "name": product.slug}

    def test_opens_a_category(self, opened):
        shelf = CategoryFactory()

        answer = opened(payload_of(Link(Target.CATEGORY, shelf.pk)))

        assert answer.json() == {"place": "category", "name": shelf.slug}

    def test_opens_ones_own_order_and_nobody_elses(self, opened, customer):
        own, other = OrderFactory(customer=customer), OrderFactory()

        assert opened(f"order-{own.pk}").json() == {"place": "order", "name": str(own.public_id)}
        assert opened(f"order-{other.pk}").status_code == 404

    @pytest.mark.parametrize("code", ["PELMENI", "ПЕЛЬМЕНИ"])
    def test_puts_a_code_into_the_cart_where_it_waits(self, opened, customer, code):
        make_code(code, reward="amount", value=Decimal(50))

        answer = opened(payload_of(Link(Target.CODE, word=code)))

        assert answer.json()["place"] == "cart"
        view = carts.cart_view(customer_id=customer.pk, now=present())
        assert view.code is not None
        assert (view.code.code, view.code.is_applied) == (code, False)

    def test_refuses_an_unknown_code_and_leaves_the_cart(self, opened):
        answer = opened("promo-NONSENSE")

        assert answer.json()["code"] == "promo_code_unknown"
        assert not Cart.objects.exclude(promo_code=None).exists()

    def test_counts_a_campaign_once_and_opens_what_it_is_about(self, opened):
        product = stocked_variant().product
        services.save_link(word="autumn", name="Ad", product_id=product.pk)

        answers = [opened("go-autumn").json() for _ in range(2)]

        assert answers == [{"place": "product", "name": product.slug}] * 2
        assert CampaignVisit.objects.get().is_new

    def test_calls_nobody_new_who_came_long_ago(self, opened, customer):
        services.save_link(word="autumn", name="Ad")
        User.objects.filter(pk=customer.pk).update(created_at=present() - timedelta(days=1))

        assert opened("go-autumn").json() == {"place": "home", "name": ""}
        assert not CampaignVisit.objects.get().is_new

    def test_refuses_a_campaign_that_is_over_and_counts_nothing(self, opened):
        services.save_link(word="autumn", name="Ad", ends_at=present() - timedelta(seconds=1))

        assert opened("go-autumn").json()["code"] == "campaign_link_not_found"
        assert not CampaignVisit.objects.exists()

    @pytest.mark.parametrize("payload", ["p-99999", "c-99999"])
    def test_says_that_something_is_gone(self, opened, payload):
        assert opened(payload).status_code == 404

    @pytest.mark.parametrize("payload", ["x", "p-", "p-a", "ref-abc", "staff_1", "п-1", "a b"])
    def test_opens_the_first_page_by_what_is_no_link(self, opened, payload):
        assert opened(payload).json() == {"place": "home", "name": ""}

    @pytest.mark.parametrize("payload", ["", "x" * 65])
    def test_refuses_what_telegram_would_not_carry(self, opened, payload):
        assert opened(payload).status_code == 400

    def test_is_for_those_who_are_signed_in(self, api):
        CustomerFactory()

        assert api.post(OPEN, {"payload": "x"}, format="json").status_code == 401
