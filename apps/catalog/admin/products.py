"""Products with their packs and pictures."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.contrib.filters.admin import (
    BooleanRadioFilter,
    MultipleRelatedDropdownFilter,
    RadioFilter,
    RelatedDropdownFilter,
)
from unfold.decorators import display
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget

from apps.catalog import services
from apps.catalog.admin.changes import adopt, values_of
from apps.catalog.admin.inlines import ImageInline, VariantInline, thumbnail
from apps.catalog.dto import Allergen, Availability
from apps.catalog.models import Product, ProductImage, Variant
from apps.core.admin import Deed, HistoryAdmin, actor_id, money, run_one_by_one, short_moment
from apps.core.time import now

TONES = {
    Availability.IN_STOCK: "success",
    Availability.FEW: "warning",
    Availability.NONE: "danger",
}
_BANDS = (Availability.IN_STOCK, Availability.FEW, Availability.NONE)


class RemovedFilter(RadioFilter):
    """Whether products that were taken off for good are shown."""

    title = gettext_lazy("removed")
    parameter_name = "removed"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Offer what is usually hidden."""
        return [("yes", _("removed ones"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Keep what exists, or what was removed."""
        return queryset.filter(deleted_at__isnull=self.value() != "yes")


@admin.register(Product)
class ProductAdmin(HistoryAdmin):
    """What the shop offers."""

    list_display = ("picture", "title", "category", "prices", "stock", "is_active", "changed")
    list_display_links = ("picture", "title")
    list_select_related = ("category",)
    list_filter = (
        ("category", RelatedDropdownFilter),
        ("tags", MultipleRelatedDropdownFilter),
        ("is_active", BooleanRadioFilter),
        RemovedFilter,
    )
    search_fields = ("name_ru", "name_en", "slug", "brand", "variants__sku", "variants__barcode")
    ordering = ("-id",)
    actions = ("show_selected", "hide_selected")
    prepopulated_fields = {"slug": ("name_en",)}
    autocomplete_fields = ("tags",)
    inlines = (VariantInline, ImageInline)
    fieldsets = (
        (None, {"fields": (("name_ru", "name_en"), ("slug", "brand"), ("category", "is_active"),
                           "tags")}),
        (
            gettext_lazy("Description"),
            {
                "classes": ("tab",),
                "fields": ("description_ru", "description_en", "composition_ru", "composition_en",
                           "allergens"),
            },
        ),
        (
            gettext_lazy("Nutrition and storage"),
            {
                "classes": ("tab",),
                "fields": (("kcal", "protein_g"), ("fat_g", "carbs_g"),
                           ("storage_class", "shelf_life_days"), "minimum_remaining_days"),
            },
        ),
    )  # fmt: skip

    def get_queryset(self, request: HttpRequest) -> QuerySet[Product]:
        """Read packs and pictures of the whole page in two queries."""
        packs = Variant.objects.existing().order_by("position", "id")
        pictures = ProductImage.objects.order_by("position", "id")
        rows = super().get_queryset(request)
        return rows.prefetch_related(Prefetch("variants", packs), Prefetch("images", pictures))

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Tick allergens off a list."""
        if db_field.name == "allergens":
            return forms.MultipleChoiceField(
                label=gettext_lazy("allergens"),
                choices=Allergen.choices,
                required=False,
                widget=UnfoldAdminCheckboxSelectMultipleWidget(),
            )
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def has_change_permission(self, request: HttpRequest, obj: Product | None = None) -> bool:
        """What was removed can only be looked at."""
        allowed: bool = super().has_change_permission(request, obj)
        return allowed and (obj is None or obj.deleted_at is None)

    def has_delete_permission(self, request: HttpRequest, obj: Product | None = None) -> bool:
        """Orders and stock still know a product: the button “Remove” hides it for good."""
        return False

    def save_model(self, request: HttpRequest, obj: Product, form: Any, change: bool) -> None:
        """Create or change the product."""
        tags = None
        if "tags" in form.cleaned_data and (not change or "tags" in form.changed_data):
            tags = [tag.code for tag in form.cleaned_data["tags"]]
        values = values_of(form, services.PRODUCT_FIELDS, change=change)
        saved = services.save_product(
            product_id=obj.pk, actor_id=actor_id(request), tags=tags, **values
        )
        adopt(obj, saved)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Save packs and pictures; the tags went with the product."""
        for formset in formsets:
            self.save_formset(request, form, formset, change=change)

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        """Write each pack and picture through its service."""
        formset.save(commit=False)
        product_id = form.instance.pk
        if formset.model is ProductImage:
            _save_images(formset, product_id, actor_id(request))
            return
        for part in formset.forms:
            if part.has_changed():
                is_old = part.instance.pk is not None
                values = values_of(part, services.VARIANT_FIELDS, change=is_old)
                saved = services.save_variant(
                    variant_id=part.instance.pk, product_id=product_id,
                    actor_id=actor_id(request), **values,
                )  # fmt: skip
                adopt(part.instance, saved)

    def deeds_for(self, request: HttpRequest, obj: Product) -> list[Deed]:
        """Take the product off for good."""
        return [REMOVE] if obj.deleted_at is None else []

    def may_do(self, request: HttpRequest, deed_name: str) -> bool:
        """What is removed is gone for good."""
        return request.user.has_perm("catalog.delete_product")

    def has_visibility_permission(self, request: HttpRequest) -> bool:
        """Whether the actions on the list are this person's."""
        return request.user.has_perm("catalog.change_product")

    @admin.action(description=gettext_lazy("Show to customers"), permissions=["visibility"])
    def show_selected(self, request: HttpRequest, queryset: QuerySet[Product]) -> None:
        """Show each product on its own."""
        self._set_active(request, queryset, is_active=True)

    @admin.action(description=gettext_lazy("Hide from customers"), permissions=["visibility"])
    def hide_selected(self, request: HttpRequest, queryset: QuerySet[Product]) -> None:
        """Hide each product on its own."""
        self._set_active(request, queryset, is_active=False)

    def _set_active(
        self, request: HttpRequest, queryset: QuerySet[Product], *, is_active: bool
    ) -> None:
        actor = actor_id(request)
        run_one_by_one(
            self, request, queryset,
            lambda row: services.save_product(
                product_id=row.pk, actor_id=actor, is_active=is_active
            ),
        )  # fmt: skip

    @display(description="")
    def picture(self, product: Product) -> str:
        """The first picture, small."""
        return thumbnail(next(iter(product.images.all()), None))

    @display(description=gettext_lazy("product"), ordering="name_ru", header=True)
    def title(self, product: Product) -> list[str]:
        """The name, with the packs' SKUs below."""
        skus = ", ".join(variant.sku for variant in product.variants.all())
        return [product.name, skus]

    @display(description=gettext_lazy("price"))
    def prices(self, product: Product) -> str:
        """What the packs cost now, from the cheapest to the dearest."""
        moment = now()
        prices = sorted({variant.price_at(moment) for variant in product.variants.all()})
        return " – ".join(money(price) for price in dict.fromkeys((*prices[:1], *prices[-1:])))

    @display(description=gettext_lazy("changed"), ordering="updated_at")
    def changed(self, product: Product) -> str:
        """When it was last changed."""
        return short_moment(product.updated_at)

    @display(description=gettext_lazy("availability"), label=TONES)
    def stock(self, product: Product) -> tuple[str, str] | str:
        """The best that its packs can offer."""
        bands = {variant.availability for variant in product.variants.all()}
        best = next((band for band in _BANDS if band in bands), None)
        return (best.value, str(best.label)) if best else "—"


def _save_images(formset: Any, product_id: int, actor: int) -> None:
    for image in formset.deleted_objects:
        services.remove_image(image_id=image.pk, actor_id=actor)
    for part in formset.extra_forms:
        picture = part.cleaned_data.get("picture") if part.has_changed() else None
        if picture is not None and not part.cleaned_data.get("DELETE"):
            saved = services.add_image(
                product_id=product_id, content=picture.read(),
                alt_ru=part.cleaned_data["alt_ru"], alt_en=part.cleaned_data["alt_en"],
                file_name=picture.name, actor_id=actor,
            )  # fmt: skip
            adopt(part.instance, saved)


def _remove(request: HttpRequest, product: Product, values: dict[str, Any]) -> str:
    services.remove_product(product_id=product.pk, now=now(), actor_id=actor_id(request))
    return _("%(product)s is off sale for good.") % {"product": product}


REMOVE = Deed(
    "remove", gettext_lazy("Take off sale"), "delete", _remove,
    question=gettext_lazy(
        "The product and its packs leave the shop for good; orders and stock keep them."
    ),
    variant="danger",
)  # fmt: skip
