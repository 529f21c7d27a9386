"""The addresses of this app."""

from django.urls import URLPattern, URLResolver, path

from apps.fulfilment.api import orders, picking, recalls, windows

_ORDER = "staff/orders/<uuid:public_id>/"
_SLOT = "staff/slots/<uuid:public_id>/"
_RECALL = "staff/recalls/<int:recall_id>/"

urlpatterns: list[URLPattern | URLResolver] = [
    path("staff/orders/", orders.StaffOrdersApi.as_view(), name="staff-orders"),
    path("staff/orders/to-pick/", picking.ToPickApi.as_view(), name="to-pick"),
    path("staff/orders/to-pick/next/", picking.NextToPickApi.as_view(), name="next-to-pick"),
    path(f"{_ORDER}transitions/", orders.TransitionsApi.as_view(), name="staff-transitions"),
    path(f"{_ORDER}pick-list/", picking.PickListApi.as_view(), name="pick-list"),
    path(f"{_ORDER}picks/", picking.PicksApi.as_view(), name="picks"),
    path(f"{_ORDER}picks/<int:pick_id>/", picking.PickApi.as_view(), name="pick"),
    path(f"{_ORDER}short-lines/<int:line_id>/", picking.ShortLineApi.as_view(), name="short-line"),
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
]  # fmt: skip
