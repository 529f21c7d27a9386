"""Where a customer wants the food brought."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from apps.core.text import one_line
from apps.core.time import now as present
from apps.core.transactions import retrying_atomic
from apps.users import cards
from apps.users.dto import AddressCard
from apps.users.errors import AddressNotFound, InvalidAddress, PersonNotFound, TooManyAddresses
from apps.users.models import Address, User

MAXIMUM = 20
_TEXTS = ("label", "city", "street", "flat", "entrance", "floor", "comment")
_LENGTHS = {
    field.name: field.max_length or 0
    for field in Address._meta.concrete_fields
    if field.name in _TEXTS
}
_PLACES = Decimal("0.000001")


@retrying_atomic
def add_address(
    *,
    customer_id: int,
    street: str,
    city: str = "",
    flat: str = "",
    entrance: str = "",
    floor: str = "",
    comment: str = "",
    label: str = "",
    latitude: Decimal | None = None,
    longitude: Decimal | None = None,
) -> AddressCard:
    """Add an address to a customer's list; the same one again is the one they had.

    Degrees are decimal and kept to six places. Texts longer than we keep are cut.

    Raises:
        InvalidAddress: There is no street, or the point is not on earth.
        TooManyAddresses: The customer keeps as many as we store.
    """
    values = _cleaned(
        {
            "street": street, "city": city, "flat": flat, "entrance": entrance, "floor": floor,
            "comment": comment, "label": label, "latitude": latitude, "longitude": longitude,
        }
    )  # fmt: skip
    # Locked, so that two presses of a button neither double the address nor pass the limit.
    if not User.objects.select_for_update().filter(pk=customer_id).exists():
        raise PersonNotFound
    own = Address.objects.for_customer(customer_id)
    address = own.filter(**values).first()
    if address is None:
        if own.count() >= MAXIMUM:
            raise TooManyAddresses(maximum=MAXIMUM)
        address = Address(customer_id=customer_id, **values)
    address.used_at = present()
    address.save()
    return cards.address_card(address)


@retrying_atomic
def change_address(*, customer_id: int, address_id: int, **fields: Any) -> AddressCard:
    """Change some fields of one of the customer's own addresses.

    Raises:
        AddressNotFound: It was removed, or it is somebody else's.
        InvalidAddress: There would be no street, or the point is not on earth.
    """
    address = (
        Address.objects.for_customer(customer_id).select_for_update().filter(pk=address_id).first()
    )
    if address is None:
        raise AddressNotFound
    kept = {name: getattr(address, name) for name in (*_LENGTHS, "latitude", "longitude")}
    for name, value in _cleaned({**kept, **fields}).items():
        setattr(address, name, value)
    address.save(update_fields=[*kept, "updated_at"])
    return cards.address_card(address)


def _cleaned(values: dict[str, Any]) -> dict[str, Any]:
    """Return the fields as they are kept."""
    clean = {name: one_line(values[name], limit=limit) for name, limit in _LENGTHS.items()}
    # No courier finds dots and smileys.
    if not any(letter.isalnum() for letter in clean["street"]):
        raise InvalidAddress
    latitude, longitude = values["latitude"], values["longitude"]
    if latitude is None or longitude is None:
        return {**clean, "latitude": None, "longitude": None}
    if not (abs(latitude) <= 90 and abs(longitude) <= 180):
        raise InvalidAddress
    return {
        **clean,
        "latitude": Decimal(latitude).quantize(_PLACES),
        "longitude": Decimal(longitude).quantize(_PLACES),
    }


@retrying_atomic
def remove_address(*, customer_id: int, address_id: int) -> None:
    """Take an address off the customer's list; placed orders keep their own copy.

    Raises:
        AddressNotFound: It was removed before, or it is somebody else's.
    """
    own = Address.objects.for_customer(customer_id).filter(pk=address_id)
    if not own.update(deleted_at=present()):
        raise AddressNotFound


@retrying_atomic
def touch_address(*, address_id: int, now: datetime) -> None:
    """Move an address to the top of its customer's list."""
    Address.objects.filter(pk=address_id).update(used_at=now)
