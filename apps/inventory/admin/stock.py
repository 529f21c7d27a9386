"""How much there is of each pack: counters to read, one threshold to set."""

from typing import Any

from django.contrib import admin
from django.db.models import ExpressionWrapper, F, IntegerField, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.contrib.filters.admin import RadioFilter
from unfold.decorators import display

from apps.core.admin import HistoryAdmin, label, record_link
from apps.inventory import services
from apps.inventory.models import StockLevel

_FREE = ExpressionWrapper(F("on_hand") - F("blocked") - F("reserved"), IntegerField())


class AmountFilter(RadioFilter):
    """How much may still be sold."""

    title = gettext_lazy("amount")
    parameter_name = "amount"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Offer what calls for a decision."""
        return [("low", _("low")), ("none", _("sold out"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Keep packs that run low, or out."""
        if self.value() == "low":
            return queryset.filter(free__lte=F("low_threshold"), free__gt=0)
        return queryset.filter(free__lte=0) if self.value() == "none" else queryset


@admin.register(StockLevel)
class StockLevelAdmin(HistoryAdmin):
    """The counters behind each pack; lots and orders move them."""

    list_display = ("pack", "free", "on_hand", "reserved", "blocked", "low_threshold", "band")
    list_display_links = ("free",)
    list_select_related = ("variant__product",)
    list_filter = (AmountFilter,)
    search_fields = ("variant__sku", "variant__product__name_ru", "variant__product__name_en")
    ordering = ("variant__sku",)
    fields = ("pack", ("free", "band"), ("on_hand", "reserved", "blocked"), "low_threshold")
    readonly_fields = ("pack", "free", "band", "on_hand", "reserved", "blocked")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Know the sellable units of each row, to sort and filter by them."""
        rows: QuerySet[Any] = super().get_queryset(request)
        return rows.select_related("variant__product").annotate(free=_FREE)  # type: ignore[no-any-return]

    def has_add_permission(self, request: HttpRequest) -> bool:
        """The first delivery of a pack makes its row."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: StockLevel | None = None) -> bool:
        """Counters stay."""
        return False

    def save_model(self, request: HttpRequest, obj: StockLevel, form: Any, change: bool) -> None:
        """Set from how many units on the pack counts as low."""
        services.set_low_threshold(variant_id=obj.variant_id, low_threshold=obj.low_threshold)

    @display(description=gettext_lazy("pack"), ordering="variant__sku")
    def pack(self, level: StockLevel) -> str:
        """The pack, with a link to its page."""
        return record_link(level.variant)

    @display(description=gettext_lazy("for sale"), ordering="free")
    def free(self, level: StockLevel) -> int:
        """Units that may still be promised."""
        return level.available

    @display(description=gettext_lazy("state"))
    def band(self, level: StockLevel) -> str:
        """What the number means."""
        if level.available <= 0:
            return label(_("sold out"), "danger")
        if level.available <= level.low_threshold:
            return label(_("low"), "warning")
        return label(_("enough"), "success")
