"""Each day beside the provider's own count: equal, or which questions it raised."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from unfold.contrib.filters.admin import ChoicesRadioFilter
from unfold.decorators import display

from apps.core.admin import DayRangeFilter, Deed, LedgerAdmin, label, money, short_moment
from apps.payments import services
from apps.payments.models import DayComparison


def _compare(request: HttpRequest, comparison: DayComparison, values: dict[str, Any]) -> str:
    services.ask_for_comparison(comparison_id=comparison.pk)
    return _("The provider is being asked: look here again in a minute.")


COMPARE = Deed("compare", gettext_lazy("Compare once more"), "sync", _compare)


@admin.register(DayComparison)
class DayComparisonAdmin(LedgerAdmin):
    """What providers count for a day, and what our books say."""

    list_display = ("day", "provider", "result", "payments", "captured", "refunded", "moment")
    list_filter = (("provider", ChoicesRadioFilter), ("day", DayRangeFilter))
    ordering = ("-day", "provider")
    fields = (("day", "provider"), "result", "payments", ("captured", "refunded"), "moment")
    readonly_fields = ("result", "payments", "captured", "refunded", "moment")

    def state_of(self, obj: DayComparison) -> str:
        """Return when the day was compared when a button was seen."""
        return str(obj.compared_at)

    def deeds_for(self, request: HttpRequest, obj: DayComparison) -> list[Deed]:
        """Compare again, once the provider has answered."""
        return [COMPARE] if obj.compared_at is not None else []

    def may_do(self, request: HttpRequest, deed_name: str) -> bool:
        """Whoever settles the questions that come of it may ask for another comparison."""
        return request.user.has_perm("payments.change_oddity")

    @display(description=gettext_lazy("result"), ordering="differences")
    def result(self, comparison: DayComparison) -> str:
        """Whether both agree; what does not is a question in the queue."""
        if comparison.compared_at is None:
            return label(_("waits for the provider's answer"), "warning")
        if not comparison.has_list:
            return label(_("nobody lists these payments: compare them by hand"), "warning")
        if not comparison.differences:
            return label(_("agrees"), "success")
        count = comparison.differences
        text = ngettext("%(count)d difference", "%(count)d differences", count) % {"count": count}
        queue = reverse("admin:payments_oddity_changelist") + "?settled=no"
        return format_html('<a class="shop-link" href="{}">{}</a>', queue, label(text, "danger"))

    @display(description=gettext_lazy("payments"))
    def payments(self, comparison: DayComparison) -> str:
        """How many."""
        return _both(comparison, str(comparison.their_payments), str(comparison.our_payments))

    @display(description=gettext_lazy("captured"))
    def captured(self, comparison: DayComparison) -> str:
        """How much was taken."""
        return _both(comparison, money(comparison.their_captured), money(comparison.our_captured))

    @display(description=gettext_lazy("refunded"))
    def refunded(self, comparison: DayComparison) -> str:
        """How much was given back."""
        return _both(comparison, money(comparison.their_refunded), money(comparison.our_refunded))

    @display(description=gettext_lazy("compared"), ordering="compared_at")
    def moment(self, comparison: DayComparison) -> str:
        """When the provider answered."""
        return short_moment(comparison.compared_at) if comparison.compared_at else "—"


def _both(comparison: DayComparison, theirs: str, ours: str) -> str:
    """Return one figure where both are the same, or the two of them."""
    if comparison.compared_at is None:
        return "—"
    if not comparison.has_list:
        return _("%(ours)s here") % {"ours": ours}
    if theirs == ours:
        return theirs
    return _("%(theirs)s there, %(ours)s here") % {"theirs": theirs, "ours": ours}
