"""One price at one instant at every door: to the microsecond, daylight saving included."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
import time_machine

from apps.orders.models import Order
from tests.factories import CustomerFactory, PickupPointFactory, make_promotion, stocked_variant

pytestmark = pytest.mark.django_db(transaction=True)

INSTANT = timedelta(microseconds=1)
REGULAR, REDUCED = Decimal("600.00"), Decimal("510.00")

MOSCOW, BERLIN = ZoneInfo("Europe/Moscow"), ZoneInfo("Europe/Berlin")

# From one wall clock to another, and how many hours that is: in autumn 2:30 comes twice.
SPANS = {
    "a week in Moscow": (
        datetime(2026, 6, 1, tzinfo=MOSCOW), datetime(2026, 6, 8, tzinfo=MOSCOW), 168,
    ),
    "the short day of spring": (
        datetime(2026, 3, 29, tzinfo=BERLIN), datetime(2026, 3, 30, tzinfo=BERLIN), 23,
    ),
    "the hours before and after the gap of spring": (
        datetime(2026, 3, 29, 1, 30, tzinfo=BERLIN), datetime(2026, 3, 29, 3, tzinfo=BERLIN), 0.5,
    ),
    "the long day of autumn": (
        datetime(2026, 10, 25, tzinfo=BERLIN), datetime(2026, 10, 26, tzinfo=BERLIN), 25,
    ),
    "the hour that autumn repeats": (
        datetime(2026, 10, 25, 2, 30, tzinfo=BERLIN),
        datetime(2026, 10, 25, 2, 30, fold=1, tzinfo=BERLIN),
        1,
    ),
}  # fmt: skip


def prices_at(moment, *, customer, pack, signed_in):
    """Return the price that each door shows and takes at an instant, by real requests."""
    with time_machine.travel(moment, tick=False):
        client = signed_in(customer)
        listed = client.get("/api/v1/catalog/products/").json()["results"]
        product = client.get(f"/api/v1/catalog/products/{pack.product.slug}/").json()
        cart = client.post("/api/v1/cart/items/", {"sku": pack.sku}).json()
        quote = client.post("/api/v1/delivery/quote/", {"method": "pickup"}).json()
        placed = client.post(
            "/api/v1/orders/",
            {
                "method": "pickup",
                "pickup_point": str(PickupPointFactory().public_id),
                "payment": "cash",
                "expected_total": quote["total"],
            },
            headers={"Idempotency-Key": f"at-{moment:%m%d%H%M%S%f}"},
        )
        assert placed.status_code == 201, placed.json()
    (on_list,) = [row for row in listed if row["slug"] == pack.product.slug]
    return {
        "list": on_list["variants"][0]["price"],
        "product": product["variants"][0]["price"],
        "cart": cart["lines"][0]["unit_price"],
        "quote": quote["total"],
        "order": placed.json()["lines"][0]["unit_price"],
    }


@pytest.mark.parametrize("span", SPANS)
class TestEveryDoor:
    def test_shows_one_price_at_the_edges(self, span, settings, signed_in):
        first, last, hours = SPANS[span]
        settings.SHOP_TIME_ZONE = settings.TIME_ZONE = str(first.tzinfo)
        # One customer places all of them, in cash.
        settings.OPEN_CASH_ORDERS = 6
        starts, ends = first.astimezone(UTC), last.astimezone(UTC)
        assert ends - starts == timedelta(hours=hours)
        pack = stocked_variant(20, regular_price=REGULAR)
        with time_machine.travel(starts - timedelta(days=3), tick=False):
            make_promotion(
                scope="product", products=[pack.product_id], value=Decimal(15),
                starts_at=starts, ends_at=ends,
            )  # fmt: skip
        customer = CustomerFactory()

        for edge, before, after in ((starts, REGULAR, REDUCED), (ends, REDUCED, REGULAR)):
            for moment, expected in ((edge - INSTANT, before), (edge, after),
                                     (edge + INSTANT, after)):  # fmt: skip
                shown = prices_at(moment, customer=customer, pack=pack, signed_in=signed_in)

                assert shown == dict.fromkeys(shown, str(expected)), moment
        assert Order.objects.count() == 6
