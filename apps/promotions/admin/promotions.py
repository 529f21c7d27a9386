"""Promotions: offers to everybody."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy
from unfold.contrib.filters.admin import ChoicesCheckboxFilter
from unfold.decorators import display

from apps.catalog.admin.changes import adopt, values_of
from apps.core.admin import DayRangeFilter, actor_id
from apps.core.time import now
from apps.promotions import services
from apps.promotions.admin.base import OfferAdmin, StateFilter
from apps.promotions.admin.forms import OfferForm
from apps.promotions.dto import OfferKind
from apps.promotions.models import Promotion


@admin.register(Promotion)
class PromotionAdmin(OfferAdmin):
    """What the shop offers to everybody, for a while."""

    kind = OfferKind.PROMOTION
    form = OfferForm
    list_display = ("title", "progress", "gives", "holds", "spending", "priority")
    list_filter = (
        StateFilter,
        ("scope", ChoicesCheckboxFilter),
        ("reward", ChoicesCheckboxFilter),
        ("starts_at", DayRangeFilter),
    )
    search_fields = ("name_ru", "name_en")
    ordering = ("-starts_at", "-id")
    fieldsets = (
        (None, {"fields": (("name_ru", "name_en"), ("scope", "reward"), "products", "categories",
                           "value", ("buy", "pay"), ("gift_variant", "gift_quantity"),
                           "starts_at", "ends_at", "is_active")}),
        (gettext_lazy("Conditions"), {"fields": (("minimum_total", "first_order_only"),
                                                 ("priority", "is_stackable"), "budget")}),
        (gettext_lazy("So far"), {"fields": (("now_is", "given"),)}),
    )  # fmt: skip

    def save_model(self, request: HttpRequest, obj: Promotion, form: Any, change: bool) -> None:
        """Make or change the promotion, and the prices with it."""
        values = values_of(form, services.PROMOTION_FIELDS, change=change)
        saved = services.save_promotion(
            promotion_id=obj.pk,
            actor_id=actor_id(request),
            products=form.ids_of("products"),
            categories=form.ids_of("categories"),
            now=now(),
            **values,
        )
        adopt(obj, saved)

    @display(description=gettext_lazy("promotion"), ordering="name_ru")
    def title(self, promotion: Promotion) -> str:
        """The name that customers read."""
        return promotion.name
