"""What the warehouse's doors ask of a request: who may, and which values."""

from typing import Any

from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.serializers import Serializer


class HoldsPermission(BasePermission):
    """Let staff in who hold the permission that the view names for the method."""

    def has_permission(self, request: Request, view: Any) -> bool:
        """Look the method up in the view's `needs`; one that is not listed is refused."""
        needed = view.needs.get(request.method)
        return bool(request.user.is_authenticated and needed and request.user.has_perm(needed))


def asked(kind: type[Serializer[Any]], request: Request) -> dict[str, Any]:
    """Return the query's checked values.

    Raises:
        ValidationError: A value can't be used.
    """
    query = kind(data=request.query_params)
    query.is_valid(raise_exception=True)
    return dict(query.validated_data)


def valid(
    kind: type[Serializer[Any]], request: Request, *, partial: bool = False
) -> dict[str, Any]:
    """Return the body's checked values.

    Raises:
        ValidationError: A value can't be used.
    """
    body = kind(data=request.data, partial=partial)
    body.is_valid(raise_exception=True)
    return dict(body.validated_data)
