"""Recalls over HTTP: whom one would reach, the deed itself, and how far it has come."""

from typing import ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.core.api import HoldsPermission, caller_id
from apps.core.client_address import client_address
from apps.core.time import now
from apps.fulfilment import recall_serializers as serializers
from apps.fulfilment import selectors, services
from apps.payments.services import StepUp


class LotRecallApi(APIView):
    """The recall of a lot."""

    permission_classes = (HoldsPermission,)
    needs: ClassVar[dict[str, str]] = {
        "GET": "fulfilment.view_recall",
        "POST": "fulfilment.add_recall",
    }

    @extend_schema(responses=serializers.RecallPreviewSerializer, tags=["staff: recalls"])
    def get(self, request: Request, lot_id: int) -> Response:
        """Show whom a recall of the lot would reach; nothing changes."""
        preview = selectors.recall_preview(lot_id=lot_id)
        return Response(serializers.RecallPreviewSerializer(preview).data)

    @extend_schema(
        request=serializers.RecallSerializer,
        responses={201: serializers.RecallReportSerializer},
        tags=["staff: recalls"],
    )
    def post(self, request: Request, lot_id: int) -> Response:
        """Call the lot back, once: a second call tells nobody twice."""
        body = serializers.RecallSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        recall = services.recall_lot(
            lot_id=lot_id, actor_id=caller_id(request), now=now(), **body.validated_data
        )
        return _report(recall.pk, status.HTTP_201_CREATED)


class RecallApi(APIView):
    """How far a recall has come."""

    permission_classes = (HoldsPermission,)
    needs: ClassVar[dict[str, str]] = {"GET": "fulfilment.view_recall"}

    @extend_schema(responses=serializers.RecallReportSerializer, tags=["staff: recalls"])
    def get(self, request: Request, recall_id: int) -> Response:
        """Show who got the lot, who was told, and what was given back."""
        return _report(recall_id)


class RecallDeedApi(APIView):
    """What is done with one row of a report."""

    permission_classes = (HoldsPermission,)
    needs: ClassVar[dict[str, str]] = {"POST": "fulfilment.add_recall"}


class RecallCallApi(RecallDeedApi):
    """Customers whom no message reaches."""

    @extend_schema(
        request=None, responses=serializers.RecallReportSerializer, tags=["staff: recalls"]
    )
    def post(self, request: Request, recall_id: int, entry_id: int) -> Response:
        """Note that the order's customer was told by telephone."""
        services.note_call(
            recall_id=recall_id, entry_id=entry_id, actor_id=caller_id(request), now=now()
        )
        return _report(recall_id)


class RecallSettleApi(RecallDeedApi):
    """Refunds to give."""

    @extend_schema(
        request=serializers.PasswordSerializer,
        responses=serializers.RecallReportSerializer,
        tags=["staff: recalls"],
    )
    def post(self, request: Request, recall_id: int, refund_id: int) -> Response:
        """Give the money back the way it came, for the caller's password once more."""
        body = serializers.PasswordSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        staff = StepUp(
            actor_id=caller_id(request),
            username=request.user.get_username(),
            password=body.validated_data["password"],
            address=client_address(request),
        )
        refused = services.settle_refunds(
            recall_id=recall_id, refund_ids=[refund_id], staff=staff, now=now()
        )
        if refused:
            raise refused[0]
        return _report(recall_id)


class RecallWaiveApi(RecallDeedApi):
    """Refunds that nobody needs."""

    @extend_schema(
        request=None, responses=serializers.RecallReportSerializer, tags=["staff: recalls"]
    )
    def post(self, request: Request, recall_id: int, refund_id: int) -> Response:
        """Note that nothing is to be given back."""
        services.waive_refund(
            recall_id=recall_id, refund_id=refund_id, actor_id=caller_id(request), now=now()
        )
        return _report(recall_id)


def _report(recall_id: int, code: int = status.HTTP_200_OK) -> Response:
    report = selectors.recall_report(recall_id=recall_id)
    return Response(serializers.RecallReportSerializer(report).data, status=code)
