"""Batches of prices in words: what was chosen, what is done, what comes of it line by line."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.catalog.admin.price_forms import moment_text
from apps.catalog.dto import PriceBatchKind, PriceMove, PriceRounding, PriceTarget
from apps.catalog.models import Category, PriceBatch, PriceBatchLine, Tag
from apps.core.admin import money


@dataclass(frozen=True)
class LineView:
    """A line of a preview as it is read."""

    variant_id: int
    sku: str
    name: str
    old: str
    new: str
    difference: str
    is_dearer: bool
    regular: str
    cost: str
    margin: str
    is_loss: bool
    when: str
    problem: str
    is_kept: bool


def described(batch: PriceBatch) -> list[str]:
    """Return what a batch does in a sentence, then which packs it means."""
    if batch.kind == PriceBatchKind.IMPORT:
        return [_("Table %(file)s") % {"file": batch.spec["file"]}]
    return [_operation(batch.spec["operation"]), *_chosen(batch.spec["chosen"])]


def line_views(lines: Iterable[PriceBatchLine], *, is_undone: bool) -> list[LineView]:
    """Return lines as they are read."""
    return [_line_view(line, is_undone=is_undone) for line in lines]


def _operation(spec: dict[str, Any]) -> str:
    if spec["move"] == PriceMove.RESET:
        return _("End the sale: back to the regular price")
    amount = Decimal(spec["amount"])
    by = f"{abs(amount):f} %" if spec["move"] == PriceMove.PERCENT else money(abs(amount))
    target = str(PriceTarget(spec["target"]).label)
    words = {"target": target[0].upper() + target[1:], "by": by}
    said = (_("%(target)s: + %(by)s") if amount > 0 else _("%(target)s: − %(by)s")) % words
    if spec["rounding"] == PriceRounding.NONE:
        return said
    return f"{said}, {PriceRounding(spec['rounding']).label}"


def _chosen(spec: dict[str, Any]) -> list[str]:
    """Return each limit of the choice in words."""
    shelf = Category.objects.filter(slug=spec["category"]).first() or spec["category"]
    tag = Tag.objects.filter(code=spec["tag"]).first() or spec["tag"]
    count = len(spec["variant_ids"])
    said = [
        _("category: %(name)s") % {"name": shelf} if shelf else "",
        _("tag: %(name)s") % {"name": tag} if tag else "",
        _("brand: %(name)s") % {"name": spec["brand"]} if spec["brand"] else "",
        _("words: %(name)s") % {"name": spec["search"]} if spec["search"] else "",
        _range(spec),
        ngettext("%(count)s pack ticked", "%(count)s packs ticked", count) % {"count": count}
        if count else "",
    ]  # fmt: skip
    return [part for part in said if part] or [_("all packs of the shop")]


def _range(spec: dict[str, Any]) -> str:
    low, high = (spec[name] and money(Decimal(spec[name])) for name in ("price_min", "price_max"))
    if low and high:
        return _("price asked from %(low)s to %(high)s") % {"low": low, "high": high}
    if low:
        return _("price asked from %(low)s") % {"low": low}
    return _("price asked up to %(high)s") % {"high": high} if high else ""


def _line_view(line: Any, *, is_undone: bool) -> LineView:
    new, old = line.new_price, line.old_price
    return LineView(
        variant_id=line.variant_id,
        sku=line.variant.sku,
        name=line.variant.product.name,
        old=money(old),
        new=money(new),
        difference=_signed(new - old) if new is not None else "",
        is_dearer=new is not None and new > old,
        regular=_regular(line),
        cost=money(line.cost),
        margin=_margin(line.margin_percent),
        is_loss=line.is_loss,
        when=_when(line),
        problem=line.get_problem_display() if line.problem else "",
        is_kept=is_undone and line.is_kept,
    )


def _signed(amount: Decimal) -> str:
    if amount == 0:
        return "0"
    return f"{'+' if amount > 0 else '−'}\u00a0{money(abs(amount))}"


def _margin(percent: Decimal | None) -> str:
    return "—" if percent is None else f"{percent:.0f}\u00a0%".replace("-", "−")


def _regular(line: PriceBatchLine) -> str:
    """Return the regular price where it changes or is not the price asked."""
    if line.new_regular_price is None:
        return ""
    if line.new_regular_price != line.old_regular_price:
        return f"{money(line.old_regular_price)} → {money(line.new_regular_price)}"
    return money(line.new_regular_price) if line.new_regular_price != line.new_price else ""


def _when(line: PriceBatchLine) -> str:
    if line.starts_at is None:
        return ""
    start = moment_text(line.starts_at)
    if line.ends_at is None:
        return _("from %(start)s for good") % {"start": start}
    return _("from %(start)s until %(end)s") % {"start": start, "end": moment_text(line.ends_at)}
