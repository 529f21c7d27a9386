"""What delivery tells a person, in the reader's language."""

from collections.abc import Sequence
from decimal import Decimal

from django.utils.translation import gettext as _

from apps.core.money import format_money
from apps.delivery.dto import Fee, FeeReason, FeeRule, ZoneCard


def fee_reason(fee: Fee, zone: ZoneCard) -> str:
    """Say in one sentence why bringing costs what it costs; empty for a zone's plain fee."""
    if fee.reason == FeeReason.FREE:
        return _("Delivery of an order like this is free.")
    if fee.reason == FeeReason.BY_TOTAL:
        return _("Delivery costs less for an order like this.")
    if fee.reason == FeeReason.BY_DISTANCE:
        return _("The fee depends on the distance: %(km)s km.") % {
            "km": kilometres(zone.distance_km)
        }
    return ""


def kilometres(distance: Decimal) -> str:
    """Return a distance without needless zeros, to a tenth."""
    return f"{distance.quantize(Decimal('0.1')).normalize():f}"


def fee_steps(steps: Sequence[FeeRule]) -> str:
    """Say what the steps of a zone are, for those who read its history."""
    if not steps:
        return _("no fee steps")
    said = [
        _("from %(total)s and %(km)s km: %(fee)s") % {
            "total": format_money(step.from_total),
            "km": f"{step.from_km.normalize():f}",
            "fee": format_money(step.fee),
        }
        for step in steps
    ]  # fmt: skip
    return "; ".join(said)
