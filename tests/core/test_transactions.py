import threading

import pytest
from django.db import connection, connections, transaction

from apps.core.errors import Busy
from apps.core.models import IdempotencyRecord
from apps.core.transactions import retrying_atomic
from apps.users.models import User

pytestmark = pytest.mark.django_db(transaction=True)


def _lock(pk: int) -> None:
    list(User.objects.select_for_update().filter(pk=pk))


class TestRetryingAtomic:
    def test_tries_a_deadlock_again_and_succeeds(self):
        first, second = (User.objects.create(username=name) for name in ("anna", "boris"))
        both_hold = threading.Barrier(2, timeout=5)
        attempts, failures = [], []

        def take(one: User, other: User) -> None:
            @retrying_atomic
            def work() -> None:
                attempts.append(one.pk)
                _lock(one.pk)
                if len(attempts) <= 2:
                    both_hold.wait()
                _lock(other.pk)

            try:
                work()
            except Exception as error:
                failures.append(error)
            finally:
                connections.close_all()

        threads = [
            threading.Thread(target=take, args=pair) for pair in ((first, second), (second, first))
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(15)

        assert failures == []
        assert len(attempts) == 3

    def test_says_busy_when_a_row_stays_locked(self):
        user = User.objects.create(username="anna")
        held, done = threading.Event(), threading.Event()

        def hold() -> None:
            with transaction.atomic():
                _lock(user.pk)
                held.set()
                done.wait(10)
            connections.close_all()

        thread = threading.Thread(target=hold)
        thread.start()
        held.wait(5)

        @retrying_atomic
        def work() -> None:
            with connection.cursor() as cursor:
                cursor.execute("SET LOCAL lock_timeout = 100")
            _lock(user.pk)

        with pytest.raises(Busy):
            work()
        done.set()
        thread.join(5)

    def test_keeps_nothing_of_a_refused_attempt(self):
        user = User.objects.create(username="anna")

        @retrying_atomic
        def work() -> None:
            IdempotencyRecord.objects.create(
                owner=user, endpoint="e", key="k", body_hash="h", status=201, answer={}
            )
            raise Busy

        with pytest.raises(Busy):
            work()

        assert not IdempotencyRecord.objects.exists()
