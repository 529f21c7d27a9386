"""How our API is described in OpenAPI."""

from drf_spectacular.openapi import AutoSchema


class ShopSchema(AutoSchema):
    """The schema of one operation."""
