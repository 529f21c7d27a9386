"""Staff hear of each crossing once."""

import pytest

from apps.core.time import now as present
from apps.inventory import services as inventory
from apps.inventory.models import StockLevel
from apps.marketing import services
from apps.marketing.models import LowStockAlert
from apps.notifications.models import Message
from tests.factories import add_stock, stocked_variant
from tests.factories.marketing import accepted, leaving_lot

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("staff_group")]


def sweep():
    return services.tell_low_stock(now=present())


def lose(variant, quantity):
    lot = variant.lots.filter(remaining__gte=quantity).first()
    inventory.write_off(lot_id=lot.pk, quantity=quantity, reason="torn", actor_id=None)


def texts():
    return [message.body["text"] for message in Message.objects.order_by("pk")]


class TestTellLowStock:
    def test_tells_once_per_crossing(self):
        variant = stocked_variant(30)

        assert sweep() == 0
        lose(variant, 20)
        assert [sweep(), sweep()] == [1, 0]
        lose(variant, 10)
        assert sweep() == 0
        add_stock(variant, 11)
        assert sweep() == 0
        lose(variant, 1)
        assert [sweep(), sweep()] == [1, 0]
        assert len(texts()) == 2

    def test_tells_of_several_in_one_message_in_the_shops_language(self, staff_group):
        one = stocked_variant(3, product__name_ru="Вареники <с вишней>")
        two = stocked_variant(30, product__name_ru="Пельмени")
        inventory.set_low_threshold(variant_id=two.pk, low_threshold=30)

        assert sweep() == 2

        message = Message.objects.get()
        assert message.chat_id == staff_group
        text = message.body["text"]
        assert f"Вареники &lt;с вишней&gt; ({one.sku})" in text
        assert text.index("Вареники") < text.index("Пельмени")
        assert "3" in text
        (button,) = message.body["buttons"][0]
        assert button["url"].endswith("/admin/inventory/stocklevel/?amount=low")

    def test_fits_into_a_message_however_many_there_are(self):
        for _ in range(45):
            stocked_variant(1, product__name_ru="Ж" * 150)

        assert sweep() == 45

        (text,) = texts()
        assert len(text) < 4096
        assert "25" in text

    def test_leaves_out_what_is_not_sold(self):
        stocked_variant(3, is_active=False)
        stocked_variant(0)
        accepted(leaving_lot(40), percent=20)

        assert sweep() == 1
        assert "-C" not in texts()[0]

    def test_remembers_without_a_group(self, settings):
        settings.TELEGRAM_STAFF_CHAT_ID = 0
        stocked_variant(3)

        assert sweep() == 1

        assert LowStockAlert.objects.count() == 1
        assert not Message.objects.exists()

    def test_forgets_what_left_the_shop(self):
        variant = stocked_variant(3)
        sweep()
        type(variant).objects.update(is_active=False)
        sweep()
        type(variant).objects.update(is_active=True)

        assert sweep() == 1

    def test_writes_nothing_into_stock_rows(self):
        stocked_variant(3)
        before = list(StockLevel.objects.values())

        sweep()

        assert list(StockLevel.objects.values()) == before

    def test_asks_the_same_number_of_questions_for_any_length(self, django_assert_max_num_queries):
        for _ in range(6):
            stocked_variant(3)

        # Two of them open and close the savepoints of the test.
        with django_assert_max_num_queries(9):
            assert sweep() == 6


class TestWakeUp:
    def test_comes_right_after_the_commit_that_crosses(
        self, django_capture_on_commit_callbacks, monkeypatch
    ):
        published = []
        monkeypatch.setattr("apps.core.jobs._publish", lambda job, args: published.append(job))
        variant = stocked_variant(30)

        with django_capture_on_commit_callbacks(execute=True):
            lose(variant, 5)
        assert published == []
        with django_capture_on_commit_callbacks(execute=True):
            lose(variant, 15)

        assert "inventory.stock_crossed" in published
