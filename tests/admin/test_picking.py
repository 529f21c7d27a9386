"""The pages of the freezer: the queue, and the open box with its one field for the scanner."""

from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from apps.core.time import now
from apps.fulfilment import services as fulfilment
from apps.fulfilment.models import LineShortage, Pick
from apps.inventory import services as inventory
from apps.orders import services as orders
from apps.orders.dto import OrderStatus
from tests.factories import placed_order
from tests.factories.inventory import receive
from tests.fulfilment.state import whole_state

QUEUE = "/admin/orders/order/to-pick/"


@pytest.fixture
def order(shop, owner):
    """Three packs, being picked."""
    for step in (orders.confirm_order, fulfilment.start_picking):
        step(order_id=shop.order.pk, actor_id=owner.pk, now=now())
    shop.order.refresh_from_db()
    return shop.order


def box_of(order):
    return reverse("admin:orders_order_picking", args=(order.pk,))


def do(desk, order, deed, **fields):
    """Send a deed as the page's own script does, and return what was said and the answer."""
    answer = desk.post(box_of(order), {"deed": deed, **fields}, headers={"X-Box": "draw"})
    assert answer.status_code == 200, answer
    return answer.context["said"], answer


def scan(desk, order, code, **fields):
    return do(desk, order, "scan", code=code, **({"key": uuid4().hex} | fields))


class TestTheBox:
    def test_takes_scans_one_by_one(self, order, shop, desk):
        picker = desk("warehouse")
        for left in (2, 1, 0):
            said, answer = scan(picker, order, shop.lot.code)
            assert said.tone == "success"
            assert shop.lot.code in said.sentence
            assert answer.context["box"].listed.lines[0].left == left

        said, _answer = scan(picker, order, shop.lot.code)

        assert said.tone == "danger"
        assert "ordered 3, in the box 3" in said.sentence
        assert Pick.objects.get().quantity == 3

    def test_counts_a_scan_once_however_often_it_is_sent(self, order, shop, desk):
        picker = desk("warehouse")
        for _ in range(3):
            said, _answer = scan(picker, order, shop.lot.code, key="the-same-scan")
            assert said.tone == "success"

        assert Pick.objects.get().quantity == 1

    def test_draws_only_itself_for_the_script_and_the_whole_page_for_others(self, order, desk):
        picker = desk("warehouse")
        part = picker.get(box_of(order), headers={"X-Box": "draw"}).content.decode()
        page = picker.get(box_of(order)).content.decode()

        assert "<html" not in part
        assert "<html" in page
        assert 'class="pick-lines"' in part
        assert 'class="pick-lines"' in page

    def test_asks_why_another_lot_and_takes_it_then(self, order, shop, desk):
        later = receive(shop.variant, 9, days=300, code="LATER-7")
        picker = desk("warehouse")

        said, answer = scan(picker, order, "LATER-7", key="asked-for-a-reason")
        assert (said.tone, said.ask["code"]) == ("warning", "LATER-7")
        assert "Why another lot?" in answer.content.decode()
        assert not Pick.objects.exists()

        said, _answer = do(picker, order, **said.ask, reason="", other="Frozen in")
        assert said.tone == "success"
        assert (Pick.objects.get().lot, Pick.objects.get().reason) == (later, "Frozen in")

    def test_goes_up_and_down_by_buttons_and_by_typing(self, order, shop, desk):
        picker = desk("warehouse")
        line = order.lines.get()
        for fields, units in (
            ({"to": "1", "quantity": "0"}, 1), ({"quantity": "3"}, 3), ({"to": "2"}, 2),
        ):  # fmt: skip
            said, _answer = do(picker, order, "set", line=line.pk, lot=shop.lot.pk, **fields)
            assert said.tone == "success"
            assert Pick.objects.get().quantity == units

        do(picker, order, "undo", pick=Pick.objects.get().pk)

        assert not Pick.objects.exists()

    def test_gives_a_line_up_and_takes_that_back(self, order, desk):
        picker, line = desk("warehouse"), order.lines.get()
        do(picker, order, "short", line=line.pk, cause="damaged")
        assert LineShortage.objects.get().cause == "damaged"

        do(picker, order, "unshort", line=line.pk)
        assert not LineShortage.objects.exists()

    def test_is_closed_when_all_is_done_and_leads_on(self, order, shop, desk):
        picker = desk("warehouse")
        scan(picker, order, shop.lot.code, quantity="2")
        said, _answer = do(picker, order, "pack")
        assert said.tone == "danger"
        do(picker, order, "short", line=order.lines.get().pk, cause="none_left")

        answer = picker.post(box_of(order), {"deed": "pack"})

        order.refresh_from_db()
        assert order.status == OrderStatus.PACKED
        assert answer.url == reverse("admin:orders_order_change", args=(order.pk,))
        page = picker.get(answer.url).content.decode()
        assert "none left" in page

    def test_leads_away_from_an_order_that_is_not_being_picked(self, order, shop, desk, owner):
        fulfilment.pack_order(order_id=order.pk, actor_id=owner.pk, now=now())

        answer = desk("warehouse").get(box_of(order))

        assert answer.url == reverse("admin:orders_order_change", args=(order.pk,))

    def test_shows_what_must_come_out_again(self, order, shop, desk):
        picker = desk("warehouse")
        scan(picker, order, shop.lot.code, quantity="3")
        inventory.quarantine_lot(lot_id=shop.lot.pk, reason="smell", actor_id=None)

        page = picker.get(box_of(order)).content.decode()

        assert "It is blocked. Take it out of the box." in page
        said, _answer = do(picker, order, "pack")
        assert "blocked" in said.sentence

    @pytest.mark.parametrize(
        ("deed", "fields"),
        [
            ("scan", {"code": "", "key": "12345678"}),
            ("scan", {"code": "x", "key": "short"}),
            ("scan", {"code": "x"}),
            ("scan", {"code": "x", "key": "12345678", "quantity": "0"}),
            ("scan", {"code": "<b>&", "key": "12345678"}),
            ("scan", {"code": "a\0b", "key": "12345678"}),
            ("scan", {"code": "x" * 300, "key": "12345678"}),
            ("set", {"line": "1"}),
            ("set", {"line": "x", "lot": "1", "to": "1"}),
            ("set", {"line": str(2**70), "lot": "1", "to": "1"}),
            ("short", {"line": "1", "cause": "eaten"}),
            ("short", {"line": "1"}),
            ("undo", {"pick": ""}),
            ("undo", {"pick": "99999999"}),
            ("dance", {}),
            ("", {}),
        ],
    )
    def test_refuses_what_makes_no_sense_and_changes_nothing(self, order, desk, deed, fields):
        before = whole_state(order)

        said, _answer = do(desk("warehouse"), order, deed, **fields)

        assert said.tone == "danger"
        assert said.sentence
        assert whole_state(order) == before

    @pytest.mark.parametrize("role", ["courier", "support", "marketing"])
    def test_is_closed_to_who_does_not_pick(self, order, shop, desk, role):
        before = whole_state(order)
        stranger = desk(role)

        assert stranger.get(box_of(order)).status_code == 403
        assert stranger.post(box_of(order), {"deed": "pack"}).status_code == 403
        assert whole_state(order) == before

    def test_wants_a_csrf_token(self, order, owner):
        strict = Client(enforce_csrf_checks=True)
        strict.force_login(owner)

        assert strict.post(box_of(order), {"deed": "pack"}).status_code == 403

    def test_knows_no_other_orders(self, desk):
        for pk in ("99999999", "0", "9" * 25):
            assert desk("warehouse").get(f"/admin/orders/order/{pk}/picking/").status_code == 404


class TestGoodsByWeight:
    @pytest.fixture
    def weighed(self, order):
        """Three pieces of at most 800 g."""
        order.lines.update(is_weighed=True)
        return order

    def test_are_weighed_before_the_box_is_closed(self, weighed, shop, desk):
        picker, line = desk("warehouse"), weighed.lines.get()
        scan(picker, weighed, shop.lot.code, quantity="3")
        page = picker.get(box_of(weighed)).content.decode()
        assert "by weight, up to 800 g" in page
        assert "3 pcs together, at most 2400 g is charged" in page
        assert "Goods by weight are still to be weighed." in page
        said, _answer = do(picker, weighed, "pack")
        assert "Weigh first" in said.sentence

        said, answer = do(picker, weighed, "weigh", line=line.pk, grams="2212")

        assert (said.tone, said.sentence) == ("success", f"{line.name}: 2.212 kg.")
        assert answer.context["box"].listed.is_done
        picker.post(box_of(weighed), {"deed": "pack"})
        page = picker.get(reverse("admin:orders_order_change", args=(weighed.pk,)))
        assert "2.212 kg — 829.50" in page.content.decode()
        assert "weighed less than reserved" in page.content.decode().lower()

    @pytest.mark.parametrize("grams", ["", "0", "-5", "x", "4801", "99999999999"])
    def test_refuse_a_weight_that_makes_no_sense(self, weighed, desk, grams):
        said, _answer = do(
            desk("warehouse"), weighed, "weigh", line=weighed.lines.get().pk, grams=grams
        )

        assert said.tone == "danger"
        assert weighed.lines.get().weight_g is None


class TestTheQueue:
    def test_starts_the_next_order_with_one_tap(self, shop, desk, owner):
        orders.confirm_order(order_id=shop.order.pk, actor_id=owner.pk, now=now())
        picker = desk("warehouse")
        assert shop.order.number in picker.get(QUEUE).content.decode()

        answer = picker.post(QUEUE)

        shop.order.refresh_from_db()
        assert shop.order.status == OrderStatus.PICKING
        assert answer.url == box_of(shop.order)
        queue = picker.get(QUEUE).context["queue"]
        assert [row.order.number for row in queue.own] == [shop.order.number]

    def test_starts_the_order_that_was_chosen(self, shop, desk, owner):
        chosen = placed_order(wanted={shop.variant: 2})
        for order in (shop.order, chosen):
            orders.confirm_order(order_id=order.pk, actor_id=owner.pk, now=now())

        answer = desk("warehouse").post(QUEUE, {"order": chosen.pk})

        assert answer.url == box_of(chosen)

    @pytest.mark.parametrize("chosen", ["", "99999999", "x", "9" * 30])
    def test_says_when_there_is_nothing_to_start(self, shop, desk, chosen):
        answer = desk("warehouse").post(QUEUE, {"order": chosen}, follow=True)

        assert answer.context["messages"]
        shop.order.refresh_from_db()
        assert shop.order.status == OrderStatus.PLACED

    def test_has_a_way_on_when_it_is_empty(self, db, desk):
        assert "Nothing waits for the freezer" in desk("warehouse").get(QUEUE).content.decode()

    @pytest.mark.parametrize("role", ["courier", "support", "marketing"])
    def test_is_closed_to_who_does_not_pick(self, db, desk, role):
        assert desk(role).get(QUEUE).status_code == 403
        assert desk(role).post(QUEUE).status_code == 403
        assert QUEUE not in desk(role).get("/admin/").content.decode()

    def test_stands_in_the_menu_of_who_does(self, db, desk):
        assert QUEUE in desk("warehouse").get("/admin/").content.decode()
