"""What every door for programs has in common."""

from datetime import datetime
from typing import Any, ClassVar

from django.db.models import Model
from django.utils.dateparse import parse_datetime
from rest_framework.exceptions import NotFound
from rest_framework.generics import GenericAPIView
from rest_framework.pagination import CursorPagination
from rest_framework.request import Request
from rest_framework.views import APIView

from apps.integrations.authentication import ApiKeyAuthentication, HoldsScope
from apps.integrations.dto import Scope


class ForPrograms(APIView):
    """A door that opens to keys with a scope, and to nobody else."""

    authentication_classes = (ApiKeyAuthentication,)
    permission_classes = (HoldsScope,)
    throttle_scope = "integration"
    scopes: ClassVar[dict[str, Scope]]


class ListForPrograms(ForPrograms, GenericAPIView[Any]):
    """A list of such a door, in pages that stay whole while rows are added."""

    filter_backends = ()


class KeysetPages(CursorPagination):
    """`cursor` (as `next` and `previous` give it) and `page_size` (50, at most 100)."""

    page_size = 50
    max_page_size = 100
    page_size_query_param = "page_size"
    ordering: str | tuple[str, ...] = "-id"

    def decode_cursor(self, request: Request) -> Any:
        """Return the cursor that came with the request.

        Raises:
            NotFound: Nobody was given it: its position is none of this list's.
        """
        cursor = super().decode_cursor(request)
        if (
            cursor is not None
            and cursor.position is not None
            and not self._fits(str(cursor.position))
        ):
            raise NotFound(self.invalid_cursor_message)
        return cursor

    def _fits(self, position: str) -> bool:
        return position.isascii() and position.isdigit() and len(position) < 19


class ByChange(KeysetPages):
    """Those longest unchanged first: whoever goes to the end has missed nothing."""

    ordering = ("updated_at", "id")

    def _fits(self, position: str) -> bool:
        return _moment(position) is not None


class BySku(KeysetPages):
    """In the order of SKUs."""

    ordering = ("variant__sku", "id")

    def _get_position_from_instance(self, instance: Model, ordering: Any) -> str:
        return str(instance.variant.sku)  # type: ignore[attr-defined]

    def _fits(self, position: str) -> bool:
        return position.isprintable() and len(position) <= 40


def _moment(text: str) -> datetime | None:
    try:
        moment = parse_datetime(text)
    except ValueError:
        return None
    return moment if moment is not None and moment.tzinfo is not None else None
