"""Prices over time: the ledger of changes, and what is scheduled."""

from typing import Any

from django.contrib import admin
from django.db.models import Model, QuerySet, Value
from django.http import HttpRequest
from django.utils.formats import number_format
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.contrib.filters.admin import ChoicesCheckboxFilter, RadioFilter
from unfold.decorators import display

from apps.catalog import services
from apps.catalog.admin.price_forms import moment_text, span_of
from apps.catalog.models import PriceChange, ScheduledPrice
from apps.core.admin import (
    DayRangeFilter,
    Deed,
    LedgerAdmin,
    LedgerInline,
    actor_id,
    label,
    money,
    record_link,
)
from apps.core.time import now


class ReadsChanges:
    """How a change of prices reads, in a list and on its pack's page."""

    @display(description=gettext_lazy("when"), ordering="changed_at")
    def when(self, change: PriceChange) -> str:
        """The instant from which the price was asked."""
        return moment_text(change.changed_at)

    @display(description=gettext_lazy("price asked"))
    def asked(self, change: PriceChange) -> str:
        """From which to which, and by how much."""
        return _difference(change.old_price, change.new_price)

    @display(description=gettext_lazy("regular price"))
    def regular(self, change: PriceChange) -> str:
        """From which to which, and by how much."""
        return _difference(change.old_regular_price, change.new_regular_price)

    @display(description=gettext_lazy("why"))
    def why(self, change: PriceChange) -> str:
        """How it came about, with a link to the batch it was part of."""
        kind = change.get_kind_display()
        text = f"{kind}: {change.reason}" if change.reason else kind
        may_follow = getattr(change, "may_follow", False)
        return record_link(change.batch, text) if change.batch and may_follow else text


def _with_batches(request: HttpRequest, rows: QuerySet[PriceChange]) -> QuerySet[PriceChange]:
    """Read people and batches with the rows, and know whether the batch may be looked at."""
    may_follow = Value(request.user.has_perm("catalog.view_pricebatch"))
    return rows.select_related("actor", "batch").annotate(may_follow=may_follow)


class PriceChangeInline(ReadsChanges, LedgerInline):
    """What a pack has cost."""

    model = PriceChange
    verbose_name_plural = gettext_lazy("Price history")
    fields = ("when", "asked", "regular", "why", "actor")
    readonly_fields = fields
    ordering = ("-changed_at", "-id")
    per_page = 20
    hide_title = True

    def get_queryset(self, request: HttpRequest) -> QuerySet[PriceChange]:
        """Read people and batches with the rows."""
        return _with_batches(request, super().get_queryset(request))


class ScheduledPriceInline(LedgerInline):
    """What a pack will cost."""

    model = ScheduledPrice
    verbose_name_plural = gettext_lazy("Scheduled prices")
    fields = ("span", "state", "reason", "made_by")
    readonly_fields = fields
    ordering = ("-starts_at", "-id")
    per_page = 20
    hide_title = True

    def get_queryset(self, request: HttpRequest) -> QuerySet[ScheduledPrice]:
        """Read people with the rows."""
        rows: QuerySet[ScheduledPrice] = super().get_queryset(request)
        return rows.select_related("made_by")

    @display(description=gettext_lazy("price"))
    def span(self, row: ScheduledPrice) -> str:
        """How much, from when, until when, with a link to its own page."""
        return record_link(row, span_of(row))

    @display(description=gettext_lazy("state"))
    def state(self, row: ScheduledPrice) -> str:
        """Whether it is still to come."""
        return _state(row)


@admin.register(PriceChange)
class PriceChangeAdmin(ReadsChanges, LedgerAdmin):
    """Who changed which price, when and why."""

    list_display = ("when", "pack", "asked", "regular", "why", "actor")
    list_select_related = ("variant__product",)
    list_filter = (("kind", ChoicesCheckboxFilter), ("changed_at", DayRangeFilter))
    search_fields = ("variant__sku", "reason")
    search_help_text = gettext_lazy("SKU or reason")
    ordering = ("-changed_at", "-id")
    fields = ("when", "pack", "asked", "regular", "why", "actor")
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> QuerySet[PriceChange]:
        """Read people and batches with the rows."""
        return _with_batches(request, super().get_queryset(request))

    @display(description=gettext_lazy("pack"), ordering="variant__sku")
    def pack(self, change: PriceChange) -> str:
        """The pack, with a link to its page."""
        return record_link(change.variant)


class WhenFilter(RadioFilter):
    """Whether a scheduled price still changes anything."""

    title = gettext_lazy("state")
    parameter_name = "when"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Offer what calls for attention, and the past."""
        return [("coming", _("to come or holding")), ("done", _("over or withdrawn"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Keep one of the two."""
        pending = ScheduledPrice.objects.pending(now()).values("pk")
        if self.value() == "coming":
            return queryset.filter(pk__in=pending)
        return queryset.exclude(pk__in=pending) if self.value() == "done" else queryset


@admin.register(ScheduledPrice)
class ScheduledPriceAdmin(LedgerAdmin):
    """Prices for later."""

    list_display = ("pack", "amount", "begins", "ends", "state", "reason", "made_by")
    list_select_related = ("variant__product", "made_by")
    list_filter = (WhenFilter, ("starts_at", DayRangeFilter))
    search_fields = ("variant__sku", "variant__product__name_ru", "variant__product__name_en",
                     "reason")  # fmt: skip
    ordering = ("-starts_at", "-id")
    fields = (("pack", "amount"), ("begins", "ends"), ("state", "withdrawn_by"),
              ("reason", "made_by"))  # fmt: skip
    readonly_fields = ("pack", "amount", "begins", "ends", "state", "withdrawn_by", "reason",
                       "made_by")  # fmt: skip

    def deeds_for(self, request: HttpRequest, obj: ScheduledPrice) -> list[Deed]:
        """Take it back while it changes something."""
        is_pending = ScheduledPrice.objects.pending(now()).filter(pk=obj.pk).exists()
        return [WITHDRAW] if is_pending else []

    @display(description=gettext_lazy("pack"), ordering="variant__sku")
    def pack(self, row: ScheduledPrice) -> str:
        """The pack, with a link to its page."""
        return record_link(row.variant)

    @display(description=gettext_lazy("price"), ordering="price")
    def amount(self, row: ScheduledPrice) -> str:
        """What it will cost."""
        return money(row.price)

    @display(description=gettext_lazy("from"), ordering="starts_at")
    def begins(self, row: ScheduledPrice) -> str:
        """From when on."""
        return moment_text(row.starts_at)

    @display(description=gettext_lazy("until"), ordering="ends_at")
    def ends(self, row: ScheduledPrice) -> str:
        """Until when."""
        return moment_text(row.ends_at) if row.ends_at else _("for good")

    @display(description=gettext_lazy("state"))
    def state(self, row: ScheduledPrice) -> str:
        """Whether it is still to come."""
        return _state(row)


def _difference(before: Any, after: Any) -> str:
    if before is None or before == after:
        return money(after)
    percent = (after - before) * 100 / before
    sign = "+" if percent > 0 else "−"
    return format_html(
        '{} → <strong class="shop-important">{}</strong> <span class="shop-subtle">{}</span>',
        money(before), money(after), f"{sign}{number_format(abs(percent), 1)}\u00a0%",
    )  # fmt: skip


def _state(row: ScheduledPrice) -> str:
    moment = now()
    if row.withdrawn_at is not None:
        return label(_("withdrawn"), "danger")
    if row.applied_at is not None or (row.ends_at and row.ends_at <= moment):
        return label(_("over"))
    return label(_("holds"), "success") if row.starts_at <= moment else label(_("to come"), "info")


def _withdraw(request: HttpRequest, row: Model, values: dict[str, Any]) -> str:
    services.withdraw_schedule(
        schedule_id=row.public_id,  # type: ignore[attr-defined]
        now=now(),
        actor_id=actor_id(request),
    )
    return _("The scheduled price is withdrawn.")


WITHDRAW = Deed(
    "withdraw", gettext_lazy("Withdraw"), "event_busy", _withdraw,
    question=gettext_lazy("The pack will cost what it would without this scheduled price."),
    variant="danger",
)  # fmt: skip
