"""The demo's staff and customers."""

import json
from dataclasses import dataclass
from decimal import Decimal
from importlib import resources
from typing import Any

from django.contrib.auth.hashers import get_hasher

from apps.delivery import selectors as delivery
from apps.delivery.dto import ZoneCard
from apps.users import services as users

DATA = resources.files("apps.catalog.demo")


@dataclass(frozen=True)
class DemoAccount:
    """A member of staff as the shop prints them for whoever tries it out."""

    username: str
    password: str
    role: str
    name: str
    # Who of the simulator's staff group it is.
    telegram_id: int | None = None


@dataclass(frozen=True)
class DemoCustomer:
    """A customer with the address that their orders go to."""

    id: int
    address_id: int
    zone: ZoneCard


def _people() -> dict[str, list[dict[str, Any]]]:
    people: dict[str, list[dict[str, Any]]] = json.loads((DATA / "people.json").read_text("utf-8"))
    return people


def demo_accounts() -> list[DemoAccount]:
    """Return the demo's staff with the passwords that everybody may know."""
    return [
        DemoAccount(
            username=person["username"],
            password=f"demo-{person['username']}",
            role=person["role"],
            name=f"{person['first_name']} {person['last_name']}",
            telegram_id=person.get("telegram_id"),
        )
        for person in _people()["staff"]
    ]


def hire_staff() -> dict[str, int]:
    """Make the staff and return their ids by user name."""
    return {
        account.username: users.save_staff(
            username=account.username,
            password_hash=_quick_hash(account.password),
            role=account.role,
            first_name=account.name.split()[0],
            last_name=account.name.split()[-1],
            telegram_id=account.telegram_id,
        ).pk
        for account in demo_accounts()
    }


def _quick_hash(password: str) -> str:
    """Hash a password that everybody knows, without the effort that secrets deserve.

    Django hashes it anew at the first sign-in.
    """
    hasher: Any = type(get_hasher())()
    hasher.iterations = 1000
    return str(hasher.encode(password, hasher.salt()))


def welcome_customers() -> list[DemoCustomer]:
    """Make the customers, each with a phone and an address."""
    return [_welcome(person) for person in _people()["customers"]]


def _welcome(person: dict[str, Any]) -> DemoCustomer:
    customer = users.ensure_customer(
        telegram_id=person["telegram_id"],
        first_name=person["first_name"],
        last_name=person["last_name"],
        language_code=person["language"],
    )
    users.save_phone(user_id=customer.id, phone=person["phone"])
    place = dict(person["address"])
    house = place.pop("house")
    place["street"] = f"{place['street']}, {house}"
    latitude, longitude = Decimal(place.pop("latitude")), Decimal(place.pop("longitude"))
    address = users.add_address(
        customer_id=customer.id, latitude=latitude, longitude=longitude, **place
    )
    zone = delivery.zone_for(latitude=latitude, longitude=longitude)
    return DemoCustomer(customer.id, address.id, zone)
