"""Olga and Ivan decide about orders in the staff group, each with what their role allows."""

import pytest
from asgiref.sync import async_to_sync

from apps.core.time import now
from apps.orders import services as orders
from apps.users import services as users
from bot.simulator.client import ANNA, IVAN, OLGA, STAFF_GROUP_ID
from tests import factories
from tests.bot.in_process import Somebody, Telegram, post_card, toast_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def telegram():
    made = Telegram()
    async_to_sync(made.begin)()
    yield made
    assert made.refusals() == []


@pytest.fixture
def order(telegram):
    order = factories.placed_order()
    post_card(telegram, order)
    return order


def in_group(telegram, account, **staff):
    if staff:
        factories.StaffFactory(telegram_id=account, language="en", **staff)
    return Somebody(telegram, account, STAFF_GROUP_ID)


class TestTheCard:
    def test_of_two_who_press_lets_one_win_and_tells_the_other_who(self, telegram, order):
        olga = in_group(telegram, OLGA, role="manager")
        ivan = in_group(telegram, IVAN, role="support")

        won = toast_of(olga.forges(f"1:staff-confirm:{order.pk}"))
        lost = toast_of(ivan.forges(f"1:staff-confirm:{order.pk}"))
        late = toast_of(ivan.forges(f"1:staff-confirm:{order.pk}"))

        order.refresh_from_db()
        assert order.status == "confirmed"
        assert won == f"Order {order.number} is confirmed."
        assert lost == late == f"Ольга Чернова was faster: order {order.number} is “confirmed” now."
        assert "You have done that" in toast_of(olga.forges(f"1:staff-confirm:{order.pk}"))

    def test_asks_before_it_cancels_and_not_when_it_is_too_late(self, telegram, order):
        olga = in_group(telegram, OLGA, role="manager")
        olga.presses("❌")
        olga.presses("⬅️")
        olga.presses("❌ Отменить")
        orders.cancel_own_order(customer_id=order.customer_id, order_id=order.pk, now=now())

        said = toast_of(olga.presses("❌ Да"))

        assert said == f"The customer was faster: order {order.number} is “cancelled” now."
        assert toast_of(olga.forges(f"1:staff-cancel:{order.pk}")) == said

    def test_sends_the_number_as_a_contact_under_it(self, telegram, order):
        olga = in_group(telegram, OLGA, role="manager")

        olga.presses("📞")

        contact = olga.of_bot()[-1].message
        assert contact["contact"]["phone_number"] == order.contact_phone
        assert order.number in contact["contact"]["first_name"]
        assert contact["reply_to_message"]["message_id"]

    @pytest.mark.parametrize("deed", ["confirm", "cancel", "cancel-yes", "keep", "call"])
    def test_refuses_who_holds_no_role_and_whose_link_has_ended(self, telegram, order, deed):
        person = factories.StaffFactory(role="manager")
        code = users.make_staff_link(user_id=person.pk, actor_id=person.pk, now=now())
        users.link_staff(code=code, telegram_id=IVAN, now=now())
        users.unlink_staff(user_id=person.pk, now=now())
        before = telegram.keeps(STAFF_GROUP_ID)[STAFF_GROUP_ID].messages

        said = toast_of(in_group(telegram, IVAN).forges(f"1:staff-{deed}:{order.pk}"))

        order.refresh_from_db()
        assert said == "У вас нет прав на это действие."
        assert order.status == "placed"
        assert order.events.count() == 1
        assert telegram.sim.world.chats[STAFF_GROUP_ID].messages == before

    def test_is_forged_in_any_other_chat(self, telegram, order):
        factories.StaffFactory(role="manager", telegram_id=ANNA, language="en")
        anna = Somebody(telegram, ANNA)
        anna.says("/start")

        for deed in ("confirm", "cancel-yes", "call"):
            assert "out of date" in toast_of(anna.forges(f"1:staff-{deed}:{order.pk}"))

        order.refresh_from_db()
        assert order.status == "placed"
