"""Staff at their desks, and a shop with one of everything in it."""

from collections.abc import Callable
from types import SimpleNamespace

import pytest
from django.test import Client

from apps.catalog import services as catalog
from apps.core.time import now
from apps.inventory import services as inventory
from apps.inventory.models import Lot
from apps.users.models import User
from tests.factories import StaffFactory, placed_order, stocked_variant

Desk = Callable[..., Client]


def desk_of(user: User, language: str = "en") -> Client:
    """Return the browser of somebody who has signed in, in their language."""
    client = Client(HTTP_ACCEPT_LANGUAGE=language)
    client.force_login(user)
    return client


@pytest.fixture
def desk(db) -> Desk:
    """Return the browser of a member of staff in a role: `desk("courier")`."""

    def of(role: str, language: str = "en") -> Client:
        return desk_of(StaffFactory(role=role), language)

    return of


@pytest.fixture
def owner_desk(owner) -> Client:
    """The owner's browser."""
    return desk_of(owner)


@pytest.fixture
def shop(db) -> SimpleNamespace:
    """A pack in stock, a lot of it, and an order of it, all made by the services."""
    return small_shop()


def small_shop() -> SimpleNamespace:
    """Make a pack in stock, a lot of it, and an order of it."""
    catalog.save_tag(code="vegan", name_ru="веганское", name_en="vegan")
    variant = stocked_variant(30)
    order = placed_order(wanted={variant: 3})
    lot = Lot.objects.get(variant=variant)
    inventory.write_off(lot_id=lot.pk, quantity=1, reason="torn", actor_id=None)
    return SimpleNamespace(variant=variant, order=order, lot=lot, now=now())
