# ruff: noqa: E501
"""One request for each operation that the shop of `shop.py` carries out: whose, about what, with what.

An operation that is missing in BODIES sends none; every argument of an address has its thing in
ARGUMENTS, and a request that needs another one says so in THINGS.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from apps.core.time import now, shop_date
from tests.api.shop import PASSWORD, Shop

# The thing of an argument, by the beginning of the address; the longest beginning counts.
ARGUMENTS: dict[tuple[str, str], str] = {
    ("/cart/items/", "public_id"): "item.public_id",
    ("/catalog/categories/", "slug"): "shelf.slug",
    ("/catalog/products/", "slug"): "pack.product.slug",
    ("/catalog/variants/", "sku"): "pack.sku",
    ("/integrations/deliveries/", "public_id"): "sent.public_id",
    ("/integrations/orders/", "public_id"): "placed.public_id",
    ("/integrations/webhooks/", "public_id"): "endpoint.public_id",
    ("/orders/", "public_id"): "placed.public_id",
    ("/orders/substitutions/", "question_id"): "question.id",
    ("/staff/cash-shifts/", "public_id"): "shift.public_id",
    ("/staff/delivery/holidays/", "holiday_id"): "holiday.pk",
    ("/staff/delivery/pickup-points/", "public_id"): "point.public_id",
    ("/staff/delivery/windows/", "window_id"): "window.pk",
    ("/staff/delivery/zones/", "slug"): "zone.slug",
    ("/staff/markdowns/", "proposal_id"): "proposal.pk",
    ("/staff/orders/", "public_id"): "picking.public_id",
    ("/staff/orders/", "pick_id"): "picked.pk",
    ("/staff/orders/", "line_id"): "short_line.pk",
    ("/staff/prices/batches/", "public_id"): "preview.public_id",
    ("/staff/prices/schedules/", "public_id"): "schedule.public_id",
    ("/staff/promo-codes/", "public_id"): "code.public_id",
    ("/staff/promotions/", "public_id"): "promotion.public_id",
    ("/staff/recalls/", "recall_id"): "recall.pk",
    ("/staff/recalls/", "entry_id"): "entry.pk",
    ("/staff/recalls/", "refund_id"): "back.pk",
    ("/staff/runs/", "public_id"): "planned.public_id",
    ("/staff/runs/", "stop_id"): "planned_stop.pk",
    ("/staff/runs/stops/", "stop_id"): "due_stop.pk",
    ("/staff/slots/", "public_id"): "slot.public_id",
    ("/staff/stock/deliveries/", "note_id"): "note.pk",
    ("/staff/stock/deliveries/", "line_id"): "line.pk",
    ("/staff/stock/lots/", "lot_id"): "lot.pk",
    ("/staff/stock/stocktakes/", "stocktake_id"): "count.pk",
    ("/users/me/addresses/", "public_id"): "address.public_id",
    ("/users/me/favourites/", "slug"): "pack.product.slug",
    ("/users/me/sessions/", "session_id"): "session_id",
}

# What an operation needs instead of the things above.
THINGS: dict[str, dict[str, str]] = {
    "DELETE /catalog/categories/{slug}/": {"slug": "empty_shelf.slug"},
    "DELETE /catalog/variants/{sku}/alert/": {"sku": "sold_out.sku"},
    "DELETE /staff/runs/{public_id}/": {"public_id": "empty_run.public_id"},
    "DELETE /staff/stock/deliveries/{note_id}/lines/{line_id}/refusal/": {
        "line_id": "sent_back.pk"
    },
    "GET /orders/{public_id}/review/": {"public_id": "arrived.public_id"},
    "GET /staff/stock/lots/{lot_id}/recall/": {"lot_id": "recalled.pk"},
    "POST /catalog/variants/{sku}/alert/": {"sku": "sold_out.sku"},
    "POST /orders/{public_id}/payments/": {"public_id": "unpaid.public_id"},
    "POST /orders/{public_id}/payments/check/": {"public_id": "begun.public_id"},
    "POST /staff/markdowns/{proposal_id}/take-back/": {"proposal_id": "markdown.pk"},
    "POST /staff/markdowns/{proposal_id}/tell-buyers/": {"proposal_id": "told.pk"},
    "POST /staff/orders/{public_id}/refunds/": {"public_id": "arrived.public_id"},
    "POST /staff/prices/batches/{public_id}/undo/": {"public_id": "applied.public_id"},
    "POST /staff/slots/{public_id}/reopen/": {"public_id": "closed.public_id"},
    "POST /staff/stock/deliveries/{note_id}/book/": {"note_id": "to_book.pk"},
    "POST /staff/stock/deliveries/{note_id}/refuse/": {"note_id": "to_refuse.pk"},
    "POST /staff/stock/lots/{lot_id}/release/": {"lot_id": "held.pk"},
    "POST /staff/stock/stocktakes/{stocktake_id}/confirm/": {"stocktake_id": "counted.pk"},
    "POST /staff/orders/{public_id}/transitions/": {"public_id": "placed.public_id"},
    "PATCH /staff/orders/{public_id}/contents/": {"public_id": "placed.public_id"},
    "PUT /orders/{public_id}/review/": {"public_id": "arrived.public_id"},
    "PUT /staff/orders/{public_id}/weights/{line_id}/": {"line_id": "fish_line.pk"},
    "PUT /staff/runs/stops/{stop_id}/taken-as/": {"stop_id": "done_stop.pk"},
}

# What stands behind the address.
QUERIES: dict[str, Callable[[Shop], dict[str, Any]]] = {
    "DELETE /staff/stock/stocktakes/{stocktake_id}/counts/": lambda shop: {"lot_id": shop.lot.pk},
}

_NAMES = {"name_ru": "Имя", "name_en": "Name"}
_PLACE = {"latitude": "55.755800", "longitude": "37.617300"}


def _day(days: int) -> str:
    return (shop_date(now()) + timedelta(days=days)).isoformat()


def _moment(hours: int) -> str:
    return (now() + timedelta(hours=hours)).isoformat()


def _offer(**more: Any) -> dict[str, Any]:
    return {"scope": "cart", "reward": "percent", "value": "10.00", "starts_at": _moment(1), **more}


def _line() -> dict[str, Any]:
    return {"code": "NEW-1", "made_on": _day(-10), "expires_on": _day(200), "quantity": 5}


BODIES: dict[str, Callable[[Shop], dict[str, Any]]] = {
    "PATCH /cart/items/{public_id}/": lambda shop: {"quantity": 2},
    "PATCH /catalog/categories/{slug}/": lambda shop: _NAMES,
    "PATCH /catalog/products/{slug}/": lambda shop: _NAMES,
    "PATCH /catalog/variants/{sku}/": lambda shop: {"regular_price": "310.00", "price": "305.00"},
    "PATCH /staff/delivery/holidays/{holiday_id}/": lambda shop: _NAMES,
    "PATCH /staff/delivery/pickup-points/{public_id}/": lambda shop: _NAMES,
    "PATCH /staff/delivery/windows/{window_id}/": lambda shop: {"capacity_orders": 7},
    "PATCH /staff/delivery/zones/{slug}/": lambda shop: {"fee": "150.00"},
    "PATCH /staff/orders/{public_id}/contents/": lambda shop: {
        "lines": [{"sku": shop.pack.sku, "units": 2}],
        "reason": "asked",
    },
    "PATCH /staff/promo-codes/{public_id}/": lambda shop: {"note": "Poster"},
    "PATCH /staff/promotions/{public_id}/": lambda shop: _NAMES,
    "PATCH /staff/slots/{public_id}/": lambda shop: {"capacity_orders": 30},
    "PATCH /staff/stock/deliveries/{note_id}/": lambda shop: {"comment": "late"},
    "PATCH /staff/stock/deliveries/{note_id}/lines/{line_id}/": lambda shop: {"quantity": 6},
    "PATCH /users/me/": lambda shop: {"first_name": "Ann"},
    "PATCH /users/me/addresses/{public_id}/": lambda shop: {"label": "home"},
    "POST /auth/logout/": lambda shop: {},
    "POST /auth/telegram/": lambda shop: {"init_data": shop.init_data},
    "POST /auth/token/": lambda shop: {
        "username": shop.people["owner"].username,
        "password": PASSWORD,
    },
    "POST /auth/token/refresh/": lambda shop: {"refresh": shop.refresh},
    "POST /cart/accept-changes/": lambda shop: {},
    "POST /cart/items/": lambda shop: {"sku": shop.other.sku, "quantity": 2},
    "POST /catalog/categories/": lambda shop: {"slug": "new-shelf", **_NAMES},
    "POST /catalog/products/": lambda shop: {
        "slug": "new-one",
        "category": shop.shelf.slug,
        **_NAMES,
    },
    "POST /catalog/products/{slug}/images/": lambda shop: {"file": shop.picture},
    "POST /catalog/products/{slug}/variants/": lambda shop: {
        "sku": "NEW-SKU-1",
        "pack_weight_g": 500,
        "regular_price": "99.00",
    },
    "POST /delivery/quote/": lambda shop: {
        "lines": [{"sku": shop.pack.sku, "quantity": 3}],
        "address": str(shop.address.public_id),
    },
    "PATCH /integrations/webhooks/{public_id}/": lambda shop: {"is_active": False},
    "POST /integrations/webhooks/": lambda shop: {
        "url": "https://erp.example.com/other",
        "events": ["order.placed"],
    },
    "POST /links/open/": lambda shop: {"payload": f"p-{shop.pack.product_id}"},
    "POST /orders/": lambda shop: {
        "method": "delivery",
        "address": str(shop.address.public_id),
        "slot": str(shop.later.public_id),
        "payment": "yookassa",
        "expected_total": shop.cart_total,
    },
    "POST /orders/substitutions/{question_id}/": lambda shop: {"taken": True},
    "POST /orders/{public_id}/cancel/": lambda shop: {"reason": "changed my mind"},
    "POST /orders/{public_id}/payments/": lambda shop: {"provider": "yookassa"},
    "POST /staff/cash-shifts/{public_id}/accept/": lambda shop: {
        "counted": str(shop.shift.cash),
        "expected": str(shop.shift.cash),
    },
    "POST /staff/delivery/holidays/": lambda shop: {"date": _day(90), **_NAMES},
    "POST /staff/delivery/pickup-points/": lambda shop: {
        "address_ru": "Лесная, 1",
        "address_en": "1 Lesnaya",
        **_NAMES,
        **_PLACE,
    },
    "POST /staff/delivery/windows/": lambda shop: {
        "zone": shop.zone.slug,
        "weekday": 3,
        "starts": "10:00",
        "ends": "12:00",
    },
    "POST /staff/delivery/zones/": lambda shop: {
        "slug": "north",
        "radius_km": "5.00",
        "fee": "99.00",
        **_NAMES,
        **_PLACE,
    },
    "POST /staff/markdowns/": lambda shop: {"lot_id": shop.leaving.pk, "percent": 15},
    "POST /staff/markdowns/{proposal_id}/accept/": lambda shop: {"percent": 25},
    "POST /staff/markdowns/{proposal_id}/decline/": lambda shop: {"reason": "too early"},
    "POST /staff/orders/{public_id}/picks/": lambda shop: {"code": shop.fish.sku},
    "POST /staff/orders/{public_id}/refunds/": lambda shop: {
        "lines": [{"sku": shop.pack.sku, "units": 1}],
        "reason": "thawed",
        "password": PASSWORD,
    },
    "POST /staff/orders/{public_id}/short-lines/{line_id}/substitute/": lambda shop: {
        "sku": shop.other.sku
    },
    "POST /staff/orders/{public_id}/transitions/": lambda shop: {"target": "confirmed"},
    "POST /staff/prices/batches/": lambda shop: {
        "chosen": {"skus": [shop.pack.sku]},
        "operation": {"target": "regular", "move": "percent", "amount": "5.00"},
    },
    "POST /staff/prices/schedules/": lambda shop: {
        "sku": shop.pack.sku,
        "price": "250.00",
        "starts_at": _moment(48),
    },
    "POST /staff/promo-codes/": lambda shop: _offer(code="AUTUMN"),
    "POST /staff/promo-codes/preview/": lambda shop: _offer(code="AUTUMN"),
    "POST /staff/promotions/": lambda shop: _offer(**_NAMES),
    "POST /staff/promotions/preview/": lambda shop: _offer(**_NAMES),
    "POST /staff/recalls/{recall_id}/refunds/{refund_id}/settle/": lambda shop: {
        "password": PASSWORD
    },
    "POST /staff/runs/": lambda shop: {
        "courier": str(shop.people["courier"].public_id),
        "orders": [str(shop.boxed.public_id)],
        "day": _day(0),
    },
    "POST /staff/runs/stops/{stop_id}/deliver/": lambda shop: {
        "temperature": "-18.0",
        "taken": str(shop.due_stop.order.total),
        "taken_as": "cash",
    },
    "POST /staff/runs/stops/{stop_id}/fail/": lambda shop: {"failure": "nobody"},
    "POST /staff/runs/{public_id}/stops/": lambda shop: {"orders": [str(shop.boxed.public_id)]},
    "POST /staff/slots/{public_id}/close/": lambda shop: {"reason": "closed_by_staff"},
    "POST /staff/slots/{public_id}/move/": lambda shop: {
        "target": str(shop.later.public_id),
        "reason": "ice",
    },
    "POST /staff/stock/deliveries/": lambda shop: {
        "number": "N-NEW",
        "supplier": "Морозко",
        "arrived_at": _moment(-1),
        "temperature": "-19.0",
    },
    "POST /staff/stock/deliveries/{note_id}/book/": lambda shop: {},
    "POST /staff/stock/deliveries/{note_id}/import/": lambda shop: {
        "rows": [{**_line(), "quantity": "5", "sku": shop.pack.sku}]
    },
    "POST /staff/stock/deliveries/{note_id}/lines/": lambda shop: {**_line(), "sku": shop.pack.sku},
    "POST /staff/stock/deliveries/{note_id}/lines/{line_id}/refusal/": lambda shop: {
        "reason": "thawed"
    },
    "POST /staff/stock/deliveries/{note_id}/refuse/": lambda shop: {"reason": "thawed"},
    "POST /staff/stock/lots/": lambda shop: {**_line(), "sku": shop.pack.sku},
    "POST /staff/stock/lots/{lot_id}/adjust/": lambda shop: {
        "counted": 19,
        "reason": "one too few",
    },
    "POST /staff/stock/lots/{lot_id}/move/": lambda shop: {"shelf": "B-2"},
    "POST /staff/stock/lots/{lot_id}/quarantine/": lambda shop: {"reason": "torn"},
    "POST /staff/stock/lots/{lot_id}/recall/": lambda shop: {
        "reason": "glass",
        "confirmation": shop.lot.code,
    },
    "POST /staff/stock/lots/{lot_id}/release/": lambda shop: {"reason": "fine"},
    "POST /staff/stock/lots/{lot_id}/write-off/": lambda shop: {
        "quantity": 1,
        "reason_code": "damaged",
    },
    "POST /staff/stock/stocktakes/": lambda shop: {"category": shop.shelf.slug},
    "POST /staff/stock/stocktakes/{stocktake_id}/confirm/": lambda shop: {"uncounted": "keep"},
    "POST /staff/stock/stocktakes/{stocktake_id}/counts/": lambda shop: {
        "lot_id": shop.lot.pk,
        "counted": 20,
    },
    "POST /users/me/addresses/": lambda shop: {"street": "Lesnaya 7", "city": "Moscow"},
    "PUT /cart/promo-code/": lambda shop: {"code": shop.code.code},
    "PUT /orders/{public_id}/review/": lambda shop: {"stars": 5, "words": "good"},
    "PUT /staff/orders/{public_id}/picks/": lambda shop: {
        "order_line_id": shop.fish_line.pk,
        "lot_id": shop.fish.lots.get().pk,
        "quantity": 1,
    },
    "PUT /staff/orders/{public_id}/short-lines/{line_id}/": lambda shop: {"cause": "none_left"},
    "PUT /staff/orders/{public_id}/weights/{line_id}/": lambda shop: {"weight_g": 1100},
    "PUT /staff/runs/stops/{stop_id}/taken-as/": lambda shop: {"taken_as": "card"},
    "PUT /staff/runs/{public_id}/courier/": lambda shop: {
        "courier": str(shop.other_driver.public_id)
    },
    "PUT /staff/runs/{public_id}/stops/": lambda shop: {
        "stops": list(shop.planned.stops.order_by("-sequence").values_list("pk", flat=True))
    },
    "PUT /users/me/consents/": lambda shop: {"offers": False},
}
