"""Make and change promotions and promo codes; the catalogue's prices follow in the same breath."""

import logging
from collections.abc import Collection
from datetime import datetime
from typing import Any, TypeVar

from django.contrib.auth import get_user_model
from django.db import IntegrityError, transaction
from django.db.models import Sum

from apps.catalog import selectors as goods
from apps.catalog import services as catalog
from apps.core.money import ZERO
from apps.core.transactions import retrying_atomic
from apps.promotions import selectors
from apps.promotions.dto import Scope
from apps.promotions.errors import (
    InvalidOffer,
    PromoCodeNotFound,
    PromoCodeTaken,
    PromotionNotFound,
)
from apps.promotions.models import PromoCode, Promotion, Redemption
from apps.promotions.services.checking import check, goods_of, normalise

logger = logging.getLogger(__name__)

_SHARED = frozenset(
    {
        "scope", "reward", "value", "buy", "pay", "gift_variant_id", "gift_quantity", "starts_at",
        "ends_at", "first_order_only", "minimum_total", "is_active", "budget",
    }
)  # fmt: skip
PROMOTION_FIELDS = _SHARED | {"name_ru", "name_en", "priority", "is_stackable"}
CODE_FIELDS = _SHARED | {"code", "note", "uses_limit", "per_customer"}

Row = TypeVar("Row", Promotion, PromoCode)


@retrying_atomic
def save_promotion(
    *,
    promotion_id: int | None = None,
    actor_id: int | None = None,
    products: Collection[int] | None = None,
    categories: Collection[int] | None = None,
    now: datetime,
    **changes: Any,
) -> Promotion:
    """Make a promotion, or change the fields given (`PROMOTION_FIELDS`) of an existing one.

    `products` and `categories` are ids and replace those it has; None leaves them. Prices in the
    catalogue are right from the commit on.

    Raises:
        PromotionNotFound: There is no such promotion.
        InvalidOffer: A value can't be used, or two don't fit each other.
    """
    catalog.hold_price_rules()
    row = Promotion() if promotion_id is None else locked_promotion(promotion_id)
    before = listed_packs(row, now=now)
    write_checked(row, changes, products, categories)
    _keep(row, actor_id, products, categories)
    publish(before | listed_packs(row, now=now), now=now)
    logger.info("Promotion saved", extra={"promotion": row.pk})
    return row


@retrying_atomic
def save_promo_code(
    *,
    code_id: int | None = None,
    actor_id: int | None = None,
    products: Collection[int] | None = None,
    categories: Collection[int] | None = None,
    **changes: Any,
) -> PromoCode:
    """Make a promo code, or change the fields given (`CODE_FIELDS`) of an existing one.

    Raises:
        PromoCodeNotFound: There is no such code.
        PromoCodeTaken: Another code that is switched on is spelt the same.
        InvalidOffer: A value can't be used, or two don't fit each other.
    """
    row = PromoCode() if code_id is None else locked_code(code_id)
    write_checked(row, changes, products, categories)
    try:
        with transaction.atomic():
            _keep(row, actor_id, products, categories)
    except IntegrityError as error:
        if "promotions_promocode_code" not in str(error):
            raise
        raise PromoCodeTaken(promo_code=row.code) from error
    logger.info("Promo code saved", extra={"promo_code": row.pk})
    return row


def locked_promotion(promotion_id: int) -> Promotion:
    """Return a promotion that nobody changes or redeems until the transaction ends.

    Raises:
        PromotionNotFound: There is none.
    """
    row = Promotion.objects.select_for_update().filter(pk=promotion_id).first()
    if row is None:
        raise PromotionNotFound
    return row


def locked_code(code_id: int) -> PromoCode:
    """Return a promo code that nobody changes or redeems until the transaction ends.

    Raises:
        PromoCodeNotFound: There is none.
    """
    row = PromoCode.objects.select_for_update().filter(pk=code_id).first()
    if row is None:
        raise PromoCodeNotFound
    return row


def listed_packs(row: Promotion, *, now: datetime) -> set[int]:
    """Return the packs whose price in the catalogue a promotion changes, now or later."""
    is_over = row.ends_at is not None and row.ends_at <= now
    if row.pk is None or not row.is_active or is_over:
        return set()
    products, categories = goods_of(row)
    row.product_ids, row.category_ids = products, categories  # type: ignore[attr-defined]
    if not selectors.offer_of(row).is_listed:
        return set()
    return set(goods.variant_ids_of(product_ids=products, category_ids=categories))


def publish(variant_ids: Collection[int], *, now: datetime) -> None:
    """Publish the prices of packs whose promotions changed."""
    if variant_ids:
        catalog.publish_prices(variant_ids=sorted(variant_ids), now=now)


def remember(row: Promotion | PromoCode, *, actor_id: int | None, is_new: bool = False) -> None:
    """Write one entry of an offer's history, and who made the change."""
    if actor_id is not None:
        row._history_user = get_user_model()(pk=actor_id)  # type: ignore[union-attr]
    row.remember(is_new=is_new)


def write_checked(
    row: Promotion | PromoCode,
    changes: dict[str, Any],
    products: Collection[int] | None,
    categories: Collection[int] | None,
) -> tuple[Collection[int], Collection[int]]:
    """Set fields of a row, hold the whole to its rules, and return the goods that it is about.

    Raises:
        InvalidOffer: A value can't be used, or two don't fit each other.
    """
    allowed = CODE_FIELDS if isinstance(row, PromoCode) else PROMOTION_FIELDS
    for name, value in changes.items():
        if name not in allowed:
            raise InvalidOffer(field=name, reason=name)
        setattr(row, name, value)
    normalise(row)
    kept_products, kept_categories = ([], []) if row.pk is None else goods_of(row)
    products = kept_products if products is None else products
    categories = kept_categories if categories is None else categories
    check(row, product_ids=products, category_ids=categories)
    if row.pk is not None and row.budget is not None:
        # Counted only while there is a budget. The row is locked: nobody redeems meanwhile.
        row.spent = _given_by(row)
        check(row, product_ids=products, category_ids=categories)
    return products, categories


def _given_by(row: Promotion | PromoCode) -> Any:
    live = Redemption.objects.live()
    own = live.filter(code=row) if isinstance(row, PromoCode) else live.filter(promotion=row)
    return own.aggregate(sum=Sum("amount"))["sum"] or ZERO


def _keep(
    row: Row,
    actor_id: int | None,
    products: Collection[int] | None,
    categories: Collection[int] | None,
) -> None:
    """Save a row and its goods, with one entry in its history."""
    is_new = row.pk is None
    # simple-history looks for this attribute, which its stubs don't know.
    row.skip_history_when_saving = True  # type: ignore[attr-defined]
    row.save()
    is_about: dict[Scope, Any] = {Scope.PRODUCT: row.products, Scope.CATEGORY: row.categories}
    for scope, wanted in ((Scope.PRODUCT, products), (Scope.CATEGORY, categories)):
        # Goods of a scope that was left are forgotten with it.
        if row.scope != scope:
            is_about[scope].clear()
        elif wanted is not None:
            is_about[scope].set(wanted)
    del row.skip_history_when_saving  # type: ignore[attr-defined]
    remember(row, actor_id=actor_id, is_new=is_new)
