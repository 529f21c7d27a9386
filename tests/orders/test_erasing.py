import pytest

from apps.core.time import now
from apps.notifications.models import Message
from apps.orders.errors import OrdersStillOpen
from apps.orders.models import Order
from apps.users import services as users
from bot.models import Dialogue
from tests.factories import OrderFactory

pytestmark = pytest.mark.django_db


class TestErasePerson:
    def test_forgets_who_and_where_and_keeps_the_sums(self):
        order = OrderFactory(status="cancelled", contact_name="Анна", contact_phone="+79000000101")
        Dialogue.objects.create(chat_id=order.customer.telegram_id)
        total = order.total

        users.erase_person(user_id=order.customer_id, now=now())

        order.refresh_from_db()
        assert (order.contact_name, order.contact_phone, order.address) == ("", "", "")
        assert order.total == total
        assert not Message.objects.exists()
        assert not Dialogue.objects.exists()

    def test_refuses_while_food_is_on_its_way_and_changes_nothing(self):
        order = OrderFactory(status="placed", contact_name="Анна")

        with pytest.raises(OrdersStillOpen):
            users.erase_person(user_id=order.customer_id, now=now())

        assert Order.objects.get().contact_name == "Анна"
        order.customer.refresh_from_db()
        assert order.customer.erased_at is None

    def test_tells_what_is_known(self):
        order = OrderFactory(contact_name="Анна")

        told = users.export_person(user_id=order.customer_id)

        assert told["orders"][0]["contact_name"] == "Анна"
        assert set(told) >= {"users", "orders", "messages", "chat"}
