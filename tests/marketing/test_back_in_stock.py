"""Who waits is told: oldest first, in waves, once, in their language."""

from datetime import timedelta

import pytest

from apps.catalog import services as catalog
from apps.catalog.errors import VariantNotFound
from apps.catalog.models import Variant
from apps.core import housekeeping
from apps.core.time import now as present
from apps.inventory import services as inventory
from apps.inventory.dto import Demand
from apps.marketing import errors, selectors, services
from apps.marketing.models import BackInStockAlert
from apps.marketing.services import back_in_stock
from apps.notifications.models import Message
from apps.users import services as users
from apps.users.models import User
from tests.factories import (
    CustomerFactory,
    OrderFactory,
    OrderLineFactory,
    StaffFactory,
    add_stock,
    stocked_variant,
)
from tests.factories.marketing import accepted, leaving_lot, waiting

pytestmark = pytest.mark.django_db


@pytest.fixture
def gone(db) -> Variant:
    """A pack that is sold out."""
    return stocked_variant(
        0, availability="none", product__name_ru="Вареники", product__name_en="Vareniki"
    )


def ask(customer, variant):
    return services.ask_alert(customer_id=customer.pk, variant_id=variant.pk, now=present())


def sweep(*, minutes=0):
    return services.tell_back_in_stock(now=present() + timedelta(minutes=minutes))


class TestAskAlert:
    def test_waits(self, customer, gone):
        alert = ask(customer, gone)

        assert (alert.customer, alert.variant, alert.told_at) == (customer, gone, None)

    def test_goes_on_waiting_when_asked_twice(self, customer, gone):
        assert ask(customer, gone) == ask(customer, gone)

    def test_waits_again_after_it_was_told(self, customer, gone):
        ask(customer, gone)
        add_stock(gone, 5)
        sweep()
        lot = gone.lots.get()
        inventory.write_off(lot_id=lot.pk, quantity=5, reason="thawed", actor_id=None)

        ask(customer, gone)

        assert BackInStockAlert.objects.count() == 2
        assert BackInStockAlert.objects.waiting().count() == 1

    def refuse(self, customer, variant, error):
        before = BackInStockAlert.objects.count()
        with pytest.raises(error):
            ask(customer, variant)
        assert BackInStockAlert.objects.count() == before

    def test_refuses_what_is_in_stock(self, customer):
        self.refuse(customer, stocked_variant(3), errors.StillInStock)

    def test_refuses_what_is_not_sold(self, customer, gone):
        Variant.objects.update(is_active=False)

        self.refuse(customer, gone, VariantNotFound)

    def test_refuses_what_never_was(self, customer, gone):
        gone.pk = 0

        self.refuse(customer, gone, VariantNotFound)

    def test_refuses_a_clearance(self, customer):
        self.refuse(customer, accepted(leaving_lot()).clearance, errors.NotToReturn)

    def test_refuses_whom_nobody_can_tell(self, gone):
        self.refuse(CustomerFactory(blocked_bot_at=present()), gone, errors.ChatClosed)
        self.refuse(StaffFactory(), gone, errors.ChatClosed)

    def test_refuses_the_fifty_first(self, customer, gone, monkeypatch):
        assert back_in_stock.MOST_ALERTS == 50
        monkeypatch.setattr(back_in_stock, "MOST_ALERTS", 2)
        for _ in range(2):
            waiting(stocked_variant(0, availability="none"), customer)

        self.refuse(customer, gone, errors.TooManyAlerts)
        ask(CustomerFactory(), gone)


class TestDropAlert:
    def test_waits_no_longer(self, customer, gone):
        ask(customer, gone)
        other = waiting(gone)

        for _ in range(2):
            services.drop_alert(customer_id=customer.pk, variant_id=gone.pk)

        assert list(BackInStockAlert.objects.all()) == [other]


class TestTellBackInStock:
    def test_tells_each_in_their_language_with_a_way_to_the_product(self, gone):
        anna, john = CustomerFactory(language="ru"), CustomerFactory(language="en")
        for person in (anna, john):
            ask(person, gone)
        add_stock(gone, 20)

        assert [sweep(), sweep()] == [2, 0]

        messages = {message.recipient_id: message for message in Message.objects.all()}
        assert "Вареники" in messages[anna.pk].body["text"]
        assert "Back in stock: <b>Vareniki</b>" in messages[john.pk].body["text"]
        assert messages[john.pk].chat_id == john.telegram_id
        buttons = [row[0]["data"] for row in messages[john.pk].body["buttons"]]
        assert buttons == [f"1:prod:{gone.product_id}:{gone.pk}:m", "1:menu"]

    def test_waits_for_the_goods(self, customer, gone):
        ask(customer, gone)

        assert sweep() == 0

        assert not Message.objects.exists()

    def test_goes_in_waves_the_oldest_asks_first(self, gone):
        alerts = [waiting(gone) for _ in range(11)]
        add_stock(gone, 2)

        assert [sweep(), sweep(minutes=30), sweep(minutes=61)] == [6, 0, 5]

        told = BackInStockAlert.objects.filter(told_at__lt=present() + timedelta(minutes=59))
        assert set(told) == set(alerts[:6])
        assert Message.objects.count() == 11

    def test_lets_a_wave_grow_when_more_comes(self, gone):
        for _ in range(12):
            waiting(gone)
        add_stock(gone, 1)

        assert sweep() == 3
        add_stock(gone, 2)

        assert sweep() == 6

    def test_ends_the_waves_when_it_is_sold_out_again(self, gone):
        for _ in range(8):
            waiting(gone)
        add_stock(gone, 2)
        sweep()
        line = OrderLineFactory(order=OrderFactory(lines=0), variant=gone)
        inventory.reserve(demands=[Demand(line.pk, gone.pk, 2)])

        assert sweep(minutes=61) == 0

    def test_passes_over_who_blocked_the_bot_until_they_are_back(self, gone):
        blocked, other = waiting(gone), waiting(gone)
        users.mark_unreachable(user_id=blocked.customer_id, now=present())
        add_stock(gone, 10)

        assert sweep() == 1
        other.refresh_from_db()
        assert other.told_at is not None
        users.mark_reachable(user_id=blocked.customer_id)

        assert sweep() == 1

    def test_says_nothing_of_what_is_hidden(self, customer, gone):
        ask(customer, gone)
        add_stock(gone, 10)
        Variant.objects.update(is_active=False)

        assert sweep() == 0
        Variant.objects.update(is_active=True)

        assert sweep() == 1

    def test_closes_kindly_what_is_gone_for_good(self, gone):
        blocked = waiting(gone)
        john = waiting(gone, language="en").customer
        users.mark_unreachable(user_id=blocked.customer_id, now=present())
        catalog.remove_variant(variant_id=gone.pk, now=present())

        assert [sweep(), sweep()] == [1, 0]

        message = Message.objects.get()
        assert message.recipient == john
        assert "no longer sell <b>Vareniki</b>" in message.body["text"]
        assert not BackInStockAlert.objects.waiting().exists()

    def test_escapes_names(self, customer, gone):
        gone.product.name_ru = "<b>&"
        gone.product.save()
        ask(customer, gone)
        add_stock(gone, 5)

        sweep()

        assert "<b>&lt;b&gt;&amp;</b>" in Message.objects.get().body["text"]

    def test_asks_the_same_number_of_questions_for_any_crowd(
        self, gone, django_assert_max_num_queries
    ):
        for _ in range(9):
            waiting(gone)
        add_stock(gone, 10)

        with django_assert_max_num_queries(16):
            assert sweep() == 9


class TestMostAwaited:
    def test_counts_people(self, gone):
        other = stocked_variant(0, availability="none")
        for _ in range(2):
            waiting(other)
        waiting(gone)

        found = selectors.most_awaited(limit=5, now=present())

        assert [(card.variant_id, people) for card, people in found] == [
            (other.pk, 2), (gone.pk, 1),
        ]  # fmt: skip


class TestAPerson:
    def test_takes_their_asks_along(self, customer, gone):
        ask(customer, gone)
        waiting(gone)

        (told,) = users.export_person(user_id=customer.pk)["alerts"]
        users.erase_person(user_id=customer.pk, now=present())

        assert (told["sku"], told["told"]) == (gone.sku, None)
        assert not BackInStockAlert.objects.filter(customer=customer).exists()
        assert BackInStockAlert.objects.count() == 1
        assert User.objects.get(pk=customer.pk).erased_at

    def test_is_forgotten_with_time(self, customer, gone):
        ask(customer, gone)
        add_stock(gone, 5)
        sweep()

        assert housekeeping.tidy(now=present() + timedelta(days=89))["alerts"] == 0
        assert housekeeping.tidy(now=present() + timedelta(days=91))["alerts"] == 1
