"""Switch offers on and off, and make new ones after old ones."""

from datetime import datetime

from django.db import IntegrityError, transaction

from apps.catalog import services as catalog
from apps.core.transactions import retrying_atomic
from apps.promotions.dto import OfferKind
from apps.promotions.errors import OfferOver, PromoCodeTaken
from apps.promotions.models import PromoCode, Promotion
from apps.promotions.services.checking import goods_of
from apps.promotions.services.saving import (
    CODE_FIELDS,
    PROMOTION_FIELDS,
    listed_packs,
    locked_code,
    locked_promotion,
    publish,
    remember,
    save_promo_code,
    save_promotion,
)


@retrying_atomic
def activate(*, kind: OfferKind, offer_id: int, actor_id: int | None, now: datetime) -> None:
    """Switch an offer on: it holds in its time.

    Raises:
        PromotionNotFound, PromoCodeNotFound: There is none.
        OfferOver: Its time has passed.
        PromoCodeTaken: Another code that is switched on is spelt the same.
    """
    row = _locked(kind, offer_id)
    if row.ends_at is not None and row.ends_at <= now:
        raise OfferOver
    _switch(row, is_on=True, actor_id=actor_id, now=now)


@retrying_atomic
def stop(*, kind: OfferKind, offer_id: int, actor_id: int | None, now: datetime) -> None:
    """Switch an offer off at once; orders that have it already keep it.

    Raises:
        PromotionNotFound, PromoCodeNotFound: There is none.
    """
    _switch(_locked(kind, offer_id), is_on=False, actor_id=actor_id, now=now)


@retrying_atomic
def duplicate(
    *, kind: OfferKind, offer_id: int, actor_id: int | None, now: datetime
) -> Promotion | PromoCode:
    """Make a copy of an offer, switched off, to be changed before it is switched on.

    Raises:
        PromotionNotFound, PromoCodeNotFound: There is none.
    """
    row = _locked(kind, offer_id)
    products, categories = goods_of(row)
    if isinstance(row, PromoCode):
        values = {name: getattr(row, name) for name in CODE_FIELDS}
        return save_promo_code(
            actor_id=actor_id, products=products, categories=categories,
            **(values | {"is_active": False}),
        )  # fmt: skip
    values = {name: getattr(row, name) for name in PROMOTION_FIELDS}
    return save_promotion(
        actor_id=actor_id, products=products, categories=categories, now=now,
        **(values | {"is_active": False}),
    )  # fmt: skip


def _locked(kind: OfferKind, offer_id: int) -> Promotion | PromoCode:
    """Take an offer's row; whoever changes promotions holds the rules of prices first."""
    if kind == OfferKind.CODE:
        return locked_code(offer_id)
    catalog.hold_price_rules()
    return locked_promotion(offer_id)


def _switch(
    row: Promotion | PromoCode, *, is_on: bool, actor_id: int | None, now: datetime
) -> None:
    if row.is_active == is_on:
        return
    before = listed_packs(row, now=now) if isinstance(row, Promotion) else set()
    row.is_active = is_on
    row.skip_history_when_saving = True  # type: ignore[union-attr]
    try:
        with transaction.atomic():
            row.save(update_fields=["is_active", "updated_at"])
    except IntegrityError as error:
        raise PromoCodeTaken(promo_code=str(row)) from error
    del row.skip_history_when_saving  # type: ignore[union-attr]
    remember(row, actor_id=actor_id)
    if isinstance(row, Promotion):
        publish(before | listed_packs(row, now=now), now=now)
