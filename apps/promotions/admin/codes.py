"""Promo codes: offers to whoever knows them."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.contrib.filters.admin import ChoicesCheckboxFilter
from unfold.decorators import display

from apps.catalog.admin.changes import adopt, values_of
from apps.core.admin import DayRangeFilter, actor_id
from apps.promotions import services
from apps.promotions.admin.base import OfferAdmin, StateFilter
from apps.promotions.admin.forms import PromoCodeForm
from apps.promotions.dto import OfferKind
from apps.promotions.models import PromoCode


@admin.register(PromoCode)
class PromoCodeAdmin(OfferAdmin):
    """What the shop gives to those who type a code."""

    kind = OfferKind.CODE
    form = PromoCodeForm
    list_display = ("code", "progress", "gives", "uses", "holds", "spending", "note")
    list_filter = (
        StateFilter,
        ("scope", ChoicesCheckboxFilter),
        ("reward", ChoicesCheckboxFilter),
        ("starts_at", DayRangeFilter),
    )
    search_fields = ("code", "note")
    ordering = ("-starts_at", "-id")
    fieldsets = (
        (None, {"fields": ("code", "note", ("scope", "reward"), "products", "categories",
                           "value", ("buy", "pay"), ("gift_variant", "gift_quantity"),
                           "starts_at", "ends_at", "is_active")}),
        (gettext_lazy("Conditions"), {"fields": (("minimum_total", "first_order_only"),
                                                 ("uses_limit", "per_customer"), "budget")}),
        (gettext_lazy("So far"), {"fields": (("now_is", "given"),)}),
    )  # fmt: skip

    def save_model(self, request: HttpRequest, obj: PromoCode, form: Any, change: bool) -> None:
        """Make or change the code."""
        values = values_of(form, services.CODE_FIELDS, change=change)
        saved = services.save_promo_code(
            code_id=obj.pk,
            actor_id=actor_id(request),
            products=form.ids_of("products"),
            categories=form.ids_of("categories"),
            **values,
        )
        adopt(obj, saved)

    @display(description=gettext_lazy("times used"), ordering="used")
    def uses(self, code: PromoCode) -> str:
        """How often it was used, and may be."""
        if code.uses_limit is None:
            return str(code.used)
        return _("%(used)s of %(limit)s") % {"used": code.used, "limit": code.uses_limit}
