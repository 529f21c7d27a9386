"""Questions about promotions and codes: as the engine reads them, and as the catalogue does."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, OuterRef, Q, QuerySet, Sum
from django.db.models.functions import Coalesce
from django.utils.module_loading import import_string

from apps.catalog.dto import BasePrice, PriceSteps
from apps.core.books import Discrepancy
from apps.core.money import ZERO
from apps.promotions.dto import UNIT_REWARDS, CodeCheck, CodeState, Offer, OfferKind
from apps.promotions.errors import PromoCodeNotFound, PromotionNotFound
from apps.promotions.models import PromoCode, Promotion, Redemption
from apps.promotions.ports import PastOrders
from apps.promotions.pricing import price_steps


def running_offers(*, now: datetime) -> list[Offer]:
    """Return the promotions that hold at an instant, with one query."""
    return [offer_of(row) for row in _with_goods(Promotion.objects.running(now).funded())]


def published_steps(*, prices: Sequence[BasePrice], now: datetime) -> Mapping[int, PriceSteps]:
    """Return what packs cost from `now` on, promotions included: the catalogue's `PriceRules`."""
    rows = Promotion.objects.unfinished(now).funded().filter(reward__in=UNIT_REWARDS)
    offers = [offer for offer in map(offer_of, _with_goods(rows)) if offer.is_listed]
    return {base.variant_id: price_steps(base=base, offers=offers, now=now) for base in prices}


def check_code(
    *, customer_id: int, now: datetime, code_id: int | None = None, code: str = ""
) -> CodeCheck | None:
    """Return a promo code as a customer may use it now, by its id or as typed; None: no such code.

    A stopped code is none to somebody who types it. Of one who has it in the cart it is told.
    """
    wanted = Q(pk=code_id) if code_id is not None else Q(code=spelt(code), is_active=True)
    uses = Redemption.objects.live().filter(code_id=OuterRef("pk"), customer_id=customer_id)
    counted = uses.order_by().values("code").annotate(count=Count("pk")).values("count")
    rows = _with_goods(PromoCode.objects.filter(wanted)).annotate(own_uses=Coalesce(counted, 0))
    row: Any = rows.order_by("-pk").first()
    if row is None:
        return None
    return CodeCheck(row.pk, row.code, offer_of(row), _refusal(row, row.own_uses, now))


def has_ordered_before(*, customer_id: int) -> bool:
    """Tell whether a customer has ordered before, as the orders know it."""
    asked: PastOrders = import_string(settings.PAST_ORDERS)
    return asked(customer_id=customer_id)


def spelt(code: str) -> str:
    """Return a promo code as it is kept: in capitals, without the blanks that phones put in."""
    return "".join(code.split()).upper()[:60]


def staff_offers(*, kind: OfferKind, now: datetime) -> QuerySet[Any]:
    """Return all promotions or all promo codes with their state and goods, the newest first."""
    rows: Any = _model_of(kind).objects.with_state(now).order_by("-pk")
    rows = rows.select_related("gift_variant").prefetch_related("products", "categories")
    return rows  # type: ignore[no-any-return]  # noqa: RET504


def staff_offer(*, kind: OfferKind, public_id: UUID, now: datetime) -> Any:
    """Return one promotion or promo code as `staff_offers` does.

    Raises:
        PromotionNotFound, PromoCodeNotFound: There is none.
    """
    row = staff_offers(kind=kind, now=now).filter(public_id=public_id).first()
    if row is None:
        raise PromoCodeNotFound if kind == OfferKind.CODE else PromotionNotFound
    return row


def _model_of(kind: OfferKind) -> type[Promotion] | type[PromoCode]:
    return PromoCode if kind == OfferKind.CODE else Promotion


def offer_of(row: Any) -> Offer:
    """Return a row as the engine reads it.

    A saved row comes with the ids of its goods (`_with_goods`), a draft with the same attributes.
    """
    is_code = isinstance(row, PromoCode)
    return Offer(
        kind=OfferKind.CODE if is_code else OfferKind.PROMOTION,
        id=row.pk or 0,
        scope=row.scope,
        reward=row.reward,
        name_ru=row.code if is_code else row.name_ru,
        name_en=row.code if is_code else row.name_en,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        value=row.value or ZERO,
        buy=row.buy or 0,
        pay=row.pay or 0,
        gift_variant_id=row.gift_variant_id,
        gift_quantity=row.gift_quantity,
        product_ids=frozenset(row.product_ids),
        category_ids=frozenset(row.category_ids),
        priority=0 if is_code else row.priority,
        is_stackable=is_code or row.is_stackable,
        first_order_only=row.first_order_only,
        minimum_total=row.minimum_total,
        left=None if row.budget is None else row.budget - row.spent,
    )


def check_books() -> list[Discrepancy]:
    """Compare what promotions and codes count with the redemptions that they count."""
    return [*_wrong_counts(Promotion, "promotion"), *_wrong_counts(PromoCode, "code")]


def _wrong_counts(model: type[Promotion] | type[PromoCode], field: str) -> Iterable[Discrepancy]:
    live = Redemption.objects.live().filter(**{f"{field}_id": OuterRef("pk")}).order_by()
    grouped = live.values(field)
    rows: Any = model.objects.annotate(
        given=Coalesce(grouped.annotate(sum=Sum("amount")).values("sum"), ZERO),
        uses=Coalesce(grouped.annotate(count=Count("pk")).values("count"), 0),
    )
    for row in rows.order_by("pk"):
        name = f"{field} {row.pk}"
        if row.budget is not None and row.spent != row.given:
            yield Discrepancy(name, "spent", expected=str(row.given), found=str(row.spent))
        if isinstance(row, PromoCode) and row.used != row.uses:  # type: ignore[attr-defined]
            yield Discrepancy(name, "used", expected=str(row.uses), found=str(row.used))  # type: ignore[attr-defined]


def _with_goods(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Read the ids of the goods that offers are about with them, in the same query."""
    model, name = rows.model, rows.model._meta.model_name
    goods = {
        f"{part}_ids": ArraySubquery(
            getattr(model, field)
            .through.objects.filter(**{f"{name}_id": OuterRef("pk")})
            .order_by(f"{part}_id")
            .values(f"{part}_id")
        )
        for part, field in (("product", "products"), ("category", "categories"))
    }
    with_goods: QuerySet[Any] = rows.annotate(**goods)
    return with_goods


def _refusal(row: PromoCode, own_uses: int, now: datetime) -> CodeState | None:
    """Return why a code can't be used now, whatever is in the cart."""
    if not row.is_active:
        return CodeState.STOPPED
    if now < row.starts_at:
        return CodeState.NOT_STARTED
    if row.ends_at is not None and row.ends_at <= now:
        return CodeState.EXPIRED
    if row.per_customer is not None and own_uses >= row.per_customer:
        return CodeState.USED_BY_YOU
    is_used_up = row.uses_limit is not None and row.used >= row.uses_limit
    is_spent = row.budget is not None and row.spent >= row.budget
    return CodeState.USED_UP if is_used_up or is_spent else None
