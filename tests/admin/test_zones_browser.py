"""A zone's area drawn by hand, as no form without a browser can show it."""

import pytest
from django.test import Client

from apps.delivery.models import Zone
from tests.factories import StaffFactory, ZoneFactory

pytestmark = [
    pytest.mark.browser,
    pytest.mark.xdist_group("browser"),
    pytest.mark.django_db(transaction=True),
]


@pytest.fixture
def board(live_server, open_page):
    """Open the page of a new zone with the board on it."""
    ZoneFactory()
    client = Client()
    client.force_login(StaffFactory(role="manager"))
    page = open_page("about:blank", locale="en-GB")
    cookie = client.cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": cookie, "url": live_server.url}])
    page.errors.clear()
    page.goto(f"{live_server.url}/admin/delivery/zone/add/")
    page.fill("[name=name_ru]", "Центр")
    page.fill("[name=name_en]", "Centre")
    page.fill("[name=latitude]", "55.7558")
    page.fill("[name=longitude]", "37.6173")
    page.fill("[name=fee]", "99")
    page.check("[name=shape][value=area]", force=True)
    return page


def tap(page, *corners):
    plan = page.locator(".area-plan")
    size = plan.bounding_box()
    for across, down in corners:
        plan.click(position={"x": size["width"] * across, "y": size["height"] * down})


class TestTheBoard:
    def test_makes_a_zone_of_taps_and_says_what_is_wrong_meanwhile(self, board):
        tap(board, (0.4, 0.4), (0.6, 0.6), (0.6, 0.4), (0.4, 0.6))
        assert board.inner_text(".area-said") == "The outline crosses itself."
        board.click("[data-tool=undo]")
        board.click("[data-tool=undo]")
        tap(board, (0.4, 0.6))
        assert board.inner_text(".area-said").startswith("corners: 3 ·")

        board.click("[name=_save]")
        board.wait_for_selector("#result_list")

        zone = Zone.objects.get(name_en="Centre")
        (ring,) = zone.area["coordinates"]
        assert (len(ring), ring[0]) == (4, ring[-1])
        assert zone.area_km2 > 1
        assert board.errors == []
