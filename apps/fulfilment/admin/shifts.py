"""What couriers carry: order by order, and the hand-over with what was counted."""

from typing import Any

from django.contrib import admin
from django.db.models import F, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.decorators import display

from apps.core.admin import Deed, LedgerAdmin, LedgerInline, actor_id, label, money, short_moment
from apps.core.money import ZERO
from apps.core.time import now
from apps.fulfilment import services
from apps.fulfilment.admin.run_forms import CountForm
from apps.fulfilment.models import CashShift, ShiftEntry


class ShiftEntryInline(LedgerInline):
    """The money of the shift, order by order."""

    model = ShiftEntry
    tab = False
    hide_title = True
    fields = ("number", "kind", "provider", "sum", "actor", "created_at")
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> QuerySet[ShiftEntry]:
        """Read the orders' numbers with the rows, the newest first."""
        rows: QuerySet[ShiftEntry] = super().get_queryset(request)
        return rows.select_related("money_entry__payment__order", "actor").order_by("-pk")

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whoever sees the shift sees what it is made of."""
        return True

    @display(description=gettext_lazy("order"))
    def number(self, entry: ShiftEntry) -> str:
        """The order's number."""
        return entry.money_entry.payment.order.number

    @display(description=gettext_lazy("amount"))
    def sum(self, entry: ShiftEntry) -> str:
        """The sum, as money."""
        return money(entry.amount)


@admin.register(CashShift)
class CashShiftAdmin(LedgerAdmin):
    """Couriers' money, the open purses first."""

    list_display = ("courier", "opened", "expected", "by_card", "handed", "differs", "accepted_by")
    list_select_related = ("courier", "accepted_by")
    search_fields = ("courier__first_name", "courier__last_name", "reason")
    fields = (
        ("courier", "opened"), ("expected", "by_card"), ("handed", "differs"), "reason",
        ("accepted_by", "closed_at"),
    )  # fmt: skip
    readonly_fields = ("opened", "expected", "by_card", "handed", "differs", "closed_at")
    inlines = (ShiftEntryInline,)

    def get_queryset(self, request: HttpRequest) -> QuerySet[CashShift]:
        """Put what is not handed over yet in front; a courier sees the own money."""
        rows: QuerySet[CashShift] = super().get_queryset(request)
        user = request.user
        may_see = user.has_perm("fulfilment.view_cashshift")
        if may_see and not user.has_perm("fulfilment.change_cashshift"):
            rows = rows.filter(courier_id=actor_id(request))
        return rows.order_by(F("closed_at").desc(nulls_first=True), "-pk")

    def deeds_for(self, request: HttpRequest, obj: CashShift) -> list[Deed]:
        """Take the money."""
        may_accept = request.user.has_perm("fulfilment.change_cashshift")
        return [ACCEPT] if may_accept and obj.closed_at is None else []

    def state_of(self, obj: CashShift) -> str:
        """Return whether it is open; what it holds is compared when it is counted."""
        return "closed" if obj.closed_at else "open"

    @display(description=gettext_lazy("opened"), ordering="opened_at")
    def opened(self, shift: CashShift) -> str:
        """When the first money came."""
        return short_moment(shift.opened_at)

    @display(description=gettext_lazy("expected in cash"))
    def expected(self, shift: CashShift) -> str:
        """What the purse must hold."""
        return money(shift.cash)

    @display(description=gettext_lazy("by card"))
    def by_card(self, shift: CashShift) -> str:
        """What the card reader took."""
        return money(shift.card)

    @display(description=gettext_lazy("money handed over"))
    def handed(self, shift: CashShift) -> str:
        """What was counted."""
        if shift.closed_at is None:
            return label(_("not handed over yet"), "warning")
        return money(shift.handed_over)

    @display(description=gettext_lazy("difference"))
    def differs(self, shift: CashShift) -> str:
        """What is missing, or too much."""
        if shift.difference is None:
            return "—"
        tone = "success" if shift.difference == ZERO else "danger"
        return label(money(shift.difference), tone)


def _accept(request: HttpRequest, shift: CashShift, values: dict[str, Any]) -> str:
    services.accept_shift(shift_id=shift.pk, actor_id=actor_id(request), now=now(), **values)
    return _("Accepted: %(sum)s of %(courier)s.") % {
        "sum": money(values["counted"]),
        "courier": shift.courier,
    }


ACCEPT = Deed(
    name="accept", label=gettext_lazy("Count and accept"), icon="payments", run=_accept,
    form_class=CountForm, variant="primary", template="admin/fulfilment/accept.html",
)  # fmt: skip
