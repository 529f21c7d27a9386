"""What promotions ask of the apps above: who ordered before, and what people really buy."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from apps.promotions.dto import Sample


class PastOrders(Protocol):
    """Tell whether somebody has ordered before; `settings.PAST_ORDERS` names it."""

    def __call__(self, *, customer_id: int) -> bool:
        """Tell whether the customer has an order that was neither cancelled nor let go."""
        ...


class SampleBaskets(Protocol):
    """Return real baskets to try an offer on; `settings.SAMPLE_BASKETS` names it."""

    def __call__(
        self, *, count: int, gift_variant_ids: Sequence[int], now: datetime
    ) -> Sequence[Sample]:
        """Return at most so many of what people put together last, at the prices of `now`."""
        ...
