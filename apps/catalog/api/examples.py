"""What the API's documentation shows as examples."""

from drf_spectacular.utils import OpenApiExample

_CARD = {
    "slug": "pelmeni-siberian",
    "name": "Пельмени сибирские с говядиной и свининой",
    "brand": "Зимнегорье",
    "category": {"slug": "pelmeni", "name": "Пельмени"},
    "tags": [{"code": "hit", "name": "Хит"}],
    "allergens": [{"code": "gluten", "name": "глютен"}],
    "image": {
        "small": "/media/products/3f0c-200.webp",
        "medium": "/media/products/3f0c-600.webp",
        "large": "/media/products/3f0c-1200.webp",
        "alt": "Пельмени сибирские",
    },
    "variants": [
        {
            "sku": "PEL-SIB-450",
            "sold_by": "unit",
            "pack_weight_g": 450,
            "price": "349.00",
            "regular_price": "399.00",
            "kilogram_price": None,
            "availability": "in_stock",
            "max_per_order": 20,
            "best_before": None,
        }
    ],
}
PRODUCT_PAGE = OpenApiExample(
    "One product of many",
    response_only=True,
    value={
        "count": 82,
        "next": "/api/v1/catalog/products/?page_size=1&page=2",
        "previous": None,
        "results": [_CARD],
    },
)
FILTER_CHOICES = OpenApiExample(
    "What can be asked for",
    response_only=True,
    value={
        "tags": [{"code": "vegan", "name": "Веганское"}],
        "allergens": [{"code": "gluten", "name": "глютен"}],
        "prices": ["300.00", "500.00", "800.00"],
    },
)
NEW_PRODUCT = OpenApiExample(
    "A new product",
    request_only=True,
    value={
        "slug": "pelmeni-venison",
        "category": "pelmeni",
        "name_ru": "Пельмени с олениной",
        "name_en": "Venison pelmeni",
        "allergens": ["gluten", "eggs"],
        "tags": ["new"],
        "shelf_life_days": 180,
    },
)
NEW_VARIANT = OpenApiExample(
    "A pack of 450 g",
    request_only=True,
    value={"sku": "PEL-VEN-450", "pack_weight_g": 450, "regular_price": "549.00"},
)
NEW_CATEGORY = OpenApiExample(
    "A category under another",
    request_only=True,
    value={"slug": "pelmeni", "name_ru": "Пельмени", "name_en": "Pelmeni", "parent": "dumplings"},
)
