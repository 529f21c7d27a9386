"""The sums of ended days: made once, made again when something came late, and audited."""

from datetime import date, timedelta

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction

from apps.analytics import selectors, services
from apps.analytics.dto import Door, Stage, Step
from apps.analytics.models import DayCustomer, DayFunnel, DayProduct, DaySales
from apps.analytics.periods import Period
from apps.fulfilment import services as fulfilment
from tests.analytics.support import at, sold
from tests.factories import CustomerFactory, VariantFactory

pytestmark = pytest.mark.django_db

NOW = "2026-03-10 12:00"


def kept():
    """Return all daily sums, without the ids that change when a day is made again."""
    tables = (DaySales, DayProduct, DayCustomer, DayFunnel)
    return [
        sorted(
            str({name: value for name, value in row.items() if name not in ("id", "newest_event")})
            for row in table.objects.values()
        )
        for table in tables
    ]


@pytest.fixture
def past():
    pack, customer = VariantFactory(), CustomerFactory()
    sold("2026-03-05 10:00", delivered="2026-03-06 10:00", wanted={pack: 2}, customer=customer)
    sold("2026-03-08 10:00", delivered="2026-03-09 10:00", wanted={pack: 3}, customer=customer)
    sold("2026-03-10 10:00", wanted={pack: 1}, customer=customer)
    services.note_stage(customer_id=1, stage=Stage.CART, door=Door.BOT, now=at("2026-03-04 09:00"))
    return pack, customer


class TestSumUpDays:
    def test_keeps_every_ended_day_from_the_first_on(self, past):
        made = services.sum_up_days(now=at(NOW))

        days = list(DaySales.objects.order_by("day").values_list("day", "taken", "delivered"))
        assert made == 6
        assert days == [
            (date(2026, 3, 4), 0, 0),  # a visit, no order
            (date(2026, 3, 5), 1, 0),
            (date(2026, 3, 6), 0, 1),
            (date(2026, 3, 7), 0, 0),
            (date(2026, 3, 8), 1, 0),
            (date(2026, 3, 9), 0, 1),
        ]
        assert DayProduct.objects.count() == 2
        assert DayCustomer.objects.count() == 2
        assert DayFunnel.objects.count() == 2  # through the bot, and in all

    def test_makes_the_same_again_and_only_the_last_days(self, past):
        services.sum_up_days(now=at(NOW))
        before = kept()

        made = services.sum_up_days(now=at(NOW))

        assert made == 2
        assert kept() == before

    def test_goes_on_where_it_stopped(self, past):
        services.sum_up_days(now=at("2026-03-06 12:00"))

        assert services.sum_up_days(now=at(NOW)) == 4
        assert DaySales.objects.count() == 6

    def test_does_nothing_in_an_empty_shop(self):
        assert services.sum_up_days(now=at(NOW)) == 0
        assert not DaySales.objects.exists()

    def test_makes_days_again_that_got_something_late(self, past):
        pack, customer = past
        services.sum_up_days(now=at(NOW))
        sold("2026-03-04 10:00", delivered="2026-03-05 10:00", wanted={pack: 4}, customer=customer)

        made = services.sum_up_days(now=at(NOW))

        assert made == 6
        assert DaySales.objects.get(day=date(2026, 3, 5)).delivered == 1
        firsts = DayCustomer.objects.order_by("day").values_list("first_on", "previous_on")
        assert list(firsts) == [
            (date(2026, 3, 4), None),
            (date(2026, 3, 4), date(2026, 3, 4)),
            (date(2026, 3, 4), date(2026, 3, 5)),
        ]
        assert services.sum_up_days(now=at(NOW)) == 2

    def test_leaves_answers_as_they_are(self, past):
        asked = Period(date(2026, 3, 4), date(2026, 3, 11))
        questions = (
            lambda: selectors.sales(asked=asked, step=Step.DAY),
            lambda: selectors.top_products(asked=asked),
            lambda: selectors.customers(asked=asked, step=Step.DAY),
            lambda: selectors.funnel(asked=asked),
        )
        before = [ask() for ask in questions]

        for now in ("2026-03-06 00:01", "2026-03-10 00:01", "2026-03-11 00:01"):
            services.sum_up_days(now=at(now))

            assert [ask() for ask in questions] == before


class TestRebuildDays:
    def test_follows_a_new_time_zone(self, past, settings):
        sold("2026-03-07 00:30")  # in Moscow; in Berlin it was the 6th
        services.sum_up_days(now=at(NOW))
        settings.SHOP_TIME_ZONE = "Europe/Berlin"

        call_command("rebuild_analytics", stdout=open("/dev/null", "w"))  # noqa: SIM115

        assert DaySales.objects.get(day=date(2026, 3, 6)).taken == 1
        assert DaySales.objects.get(day=date(2026, 3, 7)).taken == 0


class TestCheckBooks:
    @pytest.fixture
    def summed_up(self, past):
        services.sum_up_days(now=at(NOW))

    def test_finds_nothing_wrong_in_order(self, summed_up):
        assert services.check_books() == []

    @pytest.mark.parametrize(
        ("table", "change", "counter"),
        [
            (DaySales, {"delivered_total": 1}, "daysales: delivered_total"),
            (DaySales, {"units": 9}, "daysales: units"),
            (DayProduct, {"revenue": 1}, "dayproduct: revenue"),
            (DayCustomer, {"orders": 7}, "daycustomer: orders"),
        ],
    )
    def test_finds_a_sum_that_is_wrong(self, summed_up, table, change, counter):
        day = date(2026, 3, 5) if table is DayCustomer else date(2026, 3, 6)
        table.objects.filter(day=day).update(**change)

        found = [one for one in fulfilment.check_books() if one.subject.startswith("sums of")]

        assert [(one.subject, one.counter) for one in found] == [(f"sums of {day}", counter)]

    def test_finds_a_sum_that_is_missing(self, summed_up):
        DayFunnel.objects.filter(door="").delete()

        wrong = services.check_books()

        assert {(found.counter, found.expected, found.found) for found in wrong} == {
            ("dayfunnel: started", "2", "1"),
            ("dayfunnel: product", "2", "1"),
            ("dayfunnel: cart", "2", "1"),
        }

    def test_says_nothing_of_an_empty_shop(self):
        assert services.check_books() == []


class TestTheDatabase:
    def test_refuses_customers_whose_days_contradict_each_other(self):
        customer, day = CustomerFactory(), date(2026, 3, 5)
        wrong = [
            {"first_on": day, "previous_on": day},
            {"first_on": day - timedelta(days=1), "previous_on": None},
            {"first_on": day, "previous_on": day - timedelta(days=1)},
        ]

        for dates in wrong:
            with pytest.raises(DatabaseError), transaction.atomic():
                DayCustomer.objects.create(customer=customer, day=day, orders=1, **dates)

    @pytest.mark.parametrize(
        "change",
        [
            "UPDATE analytics_funnelevent SET stage = 5",
            "UPDATE analytics_funnelevent SET visitor = 8",
            "UPDATE analytics_funnelevent SET visitor = -8, day = day + 1",
            "DELETE FROM analytics_funnelevent",
        ],
    )
    def test_never_changes_what_happened(self, change):
        services.note_stage(customer_id=7, stage=Stage.CART, door=Door.BOT, now=at(NOW))

        with (
            pytest.raises(DatabaseError, match="never changed"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(change)

    def test_never_gives_a_number_back_to_a_person(self):
        services.note_stage(customer_id=7, stage=Stage.CART, door=Door.BOT, now=at(NOW))
        services.erase_own(7, at(NOW))

        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("UPDATE analytics_funnelevent SET visitor = 7")
