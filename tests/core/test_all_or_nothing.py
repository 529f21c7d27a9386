import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from apps.core.transactions import all_or_nothing, retrying_atomic
from apps.users.models import User

pytestmark = pytest.mark.django_db(transaction=True)


@retrying_atomic
def _make(username: str) -> None:
    User.objects.create(username=username)


def _make_each(*usernames: str) -> None:
    with all_or_nothing():
        for username in usernames:
            _make(username)


class TestAllOrNothing:
    def test_takes_no_savepoints(self):
        with CaptureQueriesContext(connection) as queries, all_or_nothing():
            _make("anna")

        assert not [query for query in queries if "SAVEPOINT" in query["sql"]]
        assert User.objects.filter(username="anna").exists()

    def test_undoes_everything_when_one_service_fails(self):
        with pytest.raises(IntegrityError):
            _make_each("anna", "anna")

        assert not User.objects.filter(username="anna").exists()

    def test_ends_with_its_block(self):
        with all_or_nothing():
            pass

        with CaptureQueriesContext(connection) as queries, transaction.atomic():
            _make("anna")

        assert [query for query in queries if "SAVEPOINT" in query["sql"]]
