"""How far people come is counted, after they were answered."""

import time

import pytest

from apps.analytics.models import FunnelEvent
from tests.bot.test_buying import check_out, put_into_cart

pytestmark = pytest.mark.django_db(transaction=True)


def stages(*, least):
    """Return the stages that were noted, once there are so many: they come after the answers."""
    for _ in range(50):
        found = sorted(FunnelEvent.objects.values_list("visitor", "door", "stage"))
        if len(found) >= least:
            return found
        time.sleep(0.1)
    return found


class TestAVisit:
    def test_is_counted_stage_by_stage(self, regular, dumplings, anna):
        put_into_cart(anna, dumplings)
        check_out(anna)
        anna.presses("✅")
        anna.presses("To the menu")

        assert stages(least=5) == [(regular.pk, "bot", stage) for stage in (1, 2, 3, 4, 5)]

    def test_ends_where_the_shop_says_no(self, regular, dumplings, anna):
        put_into_cart(anna, dumplings)
        check_out(anna)
        type(dumplings).objects.update(regular_price=700, price=700)

        anna.presses("✅")
        anna.sees("Prices changed meanwhile")

        found = stages(least=3)
        assert max(stage for _visitor, _door, stage in found) == 4
