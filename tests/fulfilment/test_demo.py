"""The demo shop: loaded once, everywhere something to see, and its books agree."""

from collections import Counter
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from apps.analytics.models import BoughtTogether, PopularProduct
from apps.cart.models import Cart
from apps.catalog.dto import Availability
from apps.catalog.models import Product, ProductImage, Variant
from apps.core.errors import NotAllowed
from apps.core.time import now as present
from apps.delivery import selectors as delivery
from apps.fulfilment import services
from apps.fulfilment.demo.loading import load_demo
from apps.fulfilment.demo.offers import FREE_DELIVERY
from apps.fulfilment.demo.orders import PARTS
from apps.fulfilment.demo.people import demo_accounts
from apps.inventory.dto import DeliveryState, LotStatus
from apps.inventory.models import DeliveryNote, Lot, StockMovement, StocktakeLine
from apps.notifications.models import Message
from apps.orders import services as orders
from apps.orders.dto import OrderStatus
from apps.orders.models import Order, OrderEvent
from apps.promotions.models import Promotion, Redemption
from apps.users import selectors as users
from apps.users import services as user_services
from apps.users.models import User
from bot.simulator.client import OLGA, STAFF_GROUP_ID
from bot.simulator.world import World

# A cash order never waits for an online payment.
REACHED = set(OrderStatus) - {OrderStatus.AWAITING_PAYMENT, OrderStatus.EXPIRED}


@pytest.fixture(scope="class")
def shop(kept):
    """The demo shop, loaded a moment ago."""
    with kept():
        now = present()
        assert load_demo(now=now)
        yield now


@pytest.mark.deep  # The suite's end-to-end tests load the demo too, and check its books.
@pytest.mark.django_db
class TestTheDemoShop:
    def test_opens_a_shop_where_no_page_is_empty(self, shop, capsys):
        now = shop
        reached = Counter(Order.objects.values_list("status", flat=True))
        wanted = Counter()
        for part in PARTS:
            wanted[part.status] += part.count
        times = OrderEvent.objects.order_by("created_at").values_list("created_at", flat=True)

        assert services.check_books() == []
        assert reached == wanted
        assert set(reached) == REACHED
        assert reached.total() == 200
        assert User.objects.filter(is_staff=False).count() == 30
        assert Product.objects.count() == ProductImage.objects.count() >= 60
        assert times[0] < now - timedelta(days=20)
        assert times.last() <= now
        assert not Message.objects.exists()
        assert not StockMovement.objects.filter(created_at__gt=now).exists()
        assert Variant.objects.filter(availability=Availability.NONE).count() == 1
        assert Variant.objects.filter(availability=Availability.FEW).exists()
        assert Lot.objects.filter(status=LotStatus.QUARANTINED).count() == 1
        states = Counter(DeliveryNote.objects.values_list("state", flat=True))
        assert states == {DeliveryState.BOOKED: 2, DeliveryState.DRAFT: 1}
        assert StocktakeLine.objects.exclude(difference=0).get().difference == -1
        assert Lot.objects.exclude(shelf="").count() > 200
        soon = now.date() + timedelta(days=30)
        assert Lot.objects.filter(expires_on__lt=soon, remaining__gt=0).exists()
        for zone in delivery.zones():
            slots = delivery.slots(zone_id=zone.id, now=now)
            assert any(not slot.closed_reason for slot in slots)
        for account in demo_accounts():
            person = User.objects.get(username=account.username)
            assert person.check_password(account.password)
            assert users.roles_of(user_id=person.pk) == {account.role}

        assert Promotion.objects.filter(is_active=True).count() == 3
        used = Redemption.objects.live()
        assert used.filter(code__code=FREE_DELIVERY).exists()
        assert used.filter(promotion__reward="gift").exists()
        assert Order.objects.filter(lines__gift_quantity__gt=0).exists()
        assert Variant.objects.filter(price_edges__len__gt=0).count() > 5
        assert Cart.objects.filter(items__isnull=False).exists()
        assert PopularProduct.objects.count() > 10
        assert BoughtTogether.objects.exists()

        before = _counts()
        call_command("loaddemo")

        assert "nothing was loaded" in capsys.readouterr().out
        assert _counts() == before

    def test_gives_the_staff_group_its_people(self, shop):
        """Who stands in the simulator's group may press what their role allows."""
        world = World()
        group = world.chats[STAFF_GROUP_ID].members

        for telegram_id in group:
            person, member = world.people[telegram_id], User.objects.get(telegram_id=telegram_id)
            assert member.is_staff
            assert member.full_name == f"{person.first_name} {person.last_name}"
        roles = [users.roles_of(user_id=User.objects.get(telegram_id=one).pk) for one in group]
        assert roles == [{"manager"}, {"warehouse"}, {"courier"}]

    def test_lets_the_manager_confirm_in_the_group(self, shop):
        olga = User.objects.get(telegram_id=OLGA)
        order = Order.objects.filter(status=OrderStatus.PLACED).first()

        orders.confirm_order(order_id=order.pk, actor_id=olga.pk, now=present())

        order.refresh_from_db()
        assert order.status == OrderStatus.CONFIRMED

    def test_keeps_the_names_of_staff_whatever_telegram_says(self, shop):
        user_services.ensure_customer(telegram_id=OLGA, first_name="🌸", last_name="")

        assert User.objects.get(telegram_id=OLGA).full_name == "Ольга Чернова"


class TestLoadDemo:
    def test_is_refused_in_a_deployment(self, db, settings):
        settings.DEMO_SHOP_ALLOWED = False

        for command in (["loaddemo"], ["loaddemo", "--reset"], ["demo_accounts"]):
            with pytest.raises(CommandError):
                call_command(*command)
        with pytest.raises(NotAllowed):
            load_demo(now=present())

        assert _counts() == [0] * 5

    def test_leaves_the_clock_as_it_was_when_it_fails(self, db, monkeypatch):
        monkeypatch.setattr("apps.fulfilment.demo.loading.welcome_customers", lambda: 1 / 0)

        with pytest.raises(ZeroDivisionError):
            load_demo(now=present())

        assert _counts() == [0] * 5
        assert present() - present() < timedelta(seconds=1)


class TestDemoAccounts:
    def test_prints_who_may_sign_in(self, capsys):
        call_command("demo_accounts")

        assert "manager    demo-manager" in capsys.readouterr().out


def _counts():
    return [model.objects.count() for model in (Product, Lot, Order, StockMovement, OrderEvent)]
