"""The addresses of this app."""

from django.urls import URLPattern, URLResolver, path

from apps.fulfilment.api import (
    changes,
    orders,
    picking,
    recalls,
    runs,
    stops,
    substitutions,
    windows,
)

_ORDER = "staff/orders/<uuid:public_id>/"
_RUN = "staff/runs/<uuid:public_id>/"
_STOP = "staff/runs/stops/<int:stop_id>/"
_SLOT = "staff/slots/<uuid:public_id>/"
_RECALL = "staff/recalls/<int:recall_id>/"

urlpatterns: list[URLPattern | URLResolver] = [
    path("staff/orders/", orders.StaffOrdersApi.as_view(), name="staff-orders"),
    path("staff/orders/to-pick/", picking.ToPickApi.as_view(), name="to-pick"),
    path("staff/orders/to-pick/next/", picking.NextToPickApi.as_view(), name="next-to-pick"),
    path(f"{_ORDER}transitions/", orders.TransitionsApi.as_view(), name="staff-transitions"),
    path(f"{_ORDER}contents/", changes.ContentsApi.as_view(), name="staff-contents"),
    path(f"{_ORDER}refunds/", changes.LinesBackApi.as_view(), name="staff-refunds"),
    path(f"{_ORDER}pick-list/", picking.PickListApi.as_view(), name="pick-list"),
    path(f"{_ORDER}picks/", picking.PicksApi.as_view(), name="picks"),
    path(f"{_ORDER}picks/<int:pick_id>/", picking.PickApi.as_view(), name="pick"),
    path(f"{_ORDER}weights/<int:line_id>/", picking.LineWeightApi.as_view(), name="line-weight"),
    path(f"{_ORDER}short-lines/<int:line_id>/", picking.ShortLineApi.as_view(), name="short-line"),
    path(f"{_ORDER}short-lines/<int:line_id>/substitute/",
         substitutions.OfferApi.as_view(), name="substitute"),
    path("orders/substitutions/", substitutions.QuestionsApi.as_view(), name="substitutions"),
    path("orders/substitutions/<int:question_id>/", substitutions.AnswerApi.as_view(),
         name="substitution"),
    path("staff/slots/", windows.StaffSlotsApi.as_view(), name="staff-slots"),
    path(_SLOT, windows.StaffSlotApi.as_view(), name="staff-slot"),
    path(f"{_SLOT}close/", windows.CloseSlotApi.as_view(), name="staff-slot-close"),
    path(f"{_SLOT}reopen/", windows.ReopenSlotApi.as_view(), name="staff-slot-reopen"),
    path(f"{_SLOT}move/", windows.MoveSlotApi.as_view(), name="staff-slot-move"),
    path("staff/stock/lots/<int:lot_id>/recall/", recalls.LotRecallApi.as_view(),
         name="lot-recall"),
    path(_RECALL, recalls.RecallApi.as_view(), name="recall"),
    path(f"{_RECALL}orders/<int:entry_id>/called/", recalls.RecallCallApi.as_view(),
         name="recall-called"),
    path(f"{_RECALL}refunds/<int:refund_id>/settle/", recalls.RecallSettleApi.as_view(),
         name="recall-settle"),
    path(f"{_RECALL}refunds/<int:refund_id>/waive/", recalls.RecallWaiveApi.as_view(),
         name="recall-waive"),
    path("staff/runs/", runs.RunsApi.as_view(), name="staff-runs"),
    path("staff/runs/couriers/", runs.CouriersApi.as_view(), name="couriers"),
    path(_RUN, runs.RunApi.as_view(), name="staff-run"),
    path(f"{_RUN}courier/", runs.RunCourierApi.as_view(), name="run-courier"),
    path(f"{_RUN}start/", runs.RunStartApi.as_view(), name="run-start"),
    path(f"{_RUN}stops/", runs.RunStopsApi.as_view(), name="run-stops"),
    path(f"{_RUN}stops/<int:stop_id>/", runs.RunStopApi.as_view(), name="run-stop"),
    path(f"{_RUN}suggest/", runs.RunSuggestApi.as_view(), name="run-suggest"),
    path(f"{_STOP}arrive/", stops.StopArriveApi.as_view(), name="stop-arrive"),
    path(f"{_STOP}deliver/", stops.StopDeliverApi.as_view(), name="stop-deliver"),
    path(f"{_STOP}fail/", stops.StopFailApi.as_view(), name="stop-fail"),
    path(f"{_STOP}taken-as/", stops.StopTakenApi.as_view(), name="stop-taken-as"),
    path("staff/cash-shifts/", stops.CashShiftsApi.as_view(), name="cash-shifts"),
    path("staff/cash-shifts/<uuid:public_id>/accept/", stops.CashShiftAcceptApi.as_view(),
         name="cash-shift-accept"),
]  # fmt: skip
