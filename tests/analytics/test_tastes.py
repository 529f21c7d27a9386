"""What is popular and what goes well with what, counted from real orders."""

from datetime import timedelta

import pytest

from apps.analytics import selectors, services
from apps.analytics.models import BoughtTogether
from apps.core.time import now as present
from apps.orders.dto import OrderStatus
from tests.factories import OrderFactory, OrderLineFactory, VariantFactory

pytestmark = pytest.mark.django_db


def bought(*variants, times=1, **fields):
    for _ in range(times):
        order = OrderFactory(lines=0, **fields)
        for variant in variants:
            OrderLineFactory(order=order, variant=variant)


def companions(*variants, limit=5):
    return selectors.goes_well_with(product_ids=[v.product_id for v in variants], limit=limit)


class TestCountTastes:
    def test_prefers_what_belongs_together_to_what_everybody_buys(self):
        dumplings, cream, bread = (VariantFactory() for _ in range(3))
        bought(dumplings, cream, bread, times=3)
        bought(bread, times=20)

        services.count_tastes(now=present())

        assert companions(dumplings) == [cream.product_id, bread.product_id]
        assert companions(dumplings, cream) == [bread.product_id]
        assert selectors.popular_products(limit=1) == [bread.product_id]
        assert selectors.popular_products(limit=9, offset=1) == [
            dumplings.product_id, cream.product_id,
        ]  # fmt: skip

    def test_leaves_out_chance_gifts_and_orders_that_were_none(self):
        dumplings, cream, gift = (VariantFactory() for _ in range(3))
        bought(dumplings, cream)
        bought(dumplings, cream, times=2, status=OrderStatus.CANCELLED)
        for _ in range(2):
            order = OrderFactory(lines=0)
            OrderLineFactory(order=order, variant=dumplings)
            OrderLineFactory(order=order, variant=gift, quantity=1, gift_quantity=1, total=0)

        assert services.count_tastes(now=present()) == 0
        assert companions(dumplings) == []

    def test_forgets_old_orders_and_does_no_harm_twice(self):
        dumplings, cream = VariantFactory(), VariantFactory()
        bought(dumplings, cream, times=2)

        assert services.count_tastes(now=present()) == 2
        assert services.count_tastes(now=present()) == 2
        assert BoughtTogether.objects.count() == 2
        services.count_tastes(now=present() + timedelta(days=121))
        assert not BoughtTogether.objects.exists()
        assert selectors.popular_products(limit=5) == []
