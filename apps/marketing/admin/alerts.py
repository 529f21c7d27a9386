"""Who waits for which pack."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.contrib.filters.admin import RadioFilter
from unfold.decorators import display

from apps.core.admin import DayRangeFilter, LedgerAdmin, label, record_link
from apps.marketing.models import BackInStockAlert


class ToldFilter(RadioFilter):
    """Whether the ask was answered."""

    title = gettext_lazy("state")
    parameter_name = "told"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Offer both."""
        return [("no", _("waits")), ("yes", _("told"))]

    def queryset(
        self, request: HttpRequest, queryset: QuerySet[BackInStockAlert]
    ) -> QuerySet[BackInStockAlert]:
        """Keep those that wait, or that were told."""
        if self.value() in {"no", "yes"}:
            return queryset.filter(told_at__isnull=self.value() == "no")
        return queryset


@admin.register(BackInStockAlert)
class BackInStockAlertAdmin(LedgerAdmin):
    """Asks of customers, to read; names only for those who may see customers."""

    list_display = ("goods", "person", "asked_at", "progress", "told_at")
    list_select_related = ("variant__product", "customer")
    list_filter = (ToldFilter, ("asked_at", DayRangeFilter))
    search_fields = ("variant__sku", "variant__product__name_ru", "variant__product__name_en")
    ordering = ("-id",)
    fields = ("goods", "person", "progress", ("asked_at", "told_at"))
    readonly_fields = ("goods", "person", "progress")

    def get_list_display(self, request: HttpRequest) -> tuple[str, ...]:
        """Leave the names out for whoever has no part in customers."""
        return self._shown(request, self.list_display)

    def get_fields(self, request: HttpRequest, obj: BackInStockAlert | None = None) -> Any:
        """Leave the name out on the record's page too."""
        return self._shown(request, self.fields)

    def _shown(self, request: HttpRequest, names: tuple[Any, ...]) -> tuple[Any, ...]:
        may = request.user.has_perm("users.view_user")
        return names if may else tuple(name for name in names if name != "person")

    @display(description=gettext_lazy("pack"), ordering="variant__sku")
    def goods(self, alert: BackInStockAlert) -> str:
        """The pack, with a link to its page."""
        return record_link(alert.variant)

    @display(description=gettext_lazy("customer"))
    def person(self, alert: BackInStockAlert) -> str:
        """Who waits."""
        return record_link(alert.customer)

    @display(description=gettext_lazy("state"))
    def progress(self, alert: BackInStockAlert) -> str:
        """Whether they were told."""
        return label(_("told"), "success") if alert.told_at else label(_("waits"), "warning")
