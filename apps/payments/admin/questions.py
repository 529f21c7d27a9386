"""What a person must decide about money."""

from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from unfold.contrib.filters.admin import ChoicesCheckboxFilter
from unfold.decorators import display

from apps.core.admin import (
    Deed,
    LedgerAdmin,
    Panel,
    Row,
    money,
    panel,
    record_link,
    record_url,
    short_moment,
)
from apps.payments.admin.deeds import ASK_ABOUT, GIVEN_BY_HAND, SETTLE
from apps.payments.dto import OddityKind
from apps.payments.models import Oddity, shop_currency

_ROWS = 8
# What the details are called, for people.
_NAMES = {
    "state": gettext_lazy("state"),
    "amount": gettext_lazy("amount"),
    "currency": gettext_lazy("currency"),
    "captured": gettext_lazy("captured"),
    "refunded": gettext_lazy("refunded"),
    "our_captured": gettext_lazy("taken here"),
    "our_refunded": gettext_lazy("given back here"),
    "expected": gettext_lazy("expected"),
    "asked": gettext_lazy("asked for"),
    "reason": gettext_lazy("answer"),
    "event": gettext_lazy("event"),
    "invoice": gettext_lazy("invoice"),
    "payer": gettext_lazy("payer (number of the person here)"),
    "payment_at_provider": gettext_lazy("id at the provider"),
}
_SUMS = frozenset({"amount", "captured", "refunded", "our_captured", "our_refunded", "expected"})


class OpenFilter(admin.SimpleListFilter):
    """Those that wait, unless others are asked for."""

    title = gettext_lazy("settled")
    parameter_name = "settled"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Offer the settled ones too."""
        return [("no", _("not yet")), ("yes", _("settled"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Oddity]) -> QuerySet[Oddity]:
        """Keep what was asked for."""
        if self.value() in {"no", "yes"}:
            return queryset.filter(settled_at__isnull=self.value() == "no")
        return queryset


@admin.register(Oddity)
class OddityAdmin(LedgerAdmin):
    """Questions about money, the newest first."""

    list_display = ("created_at", "question", "provider", "purchase", "told", "progress")
    list_display_links = ("question",)
    list_select_related = ("payment__order", "settled_by")
    list_filter = (OpenFilter, ("kind", ChoicesCheckboxFilter))
    search_fields = ("payment__order__number", "payment__provider_payment_id")
    ordering = ("-id",)
    fields = (
        "question", ("provider", "purchase"), "told", ("created_at", "settled_at"),
        ("settled_by", "decision"),
    )  # fmt: skip
    readonly_fields = ("question", "purchase", "told", "created_at")

    def state_of(self, obj: Oddity) -> str:
        """Return whether it was settled when a button was seen."""
        return str(obj.settled_at)

    def deeds_for(self, request: HttpRequest, obj: Oddity) -> list[Deed]:
        """Ask again, note what was decided, note what was given by hand."""
        if obj.settled_at is not None:
            return []
        ask = [ASK_ABOUT] if obj.payment_id else []
        by_hand = [GIVEN_BY_HAND] if obj.kind == OddityKind.NO_ACQUIRER else []
        return [*by_hand, SETTLE, *ask]

    @display(description=gettext_lazy("question"), ordering="kind")
    def question(self, oddity: Oddity) -> str:
        """What is odd."""
        return str(oddity.get_kind_display())

    @display(description=gettext_lazy("order"))
    def purchase(self, oddity: Oddity) -> str:
        """The order, with a link to its page."""
        return record_link(oddity.payment.order if oddity.payment else None)

    @display(description=gettext_lazy("details"))
    def told(self, oddity: Oddity) -> str:
        """What was found, a line each."""
        facts = oddity.details
        sums = _SUMS if facts.get("currency", shop_currency()) == shop_currency() else ()
        rows = (
            (_NAMES.get(name, name), _sum(value) if name in sums else value)
            for name, value in facts.items()
        )
        return format_html_join("", "{}: {}<br>", rows) or "—"

    @display(
        description=pgettext_lazy("of a question", "state"),
        label={"open": "danger", "settled": "success"},
    )
    def progress(self, oddity: Oddity) -> tuple[str, str]:
        """Whether it waits for somebody."""
        return ("settled", _("settled")) if oddity.settled_at else ("open", _("waits for you"))


def _sum(text: str) -> str:
    """Return a sum as people read it; what a provider calls one may be anything."""
    try:
        return money(Decimal(text))
    except (InvalidOperation, ValueError):
        return text


@panel(15)
def open_questions(request: HttpRequest, now: datetime) -> Panel | None:
    """Show what nobody has decided yet; nothing when there is nothing."""
    if not request.user.has_perm("payments.view_oddity"):
        return None
    waiting = Oddity.objects.filter(settled_at__isnull=True).select_related("payment__order")
    rows = tuple(
        Row(
            title=str(oddity.get_kind_display()),
            url=record_url("payments_oddity", oddity.pk),
            note=str(oddity.payment.order) if oddity.payment else oddity.get_provider_display(),
            label=short_moment(oddity.created_at),
            tone="danger",
        )
        for oddity in waiting.order_by("-pk")[:_ROWS]
    )
    if not rows:
        return None
    return Panel(
        title=_("Questions about money"), icon="contact_support", rows=rows, tone="danger",
        url=reverse("admin:payments_oddity_changelist") + "?settled=no",
    )  # fmt: skip
