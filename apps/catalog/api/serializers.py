"""The API's shapes: what it answers (built by `rendering.py`) and what staff may send."""

from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema_field, extend_schema_serializer
from rest_framework import serializers

from apps.catalog.dto import Allergen, Availability, SoldBy, StorageClass
from apps.catalog.models import Category, Product, ProductImage, Tag, Variant

_PRICE: dict[str, Any] = {"max_digits": 12, "decimal_places": 2}
_CHILDREN = {"type": "array", "items": {"$ref": "#/components/schemas/CategoryNode"}}


class CategoryNodeSerializer(serializers.Serializer[Any]):
    """A category with those under it."""

    slug = serializers.SlugField()
    name = serializers.CharField()
    emoji = serializers.CharField()
    product_count = serializers.IntegerField(help_text="Those of the categories under it, too.")
    children = serializers.SerializerMethodField()

    @extend_schema_field(_CHILDREN)
    def get_children(self, node: dict[str, Any]) -> Any:
        """Return the categories under it."""
        return node["children"]


class NamedSerializer(serializers.Serializer[Any]):
    """A code for programs and a name for people."""

    code = serializers.CharField()
    name = serializers.CharField()


@extend_schema_serializer(many=False)
class FilterChoicesSerializer(serializers.Serializer[Any]):
    """What the product list can be asked for."""

    tags = NamedSerializer(many=True, help_text="Those of goods on show, the most used first.")
    allergens = NamedSerializer(many=True)
    prices = serializers.ListField(
        child=serializers.DecimalField(max_digits=12, decimal_places=2),
        help_text="Round sums for `price_max`: about a quarter of the goods between two of them.",
    )


class CategoryLinkSerializer(serializers.Serializer[Any]):
    """The category that a product belongs to."""

    slug = serializers.SlugField()
    name = serializers.CharField()


class PictureSerializer(serializers.Serializer[Any]):
    """A picture's addresses, by size."""

    small = serializers.CharField(help_text="At most 200 px wide and high, WebP.")
    medium = serializers.CharField(help_text="At most 600 px.")
    large = serializers.CharField(help_text="At most 1200 px.")
    alt = serializers.CharField()


class PackSerializer(serializers.Serializer[Any]):
    """A pack that is sold.

    A piece sold by weight is ordered and held at its price, which is that of the most it can weigh.
    It is weighed when it is packed, and the customer pays for what it weighs, never more.
    """

    sku = serializers.CharField()
    sold_by = serializers.ChoiceField(choices=SoldBy.choices)
    pack_weight_g = serializers.IntegerField(
        help_text="Sold by weight: the most that one piece can weigh."
    )
    price = serializers.DecimalField(
        help_text="Sold by weight: the price of `pack_weight_g`.", **_PRICE
    )
    regular_price = serializers.DecimalField(**_PRICE)
    kilogram_price = serializers.DecimalField(
        allow_null=True,
        help_text="Sold by weight: what a kilogram costs; null otherwise.",
        **_PRICE,
    )
    availability = serializers.ChoiceField(choices=Availability.choices)
    max_per_order = serializers.IntegerField()
    best_before = serializers.DateField(
        allow_null=True, help_text="Of a clearance pack, whose units keep until that day."
    )


class ProductCardSerializer(serializers.Serializer[Any]):
    """A product as a list shows it."""

    slug = serializers.SlugField()
    name = serializers.CharField()
    brand = serializers.CharField()
    category = CategoryLinkSerializer()
    tags = NamedSerializer(many=True)
    allergens = NamedSerializer(many=True)
    image = PictureSerializer(allow_null=True)
    variants = PackSerializer(many=True)


class NutritionSerializer(serializers.Serializer[Any]):
    """What is in 100 g."""

    kcal = serializers.IntegerField(allow_null=True)
    protein_g = serializers.DecimalField(max_digits=4, decimal_places=1, allow_null=True)
    fat_g = serializers.DecimalField(max_digits=4, decimal_places=1, allow_null=True)
    carbs_g = serializers.DecimalField(max_digits=4, decimal_places=1, allow_null=True)


class ProductDetailSerializer(ProductCardSerializer):
    """A product's own page."""

    description = serializers.CharField()
    composition = serializers.CharField()
    nutrition_per_100g = NutritionSerializer()
    storage_class = serializers.ChoiceField(choices=StorageClass.choices)
    shelf_life_days = serializers.IntegerField()
    images = PictureSerializer(many=True)


@extend_schema_serializer(many=False)
class ProductPageSerializer(serializers.Serializer[Any]):
    """One page of a list."""

    count = serializers.IntegerField(help_text="How many products match in all.")
    next = serializers.CharField(allow_null=True, help_text="Address of the next page.")
    previous = serializers.CharField(allow_null=True, help_text="Address of the page before.")
    results = ProductCardSerializer(many=True)


class CategoryWriteSerializer(serializers.ModelSerializer[Category]):
    """A category as staff send it."""

    parent = serializers.SlugField(  # type: ignore[assignment]
        required=False, allow_null=True, max_length=80, help_text="Slug of the category above."
    )

    class Meta:
        model = Category
        fields = ("slug", "name_ru", "name_en", "emoji", "position", "is_active", "parent")
        extra_kwargs: ClassVar[dict[str, Any]] = {"slug": {"validators": []}}


class CategoryWrittenSerializer(serializers.ModelSerializer[Category]):
    """A category as staff see it."""

    parent = serializers.SlugRelatedField[Category](  # type: ignore[assignment]
        slug_field="slug", read_only=True, allow_null=True
    )

    class Meta:
        model = Category
        fields = ("slug", "name_ru", "name_en", "emoji", "position", "is_active", "parent")


class ProductWriteSerializer(serializers.ModelSerializer[Product]):
    """A product as staff send it."""

    category = serializers.SlugField(max_length=80, help_text="Slug of its category.")
    tags = serializers.ListField(
        required=False, child=serializers.SlugField(max_length=40), max_length=30
    )
    allergens = serializers.ListField(
        required=False, child=serializers.ChoiceField(choices=Allergen.choices)
    )

    class Meta:
        model = Product
        fields = (
            "slug", "category", "name_ru", "name_en", "description_ru", "description_en",
            "composition_ru", "composition_en", "brand", "allergens", "tags", "kcal", "protein_g",
            "fat_g", "carbs_g", "storage_class", "shelf_life_days", "minimum_remaining_days",
            "is_active",
        )  # fmt: skip
        extra_kwargs: ClassVar[dict[str, Any]] = {"slug": {"validators": []}}
        validators: tuple[Any, ...] = ()


class ProductWrittenSerializer(ProductWriteSerializer):
    """A product as staff see it."""

    category = serializers.SlugRelatedField[Category](slug_field="slug", read_only=True)  # type: ignore[assignment]
    tags = serializers.SlugRelatedField[Tag](slug_field="code", many=True, read_only=True)  # type: ignore[assignment]


class VariantWriteSerializer(serializers.ModelSerializer[Variant]):
    """A pack as staff send it."""

    price = serializers.DecimalField(
        source="base_price",
        required=False,
        help_text="What staff ask before promotions; at first the regular price.",
        **_PRICE,
    )

    class Meta:
        model = Variant
        fields = (
            "sku", "barcode", "sold_by", "pack_weight_g", "box_volume_ml", "regular_price",
            "price", "max_per_order", "position", "is_active",
        )  # fmt: skip
        extra_kwargs: ClassVar[dict[str, Any]] = {
            "sku": {"validators": []},
            "barcode": {"validators": []},
        }
        validators: tuple[Any, ...] = ()


class VariantWrittenSerializer(VariantWriteSerializer):
    """A pack as staff see it."""

    class Meta(VariantWriteSerializer.Meta):
        fields = (*VariantWriteSerializer.Meta.fields, "availability")  # type: ignore[assignment]


class PictureUploadSerializer(serializers.Serializer[Any]):
    """A picture to be hung behind the others."""

    file = serializers.FileField(help_text="JPEG, PNG or WebP, at most 10 MB and 24 megapixels.")
    alt_ru = serializers.CharField(required=False, max_length=160, allow_blank=True)
    alt_en = serializers.CharField(required=False, max_length=160, allow_blank=True)


class PictureUploadedSerializer(serializers.ModelSerializer[ProductImage]):
    """A picture that was hung."""

    small = serializers.CharField(source="small.url", help_text="At most 200 px wide and high.")
    medium = serializers.CharField(source="medium.url", help_text="At most 600 px.")
    large = serializers.CharField(source="large.url", help_text="At most 1200 px.")

    class Meta:
        model = ProductImage
        fields = ("public_id", "small", "medium", "large", "alt_ru", "alt_en", "position")
        read_only_fields = fields
