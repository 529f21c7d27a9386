"""Ended days are counted twice: as they are asked for, and from the sums that the job keeps."""

import pytest

from apps.analytics import services
from tests.analytics.support import at


@pytest.fixture(params=["counted at once", "summed up"])
def summed(request):
    """Return what a test calls once its past is there: with the job, and without it."""

    def sum_up(now: str) -> None:
        if request.param == "summed up":
            assert services.sum_up_days(now=at(now)) > 0

    return sum_up
