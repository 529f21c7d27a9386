"""What prices ask of the app above: which promotions hold."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from apps.catalog.dto import BasePrice, PriceSteps


class PriceRules(Protocol):
    """Turn what staff ask for packs into what customers pay; `settings.PRICE_RULES` names it."""

    def __call__(self, *, prices: Sequence[BasePrice], now: datetime) -> Mapping[int, PriceSteps]:
        """Return the published price of each pack from `now` on, by variant id."""
        ...
