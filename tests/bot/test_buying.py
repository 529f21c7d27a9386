"""Anna presses, Anna sees: the whole way from START to an order on its way."""

import pytest

from apps.orders.models import Order
from apps.users.models import User
from bot.simulator.client import ANNA
from tests import factories

pytestmark = pytest.mark.django_db(transaction=True)


class TestBuying:
    def test_a_known_customer_buys_by_buttons_only(self, anna):
        variant = factories.stocked_variant(quantity=10, regular_price=600, max_per_order=5)
        factories.SlotFactory()
        customer = User.objects.create(
            telegram_id=ANNA, first_name="Анна", language="ru", phone="+79160000001"
        )
        factories.AddressFactory(customer=customer)

        anna.starts()
        anna.presses("Catalogue")
        anna.presses(variant.product.category.name_ru)
        print(anna.buttons())
        anna.presses(variant.product.name_ru)
        print(anna.messages()[-1])
        anna.presses("Add to the cart")
        anna.presses("in the cart")
        anna.presses("Check out")
        anna.presses("Bring it")
        anna.presses("🏠")
        print(anna.buttons())
        anna.presses("12:00") if "12:00–14:00" in anna.buttons() else anna.presses("–")
        print(anna.messages()[-1])
        anna.presses("Place the order")
        print(anna.messages())

        order = Order.objects.get(customer=customer)
        assert order.total == 799
