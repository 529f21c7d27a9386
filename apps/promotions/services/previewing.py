"""What an offer would do to real baskets, before anybody saves it."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils.module_loading import import_string

from apps.promotions import pricing, selectors
from apps.promotions.dto import Bill, Offer, OfferKind, Reward, Sample, Trial
from apps.promotions.models import PromoCode, Promotion
from apps.promotions.ports import SampleBaskets
from apps.promotions.services.saving import write_checked

BASKETS = 3


def preview(
    *, row: Any, product_ids: Collection[int], category_ids: Collection[int], now: datetime
) -> list[Trial]:
    """Return what a draft, or a changed offer, does to the last real baskets of the shop.

    `row` need not be saved; it must be normalised and without faults. It is tried as if it were
    switched on, at its beginning if that is still to come, and on a first order if it wants one.
    """
    row.product_ids, row.category_ids = product_ids, category_ids
    draft = selectors.offer_of(row)
    moment = max(now, draft.starts_at)
    offers = selectors.running_offers(now=moment)
    with_draft = [offer for offer in offers if offer.key != draft.key]
    code = draft if draft.kind == OfferKind.CODE else None
    if code is None:
        with_draft.append(draft)
    gifts = {o.gift_variant_id for o in (*offers, draft) if o.reward == Reward.GIFT}
    baskets: SampleBaskets = import_string(settings.SAMPLE_BASKETS)
    samples = baskets(
        count=BASKETS, gift_variant_ids=sorted(pk for pk in gifts if pk is not None), now=moment
    )
    trials = []
    for sample in samples:
        tried = _without_list_prices(sample, is_first_order=draft.first_order_only)
        trials.append(Trial(sample, _bill(tried, offers, None), _bill(tried, with_draft, code)))
    return trials


def preview_changes(
    *,
    kind: OfferKind,
    offer_id: int | None = None,
    products: Collection[int] | None = None,
    categories: Collection[int] | None = None,
    now: datetime,
    **changes: Any,
) -> list[Trial]:
    """Return what a new offer, or changes of the one with that id, would do; nothing is saved.

    Raises:
        InvalidOffer: A value can't be used, or two don't fit each other.
    """
    row = _row(kind, offer_id)
    product_ids, category_ids = write_checked(row, changes, products, categories)
    return preview(row=row, product_ids=product_ids, category_ids=category_ids, now=now)


def _row(kind: OfferKind, offer_id: int | None) -> Promotion | PromoCode:
    if kind == OfferKind.CODE:
        return PromoCode() if offer_id is None else PromoCode.objects.get(pk=offer_id)
    return Promotion() if offer_id is None else Promotion.objects.get(pk=offer_id)


def _without_list_prices(sample: Sample, *, is_first_order: bool) -> Sample:
    """Let offers alone make the prices: the catalogue doesn't know the draft."""
    lines = tuple(replace(line, list_price=None) for line in sample.basket.lines)
    is_first = is_first_order or sample.basket.is_first_order
    basket = replace(sample.basket, lines=lines, is_first_order=is_first)
    return replace(sample, basket=basket)


def _bill(sample: Sample, offers: Collection[Offer], code: Offer | None) -> Bill:
    goods = pricing.price_basket(basket=sample.basket, offers=offers, code=code)
    full = sample.fee(goods.list_total)
    return Bill(goods, pricing.price_delivery(fee=full, offers=goods.delivery_offers))
