"""What the schema allows, and what it does not: every answer is one that it describes."""

from collections.abc import Iterable
from itertools import chain, islice

import pytest

from tests.api.calls import ask_of, operations, undone
from tests.api.fuzzing import Fuzz, faults_in
from tests.api.hostile import Attack, attacks
from tests.conftest import scaled

pytestmark = pytest.mark.django_db


class TestRequestsOfTheSchema:
    def test_that_the_shop_carries_out_are_answered_as_it_says(self, shop, carried_out):
        wrong = {
            operation.name: faults_in(ask_of(operation, shop), carried_out[operation.name].answer)
            for operation in operations()
        }

        assert {name: found for name, found in wrong.items() if found} == {}

    def test_that_are_made_up_are_answered_as_it_says(self, shop):
        fuzz = Fuzz(shop)
        for operation in operations():
            fuzz.run(operation, 1)

        assert fuzz.faults == {}
        assert fuzz.asked.total() > 0.9 * len(operations())

    @pytest.mark.deep
    def test_are_answered_as_it_says_however_many(self, shop):
        count, fuzz = scaled(20_000), Fuzz(shop)
        for round_ in range(10):
            missing = count - fuzz.asked.total()
            if missing <= 0:
                break
            for operation in operations():
                fuzz.run(operation, -(-missing // len(operations())), seed=round_)

        assert fuzz.faults == {}
        assert fuzz.asked.total() >= count
        assert {200, 201, 202, 204, 400, 401, 403, 404, 409} <= fuzz.answered.keys()


class TestBadValues:
    """A NUL, half a surrogate, 10 to the 30th, and what else breaks programs, in every place."""

    def test_are_refused_or_harmless(self, shop, doer_of):
        # One of all these; a prime number of steps, so that every place and value has its turn.
        assert faults(islice(every_attack(shop), 3, None, 307), doer_of) == {}

    @pytest.mark.deep
    def test_are_refused_or_harmless_one_and_all(self, shop, doer_of):
        tried = list(every_attack(shop))
        step = max(1, round(len(tried) / scaled(len(tried))))

        assert len(tried) > 30_000
        assert faults(tried[::step], doer_of) == {}


def every_attack(shop) -> Iterable[Attack]:
    return chain.from_iterable(attacks(ask_of(operation, shop)) for operation in operations())


def faults(tried: Iterable[Attack], doer_of) -> dict[str, int]:
    """Make the requests; return those that were not answered as the schema says."""
    wrong = {}
    for attack in tried:
        operation = attack.ask.operation
        with undone():
            answer = doer_of(operation).send_raw(attack.ask, attack.path, attack.body)
        status = answer.status_code
        is_problem = answer["Content-Type"] == "application/problem+json"
        if (
            str(status) not in operation.described["responses"]
            or status >= 500
            or is_problem != (status >= 400)
            or (attack.is_unreadable and status < 400)
        ):
            wrong[str(attack)] = status
    return wrong
