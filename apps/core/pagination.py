"""Pages of lists: numbered or walked by a cursor, and never larger than a phone can use."""

from collections.abc import Sequence
from typing import Any, cast

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from rest_framework.exceptions import NotFound
from rest_framework.pagination import CursorPagination, PageNumberPagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

_LARGEST = 100
_SIZE_PARAMETER = "page_size"


class Pages(PageNumberPagination):
    """`page` and `page_size` (20, at most 100)."""

    page_size_query_param = _SIZE_PARAMETER
    max_page_size = _LARGEST


class _Walk(CursorPagination):
    """From the newest row to the oldest: what is added while somebody reads moves nothing."""

    # No two rows share a place, so nothing is left out and nothing comes twice.
    ordering = "-pk"
    page_size_query_param = _SIZE_PARAMETER
    max_page_size = _LARGEST


class GrowingPages(Pages):
    """Pages of a list that grows at its top: numbered, or by `cursor` from the newest row on.

    An empty `cursor` begins; `next` and `previous` lead on. By `cursor` nothing is counted.
    """

    _walk: _Walk | None = None

    def paginate_queryset(
        self,
        queryset: QuerySet[Any] | Sequence[Any],
        request: Request,
        view: APIView | None = None,
    ) -> list[Any] | None:
        """Return the rows of the page that the address names.

        Raises:
            NotFound: There is no such page, or nobody was given such a cursor.
        """
        if _Walk.cursor_query_param not in request.query_params:
            return super().paginate_queryset(queryset, request, view)
        self._walk = _Walk()
        try:
            return cast(list[Any], self._walk.paginate_queryset(queryset, request, view))
        except (ValueError, ValidationError) as error:
            raise NotFound(self._walk.invalid_cursor_message) from error

    def get_paginated_response(self, data: Sequence[Any]) -> Response:
        """Return the page with the ways to its neighbours."""
        if self._walk is None:
            return super().get_paginated_response(data)
        return Response(
            {
                "count": None,
                "next": self._walk.get_next_link(),
                "previous": self._walk.get_previous_link(),
                "results": data,
            }
        )

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        """Describe a page: its count is known by number only."""
        page = super().get_paginated_response_schema(schema)
        page["properties"]["count"] |= {
            "type": ["integer", "null"], "description": "Null by `cursor`."
        }  # fmt: skip
        return page

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        """Describe what the address may say."""
        return [
            *super().get_schema_operation_parameters(view),
            {
                "name": _Walk.cursor_query_param,
                "in": "query",
                "required": False,
                "description": "Walk the list instead, from the newest on, undisturbed by what is "
                "added meanwhile: empty at first, then as `next` has it.",
                "schema": {"type": "string"},
            },
        ]
