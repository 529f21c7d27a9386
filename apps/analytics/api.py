"""Analytics over HTTP, for staff whose roles include the question."""

from typing import Any, ClassVar

from django.http import HttpResponseBase
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import Serializer
from rest_framework.views import APIView

from apps.analytics import serializers as shapes
from apps.analytics.downloads import download
from apps.analytics.dto import Question, Step
from apps.analytics.periods import period
from apps.analytics.questions import IDLE_DAYS, Asked, answer, may_ask
from apps.analytics.tables import table_of
from apps.core.sheets import XLSX_TYPE
from apps.core.time import now


class MayAsk(BasePermission):
    """Let staff in whose roles include the view's question."""

    def has_permission(self, request: Request, view: Any) -> bool:
        """Look the question up in the table of questions."""
        return may_ask(request.user, view.question)


class QuestionApi(APIView):
    """One question."""

    permission_classes = (MayAsk,)
    question: ClassVar[Question]
    query: ClassVar[type[Serializer[Any]]] = shapes.PeriodQuerySerializer
    shape: ClassVar[type[Serializer[Any]]]

    def get(self, request: Request) -> HttpResponseBase:
        """Answer the question, as JSON or as a file."""
        query = self.query(data=request.query_params)
        query.is_valid(raise_exception=True)
        wanted: dict[str, Any] = dict(query.validated_data)
        kind = wanted.get("download")
        asked = _asked(wanted, in_full=kind is not None)
        found = answer(self.question, asked)
        if kind is not None:
            table = table_of(self.question, found)
            return download(self.question, asked.period, table, kind=kind)
        return Response(self.shape(found, context={"period": asked.period}).data)


def documented(view: type[QuestionApi]) -> type[QuestionApi]:
    """Describe a view's question in the schema."""
    described = extend_schema(
        parameters=[view.query],
        description=view.__doc__,
        responses={
            (200, "application/json"): view.shape,
            (200, "text/csv"): OpenApiTypes.STR,
            (200, XLSX_TYPE): OpenApiTypes.BINARY,
        },
        tags=["staff: analytics"],
    )
    return extend_schema_view(get=described)(view)


@documented
class SalesApi(QuestionApi):
    """Orders, revenue and what was cancelled, by day, week or month, and the period before."""

    question = Question.SALES
    query = shapes.StepQuerySerializer
    shape = shapes.SalesSerializer


@documented
class ProductsApi(QuestionApi):
    """The packs that brought most."""

    question = Question.PRODUCTS
    query = shapes.ListQuerySerializer
    shape = shapes.ProductsSerializer


@documented
class IdleApi(QuestionApi):
    """Goods in stock that nobody bought for a while, and the money in them."""

    question = Question.IDLE
    query = shapes.IdleQuerySerializer
    shape = shapes.IdleStockSerializer


@documented
class StockApi(QuestionApi):
    """How often the stock turned over, how long goods lie, and how long they last."""

    question = Question.STOCK
    query = shapes.ListQuerySerializer
    shape = shapes.StockSerializer


@documented
class WasteApi(QuestionApi):
    """What was written off, by reason."""

    question = Question.WASTE
    shape = shapes.WasteSerializer


@documented
class PromotionsApi(QuestionApi):
    """What promotions and promo codes gave and sold, beside the orders without one."""

    question = Question.PROMOTIONS
    shape = shapes.PromotionsSerializer


@documented
class CustomersApi(QuestionApi):
    """Who ordered for the first time, and who came again."""

    question = Question.CUSTOMERS
    query = shapes.StepQuerySerializer
    shape = shapes.CustomersSerializer


@documented
class CohortsApi(QuestionApi):
    """Which customers of a month still order in later ones."""

    question = Question.COHORTS
    shape = shapes.CohortsSerializer


@documented
class FunnelApi(QuestionApi):
    """How many visits reach each stage from coming to ordering, by door."""

    question = Question.FUNNEL
    shape = shapes.FunnelSerializer


def _asked(wanted: dict[str, Any], *, in_full: bool) -> Asked:
    """Return what a valid query asks for; a file gets all rows.

    Raises:
        PeriodImpossible, PeriodTooLong: The days make no sense.
    """
    moment = now()
    return Asked(
        period=period(start=wanted.get("from"), end=wanted.get("to"), now=moment),
        now=moment,
        step=Step(wanted.get("step", Step.DAY)),
        idle_days=wanted.get("days", IDLE_DAYS),
        limit=None if in_full else wanted.get("limit"),
    )
