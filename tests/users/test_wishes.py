"""What people want to hear of, and when they want to be left alone."""

from datetime import UTC, datetime

import pytest

from apps.core.time import now as present
from apps.users import selectors, services
from apps.users.dto import Hours
from apps.users.errors import InvalidQuietHours, UnknownConsent
from apps.users.models import Consent, QuietHours
from apps.users.quiet import quiet_until
from tests.factories import CustomerFactory


def at(hour: int, minute: int = 0) -> datetime:
    """That time of Moscow's clock, which is three hours ahead."""
    return datetime(2026, 5, 10, hour - 3, minute, tzinfo=UTC)


class TestQuietUntil:
    @pytest.mark.parametrize(
        ("hours", "now", "end"),
        [
            (Hours(22, 9), at(21, 59), None),
            (Hours(22, 9), at(22), datetime(2026, 5, 11, 6, tzinfo=UTC)),
            (Hours(22, 9), at(8, 59), at(9)),
            (Hours(22, 9), at(9), None),
            (Hours(13, 15), at(14), at(15)),
            (Hours(13, 15), at(15), None),
            (Hours(0, 0), at(12), None),
        ],
    )
    def test_ends_on_the_shops_clock(self, settings, hours, now, end):
        settings.SHOP_TIME_ZONE = "Europe/Moscow"

        assert quiet_until(hours=hours, now=now) == end


@pytest.mark.django_db
class TestWishes:
    def test_are_everything_until_somebody_says_no(self, customer, settings):
        settings.QUIET_FROM_HOUR, settings.QUIET_UNTIL_HOUR = 22, 9
        services.set_consent(user_id=customer.pk, kind="reminders", wanted=False)

        wishes = selectors.wishes(user_id=customer.pk)

        assert (wishes.offers, wishes.stock, wishes.reminders) == (True, True, False)
        assert wishes.quiet == Hours(22, 9)

    def test_are_each_persons_own(self, customer, settings):
        settings.QUIET_FROM_HOUR, settings.QUIET_UNTIL_HOUR = 0, 0
        settings.SHOP_TIME_ZONE = "Europe/Moscow"
        services.set_quiet_hours(user_id=customer.pk, starts=12, ends=14)
        other = CustomerFactory()

        ends = selectors.quiet_ends(user_ids=[customer.pk, other.pk], now=at(13))

        assert ends == {customer.pk: at(14)}

    def test_refuse_what_nobody_offers(self, customer):
        with pytest.raises(UnknownConsent):
            services.set_consent(user_id=customer.pk, kind="spam", wanted=True)
        for hours in ((24, 0), (0, -1)):
            with pytest.raises(InvalidQuietHours):
                services.set_quiet_hours(user_id=customer.pk, starts=hours[0], ends=hours[1])

        assert not Consent.objects.exists()
        assert not QuietHours.objects.exists()

    def test_are_exported_and_erased_with_the_person(self, customer):
        services.set_quiet_hours(user_id=customer.pk, starts=20, ends=8)

        told = services.export_person(user_id=customer.pk)["users"]["consents"]
        services.erase_person(user_id=customer.pk, now=present())

        assert told["quiet_hours"] == [20, 8]
        assert not QuietHours.objects.exists()
