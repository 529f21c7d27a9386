"""Of two who decide about an order one wins, and the other reads who it was."""

import pytest

from apps.core.errors import NotAllowed, ShopError
from apps.core.time import now
from apps.orders import errors, selectors, services
from apps.orders.dto import OrderStatus
from tests.factories import OrderFactory, StaffFactory, placed_order

pytestmark = pytest.mark.django_db


@pytest.fixture
def olga():
    return StaffFactory(role="manager", first_name="Ольга", last_name="Чернова")


def decide(order, person, target=OrderStatus.CONFIRMED):
    return services.decide_order(order_id=order.pk, target=target, actor_id=person.pk, now=now())


class TestDecideOrder:
    def test_confirms_and_cancels(self, olga):
        first, second = placed_order(), placed_order()

        assert decide(first, olga).status == OrderStatus.CONFIRMED
        assert decide(second, olga, OrderStatus.CANCELLED).status == OrderStatus.CANCELLED

    def test_tells_the_second_who_was_first_and_changes_nothing(self, olga):
        order = placed_order()
        support = StaffFactory(role="support")
        decide(order, support)
        events = order.events.count()

        with pytest.raises(errors.DecidedAlready) as refused:
            decide(order, olga)

        assert refused.value.facts["name"] == str(support)
        assert refused.value.facts["number"] == order.number
        assert order.events.count() == events

    def test_tells_that_the_customer_was_faster(self, olga):
        order = placed_order()
        services.cancel_own_order(customer_id=order.customer_id, order_id=order.pk, now=now())

        with pytest.raises(errors.DecidedAlready) as refused:
            decide(order, olga)

        assert refused.value.facts["name"] == "Покупатель"

    def test_tells_oneself_apart(self, olga):
        order = placed_order()
        decide(order, olga)

        with pytest.raises(errors.DoneAlready):
            decide(order, olga)

    def test_names_who_won_between_the_look_and_the_deed(self, olga, monkeypatch):
        """The look found the order undecided; by the time of the deed it no longer was."""
        order = placed_order()
        support = StaffFactory(role="support")
        from apps.orders.services import deciding

        monkeypatch.setattr(deciding, "check_decision", lambda **_: decide_for_real(order, support))

        def decide_for_real(order, person):
            services.confirm_order(order_id=order.pk, actor_id=person.pk, now=now())

        with pytest.raises(errors.DecidedAlready) as refused:
            decide(order, olga)

        assert refused.value.facts["name"] == str(support)

    @pytest.mark.parametrize("role", ["warehouse", "courier", "marketing", None])
    @pytest.mark.parametrize("status", ["placed", "confirmed"])
    def test_refuses_those_who_do_not_decide_and_tells_them_nothing(self, role, status):
        order = OrderFactory(status=status)

        with pytest.raises(NotAllowed):
            decide(order, StaffFactory(role=role))
        with pytest.raises(NotAllowed):
            decide(order, order.customer)

        order.refresh_from_db()
        assert order.status == status

    def test_refuses_what_wants_a_reason(self, olga):
        order = OrderFactory(status="picking")

        with pytest.raises(errors.OrderMoveRefused):
            decide(order, olga, OrderStatus.CANCELLED)

    def test_refuses_an_order_that_there_is_not(self, olga):
        with pytest.raises(errors.OrderNotFound):
            services.decide_order(
                order_id=0, target=OrderStatus.CONFIRMED, actor_id=olga.pk, now=now()
            )


class TestContactOf:
    def test_is_for_those_who_work_on_orders(self, olga):
        order = OrderFactory()

        card = selectors.contact_of(order_id=order.pk, staff_id=olga.pk)

        assert (card.number, card.phone) == (order.number, order.contact_phone)
        for stranger in (order.customer, StaffFactory(role="marketing")):
            with pytest.raises(NotAllowed):
                selectors.contact_of(order_id=order.pk, staff_id=stranger.pk)

    @pytest.mark.parametrize("order", [{"contact_phone": ""}, None])
    def test_refuses_where_there_is_nobody_to_call(self, olga, order):
        order_id = OrderFactory(**order).pk if order else 0

        with pytest.raises(ShopError):
            selectors.contact_of(order_id=order_id, staff_id=olga.pk)
