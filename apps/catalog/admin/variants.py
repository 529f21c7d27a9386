"""Packs: their prices are set by buttons, now or for later."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.contrib.filters.admin import (
    BooleanRadioFilter,
    ChoicesCheckboxFilter,
    RelatedDropdownFilter,
)
from unfold.decorators import display
from unfold.widgets import UnfoldAdminDecimalFieldWidget, UnfoldAdminSplitDateTimeWidget

from apps.catalog import services
from apps.catalog.admin.changes import adopt, values_of
from apps.catalog.admin.products import TONES, RemovedFilter
from apps.catalog.dto import Availability
from apps.catalog.models import Variant
from apps.core.admin import (
    Deed,
    DeedForm,
    HistoryAdmin,
    actor_id,
    label,
    money,
    record_link,
    short_moment,
)
from apps.core.time import now


class PriceField(forms.DecimalField):
    """A price of a pack."""

    def __init__(self, **kwargs: Any) -> None:
        widget = UnfoldAdminDecimalFieldWidget(attrs={"inputmode": "decimal"})
        super().__init__(max_digits=12, decimal_places=2, widget=widget, **kwargs)


class PriceForm(DeedForm):
    """What a pack costs from now on."""

    regular_price = PriceField(label=gettext_lazy("Regular price"))
    price = PriceField(
        label=gettext_lazy("Price asked"),
        help_text=gettext_lazy("The same as the regular one, or less on sale."),
    )

    def __init__(self, *args: Any, record: Any, **kwargs: Any) -> None:
        initial = {"regular_price": record.regular_price, "price": record.base_price}
        super().__init__(*args, record=record, initial=initial, **kwargs)


class ScheduleForm(DeedForm):
    """What a pack will cost, from when on, and until when."""

    price = PriceField(label=gettext_lazy("Price"))
    starts_at = forms.SplitDateTimeField(
        label=gettext_lazy("From"), widget=UnfoldAdminSplitDateTimeWidget()
    )
    ends_at = forms.SplitDateTimeField(
        label=gettext_lazy("Until"),
        required=False,
        widget=UnfoldAdminSplitDateTimeWidget(),
        help_text=gettext_lazy("Empty: for good. Otherwise the price falls back by itself."),
    )


@admin.register(Variant)
class VariantAdmin(HistoryAdmin):
    """Everything that has a SKU and a price."""

    list_display = ("sku", "dish", "pack_weight_g", "price_now", "regular", "coming", "band",
                    "is_active")  # fmt: skip
    list_select_related = ("product",)
    list_filter = (
        ("availability", ChoicesCheckboxFilter),
        ("product__category", RelatedDropdownFilter),
        ("is_active", BooleanRadioFilter),
        RemovedFilter,
    )
    search_fields = ("sku", "barcode", "product__name_ru", "product__name_en")
    ordering = ("sku", "id")
    fieldsets = (
        (None, {"fields": ("dish", ("sku", "barcode"), ("sold_by", "pack_weight_g"),
                           ("box_volume_ml", "max_per_order"), ("position", "is_active"))}),
        (gettext_lazy("Price and stock"), {"fields": (("price_now", "regular"),
                                                      ("coming", "band"))}),
    )  # fmt: skip
    readonly_fields = ("dish", "price_now", "regular", "coming", "band")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Variant]:
        """Read the products with the packs."""
        return super().get_queryset(request).select_related("product")

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Variant], search_term: str
    ) -> tuple[QuerySet[Variant], bool]:
        """Offer only packs that exist where one is to be chosen."""
        if request.path.endswith("/autocomplete/"):
            queryset = queryset.filter(deleted_at__isnull=True)
        return super().get_search_results(request, queryset, search_term)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """A pack is added on its product's page."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Variant | None = None) -> bool:
        """What was removed can only be looked at."""
        allowed: bool = super().has_change_permission(request, obj)
        return allowed and (obj is None or obj.deleted_at is None)

    def has_delete_permission(self, request: HttpRequest, obj: Variant | None = None) -> bool:
        """Orders and stock still know a pack: the button “Remove” hides it for good."""
        return False

    def save_model(self, request: HttpRequest, obj: Variant, form: Any, change: bool) -> None:
        """Change what is not a price."""
        values = values_of(form, services.VARIANT_FIELDS, change=change)
        saved = services.save_variant(variant_id=obj.pk, actor_id=actor_id(request), **values)
        adopt(obj, saved)

    def deeds_for(self, request: HttpRequest, obj: Variant) -> list[Deed]:
        """Set the price now or for later, take a schedule back, remove the pack."""
        if obj.deleted_at is not None:
            return []
        deeds = []
        if request.user.has_perm("catalog.change_variant"):
            deeds += [SET_PRICE, SCHEDULE]
        if request.user.has_perm("catalog.delete_variant"):
            deeds.append(REMOVE)
        return deeds

    @display(description=gettext_lazy("product"), ordering="product__name_ru")
    def dish(self, variant: Variant) -> str:
        """The product, with a link to its page."""
        return record_link(variant.product, variant.product.name)

    @display(description=gettext_lazy("price now"), ordering="price")
    def price_now(self, variant: Variant) -> str:
        """What it costs now."""
        return money(variant.price_at(now()))

    @display(description=gettext_lazy("regular price"), ordering="regular_price")
    def regular(self, variant: Variant) -> str:
        """What it costs off sale."""
        return money(variant.regular_price)

    @display(description=gettext_lazy("next price"))
    def coming(self, variant: Variant) -> str:
        """What it will cost, and from when on."""
        moment = now()
        coming = [
            (edge, price)
            for edge, price in zip(variant.price_edges, variant.price_steps, strict=True)
            if edge > moment
        ]
        if not coming:
            return "—"
        edge, price = coming[0]
        return _("%(price)s from %(moment)s") % {
            "price": money(price),
            "moment": short_moment(edge),
        }

    @display(description=gettext_lazy("availability"), ordering="availability")
    def band(self, variant: Variant) -> str:
        """What customers are told about its stock."""
        return label(variant.get_availability_display(), TONES[Availability(variant.availability)])


def _set_price(request: HttpRequest, variant: Variant, values: dict[str, Any]) -> str:
    moment = now()
    saved = services.set_price(
        variant_id=variant.pk, now=moment, actor_id=actor_id(request), **values
    )
    return _("%(sku)s costs %(price)s now.") % {
        "sku": variant.sku,
        "price": money(saved.price_at(moment)),
    }


def _schedule(request: HttpRequest, variant: Variant, values: dict[str, Any]) -> str:
    services.schedule_price(variant_id=variant.pk, now=now(), actor_id=actor_id(request), **values)
    return _("The price will change by itself.")


def _remove(request: HttpRequest, variant: Variant, values: dict[str, Any]) -> str:
    services.remove_variant(variant_id=variant.pk, now=now(), actor_id=actor_id(request))
    return _("%(sku)s is off sale for good.") % {"sku": variant.sku}


SET_PRICE = Deed(
    "price", gettext_lazy("Set the price"), "sell", _set_price, PriceForm, variant="primary"
)
SCHEDULE = Deed("schedule", gettext_lazy("Price for later"), "schedule", _schedule, ScheduleForm)
REMOVE = Deed(
    "remove", gettext_lazy("Remove"), "delete", _remove,
    question=gettext_lazy("The pack leaves the shop for good; orders and stock keep it."),
    variant="danger",
)  # fmt: skip
