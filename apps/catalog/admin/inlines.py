"""Packs and pictures on a product's page; both are written by services."""

from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.admin import TabularInline
from unfold.decorators import display
from unfold.widgets import UnfoldAdminFileFieldWidget

from apps.catalog.models import ProductImage, Variant


class VariantForm(forms.ModelForm[Variant]):
    """A pack; without a price of its own it costs the regular one."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance._state.adding and "base_price" in self.fields:
            self.fields["base_price"].required = False

    def clean_base_price(self) -> Any:
        """Take the regular price where none was written."""
        return self.cleaned_data.get("base_price") or self.cleaned_data.get("regular_price")


class VariantInline(TabularInline):
    """The packs that a product is sold in."""

    model = Variant
    form = VariantForm
    extra = 0
    can_delete = False
    show_change_link = True
    fields = ("sku", "pack_weight_g", "regular_price", "base_price", "max_per_order", "is_active")
    ordering = ("position", "id")

    def get_queryset(self, request: HttpRequest) -> Any:
        """Leave out what was removed."""
        return super().get_queryset(request).filter(deleted_at__isnull=True)


class ImageForm(forms.ModelForm[ProductImage]):
    """A new picture, or one that hangs there already and can only be taken down."""

    picture = forms.FileField(
        label=gettext_lazy("file"),
        required=False,
        widget=UnfoldAdminFileFieldWidget(attrs={"accept": "image/jpeg,image/png,image/webp"}),
    )

    class Meta:
        model = ProductImage
        fields = ("alt_ru", "alt_en")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in () if self.instance._state.adding else self.fields.values():
            field.disabled = True

    def clean(self) -> dict[str, Any]:
        """Ask for the file of a new picture."""
        values: dict[str, Any] = super().clean() or {}
        if self.instance._state.adding and not values.get("picture"):
            self.add_error("picture", _("Choose a JPEG, PNG or WebP file."))
        return values


class ImageInline(TabularInline):
    """The pictures of a product, in their order."""

    model = ProductImage
    form = ImageForm
    extra = 0
    fields = ("preview", "picture", "alt_ru", "alt_en")
    readonly_fields = ("preview",)
    ordering = ("position", "id")

    @display(description=gettext_lazy("picture"))
    def preview(self, image: ProductImage) -> str:
        """The picture, small."""
        return thumbnail(image)


def thumbnail(image: ProductImage | None) -> str:
    """Return a small picture, a dash where there is none."""
    file = (image.small or image.large) if image is not None else None
    if not file:
        return "—"
    return format_html('<img class="shop-thumb" src="{}" alt="" loading="lazy">', file.url)
