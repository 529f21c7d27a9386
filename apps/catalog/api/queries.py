"""The product list's query string, read strictly."""

from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from apps.catalog.dto import Allergen, ProductFilter
from apps.catalog.errors import UnknownParameter
from apps.catalog.selectors.listing import ORDERINGS
from apps.catalog.spelling import LONGEST_SEARCH

PAGE_SIZE, LARGEST_PAGE = 20, 100
DEEPEST_ROW = 10_000


class ProductQuerySerializer(serializers.Serializer[Any]):
    """What the list may be asked for; an empty value counts as not given."""

    search = serializers.CharField(
        required=False,
        help_text="Words in Russian or English; typing errors are forgiven, the last word may be "
        "unfinished. Only the first 100 letters count.",
    )
    category = serializers.SlugField(
        required=False, max_length=80, help_text="Slug of a category; those under it are included."
    )
    price_min = serializers.DecimalField(
        required=False, max_digits=12, decimal_places=2, min_value=0
    )
    price_max = serializers.DecimalField(
        required=False, max_digits=12, decimal_places=2, min_value=0
    )
    in_stock = serializers.BooleanField(required=False)
    on_sale = serializers.BooleanField(
        required=False, help_text="Whether a pack costs less than its regular price now."
    )
    tag = serializers.ListField(
        required=False,
        child=serializers.SlugField(max_length=40),
        max_length=10,
        help_text="Code of a tag; give it several times for products that carry all of them.",
    )
    exclude_allergen = serializers.ListField(
        required=False,
        child=serializers.ChoiceField(choices=Allergen.choices),
        max_length=len(Allergen),
        help_text="Leave out products with this allergen; may be given several times.",
    )
    ordering = serializers.ChoiceField(
        required=False, choices=[order for order in ORDERINGS if order]
    )
    page = serializers.IntegerField(required=False, min_value=1, max_value=DEEPEST_ROW, default=1)
    page_size = serializers.IntegerField(
        required=False,
        min_value=1,
        max_value=1_000_000_000,
        default=PAGE_SIZE,
        help_text=f"At most {LARGEST_PAGE}; more counts as {LARGEST_PAGE}.",
    )

    def validate_search(self, search: str) -> str:
        """Clip what nobody types by hand."""
        return search[:LONGEST_SEARCH]

    def validate_page_size(self, page_size: int) -> int:
        """Clip a page to what a phone can use."""
        return min(page_size, LARGEST_PAGE)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Refuse to walk deeper into the list than anybody reads."""
        if attrs["page"] * attrs["page_size"] > DEEPEST_ROW:
            raise serializers.ValidationError({"page": _("Pages end here: use the filters.")})
        return attrs


@dataclass(frozen=True)
class ListRequest:
    """A list that was asked for; `query` is its normalised query string without the page."""

    filter: ProductFilter
    page: int
    page_size: int
    query: list[tuple[str, str]]


def read_query(given: QueryDict) -> ListRequest:
    """Read a query string.

    Raises:
        UnknownParameter: It names something that the list does not know.
        ValidationError: A value can't be used.
    """
    known = ProductQuerySerializer().fields
    unknown = sorted(set(given) - set(known))
    if unknown:
        raise UnknownParameter(parameters=", ".join(unknown)[:200])
    data: dict[str, Any] = {}
    for name, field in known.items():
        values = [value for value in given.getlist(name) if value.strip()]
        if values:
            data[name] = values if isinstance(field, serializers.ListField) else values[-1]
    serializer = ProductQuerySerializer(data=data)
    serializer.is_valid(raise_exception=True)
    return _list_request(dict(serializer.validated_data))


def _list_request(values: dict[str, Any]) -> ListRequest:
    page, page_size = values.pop("page"), values.pop("page_size")
    for name in ("tag", "exclude_allergen"):
        values[name] = tuple(sorted(set(values.get(name, ()))))
    query = [
        (name, str(value).lower() if isinstance(value, bool) else str(value))
        for name, given in sorted(values.items())
        for value in (given if isinstance(given, tuple) else (given,))
    ]
    if page_size != PAGE_SIZE:
        query.append(("page_size", str(page_size)))
    tags, allergens = values.pop("tag"), values.pop("exclude_allergen")
    product_filter = ProductFilter(tags=tags, exclude_allergens=allergens, **values)
    return ListRequest(product_filter, page, page_size, query)
