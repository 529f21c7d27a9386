from datetime import timedelta

import pytest

from apps.core import housekeeping
from apps.core.models import IdempotencyRecord
from apps.core.tasks import tidy_up
from apps.core.time import now

pytestmark = pytest.mark.django_db


class TestTidy:
    def test_forgets_answers_after_seven_days(self, customer):
        for days in (6, 8):
            row = IdempotencyRecord.objects.create(
                owner=customer, endpoint="x", key=f"key-{days}", body_hash="", status=200, answer={}
            )
            IdempotencyRecord.objects.filter(pk=row.pk).update(
                created_at=now() - timedelta(days=days)
            )

        removed = housekeeping.tidy(now=now())

        assert removed["idempotency"] == 1
        assert IdempotencyRecord.objects.get().key == "key-6"

    def test_is_what_beat_calls(self):
        assert tidy_up.name == "core.tidy"
        tidy_up()
