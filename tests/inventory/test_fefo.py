"""First expired, first out, for any shelves."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from apps.core.time import now as present
from apps.core.time import shop_date
from apps.inventory import selectors
from apps.inventory.dto import LotStatus
from apps.inventory.models import Lot
from tests.conftest import scaled
from tests.factories import VariantFactory

LOTS = st.lists(
    st.tuples(
        st.integers(1, 60),
        st.integers(0, 9),
        st.sampled_from(["ok", "ok", "ok", "blocked", "late"]),
    ),
    max_size=8,
)


class TestSuggestLots(TestCase):
    def check(self, shelves, wanted):
        now = present()
        today, variant = shop_date(now), VariantFactory()
        for number, (days, remaining, state) in enumerate(shelves):
            Lot.objects.create(
                variant=variant,
                code=f"L-{number}",
                made_on=today - timedelta(days=300),
                expires_on=today + timedelta(days=days),
                sell_by=today + timedelta(days=-1 if state == "late" else 0),
                received=10,
                remaining=remaining,
                is_blocked=state == "blocked",
                status=LotStatus.QUARANTINED if state == "blocked" else LotStatus.OK,
            )
        suggested = selectors.suggest_lots(variant_id=variant.pk, quantity=wanted, now=now)
        fit = list(Lot.objects.sellable(today).filter(variant=variant).fefo())
        self.compare(SimpleNamespace(fit=fit, suggested=suggested, wanted=wanted))

    def compare(self, case):
        taken = sum(lot.quantity for lot in case.suggested)
        assert taken == min(case.wanted, sum(lot.remaining for lot in case.fit))
        assert all(lot.quantity > 0 for lot in case.suggested)
        # A prefix of the fit lots by expiry, each but the last one emptied.
        assert [s.lot_id for s in case.suggested] == [
            lot.pk for lot in case.fit[: len(case.suggested)]
        ]
        for lot, suggestion in zip(case.fit, case.suggested[:-1], strict=False):
            assert suggestion.quantity == lot.remaining

    @given(shelves=LOTS, wanted=st.integers(1, 40))
    @settings(max_examples=25, deadline=None)
    def test_empties_the_oldest_fit_lots_first(self, shelves, wanted):
        self.check(shelves, wanted)

    @pytest.mark.deep
    @given(shelves=LOTS, wanted=st.integers(1, 40))
    @settings(max_examples=scaled(500), deadline=None)
    def test_empties_the_oldest_fit_lots_first_in_many_cases(self, shelves, wanted):
        self.check(shelves, wanted)
