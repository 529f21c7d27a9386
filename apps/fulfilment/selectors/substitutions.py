"""What may be offered instead of something that ran out, and what is asked."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import QuerySet

from apps.catalog import selectors as catalog
from apps.core.models import in_language
from apps.fulfilment.dto import Asked, Offer, Question, SubstitutionState
from apps.fulfilment.errors import QuestionNotFound
from apps.fulfilment.models import Substitution
from apps.inventory import selectors as stock
from apps.orders import selectors as orders
from apps.orders.dto import OrderStatus

# So many are looked at, and so few shown: a picker stands in a freezer.
_LOOKED_AT, _SHOWN = 40, 6


def offers_for(*, order_id: int, variant_id: int, units: int, now: datetime) -> list[Offer]:
    """Return packs that may be offered instead of so many units, the nearest in price first."""
    packs = catalog.similar_variants(variant_id=variant_id, now=now, limit=_LOOKED_AT)
    free = stock.available(variant_ids=[pack.id for pack in packs])
    known = orders.variant_ids(order_id=order_id)
    fit = [pack for pack in packs if free[pack.id] >= units and pack.id not in known]
    return [Offer(pack.id, in_language(pack, "name"), pack.price) for pack in fit[:_SHOWN]]


def asked_of(*, order_id: int, now: datetime) -> dict[int, Asked]:
    """Return the open questions about an order, by the line that ran out."""
    rows = _rows().filter(order_line__order_id=order_id, state=SubstitutionState.OPEN)
    return {row.order_line_id: _asked(row, now) for row in rows}


def asked_about(*, question_id: int, customer_id: int | None = None, now: datetime) -> Asked:
    """Return a question; with a customer, one about their own order.

    Raises:
        QuestionNotFound: There is none.
    """
    rows: Iterable[Substitution] = _rows().filter(
        pk=question_id,
        **({} if customer_id is None else {"order_line__order__customer_id": customer_id}),
    )
    for row in rows:
        return _asked(row, now)
    raise QuestionNotFound


def questions_to(*, customer_id: int, now: datetime) -> list[Question]:
    """Return what a customer is asked, or was, about orders that are being picked, oldest first."""
    mine = _rows().filter(
        order_line__order__customer_id=customer_id,
        order_line__order__status=OrderStatus.PICKING,
    )
    rows = list(mine.order_by("pk"))
    packs = catalog.sale_variants(variant_ids={row.substitute.variant_id for row in rows}, now=now)
    return [_question(row, packs[row.substitute.variant_id].small_image, now) for row in rows]


def _rows() -> QuerySet[Substitution]:
    return Substitution.objects.select_related("order_line__order", "substitute")


def _asked(row: Substitution, now: datetime) -> Asked:
    return Asked(
        id=row.pk,
        order_id=row.order_line.order_id,
        order_line_id=row.order_line_id,
        number=row.order_line.order.number,
        name=row.substitute.name,
        other=row.order_line.name,
        units=row.units,
        price=row.substitute.unit_price,
        pack_weight_g=row.substitute.pack_weight_g,
        other_pack_weight_g=row.order_line.pack_weight_g,
        state=row.state,
        deadline=row.deadline,
        is_late=row.deadline <= now,
    )


def _question(row: Substitution, image: str, now: datetime) -> Question:
    line, substitute = row.order_line, row.substitute
    return Question(
        **vars(_asked(row, now)),
        order_public_id=line.order.public_id,
        image=image,
        total=substitute.unit_price * row.units,
        regular_total=substitute.regular_price * row.units,
        worth=line.worth_of(row.units, among=line.quantity),
    )
