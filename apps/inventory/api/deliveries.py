"""Delivery notes over HTTP, for staff whose role includes receiving."""

from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.catalog import selectors as catalog
from apps.core.api import HoldsPermission, asked, caller_id, valid
from apps.core.pagination import GrowingPages
from apps.core.time import now
from apps.inventory import selectors, services
from apps.inventory.api import delivery_serializers as bodies
from apps.inventory.api.serializers import ReasonSerializer
from apps.inventory.dto import LineValues
from apps.inventory.models import DeliveryNote, DeliveryNoteQuerySet

_TAGS = ["staff: deliveries"]


class DeliveriesApi(GenericAPIView[DeliveryNote]):
    """What lorries brought."""

    serializer_class = bodies.DeliverySerializer
    pagination_class = GrowingPages
    queryset = DeliveryNote.objects.none()
    permission_classes = (HoldsPermission,)
    needs: ClassVar[dict[str, str]] = {
        "GET": "inventory.view_deliverynote",
        "POST": "inventory.add_deliverynote",
    }

    def get_queryset(self) -> DeliveryNoteQuerySet:
        """Return the notes that the query means, newest first."""
        query = asked(bodies.DeliveryQuerySerializer, self.request)
        notes = selectors.deliveries()
        if "state" in query:
            notes = notes.filter(state=query["state"])
        if "supplier" in query:
            notes = notes.filter(supplier__icontains=query["supplier"])
        return notes

    @extend_schema(
        parameters=[bodies.DeliveryQuerySerializer],
        responses=bodies.DeliverySerializer(many=True),
        tags=_TAGS,
    )
    def get(self, request: Request) -> Response:
        """List delivery notes, newest first."""
        page = self.paginate_queryset(self.get_queryset())
        return self.get_paginated_response(self.get_serializer(page, many=True).data)

    @extend_schema(
        request=bodies.HeadSerializer,
        responses={201: bodies.DeliveryDetailSerializer},
        tags=_TAGS,
    )
    def post(self, request: Request) -> Response:
        """Begin a delivery note."""
        body = valid(bodies.HeadSerializer, request)
        note = services.open_delivery(actor_id=caller_id(request), now=now(), **body)
        return _answer(note.pk, status.HTTP_201_CREATED)


class DeliveryDeedApi(APIView):
    """What is done with one delivery note."""

    permission_classes = (HoldsPermission,)
    needs: ClassVar[dict[str, str]] = {
        "GET": "inventory.view_deliverynote",
        "POST": "inventory.change_deliverynote",
        "PATCH": "inventory.change_deliverynote",
        "DELETE": "inventory.change_deliverynote",
    }


class DeliveryApi(DeliveryDeedApi):
    """One delivery note."""

    @extend_schema(responses=bodies.DeliveryDetailSerializer, tags=_TAGS)
    def get(self, request: Request, note_id: int) -> Response:
        """Show a note, its lines, and what booking would make of each."""
        return _answer(note_id)

    @extend_schema(
        request=bodies.HeadSerializer, responses=bodies.DeliveryDetailSerializer, tags=_TAGS
    )
    def patch(self, request: Request, note_id: int) -> Response:
        """Correct the head of a draft."""
        body = valid(bodies.HeadSerializer, request, partial=True)
        services.change_delivery(
            note_id=note_id, actor_id=caller_id(request), now=now(), **body
        )  # fmt: skip
        return _answer(note_id)

    @extend_schema(responses={204: None}, tags=_TAGS)
    def delete(self, request: Request, note_id: int) -> Response:
        """Throw a draft away that was begun by mistake."""
        services.discard_delivery(note_id=note_id)
        return Response(status=status.HTTP_204_NO_CONTENT)


class DeliveryLinesApi(DeliveryDeedApi):
    """The lines of a draft."""

    @extend_schema(
        request=bodies.NewLineSerializer,
        responses={201: bodies.DeliveryDetailSerializer},
        tags=_TAGS,
    )
    def post(self, request: Request, note_id: int) -> Response:
        """Add a line by SKU, or by what a scanner has read."""
        body = valid(bodies.NewLineSerializer, request)
        if "scanned" in body:
            typed = body.pop("scanned")
            services.scan_line(note_id=note_id, typed=typed, now=now(), **body)
        else:
            variant_id = catalog.variant_id_by_sku(sku=body.pop("sku").upper())
            services.add_line(
                note_id=note_id, variant_id=variant_id, values=LineValues(**body), now=now()
            )
        return _answer(note_id, status.HTTP_201_CREATED)


class DeliveryLineApi(DeliveryDeedApi):
    """One line of a draft."""

    @extend_schema(
        request=bodies.LineValuesSerializer,
        responses=bodies.DeliveryDetailSerializer,
        tags=_TAGS,
    )
    def patch(self, request: Request, note_id: int, line_id: int) -> Response:
        """Correct a line."""
        body = valid(bodies.LineValuesSerializer, request)
        services.change_line(note_id=note_id, line_id=line_id, now=now(), **body)
        return _answer(note_id)

    @extend_schema(responses={200: bodies.DeliveryDetailSerializer}, tags=_TAGS)
    def delete(self, request: Request, note_id: int, line_id: int) -> Response:
        """Strike a line out."""
        services.remove_line(note_id=note_id, line_id=line_id)
        return _answer(note_id)


class LineRefusalApi(DeliveryDeedApi):
    """Goods that go back with the driver."""

    @extend_schema(request=ReasonSerializer, responses=bodies.DeliveryDetailSerializer, tags=_TAGS)
    def post(self, request: Request, note_id: int, line_id: int) -> Response:
        """Note that a line's goods go back, and why."""
        body = valid(ReasonSerializer, request)
        services.send_line_back(note_id=note_id, line_id=line_id, **body)
        return _answer(note_id)

    @extend_schema(responses={200: bodies.DeliveryDetailSerializer}, tags=_TAGS)
    def delete(self, request: Request, note_id: int, line_id: int) -> Response:
        """Receive them after all."""
        services.keep_line(note_id=note_id, line_id=line_id)
        return _answer(note_id)


class DeliveryImportApi(DeliveryDeedApi):
    """A supplier's table."""

    @extend_schema(
        request=bodies.ImportSerializer, responses=bodies.ImportReportSerializer, tags=_TAGS
    )
    def post(self, request: Request, note_id: int) -> Response:
        """Look at rows, or add a line for each new one: all of them or none."""
        body = valid(bodies.ImportSerializer, request)
        rows = list(enumerate(body["rows"], start=1))
        work = services.check_rows if body["dry_run"] else services.import_rows
        reports = work(note_id=note_id, rows=rows, now=now())
        answer = {"dry_run": body["dry_run"], "rows": reports}
        return Response(bodies.ImportReportSerializer(answer).data)


class BookApi(DeliveryDeedApi):
    """The end of a delivery."""

    @extend_schema(
        request=bodies.BookSerializer, responses=bodies.DeliveryDetailSerializer, tags=_TAGS
    )
    def post(self, request: Request, note_id: int) -> Response:
        """Put everything on the shelves, or nothing: `facts.problems` then says why."""
        body = valid(bodies.BookSerializer, request)
        services.book_delivery(
            note_id=note_id, actor_id=caller_id(request), now=now(), **body
        )  # fmt: skip
        return _answer(note_id)


class RefuseApi(DeliveryDeedApi):
    """A delivery that is not received."""

    @extend_schema(request=ReasonSerializer, responses=bodies.DeliveryDetailSerializer, tags=_TAGS)
    def post(self, request: Request, note_id: int) -> Response:
        """Send the whole delivery back."""
        body = valid(ReasonSerializer, request)
        services.refuse_delivery(
            note_id=note_id, actor_id=caller_id(request), now=now(), **body
        )  # fmt: skip
        return _answer(note_id)


def _answer(note_id: int, code: int = status.HTTP_200_OK) -> Response:
    """Return a note as it is now, with its lines."""
    note: Any = selectors.delivery(note_id=note_id)
    lines: Any = selectors.delivery_lines(note_id=note_id)
    found = selectors.verdicts(note=note, lines=lines, known=selectors.known_lots(lines), now=now())
    head = bodies.DeliverySerializer(note).data
    rows = bodies.DeliveryLineSerializer(lines, many=True, context={"verdicts": found}).data
    return Response({**head, "lines": rows}, status=code)
