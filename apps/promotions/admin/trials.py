"""What an offer does to real carts, as the page shows it: before and after, side by side."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from apps.core.admin import money
from apps.promotions import texts
from apps.promotions.dto import GOODS_SCOPES, Bill, PricedLine, Trial


@dataclass(frozen=True)
class LineTrial:
    """A line before and after; `notes` name the offers that are about it."""

    name: str
    quantity: int
    before: str
    after: str
    is_changed: bool
    notes: tuple[str, ...]


@dataclass(frozen=True)
class TrialView:
    """A basket before and after; `sums` are the delivery and what else is taken off."""

    title: str
    lines: tuple[LineTrial, ...]
    gifts: tuple[str, ...]
    notes: tuple[str, ...]
    delivery_before: str
    delivery_after: str
    before: str
    after: str
    saved: str


def trial_views(trials: Iterable[Trial]) -> list[TrialView]:
    """Return trials in words and sums."""
    return [_view(trial) for trial in trials]


def _view(trial: Trial) -> TrialView:
    names = trial.sample.names
    before = {line.line.variant_id: line for line in trial.before.goods.lines}
    return TrialView(
        title=trial.sample.title,
        lines=tuple(
            _line(names[line.line.variant_id], before[line.line.variant_id], line, trial.after)
            for line in trial.after.goods.lines
        ),
        gifts=tuple(
            f"{names[gift.variant_id]} × {gift.quantity} · {texts.explain(gift.step)}"
            for gift in trial.after.goods.gifts
        ),
        notes=tuple(
            f"{texts.explain(step)}: −{money(step.amount)}"
            for step in (*trial.after.goods.steps, *trial.after.fee.steps)
            if step.scope not in GOODS_SCOPES
        ),
        delivery_before=_fee(trial.before.fee.fee),
        delivery_after=_fee(trial.after.fee.fee),
        before=money(trial.before.total),
        after=money(trial.after.total),
        saved=_saved(trial.saved),
    )


def _line(name: str, before: PricedLine, after: PricedLine, bill: Bill) -> LineTrial:
    variant_id = after.line.variant_id
    about = [
        *after.unit_steps,
        *(s for s in bill.goods.steps if s.scope in GOODS_SCOPES and variant_id in s.shares),
    ]
    return LineTrial(
        name=name,
        quantity=after.line.quantity,
        before=money(before.to_pay),
        after=money(after.to_pay),
        is_changed=before.to_pay != after.to_pay,
        notes=tuple(texts.explain(step) for step in about),
    )


def _fee(fee: Decimal) -> str:
    return money(fee) if fee else _("free")


def _saved(saved: Decimal) -> str:
    """Return the difference, signed as the customer feels it; empty for none."""
    if not saved:
        return ""
    return f"−{money(saved)}" if saved > 0 else f"+{money(-saved)}"
