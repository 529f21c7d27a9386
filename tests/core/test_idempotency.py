import threading

import pytest

from apps.core import errors
from apps.core.idempotency import Answer, checked_key, run_once
from apps.core.models import IdempotencyRecord
from tests.factories import CustomerFactory
from tests.races import raised, together


class Work:
    """Something that must happen once."""

    def __init__(self, error=None):
        self.calls = 0
        self.error = error

    def __call__(self) -> Answer:
        self.calls += 1
        if self.error:
            raise self.error
        return Answer(201, {"call": self.calls})


def run(owner, work, *, key="key-00000001", body=None, endpoint="orders"):
    return run_once(
        owner_id=owner.pk, endpoint=endpoint, key=key, body=body or {"a": 1, "b": 2}, work=work
    )


class TestCheckedKey:
    @pytest.mark.parametrize("key", ["12345678", "a" * 100, "0f8a7c-1_B"])
    def test_takes_a_plain_key(self, key):
        assert checked_key(key) == key

    @pytest.mark.parametrize("key", [None, "", "short", "a" * 101, "key with space", "ключ-ключ"])
    def test_refuses_anything_else(self, key):
        with pytest.raises(errors.IdempotencyKeyMissing):
            checked_key(key)


@pytest.mark.django_db
class TestRunOnce:
    def test_gives_the_same_answer_to_the_same_request(self, customer):
        work = Work()

        answers = [run(customer, work), run(customer, work, body={"b": 2, "a": 1})]

        assert answers == [Answer(201, {"call": 1})] * 2
        assert [answer.headers() for answer in answers] == [{}, {"Idempotent-Replayed": "true"}]
        assert work.calls == 1

    def test_refuses_the_key_with_another_body(self, customer):
        work = Work()
        run(customer, work)

        with pytest.raises(errors.IdempotencyKeyReused):
            run(customer, work, body={"a": 2})

        assert work.calls == 1

    def test_keeps_people_and_endpoints_apart(self, customer):
        work = Work()

        run(customer, work)
        run(CustomerFactory(), work)
        run(customer, work, endpoint="refunds")

        assert work.calls == 3

    def test_does_not_remember_a_refusal(self, customer):
        with pytest.raises(errors.NotFound):
            run(customer, Work(errors.NotFound()))

        assert not IdempotencyRecord.objects.exists()
        assert run(customer, Work()).status == 201


@pytest.mark.django_db(transaction=True)
class TestTwins:
    def test_are_told_to_wait_while_the_first_runs(self):
        owner = CustomerFactory()
        began, may_end = threading.Event(), threading.Event()

        def slow() -> Answer:
            began.set()
            assert may_end.wait(10)
            return Answer(201, {})

        def twin():
            assert began.wait(10)
            try:
                return run(owner, Work())
            finally:
                may_end.set()

        first, second = together([lambda: run(owner, slow), twin])

        assert first == Answer(201, {})
        assert isinstance(second, errors.IdempotencyKeyInUse)
        assert second.retry_after == 1

    def test_leave_one_record(self):
        owner = CustomerFactory()
        work = Work()

        outcomes = together([lambda: run(owner, work)] * 8)

        assert {type(error) for error in raised(outcomes)} <= {errors.IdempotencyKeyInUse}
        assert work.calls == 1
        assert IdempotencyRecord.objects.count() == 1
