"""A pack's price over time as a small picture: steps, not slopes, since a price jumps."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from apps.catalog.models import Variant
from apps.core.admin import money
from apps.core.time import shop_date

_WIDTH, _HEIGHT, _EDGE = 640, 120, 8
_MOST_STEPS = 60
_PAST = timedelta(days=365)
_AHEAD = timedelta(days=90)


@dataclass(frozen=True)
class _Step:
    """From an instant on, a price."""

    at: datetime
    price: Decimal


def price_chart(variant: Variant, *, now: datetime) -> str:
    """Return what staff asked for a pack in the last year, and what customers will pay next."""
    changes = variant.price_changes.filter(changed_at__gt=now - _PAST, changed_at__lte=now)
    newest = changes.order_by("-changed_at", "-pk")[:_MOST_STEPS]
    past = [_Step(change.changed_at, change.new_price) for change in reversed(newest)]
    edges = [edge for edge in variant.timeline.edges if now < edge <= now + _AHEAD]
    ahead = [_Step(now, variant.price_at(now)), *(_Step(e, variant.price_at(e)) for e in edges)]
    if len(past) + len(edges) < 2:
        return _("not enough changes for a picture yet")
    first, last = min([step.at for step in (*past, *ahead)]), max(now, *(s.at for s in ahead))
    # The last price is seen to go on.
    last += (last - first) / 20
    prices = [step.price for step in (*past, *ahead)]
    low, high = min(prices), max(prices)
    scale = _Scale(first, last, low, high)
    context = {
        "width": _WIDTH, "height": _HEIGHT,
        "past": scale.path([*past, _Step(now, past[-1].price)] if past else [], until=now),
        "ahead": scale.path(ahead, until=last) if edges else "",
        "today": scale.x(now),
        "low": money(low), "high": money(high),
        "first": shop_date(first), "last": shop_date(last),
    }  # fmt: skip
    return render_to_string("admin/catalog/prices/chart.html", context)


@dataclass(frozen=True)
class _Scale:
    """Where an instant and a price stand in the picture, in whole pixels."""

    first: datetime
    last: datetime
    low: Decimal
    high: Decimal

    def x(self, at: datetime) -> int:
        whole = (self.last - self.first) / timedelta(seconds=1) or 1
        return round(
            _EDGE + (_WIDTH - 2 * _EDGE) * ((at - self.first) / timedelta(seconds=1)) / whole
        )

    def y(self, price: Decimal) -> int:
        span = self.high - self.low
        share = (price - self.low) / span if span else Decimal("0.5")
        return round(_HEIGHT - _EDGE - (_HEIGHT - 2 * _EDGE) * share)

    def path(self, steps: list[_Step], *, until: datetime) -> str:
        """Return an SVG path of steps."""
        if not steps:
            return ""
        parts = [f"M{self.x(steps[0].at)} {self.y(steps[0].price)}"]
        parts += [f"H{self.x(step.at)}V{self.y(step.price)}" for step in steps[1:]]
        return "".join([*parts, f"H{self.x(until)}"])
