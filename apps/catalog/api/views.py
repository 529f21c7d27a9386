"""The catalogue over HTTP: public reads in the reader's language, writes for staff."""

from typing import Any, ClassVar

from django.http import HttpResponseBase
from drf_spectacular.utils import extend_schema
from rest_framework import viewsets
from rest_framework.decorators import action
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from apps.catalog import selectors, services
from apps.catalog.api import examples, reading
from apps.catalog.api import serializers as shapes
from apps.catalog.api.answers import public_answer
from apps.catalog.api.permissions import ReadOrModelPermission
from apps.catalog.api.queries import ProductQuerySerializer, read_query
from apps.catalog.errors import PictureTooLarge
from apps.catalog.pictures import LARGEST_FILE
from apps.core.time import now as present


class CatalogViewSet(viewsets.ViewSet):
    """What the three doors of the catalogue share."""

    permission_classes = (ReadOrModelPermission,)
    needs: ClassVar[dict[str, str]] = {}

    def checked(self, serializer_class: Any, *, partial: bool = False) -> dict[str, Any]:
        """Return the body's values, held to their declared shape."""
        serializer = serializer_class(data=self.request.data, partial=partial)
        serializer.is_valid(raise_exception=True)
        return dict(serializer.validated_data)

    @property
    def actor_id(self) -> int | None:
        """The member of staff who calls."""
        return self.request.user.pk


class CategoryViewSet(CatalogViewSet):
    """The tree of categories."""

    lookup_field = "slug"
    lookup_value_regex = "[-a-zA-Z0-9_]{1,80}"
    needs: ClassVar[dict[str, str]] = {
        "create": "catalog.add_category",
        "partial_update": "catalog.change_category",
        "destroy": "catalog.delete_category",
    }

    @extend_schema(responses=shapes.CategoryNodeSerializer(many=True), auth=[])
    def list(self, request: Request) -> HttpResponseBase:
        """Return the categories that customers see, as a tree, in the language asked for."""
        return public_answer(request, reading.categories(now=present()))

    @extend_schema(
        request=shapes.CategoryWriteSerializer,
        responses={201: shapes.CategoryWrittenSerializer},
        examples=[examples.NEW_CATEGORY],
    )
    def create(self, request: Request) -> Response:
        """Add a category."""
        changes = self.checked(shapes.CategoryWriteSerializer)
        category = services.save_category(actor_id=self.actor_id, **changes)
        return Response(shapes.CategoryWrittenSerializer(category).data, status=201)

    @extend_schema(
        request=shapes.CategoryWriteSerializer(partial=True),
        responses=shapes.CategoryWrittenSerializer,
    )
    def partial_update(self, request: Request, slug: str) -> Response:
        """Change the fields given of a category."""
        changes = self.checked(shapes.CategoryWriteSerializer, partial=True)
        category = services.save_category(
            category_id=selectors.category_id_by_slug(slug=slug), actor_id=self.actor_id, **changes
        )
        return Response(shapes.CategoryWrittenSerializer(category).data)

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, slug: str) -> Response:
        """Remove an empty category."""
        category_id = selectors.category_id_by_slug(slug=slug)
        services.remove_category(category_id=category_id, actor_id=self.actor_id)
        return Response(status=204)


class FilterViewSet(CatalogViewSet):
    """What the product list can be asked for."""

    @extend_schema(
        operation_id="catalog_filters",
        responses=shapes.FilterChoicesSerializer,
        examples=[examples.FILTER_CHOICES],
        auth=[],
    )
    def list(self, request: Request) -> HttpResponseBase:
        """Return tags, allergens and round limits of prices that the goods on show have."""
        return public_answer(request, reading.filter_choices(now=present()))


class ProductViewSet(CatalogViewSet):
    """Products."""

    lookup_field = "slug"
    lookup_value_regex = "[-a-zA-Z0-9_]{1,120}"
    needs: ClassVar[dict[str, str]] = {
        "create": "catalog.add_product",
        "partial_update": "catalog.change_product",
        "destroy": "catalog.delete_product",
        "variants": "catalog.add_variant",
        "images": "catalog.add_productimage",
    }

    @extend_schema(
        parameters=[ProductQuerySerializer],
        responses=shapes.ProductPageSerializer,
        examples=[examples.PRODUCT_PAGE],
        auth=[],
    )
    def list(self, request: Request) -> HttpResponseBase:
        """Return one page of the products that match; unknown parameters are refused."""
        asked = read_query(request.query_params)
        return public_answer(request, reading.products(asked=asked, now=present()))

    @extend_schema(responses=shapes.ProductDetailSerializer, auth=[])
    def retrieve(self, request: Request, slug: str) -> HttpResponseBase:
        """Return one product, in the language asked for."""
        return public_answer(request, reading.product(slug=slug, now=present()))

    @extend_schema(
        request=shapes.ProductWriteSerializer,
        responses={201: shapes.ProductWrittenSerializer},
        examples=[examples.NEW_PRODUCT],
    )
    def create(self, request: Request) -> Response:
        """Add a product; it is on show once it has a pack."""
        changes = self.checked(shapes.ProductWriteSerializer)
        product = services.save_product(actor_id=self.actor_id, **changes)
        return Response(shapes.ProductWrittenSerializer(product).data, status=201)

    @extend_schema(
        request=shapes.ProductWriteSerializer(partial=True),
        responses=shapes.ProductWrittenSerializer,
    )
    def partial_update(self, request: Request, slug: str) -> Response:
        """Change the fields given of a product."""
        changes = self.checked(shapes.ProductWriteSerializer, partial=True)
        product = services.save_product(
            product_id=selectors.product_id_by_slug(slug=slug), actor_id=self.actor_id, **changes
        )
        return Response(shapes.ProductWrittenSerializer(product).data)

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, slug: str) -> Response:
        """Take a product and its packs off; orders and stock still know them."""
        product_id = selectors.product_id_by_slug(slug=slug)
        services.remove_product(product_id=product_id, now=present(), actor_id=self.actor_id)
        return Response(status=204)

    @extend_schema(
        request=shapes.VariantWriteSerializer,
        responses={201: shapes.VariantWrittenSerializer},
        examples=[examples.NEW_VARIANT],
    )
    @action(detail=True, methods=["post"])
    def variants(self, request: Request, slug: str) -> Response:
        """Add a pack to a product."""
        changes = self.checked(shapes.VariantWriteSerializer)
        variant = services.save_variant(
            product_id=selectors.product_id_by_slug(slug=slug), actor_id=self.actor_id, **changes
        )
        return Response(shapes.VariantWrittenSerializer(variant).data, status=201)

    @extend_schema(
        request={"multipart/form-data": shapes.PictureUploadSerializer},
        responses={201: shapes.PictureUploadedSerializer},
    )
    @action(detail=True, methods=["post"], parser_classes=[MultiPartParser])
    def images(self, request: Request, slug: str) -> Response:
        """Add a picture to a product: checked by its content, kept as WebP in three sizes."""
        given = self.checked(shapes.PictureUploadSerializer)
        file = given.pop("file")
        if file.size > LARGEST_FILE:
            raise PictureTooLarge
        image = services.add_image(
            product_id=selectors.product_id_by_slug(slug=slug), content=file.read(),
            file_name=file.name, actor_id=self.actor_id, **given,
        )  # fmt: skip
        return Response(shapes.PictureUploadedSerializer(image).data, status=201)


class VariantViewSet(CatalogViewSet):
    """Packs, by SKU."""

    lookup_field = "sku"
    lookup_value_regex = "[A-Z0-9-]{2,40}"
    needs: ClassVar[dict[str, str]] = {
        "partial_update": "catalog.change_variant",
        "destroy": "catalog.delete_variant",
    }

    @extend_schema(
        request=shapes.VariantWriteSerializer(partial=True),
        responses=shapes.VariantWrittenSerializer,
    )
    def partial_update(self, request: Request, sku: str) -> Response:
        """Change the fields given of a pack, prices included."""
        changes = self.checked(shapes.VariantWriteSerializer, partial=True)
        variant = services.save_variant(
            variant_id=selectors.variant_id_by_sku(sku=sku), actor_id=self.actor_id, **changes
        )
        return Response(shapes.VariantWrittenSerializer(variant).data)

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, sku: str) -> Response:
        """Take a pack off; orders and stock still know it."""
        variant_id = selectors.variant_id_by_sku(sku=sku)
        services.remove_variant(variant_id=variant_id, now=present(), actor_id=self.actor_id)
        return Response(status=204)
