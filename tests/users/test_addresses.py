from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.utils.translation import override

from apps.users import selectors, services
from apps.users.errors import AddressNotFound, InvalidAddress, TooManyAddresses
from apps.users.models import Address
from tests.factories import AddressFactory, CustomerFactory

pytestmark = pytest.mark.django_db


class TestAddAddress:
    def test_keeps_it_as_it_is_written_on_a_box(self, customer):
        with override("en"):
            card = services.add_address(
                customer_id=customer.pk, city="Москва", street="Лесная, 5", flat="7",
                entrance="2", floor="3", comment="код 12", latitude=55.77, longitude=37.59,
            )  # fmt: skip

            assert card.one_line == "Москва, Лесная, 5, flat 7"
        assert card.details == "entrance 2, floor 3, код 12"
        assert card.latitude == Decimal("55.770000")

    def test_keeps_the_same_address_once(self, customer):
        first = services.add_address(customer_id=customer.pk, street="Лесная, 5")

        again = services.add_address(customer_id=customer.pk, street=" Лесная,  5 ")

        assert again.id == first.id

    @pytest.mark.parametrize(
        "fields",
        [
            {"street": " \n "},
            {"street": "\u202e\u202e\u202e"},
            {"street": "… 🙂 —"},
            {"street": "x", "latitude": 91, "longitude": 0},
            {"street": "x", "latitude": float("nan"), "longitude": 0},
        ],
    )
    def test_refuses_no_street_and_no_place_on_earth(self, customer, fields):
        with pytest.raises(InvalidAddress):
            services.add_address(customer_id=customer.pk, **fields)

        assert not Address.objects.exists()

    def test_keeps_twenty(self, customer):
        for number in range(20):
            services.add_address(customer_id=customer.pk, street=f"Лесная, {number}")

        with pytest.raises(TooManyAddresses):
            services.add_address(customer_id=customer.pk, street="Ещё одна")


class TestAddresses:
    def test_shows_the_last_used_first_and_nobody_elses(self, customer):
        first, second = AddressFactory.create_batch(2, customer=customer)
        AddressFactory()

        services.touch_address(address_id=first.pk, now=datetime(2026, 1, 1, tzinfo=UTC))

        own = selectors.addresses(customer_id=customer.pk)
        assert [card.id for card in own] == [first.pk, second.pk]


class TestRemoveAddress:
    def test_takes_it_off_the_list(self, customer):
        address = AddressFactory(customer=customer)

        services.remove_address(customer_id=customer.pk, address_id=address.pk)

        assert selectors.addresses(customer_id=customer.pk) == []
        with pytest.raises(AddressNotFound):
            services.remove_address(customer_id=customer.pk, address_id=address.pk)

    def test_spares_a_strangers(self, customer):
        address = AddressFactory(customer=CustomerFactory())

        with pytest.raises(AddressNotFound):
            services.remove_address(customer_id=customer.pk, address_id=address.pk)

        address.refresh_from_db()
        assert address.deleted_at is None


class TestOwnAddress:
    def test_finds_it_by_either_id(self, customer):
        row = AddressFactory(customer=customer)

        assert selectors.own_address(customer_id=customer.pk, address_id=row.pk).id == row.pk
        by_name = selectors.own_address(customer_id=customer.pk, public_id=row.public_id)
        assert by_name.id == row.pk

    def test_hides_a_strangers(self, customer):
        with pytest.raises(AddressNotFound):
            selectors.own_address(customer_id=customer.pk, address_id=AddressFactory().pk)
