from datetime import UTC, datetime

import pytest
from rest_framework.exceptions import ValidationError

from apps.core.fields import MomentField


class TestMomentField:
    def test_reads_a_time_without_an_offset_by_the_shops_clock(self, settings):
        settings.SHOP_TIME_ZONE = "Europe/Moscow"

        read = MomentField().run_validation("2026-11-27T12:00:00")

        assert read == datetime(2026, 11, 27, 9, tzinfo=UTC)

    @pytest.mark.parametrize(
        "text",
        [
            "0001-01-01T00:00:00+14:00", "0400-08-12T08:24:44Z", "1999-12-31T23:59:59Z",
            "3000-01-01T00:00:00", "9999-12-31T23:59:59-14:00",
        ],
    )  # fmt: skip
    def test_refuses_years_that_no_shop_will_see(self, text):
        with pytest.raises(ValidationError) as refused:
            MomentField().run_validation(text)

        assert refused.value.get_codes() == ["year"]

    @pytest.mark.parametrize("text", ["2000-01-01T00:00:00Z", "2999-12-31T23:59:59+14:00"])
    def test_takes_the_first_and_the_last_of_them(self, text):
        assert MomentField().run_validation(text).isoformat() == text.replace("Z", "+00:00")
