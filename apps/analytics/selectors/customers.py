"""Who came for the first time, who came again, and for how long."""

from datetime import date

from apps.analytics.dto import Cohort, Cohorts, Customers, CustomersRow, Step
from apps.analytics.periods import Period, bucket_of
from apps.analytics.selectors import sources
from apps.analytics.selectors.reading import ask, split_values

COHORTS = 12

_DAYS = f"""
    SELECT day, first_on, previous_on, orders FROM analytics_daycustomer
    WHERE day >= %(start)s::date AND day < %(live)s::date
    UNION ALL
    SELECT day, first_on, previous_on, orders FROM ({sources.CUSTOMERS}) live
"""

# A customer counts on the first of their days in a bucket, and in a period: no sorting is needed.
# The row without a bucket is the whole period's.
_NEW_OR_NOT = f"""
SELECT bucket, count(*) FILTER (WHERE previous_on IS NULL) AS new,
    count(*) FILTER (WHERE previous_on < greatest(bucket, %(start)s::date)) AS returning,
    count(*) FILTER (WHERE previous_on < %(start)s::date) AS returning_in_all,
    sum(orders) AS orders
FROM (
    SELECT date_trunc(%(step)s::text, day::timestamp)::date AS bucket, previous_on, orders
    FROM ({_DAYS}) days
) b
GROUP BY ROLLUP (bucket)
"""

_COHORTS = f"""
SELECT cohort, month, count(*) AS customers
FROM (
    SELECT date_trunc('month', first_on::timestamp)::date AS cohort,
        date_trunc('month', day::timestamp)::date AS month, previous_on
    FROM ({_DAYS}) days WHERE first_on >= %(start)s::date
) active
WHERE previous_on IS NULL OR previous_on < month
GROUP BY cohort, month
"""


def customers(*, asked: Period, step: Step) -> Customers:
    """Return new and returning customers of a period, step by step.

    New are those whose first order of all lies in the same days.

    Raises:
        QuestionTooHeavy: There is too much to count.
    """
    found = ask(_NEW_OR_NOT, {**split_values(asked), "step": step.value})
    rows = {day: CustomersRow(day) for day in asked.buckets(step)}
    total = CustomersRow(asked.start)
    for row in found:
        orders = int(row.orders or 0)
        if row.bucket is None:
            total = CustomersRow(asked.start, row.new, row.returning_in_all, orders)
        else:
            rows[row.bucket] = CustomersRow(row.bucket, row.new, row.returning, orders)
    return Customers(rows=tuple(rows.values()), total=total)


def cohorts(*, asked: Period) -> Cohorts:
    """Return the cohorts of the twelve months up to the period's last day, the oldest first.

    Months are whole, whenever the period begins; what came after its last day is left out.

    Raises:
        QuestionTooHeavy: There is too much to count.
    """
    months = _months_up_to(asked.last)
    rows = ask(_COHORTS, split_values(Period(months[0], asked.end)))
    counted = {(row.cohort, row.month): row.customers for row in rows}
    return Cohorts(
        tuple(
            Cohort(month, tuple(counted.get((month, later), 0) for later in months[place:]))
            for place, month in enumerate(months)
            if counted.get((month, month))
        )
    )


def _months_up_to(last: date) -> list[date]:
    """Return the first days of the last months, that of `last` the newest."""
    ends = last.year * 12 + last.month
    numbers = range(ends - COHORTS, ends)
    return [bucket_of(date(number // 12, number % 12 + 1, 1), Step.MONTH) for number in numbers]
