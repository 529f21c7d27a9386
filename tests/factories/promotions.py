"""Promotions and promo codes, made by the shop's own services."""

from datetime import datetime, timedelta
from decimal import Decimal
from itertools import count
from typing import Any

from apps.core.time import now as present
from apps.promotions import services
from apps.promotions.models import PromoCode, Promotion

_numbers = count(1)


def make_promotion(*, now: datetime | None = None, **fields: Any) -> Promotion:
    """Make a promotion that runs: 10 percent off the whole cart, unless told otherwise."""
    now = now or present()
    number = next(_numbers)
    defaults = {
        "name_ru": f"Акция {number}",
        "name_en": f"Offer {number}",
        "scope": "cart",
        "reward": "percent",
        "starts_at": now - timedelta(days=1),
        "ends_at": now + timedelta(days=7),
    }
    if fields.get("reward", "percent") == "percent":
        defaults["value"] = Decimal(10)
    return services.save_promotion(now=now, **(defaults | fields))


def make_code(code: str = "", **fields: Any) -> PromoCode:
    """Make a promo code that is good: 10 percent off the cart, once a customer, unless told."""
    now = present()
    defaults = {
        "code": code or f"CODE{next(_numbers)}",
        "scope": "cart",
        "reward": "percent",
        "starts_at": now - timedelta(days=1),
        "ends_at": now + timedelta(days=7),
    }
    if fields.get("reward", "percent") == "percent":
        defaults["value"] = Decimal(10)
    return services.save_promo_code(**(defaults | fields))
