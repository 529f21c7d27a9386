"""Something ran out: Anna chose at the checkout what then, and is asked in the chat first."""

import pytest

from apps.core.time import now
from apps.fulfilment import services as fulfilment
from apps.fulfilment.dto import ShortCause
from apps.notifications import services as notifications
from apps.orders import services as orders
from apps.orders.models import Order
from bot.simulator.client import shown_text
from tests import factories
from tests.bot.test_buying import check_out, put_into_cart

pytestmark = pytest.mark.django_db(transaction=True)


def test_is_answered_in_the_chat_once(regular, dumplings, anna):
    other = factories.stocked_variant(5, product__category=dumplings.product.category)
    put_into_cart(anna, dumplings)
    check_out(anna)
    anna.presses("🔄 If sold out: leave it out")
    anna.presses("✅")
    order = Order.objects.get(customer=regular)
    assert order.if_short == "replace"
    boss = factories.StaffFactory(role="manager")
    for step in (orders.confirm_order, fulfilment.start_picking):
        step(order_id=order.pk, actor_id=boss.pk, now=now())
    line = order.lines.get()
    asked = {"order_id": order.pk, "order_line_id": line.pk, "actor_id": boss.pk, "now": now()}
    fulfilment.mark_short(cause=ShortCause.NONE_LEFT, **asked)
    fulfilment.propose_substitute(variant_id=other.pk, **asked)
    notifications.deliver_due(now=now())

    # Packs of one product differ in their weight alone.
    question = anna.sees("We have run out")
    for pack in (line, other):
        assert f", {pack.pack_weight_g} g" in shown_text(question)
    keys = [key for row in question["reply_markup"]["inline_keyboard"] for key in row]
    anna.presses("✅ Bring it")
    said = anna.sees("We bring")
    assert f", {other.pack_weight_g} g" in said["text"]

    taken = order.lines.get(variant=other)
    assert (taken.quantity, taken.substitute_for) == (line.quantity, line)
    assert not any("We have run out" in shown_text(message) for message in anna.messages())
    # Another telephone may still show it.
    leave = next(key["callback_data"] for key in keys if "Leave" in key["text"])
    anna.forges(leave, message_id=said["message_id"])
    anna.sees("We bring")
    taken.refresh_from_db()
    assert taken.quantity == line.quantity
