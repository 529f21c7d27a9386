from datetime import datetime

import pytest

from apps.core.time import WallTimeUnclear, from_wall


class TestFromWall:
    @pytest.mark.parametrize(
        ("zone", "wall", "moment"),
        [
            ("Europe/Berlin", "2027-03-28T01:59", "2027-03-28T00:59Z"),
            ("Europe/Berlin", "2027-03-28T03:00", "2027-03-28T01:00Z"),
            ("Europe/Berlin", "2027-10-31T01:59", "2027-10-30T23:59Z"),
            ("Europe/Berlin", "2027-10-31T03:00", "2027-10-31T02:00Z"),
            ("Europe/Moscow", "2027-03-28T02:30", "2027-03-27T23:30Z"),
        ],
    )
    def test_reads_the_shops_clock(self, settings, zone, wall, moment):
        settings.SHOP_TIME_ZONE = zone

        assert from_wall(datetime.fromisoformat(wall)) == datetime.fromisoformat(moment)

    @pytest.mark.parametrize(
        "wall", ["2027-03-28T02:00", "2027-03-28T02:59", "2027-10-31T02:00", "2027-10-31T02:59"]
    )
    def test_refuses_an_hour_that_is_not_or_is_twice(self, settings, wall):
        settings.SHOP_TIME_ZONE = "Europe/Berlin"

        with pytest.raises(WallTimeUnclear):
            from_wall(datetime.fromisoformat(wall))
