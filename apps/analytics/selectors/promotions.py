"""What promotions and promo codes did to sales."""

from typing import Any

from apps.analytics.dto import OfferKind, OfferRow, Promotions
from apps.analytics.periods import Period
from apps.analytics.selectors import sources
from apps.analytics.selectors.reading import ask, split_values
from apps.core.models import in_language

_OFFERS = f"""
WITH given AS (
    SELECT kind, offer, sum(orders) AS orders, sum(revenue) AS revenue, sum(discount) AS discount
    FROM (
        SELECT kind, offer, orders, revenue, discount FROM analytics_dayoffer
        WHERE day >= %(start)s::date AND day < %(live)s::date
        UNION ALL
        SELECT kind, offer, orders, revenue, discount FROM ({sources.OFFERS}) live
    ) days
    GROUP BY kind, offer
)
SELECT g.*, p.name_ru, p.name_en, c.code
FROM given g
LEFT JOIN promotions_promotion p ON g.kind = 'promotion' AND p.id = g.offer
LEFT JOIN promotions_promocode c ON g.kind = 'code' AND c.id = g.offer
ORDER BY g.revenue DESC, g.kind, g.offer
"""
_SUMS = (OfferKind.ANY, OfferKind.NONE)


def promotion_effect(*, asked: Period) -> Promotions:
    """Return what each offer gave and sold in a period, beside the orders that had none.

    Counted as sales are: by the day of delivery, returns taken off. An order with two offers
    stands in the row of each.

    Raises:
        QuestionTooHeavy: There is too much to count.
    """
    found = ask(_OFFERS, split_values(asked))
    sums = {kind: OfferRow(kind) for kind in _SUMS} | {
        row.kind: _row(row) for row in found if row.kind in _SUMS
    }
    return Promotions(
        rows=tuple(_row(row) for row in found if row.kind not in _SUMS),
        with_offer=sums[OfferKind.ANY],
        without=sums[OfferKind.NONE],
    )


def _row(found: Any) -> OfferRow:
    name = found.code or (in_language(found, "name") if found.name_ru else "")
    return OfferRow(
        kind=found.kind, name=name, orders=int(found.orders), revenue=found.revenue,
        discount=found.discount,
    )  # fmt: skip
