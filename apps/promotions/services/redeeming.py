"""Use offers for an order, and give them back: guarded statements, rows in key order."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from functools import partial

from django.db import connection, transaction
from django.db.models import Case, F, Q, QuerySet, When
from django.db.models.functions import Greatest

from apps.catalog import selectors as goods
from apps.core.errors import ShopError
from apps.core.money import ZERO
from apps.core.transactions import retrying_atomic
from apps.promotions import selectors
from apps.promotions.dto import CodeState, Offer, OfferKind, Reward, Use
from apps.promotions.errors import OfferUsedUp, PromoCodeUsedByYou
from apps.promotions.models import PromoCode, Promotion, Redemption
from apps.promotions.services.refusing import refusal_of
from apps.promotions.services.saving import listed_packs, publish

# Whoever changes a promotion takes its row FOR UPDATE: a budget can't come while it is redeemed.
# Many orders share a row like this; only the counter of a budget makes them wait for each other.
_SHARE = """
SELECT id, budget IS NOT NULL,
    is_active AND starts_at <= %(now)s AND (ends_at IS NULL OR ends_at > %(now)s)
FROM promotions_promotion WHERE id = ANY(%(ids)s) ORDER BY id FOR KEY SHARE
"""


@retrying_atomic
def redeem(*, order_id: int, customer_id: int, uses: Sequence[Use], now: datetime) -> None:
    """Write down which offers an order uses, and take their sums off the budgets.

    After the order's payment and before its slot and stock, in the shop's lock order.

    Raises:
        OfferUsedUp: A promotion was stopped, or the rest of its budget went to others.
        PromoCodeUsedUp: The last use of the code, or the rest of its budget, went to others.
        PromoCodeUsedByYou: The customer used it as often as one may.
        PromoCodeExpired, PromoCodeUnknown: It ended, or was stopped, this very moment.
    """
    promotions = sorted((u for u in uses if u.kind == OfferKind.PROMOTION), key=lambda u: u.id)
    codes = [use for use in uses if use.kind == OfferKind.CODE]
    budgeted = _share(promotions, now)
    for use in promotions:
        if use.id in budgeted:
            _spend(use, now)
    for use in codes:
        _use_code(use, customer_id, now, PromoCode.objects.running(now))
    Redemption.objects.bulk_create(
        Redemption(
            promotion_id=use.id if use.kind == OfferKind.PROMOTION else None,
            code_id=use.id if use.kind == OfferKind.CODE else None,
            order_id=order_id,
            customer_id=customer_id,
            amount=use.amount,
        )
        for use in (*promotions, *codes)
    )


@retrying_atomic
def redeem_again(*, order_id: int, now: datetime) -> None:
    """Use once more what an order gave back: its payment came late, and it is placed after all.

    Its price was agreed to while the offers held, so their dates are not asked again; budgets and
    uses are.

    Raises:
        OfferUsedUp, PromoCodeUsedUp, PromoCodeUsedByYou: They went to others meanwhile.
    """
    rows = Redemption.objects.filter(order_id=order_id, released_at__isnull=False).order_by("pk")
    given_back = list(rows.select_for_update())
    uses = _promotions_of(given_back)
    budgeted = _share(uses, now, must_hold=False)
    for use in uses:
        if use.id in budgeted:
            _spend(use, now)
    for row in given_back:
        if row.code_id is not None:
            use = Use(OfferKind.CODE, row.code_id, row.amount)
            _use_code(use, row.customer_id, now, PromoCode.objects.all())
    Redemption.objects.filter(pk__in=[row.pk for row in given_back]).update(released_at=None)


@retrying_atomic
def release(*, order_id: int, now: datetime) -> None:
    """Give back what an order used, because it was cancelled or let go; a second call does nothing.

    After the order's payment and before its slot and stock, in the shop's lock order.
    """
    rows = Redemption.objects.live().filter(order_id=order_id).order_by("pk")
    live = list(rows.select_for_update())
    if not live:
        return
    uses = _promotions_of(live)
    budgeted = _share(uses, now, must_hold=False)
    rows.update(released_at=now)
    for use in uses:
        if use.id in budgeted:
            spent = Greatest(F("spent") - use.amount, ZERO)
            Promotion.objects.filter(pk=use.id).update(spent=spent)
            _follow_budget(use.id, now, returned=use.amount)
    for row in live:
        if row.code_id is not None:
            PromoCode.objects.filter(pk=row.code_id, used__gte=1).update(
                used=F("used") - 1, spent=_counted(-row.amount)
            )


def _promotions_of(rows: Iterable[Redemption]) -> list[Use]:
    """Return the promotions among redemptions, in key order."""
    return [
        Use(OfferKind.PROMOTION, row.promotion_id, row.amount)
        for row in sorted(rows, key=lambda row: row.promotion_id or 0)
        if row.promotion_id is not None
    ]


def _share(uses: Iterable[Use], now: datetime, *, must_hold: bool = True) -> set[int]:
    """Hold promotions as they are, and return which of them have a budget.

    Raises:
        OfferUsedUp: One does not hold any more.
    """
    ids = [use.id for use in uses]
    if not ids:
        return set()
    with connection.cursor() as cursor:
        cursor.execute(_SHARE, {"ids": ids, "now": now})
        rows = cursor.fetchall()
    if must_hold and not all(holds for _id, _has_budget, holds in rows):
        raise OfferUsedUp
    return {pk for pk, has_budget, _holds in rows if has_budget}


def _spend(use: Use, now: datetime) -> None:
    """Take a sum off a promotion's budget, if there is so much left."""
    funded = Promotion.objects.filter(pk=use.id, spent__lte=F("budget") - use.amount)
    if not funded.update(spent=F("spent") + use.amount):
        raise OfferUsedUp
    _follow_budget(use.id, now)


def _use_code(use: Use, customer_id: int, now: datetime, valid: QuerySet[PromoCode]) -> None:
    """Take one use of a code, if there is one left: one guarded statement."""
    free = valid.filter(
        Q(uses_limit__isnull=True) | Q(used__lt=F("uses_limit")),
        Q(budget__isnull=True) | Q(spent__lte=F("budget") - use.amount),
        pk=use.id,
    )
    if not free.update(used=F("used") + 1, spent=_counted(use.amount)):
        raise _why_not(use, customer_id, now)
    # A customer's orders follow one another, and the code's row is ours now: this count stands.
    row = PromoCode.objects.get(pk=use.id)
    own = Redemption.objects.live().filter(code=row, customer_id=customer_id).count()
    if row.per_customer is not None and own >= row.per_customer:
        raise PromoCodeUsedByYou


def _counted(amount: Decimal) -> Case:
    """Return what is spent after a sum; it is only counted while there is a budget."""
    return Case(
        When(budget__isnull=False, then=Greatest(F("spent") + amount, ZERO)), default=F("spent")
    )


def _why_not(use: Use, customer_id: int, now: datetime) -> ShopError:
    found = selectors.check_code(customer_id=customer_id, now=now, code_id=use.id)
    state = found.refusal if found is not None else CodeState.STOPPED
    return refusal_of(state or CodeState.USED_UP, minimum=ZERO, missing=ZERO)


def _follow_budget(promotion_id: int, now: datetime, *, returned: Decimal = ZERO) -> None:
    """Let the catalogue's prices follow a budget that comes to its end, once this has committed.

    Not within the order: it would wait for whoever changes prices just now. Until then the cart
    knows already, and an order is only placed for the total that was agreed to.
    """
    follow = partial(publish_budget, promotion_id=promotion_id, now=now, returned=returned)
    transaction.on_commit(follow, robust=True)


@retrying_atomic
def publish_budget(*, promotion_id: int, now: datetime, returned: Decimal = ZERO) -> None:
    """Publish the packs of a promotion whose budget may not pay, or did not, for every one of them.

    `returned` is what just came back to the budget.
    """
    row = Promotion.objects.filter(pk=promotion_id).first()
    packs = listed_packs(row, now=now) if row is not None else set()
    if row is None or row.budget is None or not packs:
        return
    least_left = row.budget - row.spent - returned
    if least_left < _dearest_unit(selectors.offer_of(row), packs):
        publish(packs, now=now)


def publish_budgets(*, now: datetime) -> int:
    """Publish the packs of every promotion with a budget, and return how many promotions it were.

    Heals what a process that died right after a commit left undone; a lost call does no harm.
    """
    rows = Promotion.objects.unfinished(now).filter(budget__isnull=False).order_by("pk")
    counted = 0
    for row in rows:
        packs = listed_packs(row, now=now)
        publish(packs, now=now)
        counted += bool(packs)
    return counted


def _dearest_unit(offer: Offer, packs: set[int]) -> Decimal:
    """Return the most that an offer can take off one unit of its packs."""
    dearest = goods.dearest_price(variant_ids=packs)
    return offer.value if offer.reward == Reward.AMOUNT else dearest
