"""What bringing goods to a zone costs: steps by the order's worth and by the distance. Pure.

A step holds from a worth and from a distance on, both included. Of the steps that hold, that of
the furthest distance counts, and among those of one distance that of the biggest worth; where none
holds, the zone's own fee does.
"""

from decimal import Decimal
from itertools import pairwise

from apps.core.money import ZERO
from apps.delivery.dto import Fee, FeeReason, Tariff
from apps.delivery.errors import FeesContradict


def fee_at(tariff: Tariff, *, total: Decimal, km: Decimal) -> Decimal:
    """Return the fee for goods of this worth over this distance."""
    if tariff.free_from is not None and total >= tariff.free_from:
        return ZERO
    holding = [step for step in tariff.steps if step.from_total <= total and step.from_km <= km]
    if not holding:
        return tariff.fee
    return max(holding, key=lambda step: (step.from_km, step.from_total)).fee


def explained(tariff: Tariff, *, total: Decimal, km: Decimal) -> Fee:
    """Return the fee with its reason, and from which worth on it would be less."""
    fee = fee_at(tariff, total=total, km=km)
    later = [(edge, fee_at(tariff, total=edge, km=km)) for edge in totals(tariff) if edge > total]
    cheaper = next(((edge, less) for edge, less in later if less < fee), None)
    return Fee(
        fee=fee,
        reason=_reason(tariff, fee, total, km),
        less_from=cheaper[0] if cheaper else None,
        less_fee=cheaper[1] if cheaper else None,
        free_from=next((edge for edge, less in later if fee and not less), None),
    )


def contradiction(tariff: Tariff) -> tuple[Decimal, Decimal] | None:
    """Return a worth and a distance from which on the fee goes the wrong way, if there are any.

    A bigger order never costs more to bring than a smaller one, nor a nearer one more than a
    farther one. Between its edges a fee does not change, so that these tell it all.
    """
    for km in distances(tariff):
        for less, more in pairwise(totals(tariff)):
            if fee_at(tariff, total=more, km=km) > fee_at(tariff, total=less, km=km):
                return more, km
    for total in totals(tariff):
        for near, far in pairwise(distances(tariff)):
            if fee_at(tariff, total=total, km=far) < fee_at(tariff, total=total, km=near):
                return total, far
    return None


def refuse_contradictions(tariff: Tariff) -> None:
    """Let a tariff pass by which bringing more goods, or less far, never costs more.

    Raises:
        FeesContradict: Somewhere it does.
    """
    fault = contradiction(tariff)
    if fault is not None:
        raise FeesContradict(total=f"{fault[0]:f}", km=f"{fault[1].normalize():f}")


def totals(tariff: Tariff) -> list[Decimal]:
    """Return the worths from which on another fee may hold, nothing first."""
    free = [] if tariff.free_from is None else [tariff.free_from]
    return sorted({ZERO, *(step.from_total for step in tariff.steps), *free})


def distances(tariff: Tariff) -> list[Decimal]:
    """Return the distances from which on another fee may hold, nothing first."""
    return sorted({Decimal("0.00"), *(step.from_km for step in tariff.steps)})


def _reason(tariff: Tariff, fee: Decimal, total: Decimal, km: Decimal) -> FeeReason:
    if not fee:
        return FeeReason.FREE
    if fee_at(tariff, total=ZERO, km=km) != fee:
        return FeeReason.BY_TOTAL
    return FeeReason.BASE if fee == tariff.fee else FeeReason.BY_DISTANCE
