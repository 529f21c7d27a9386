"""A run on paper."""

import io

import pytest
from pypdf import PdfReader

from apps.fulfilment import papers, selectors
from tests.factories import OrderFactory, StaffFactory, planned_run

pytestmark = pytest.mark.django_db


class TestDrawRunSheet:
    def test_names_every_door_and_takes_as_many_pages_as_it_needs(self):
        orders = [
            OrderFactory(
                status="packed", address=f"ул. <b>Лесная & К°, {n}", comment="звонить " * 60
            )
            for n in range(30)
        ]
        run = planned_run(*orders, courier=StaffFactory(role="courier", first_name="Игорь"))

        drawn = papers.draw_run_sheet(selectors.run_card(run_id=run.pk))

        pages = [page.extract_text() for page in PdfReader(io.BytesIO(drawn)).pages]
        text = "\n".join(pages)
        assert len(pages) > 1
        assert "Игорь" in pages[0]
        assert "<b>Лесная & К°, 29" in text
        assert all(order.number in text for order in orders)
