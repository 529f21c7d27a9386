"""One shop for all tests of this folder: each undoes what it does to it."""

import pytest
from django.conf import settings
from django.test import override_settings

from tests.api import shop as shops
from tests.api.calls import ask_of, caller, operations, program
from tests.api.secrets import hide_secrets
from tests.api.traces import trace
from tests.conftest import provider_at_the_port
from tests.users.role_table import DOORS

# Nobody is told to come back later, so that every request gets to where it aims.
_UNHURRIED = dict.fromkeys(settings.THROTTLE_RATES, 10**9)


@pytest.fixture(scope="package")
def shop(kept):
    """A shop in which every operation has something to work on."""
    with (
        kept(),
        provider_at_the_port() as provider,
        override_settings(THROTTLE_RATES=_UNHURRIED, OPEN_CASH_ORDERS=20),
    ):
        yield shops.build(provider)


@pytest.fixture(scope="package")
def secrets(shop) -> set[str]:
    """Words that stand nowhere but in what is the buyer's."""
    return hide_secrets(shop)


@pytest.fixture(scope="package")
def doer_of(shop, secrets):
    """Return the browser of somebody who may: `doer_of(operation)`."""
    people = {"customer": shop.buyer, "owner": shop.people["owner"], "anonymous": None}
    callers = {name: caller(person) for name, person in people.items()}
    # The buyer can't be erased: their orders are on their way.
    erased = caller(shop.stranger)
    machine = program(shop)

    def find(operation):
        if operation.name == "DELETE /users/me/":
            return erased
        if operation.is_for_programs:
            return machine
        return callers[next(name for name in callers if name in DOORS[operation.door].split())]

    return find


@pytest.fixture(scope="package")
def carried_out(shop, doer_of):
    """What every operation did when it was asked for as it should be."""
    return {
        operation.name: trace(lambda op=operation: doer_of(op).send(ask_of(op, shop)))
        for operation in operations()
    }
