"""What prices ask of the apps above: which promotions hold, and what a pack cost."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Protocol

from apps.catalog.dto import BasePrice, PriceSteps


class PriceRules(Protocol):
    """Turn what staff ask for packs into what customers pay; `settings.PRICE_RULES` names it."""

    def __call__(self, *, prices: Sequence[BasePrice], now: datetime) -> Mapping[int, PriceSteps]:
        """Return the published price of each pack from `now` on, by variant id."""
        ...


class PackCosts(Protocol):
    """Tell what the shop paid for a unit; `settings.PACK_COSTS` names it."""

    def __call__(self, *, variant_ids: Collection[int]) -> Mapping[int, Decimal]:
        """Return the cost of each pack's newest lot, by variant id, where it is known."""
        ...
