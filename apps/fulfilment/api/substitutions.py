"""Something else instead of what ran out: offered by the floor, answered by the customer."""

from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.catalog import selectors as catalog
from apps.core.api import caller_id, valid
from apps.core.time import now
from apps.fulfilment import selectors, serializers, services
from apps.fulfilment.api.picking import FloorApi
from apps.orders import selectors as orders


class OfferApi(FloorApi):
    """What is offered for a short line."""

    @extend_schema(
        request=serializers.SubstituteSerializer,
        responses={status.HTTP_201_CREATED: serializers.AskedSerializer},
        tags=["staff: picking"],
    )
    def post(self, request: Request, public_id: UUID, line_id: int) -> Response:
        """Ask the customer whether a similar product may come instead; it is kept for them."""
        values = valid(serializers.SubstituteSerializer, request)
        asked = services.propose_substitute(
            order_id=orders.staff_card(public_id=public_id).id,
            order_line_id=line_id,
            variant_id=catalog.variant_id_by_sku(sku=values["sku"]),
            actor_id=caller_id(request),
            now=now(),
        )
        body = serializers.AskedSerializer(asked).data
        return Response(body, status=status.HTTP_201_CREATED)


class QuestionsApi(APIView):
    """What the caller is asked about their orders."""

    @extend_schema(responses=serializers.QuestionSerializer(many=True), tags=["orders"])
    def get(self, request: Request) -> Response:
        """List what is offered instead of what ran out of the orders that are being picked.

        Those that were answered, or settled when the time was up, stay until the box is closed.
        """
        questions = selectors.questions_to(customer_id=caller_id(request), now=now())
        return Response([serializers.QuestionSerializer(one).data for one in questions])


class AnswerApi(APIView):
    """A question about one of the caller's orders."""

    @extend_schema(responses=serializers.AskedSerializer, tags=["orders"])
    def get(self, request: Request, question_id: int) -> Response:
        """Show what is offered instead of what ran out, and until when."""
        asked = selectors.asked_about(
            question_id=question_id, customer_id=caller_id(request), now=now()
        )
        return Response(serializers.AskedSerializer(asked).data)

    @extend_schema(
        request=serializers.AnswerSerializer,
        responses=serializers.AskedSerializer,
        tags=["orders"],
    )
    def post(self, request: Request, question_id: int) -> Response:
        """Take it or leave it out; the answer tells what was decided, also when it was before."""
        values = valid(serializers.AnswerSerializer, request)
        asked = services.answer_substitute(
            question_id=question_id,
            customer_id=caller_id(request),
            is_taken=values["taken"],
            now=now(),
        )
        return Response(serializers.AskedSerializer(asked).data)
