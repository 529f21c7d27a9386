"""Two beats at once, and many doors that count the same visit."""

from functools import partial

import pytest
from django.db import DatabaseError

from apps.analytics import services
from apps.analytics.dto import Door, Stage
from apps.analytics.models import DayProduct, DaySales, FunnelEvent
from apps.analytics.services import days
from apps.core.time import now
from tests.analytics.support import at, sold
from tests.conftest import scaled
from tests.factories import VariantFactory
from tests.races import raised, together

pytestmark = pytest.mark.django_db(transaction=True)

NOW = "2026-03-30 12:00"


@pytest.fixture
def month():
    pack = VariantFactory()
    for day in range(1, 29, 3):
        sold(f"2026-03-{day:02} 10:00", delivered=f"2026-03-{day:02} 12:00", wanted={pack: 1})


class TestSumUpDays:
    def test_is_done_once_by_several_beats(self, month):
        outcomes = together([partial(services.sum_up_days, now=at(NOW))] * 4)

        assert raised(outcomes) == []
        assert DaySales.objects.count() == 29
        assert DayProduct.objects.count() == 10
        assert services.check_books() == []

    def test_collides_without_its_lock(self, month, monkeypatch):
        """The negative control: the unique keys are left to stop the second beat."""
        monkeypatch.setattr(days, "_TAKE_TURNS", "SELECT %s")

        refusals = []
        for _ in range(scaled(20)):
            refusals += raised(together([partial(services.rebuild_days, now=at(NOW))] * 4))
            if refusals:
                break

        assert any(isinstance(refusal, DatabaseError) for refusal in refusals)


class TestNoteStage:
    def test_counts_once_what_many_doors_note(self, caplog):
        note = partial(
            services.note_stage, customer_id=7, stage=Stage.CART, door=Door.WEBAPP, now=now()
        )

        outcomes = together([note] * 16)

        assert raised(outcomes) == []
        assert FunnelEvent.objects.count() == 1
        assert "not counted" not in caplog.text
