from dataclasses import replace
from decimal import Decimal
from uuid import uuid4

import pytest

from apps.cart import errors as cart_errors
from apps.cart.models import CartItem
from apps.catalog.models import Variant
from apps.core.errors import IdempotencyKeyReused
from apps.core.time import now
from apps.delivery import errors as delivery_errors
from apps.delivery.models import DeliverySlot
from apps.inventory import errors as stock_errors
from apps.inventory import services as inventory
from apps.inventory.dto import ReservationState
from apps.inventory.models import Reservation, StockLevel
from apps.notifications.models import Message
from apps.orders import errors, services
from apps.orders.dto import Method, NewAddress, OrderStatus
from apps.orders.models import Order, OrderEvent
from apps.payments.models import Payment
from apps.users import errors as user_errors
from apps.users.models import Address
from tests.factories import (
    AddressFactory,
    CustomerFactory,
    SlotFactory,
    ZoneFactory,
    checkout_request,
    fill_cart,
    placed_order,
    stocked_variant,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def variant():
    return stocked_variant(10)


@pytest.fixture
def request_(customer, variant):
    """What the customer agreed to, with two packs in the cart."""
    fill_cart(customer, {variant: 2})
    return checkout_request(customer)


def place(customer, request):
    return services.place_order(customer_id=customer.pk, request=request, now=now())


def assert_nothing_happened(items=1, orders=0):
    """A refused checkout left no trace."""
    assert Order.objects.count() == orders
    assert CartItem.objects.count() == items
    assert not Reservation.objects.exists()
    assert not Message.objects.exists()
    assert not Payment.objects.exists()
    assert all(level.reserved == 0 for level in StockLevel.objects.all())
    assert all(slot.booked_orders == 0 for slot in DeliverySlot.objects.all())


class TestPlaceOrder:
    def test_freezes_the_cart_and_holds_everything(self, customer, variant, request_):
        order = place(customer, replace(request_, comment="не <звонить>", contact_name="Оля"))

        line = order.lines.get()
        assert (order.status, order.payment, order.source) == ("placed", "cash", "bot")
        assert (order.items_total, order.delivery_fee, order.total) == (600, 199, 799)
        assert (line.sku, line.quantity, line.unit_price, line.total) == (variant.sku, 2, 300, 600)
        assert (order.contact_name, order.contact_phone) == ("Оля", str(customer.phone))
        assert order.address.startswith("Москва, ул. Лесная")
        assert "Звонить дважды" in order.address_details
        assert order.volume_ml == 3000
        assert Reservation.objects.get().state == ReservationState.COMMITTED
        assert StockLevel.objects.get().available == 8
        assert (order.slot.booked_orders, order.slot.booked_ml) == (1, 3000)
        assert Payment.objects.get().amount == 799
        assert not CartItem.objects.exists()
        assert (order.events.get().actor_kind, order.events.get().actor) == ("customer", customer)
        assert order.items_total + sum(a.amount for a in order.adjustments.all()) == order.total
        assert inventory.check_books() == []

    def test_sends_the_card_and_asks_the_staff(self, customer, request_):
        order = place(customer, replace(request_, comment="<b>&"))

        card, staff = Message.objects.order_by("pk")
        assert card.card_key == f"order:{order.pk}"
        assert "&lt;b&gt;&amp;" in card.body["text"]
        (confirm, cancel), *_ = staff.body["buttons"]
        assert confirm["data"] == f"1:staff-confirm:{order.pk}"
        assert cancel["data"] == f"1:staff-cancel:{order.pk}"

    def test_gives_the_same_order_for_the_same_key(self, customer, variant, request_):
        order = place(customer, request_)
        fill_cart(customer, {variant: 1})

        again = place(customer, request_)

        assert again.pk == order.pk
        assert Order.objects.count() == 1
        assert CartItem.objects.count() == 1

    def test_refuses_another_slot_for_the_same_key(self, customer, variant, request_):
        order = place(customer, request_)
        fill_cart(customer, {variant: 1})

        for another in (
            replace(request_, slot_id=SlotFactory().pk),
            replace(request_, method=Method.PICKUP, slot_id=None, address_id=None),
        ):
            with pytest.raises(IdempotencyKeyReused):
                place(customer, another)

        assert Order.objects.get() == order
        assert CartItem.objects.count() == 1

    def test_lets_so_many_orders_wait_to_be_paid_at_the_door(self, customer, variant, settings):
        settings.OPEN_CASH_ORDERS = 2
        placed = [placed_order(customer=customer, wanted={variant: 2}) for _ in range(2)]
        fill_cart(customer, {variant: 2})
        before = Order.objects.count(), StockLevel.objects.get().reserved

        with pytest.raises(errors.TooManyCashOrders):
            place(customer, checkout_request(customer))
        with pytest.raises(errors.TooManyCashOrders):
            place(customer, checkout_request(customer, payment="card"))

        assert (Order.objects.count(), StockLevel.objects.get().reserved) == before
        assert CartItem.objects.count() == 1
        # Somebody else may order, and so may they once one of theirs is over.
        placed_order(wanted={variant: 2}, slot_id=placed[0].slot_id)
        services.cancel_own_order(customer_id=customer.pk, order_id=placed[0].pk, now=now())
        place(customer, checkout_request(customer))

    def test_lets_online_orders_be_paid_beside_them(self, customer, variant, settings, gateway):
        settings.OPEN_CASH_ORDERS = 1
        placed_order(customer=customer, wanted={variant: 2})
        fill_cart(customer, {variant: 2})

        place(customer, checkout_request(customer, payment="yookassa"))

        assert Order.objects.count() == 2

    def test_lets_two_customers_use_one_key(self, customer, request_):
        other = CustomerFactory()
        fill_cart(other, {stocked_variant(5): 2})
        first = place(customer, request_)
        second = place(other, checkout_request(other, key=request_.key))

        assert first.pk != second.pk

    def test_takes_a_pickup_with_a_code(self, customer, request_):
        request = checkout_request(customer, method=Method.PICKUP)

        order = place(customer, request)

        assert (order.delivery_fee, order.total, order.slot) == (0, 600, None)
        assert len(order.pickup_code) == 4
        assert order.pickup_code.isdigit()

    def test_takes_a_new_address_and_public_ids(self, customer, request_):
        slot = DeliverySlot.objects.get()
        request = replace(
            request_,
            address_id=None,
            new_address=NewAddress(street="Тверская, 1", flat="7"),
            slot_id=slot.public_id,
        )

        order = place(customer, request)

        assert "Тверская, 1" in order.address
        assert Address.objects.filter(customer=customer, street="Тверская, 1").exists()

    def test_holds_an_order_that_is_paid_before(self, customer, request_, gateway):
        order = place(customer, replace(request_, payment="yookassa"))

        assert order.status == OrderStatus.AWAITING_PAYMENT
        assert Reservation.objects.get().state == ReservationState.HELD
        assert services.expire_holds(now=order.hold_expires_at) == 1
        assert StockLevel.objects.get().available == 10
        assert DeliverySlot.objects.get().booked_orders == 0

    def test_writes_to_each_in_their_language(self, customer, request_):
        customer.language = "en"
        customer.save()

        place(customer, request_)

        assert "Thank you!" in Message.objects.order_by("pk").first().body["text"]

    def test_takes_no_more_queries_for_more_lines(self, customer, django_assert_max_num_queries):
        fill_cart(customer, {stocked_variant(5): 1 for _ in range(12)})
        request = checkout_request(customer)

        # 26 statements and the savepoints of the services within: none of them once a line.
        with django_assert_max_num_queries(60):
            place(customer, request)


class TestRefusals:
    def test_an_empty_cart(self, customer):
        request = checkout_request(customer)

        with pytest.raises(cart_errors.CartEmpty):
            place(customer, request)

        assert_nothing_happened(items=0)

    @pytest.mark.parametrize(
        ("changes", "refusal"),
        [
            ({"payment": "online"}, errors.PaymentNotAvailable),
            ({"payment": "\0"}, errors.PaymentNotAvailable),
            ({"expected_total": Decimal("798.99")}, errors.PriceChanged),
            ({"address_id": None}, errors.AddressMissing),
            ({"address_id": 10**15}, user_errors.AddressNotFound),
            ({"address_id": uuid4()}, user_errors.AddressNotFound),
            ({"slot_id": None}, errors.SlotMissing),
            ({"slot_id": uuid4()}, delivery_errors.SlotNotFound),
            ({"method": Method.PICKUP}, errors.PickupPointMissing),
            (
                {"method": Method.PICKUP, "pickup_point_id": 10**15},
                delivery_errors.PickupPointNotFound,
            ),
            ({"contact_phone": "not a phone"}, user_errors.InvalidPhone),
            (
                {"address_id": None, "new_address": NewAddress(street=" ")},
                user_errors.InvalidAddress,
            ),
        ],
    )
    def test_what_can_not_be_done_changes_nothing(self, customer, request_, changes, refusal):
        with pytest.raises(refusal):
            place(customer, replace(request_, **changes))

        assert_nothing_happened()

    def test_a_new_address_is_not_kept_when_the_checkout_fails(self, customer, request_):
        request = replace(
            request_,
            address_id=None,
            new_address=NewAddress(street="Тверская, 1"),
            expected_total=Decimal(1),
        )

        with pytest.raises(errors.PriceChanged):
            place(customer, request)

        assert not Address.objects.filter(street="Тверская, 1").exists()

    def test_a_changed_price_tells_the_new_total(self, customer, variant, request_):
        Variant.objects.filter(pk=variant.pk).update(price=250)

        with pytest.raises(errors.PriceChanged) as refusal:
            place(customer, request_)

        assert refusal.value.facts == {"expected": Decimal(799), "total": Decimal("699.00")}
        assert_nothing_happened()

    def test_less_than_the_least_order(self, customer):
        fill_cart(customer, {stocked_variant(5): 1})
        request = checkout_request(customer)

        with pytest.raises(errors.BelowMinimum) as refusal:
            place(customer, request)

        assert refusal.value.facts == {"minimum": Decimal(500), "missing": Decimal(200)}
        assert_nothing_happened()

    def test_a_strangers_address(self, customer, request_):
        with pytest.raises(user_errors.AddressNotFound):
            place(customer, replace(request_, address_id=AddressFactory().pk))

        assert_nothing_happened()

    def test_a_slot_of_another_zone(self, customer, request_):
        far = ZoneFactory(slug="far", latitude="59.9", longitude="30.3")

        with pytest.raises(errors.SlotElsewhere):
            place(customer, replace(request_, slot_id=SlotFactory(zone=far).pk))

        assert_nothing_happened()

    def test_no_phone_at_all(self, customer, request_):
        customer.phone = ""
        customer.save()

        with pytest.raises(errors.ContactPhoneMissing):
            place(customer, request_)

        assert_nothing_happened()

    def test_units_that_went_to_somebody_else(self, customer, variant, request_):
        StockLevel.objects.update(on_hand=1)

        with pytest.raises(stock_errors.OutOfStock) as refusal:
            place(customer, request_)

        assert refusal.value.facts["available"] == {variant.sku: 1}
        assert_nothing_happened()

    def test_goods_that_are_not_sold_any_more(self, customer, variant, request_):
        Variant.objects.update(is_active=False)

        with pytest.raises(cart_errors.VariantGone):
            place(customer, request_)

        assert_nothing_happened()

    def test_more_than_one_order_may_hold(self, customer, variant, request_):
        Variant.objects.update(max_per_order=1)

        with pytest.raises(cart_errors.TooMany):
            place(customer, request_)

        assert_nothing_happened()

    @pytest.mark.parametrize(
        ("changes", "refusal"),
        [
            ({"capacity_orders": 0}, delivery_errors.SlotFull),
            ({"capacity_ml": 2999}, delivery_errors.SlotFull),
            ({"closed_reason": "holiday"}, delivery_errors.SlotClosed),
        ],
    )
    def test_a_slot_that_takes_no_more(self, customer, request_, changes, refusal):
        DeliverySlot.objects.update(**changes)

        with pytest.raises(refusal):
            place(customer, request_)

        assert_nothing_happened()

    def test_a_slot_past_its_cut_off(self, customer, request_):
        cutoff = DeliverySlot.objects.get().cutoff_at

        with pytest.raises(delivery_errors.SlotClosed):
            services.place_order(customer_id=customer.pk, request=request_, now=cutoff)

        assert_nothing_happened()
        assert not OrderEvent.objects.exists()
