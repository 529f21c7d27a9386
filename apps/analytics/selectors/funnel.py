"""How many of those who come go on to order."""

from typing import Any

from apps.analytics.dto import Door, Funnel, FunnelRow
from apps.analytics.periods import Period
from apps.analytics.selectors import sources
from apps.analytics.selectors.reading import ask, split_values

_STAGES = ("started", "product", "cart", "checkout", "ordered")
_SUMS = ", ".join(f"sum({stage}) AS {stage}" for stage in _STAGES)

_VISITS = f"""
SELECT door, {_SUMS}
FROM (
    SELECT day, door, started, product, cart, checkout, ordered FROM analytics_dayfunnel
    WHERE day >= %(start)s::date AND day < %(live)s::date
    UNION ALL
    {sources.FUNNEL}
) days
GROUP BY door
"""


def funnel(*, asked: Period) -> Funnel:
    """Return how many visits of a period reached each stage, in all and by door.

    Raises:
        QuestionTooHeavy: There is too much to count.
    """
    found = {row.door: row for row in ask(_VISITS, split_values(asked))}
    return Funnel(
        total=_row("", found.get("")),
        doors=tuple(_row(door, found.get(door)) for door in Door.values),
    )


def _row(door: str, found: Any) -> FunnelRow:
    return FunnelRow(door, tuple(int(getattr(found, stage, 0)) for stage in _STAGES))
