"""What the demo offers: a few promotions and codes that its month of orders has used."""

from datetime import datetime, timedelta
from decimal import Decimal

from apps.catalog import selectors as catalog
from apps.promotions import services as promotions
from apps.promotions.dto import Reward, Scope

# Customers of the demo have it from a friend; not all of them type it.
FREE_DELIVERY = "PRIVEZI"


def announce_offers(*, gift_variant_id: int, actor_id: int, first: datetime, now: datetime) -> None:
    """Make the promotions and codes of the past month and of this week; `now` is the present."""
    promotions.save_promotion(
        name_ru="Неделя овощей", name_en="Vegetable week", scope=Scope.CATEGORY,
        categories=[catalog.category_id_by_slug(slug="vegetables")],
        reward=Reward.PERCENT, value=Decimal(15), starts_at=now - timedelta(days=2),
        ends_at=now + timedelta(days=5), actor_id=actor_id, now=first,
    )  # fmt: skip
    promotions.save_promotion(
        name_ru="Три мороженых по цене двух", name_en="Three ice creams for two",
        scope=Scope.CATEGORY, categories=[catalog.category_id_by_slug(slug="ice-cream")],
        reward=Reward.N_FOR_M, buy=3, pay=2,
        starts_at=first, actor_id=actor_id, now=first,
    )  # fmt: skip
    promotions.save_promotion(
        name_ru="Подарок к большому заказу", name_en="A treat with a big order", scope=Scope.CART,
        reward=Reward.GIFT, gift_variant_id=gift_variant_id, minimum_total=Decimal(3000),
        starts_at=first, actor_id=actor_id, now=first,
    )  # fmt: skip
    promotions.save_promo_code(
        code=FREE_DELIVERY, note="Бесплатная доставка: рассылка и листовки", scope=Scope.DELIVERY,
        reward=Reward.FREE, starts_at=first, per_customer=None, actor_id=actor_id,
    )  # fmt: skip
    promotions.save_promo_code(
        code="PERVYI", note="Знакомство: −10 % на первый заказ", scope=Scope.CART,
        reward=Reward.PERCENT, value=Decimal(10), first_order_only=True,
        minimum_total=Decimal(1000), uses_limit=500, budget=Decimal(50_000), starts_at=first,
        actor_id=actor_id,
    )  # fmt: skip
