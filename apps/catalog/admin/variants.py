"""Packs: their prices are set by buttons, now or for later."""

from typing import Any
from uuid import UUID

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.contrib.filters.admin import (
    BooleanRadioFilter,
    ChoicesCheckboxFilter,
    RelatedDropdownFilter,
)
from unfold.decorators import action, display

from apps.catalog import services
from apps.catalog.admin.changes import adopt, values_of
from apps.catalog.admin.price_batches import change_prices_page
from apps.catalog.admin.price_chart import price_chart
from apps.catalog.admin.price_forms import PriceForm, ScheduleForm, WithdrawForm, moment_text
from apps.catalog.admin.prices import PriceChangeInline, ScheduledPriceInline
from apps.catalog.admin.products import TONES, RemovedFilter
from apps.catalog.dto import Availability
from apps.catalog.models import Variant
from apps.core.admin import (
    Deed,
    HistoryAdmin,
    actor_id,
    label,
    money,
    record_link,
)
from apps.core.time import now


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
    actions = ("change_selected",)
    actions_list = ("change_prices", "import_prices")
    inlines = (ScheduledPriceInline, PriceChangeInline)
    readonly_fields = ("dish", "price_now", "coming", "asked", "regular", "band", "story")

    def get_fieldsets(self, request: HttpRequest, obj: Variant | None = None) -> Any:
        """Show the past of the price to those whom its history concerns."""
        story = ["story"] if request.user.has_perm("catalog.view_pricechange") else []
        pack = ("dish", ("sku", "barcode"), ("sold_by", "pack_weight_g"),
                ("box_volume_ml", "max_per_order"), ("position", "is_active"))  # fmt: skip
        price = (("price_now", "coming"), ("asked", "regular"), "band", *story)
        return (
            (None, {"fields": pack}),
            (gettext_lazy("Price and stock"), {"fields": price}),
        )

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
        is_scheduled = obj.scheduled_prices.pending(now()).exists()
        return [SET_PRICE, SCHEDULE, *([WITHDRAW] if is_scheduled else []), REMOVE]

    def may_do(self, request: HttpRequest, deed_name: str) -> bool:
        """What is removed is gone for good; the rest changes the pack."""
        if deed_name == REMOVE.name:
            return request.user.has_perm("catalog.delete_variant")
        return super().may_do(request, deed_name)

    def has_prices_permission(self, request: HttpRequest) -> bool:
        """Whether this person changes prices in bulk."""
        return request.user.has_perm("catalog.add_pricebatch")

    @admin.action(description=gettext_lazy("Change prices"), permissions=["prices"])
    def change_selected(self, request: HttpRequest, queryset: QuerySet[Variant]) -> HttpResponse:
        """Ask what to do to the prices of the packs that are ticked."""
        ids = queryset.order_by("pk").values_list("pk", flat=True)
        return change_prices_page(request, selected=",".join(map(str, ids)))

    @action(description=gettext_lazy("Change prices"), icon="price_change", url_path="prices",
            permissions=["prices"])  # fmt: skip
    def change_prices(self, request: HttpRequest) -> HttpResponse:
        """Go to the page that changes many prices."""
        return HttpResponseRedirect(reverse("admin:catalog_pricebatch_new"))

    @action(description=gettext_lazy("Prices from a table"), icon="upload_file", url_path="table",
            permissions=["prices"])  # fmt: skip
    def import_prices(self, request: HttpRequest) -> HttpResponse:
        """Go to the page that reads a table of prices."""
        return HttpResponseRedirect(reverse("admin:catalog_pricebatch_import"))

    @display(description=gettext_lazy("product"), ordering="product__name_ru")
    def dish(self, variant: Variant) -> str:
        """The product, with a link to its page."""
        return record_link(variant.product, variant.product.name)

    @display(description=gettext_lazy("price now"), ordering="price")
    def price_now(self, variant: Variant) -> str:
        """What it costs now."""
        return money(variant.price_at(now()))

    @display(description=gettext_lazy("price asked"), ordering="base_price")
    def asked(self, variant: Variant) -> str:
        """What staff ask, before scheduled prices and promotions."""
        return money(variant.base_price)

    @display(description=gettext_lazy("price asked over time"))
    def story(self, variant: Variant) -> str:
        """A small chart of what staff asked, and what is to come."""
        return price_chart(variant, now=now())

    @display(description=gettext_lazy("regular price"), ordering="regular_price")
    def regular(self, variant: Variant) -> str:
        """What it costs off sale."""
        return money(variant.regular_price)

    @display(description=gettext_lazy("next price"))
    def coming(self, variant: Variant) -> str:
        """What it will cost, and from when on."""
        moment = now()
        timeline = variant.timeline
        edge = next((edge for edge in timeline.edges if edge > moment), None)
        if edge is None:
            return "—"
        return _("%(price)s from %(moment)s") % {
            "price": money(timeline.at(edge)),
            "moment": moment_text(edge),
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
    words = {"sku": saved.sku, "price": money(saved.price_at(moment)),
             "asked": money(saved.base_price)}  # fmt: skip
    if saved.price_at(moment) != saved.base_price:
        return (
            _(
                "%(sku)s is asked at %(asked)s from now on. Customers pay %(price)s as long as the"
                " scheduled price or the promotion holds."
            )
            % words
        )
    return _("%(sku)s costs %(price)s now.") % words


def _schedule(request: HttpRequest, variant: Variant, values: dict[str, Any]) -> str:
    services.schedule_price(variant_id=variant.pk, now=now(), actor_id=actor_id(request), **values)
    return _("The price will change by itself.")


def _withdraw(request: HttpRequest, variant: Variant, values: dict[str, Any]) -> str:
    services.withdraw_schedule(
        schedule_id=UUID(values["schedule_id"]), now=now(), actor_id=actor_id(request)
    )
    return _("The scheduled price is withdrawn.")


def _remove(request: HttpRequest, variant: Variant, values: dict[str, Any]) -> str:
    services.remove_variant(variant_id=variant.pk, now=now(), actor_id=actor_id(request))
    return _("%(sku)s is off sale for good.") % {"sku": variant.sku}


SET_PRICE = Deed(
    "price", gettext_lazy("Set the price"), "sell", _set_price, PriceForm, variant="primary"
)
SCHEDULE = Deed("schedule", gettext_lazy("Price for later"), "schedule", _schedule, ScheduleForm)
WITHDRAW = Deed(
    "withdraw", gettext_lazy("Withdraw a scheduled price"), "event_busy", _withdraw, WithdrawForm
)
REMOVE = Deed(
    "remove", gettext_lazy("Take off sale"), "delete", _remove,
    question=gettext_lazy("The pack leaves the shop for good; orders and stock keep it."),
    variant="danger",
)  # fmt: skip
