"""A shop in which every operation of the API has something to work on, made by the services."""

from dataclasses import dataclass, field
from decimal import Decimal
from io import BytesIO
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from apps.cart import services as cart
from apps.cart.models import CartItem
from apps.catalog import services as catalog
from apps.catalog.dto import SoldBy
from apps.catalog.models import PriceBatch, ScheduledPrice
from apps.core.time import now
from apps.delivery.dto import ClosedReason
from apps.delivery.models import Holiday, SlotTemplate
from apps.fulfilment import services as fulfilment
from apps.fulfilment.dto import DoorMoney, ShortCause
from apps.fulfilment.models import CashShift, Pick
from apps.inventory import services as inventory
from apps.marketing import services as marketing
from apps.orders import services as orders
from apps.orders.dto import IfShort
from apps.orders.models import Order
from apps.payments import services as payments
from apps.payments.models import Payment
from apps.users import services as users
from apps.users.models import User
from tests.conftest import make_init_data
from tests.factories import (
    AddressFactory,
    CategoryFactory,
    CustomerFactory,
    PickupPointFactory,
    SlotFactory,
    StaffFactory,
    ZoneFactory,
    make_code,
    make_promotion,
    packed_order,
    placed_order,
    planned_run,
    priced_variant,
    stocked_variant,
)
from tests.factories.checkout import total_of
from tests.factories.integrations import api_key, endpoint, pinged
from tests.factories.inventory import draft, line_on
from tests.factories.marketing import accepted, leaving_lot, proposed, reviewed, waiting
from tests.factories.money import started
from tests.gateway import World

ROLES = ("owner", "manager", "warehouse", "courier", "marketing", "support")
PASSWORD = "Sesam-1234-öffne"


@dataclass(repr=False)
class Shop:
    """Whom and what there is, by the names that the requests of `requests.py` use."""

    people: dict[str, User]
    buyer: User
    stranger: User
    things: dict[str, Any] = field(default_factory=dict)

    def __getattr__(self, name: str) -> Any:
        try:
            return self.__dict__["things"][name]
        except KeyError:
            raise AttributeError(name) from None

    def keep(self, **things: Any) -> None:
        """Remember things by name."""
        self.things.update(things)


def build(provider: World) -> Shop:
    """Make the shop; the buyer owns whatever a customer can own, the stranger nothing of it."""
    people = {role: StaffFactory(role=role) for role in ROLES}
    for person in people.values():
        person.set_password(PASSWORD)
        person.save()
    buyer = CustomerFactory(language="en")
    shop = Shop(people, buyer, CustomerFactory(language="en"))
    _goods(shop)
    _places(shop)
    _own_things(shop)
    _boxes(shop, provider)
    _road(shop)
    _warehouse(shop)
    _offers(shop)
    _programs(shop)
    return shop


def _goods(shop: Shop) -> None:
    shelf = CategoryFactory(slug="dumplings")
    catalog.save_tag(code="vegan", name_ru="веганское", name_en="vegan")
    pack, other = (stocked_variant(500, product__category=shelf) for _ in range(2))
    fish = stocked_variant(50, sold_by=SoldBy.WEIGHT, pack_weight_g=600)
    sold_out = stocked_variant(0, availability="none")
    unused = stocked_variant(0, product__category=CategoryFactory(slug="empty-one"))
    shop.keep(shelf=shelf, pack=pack, other=other, fish=fish, sold_out=sold_out, unused=unused,
              empty_shelf=CategoryFactory(slug="nothing-here"))  # fmt: skip


def _places(shop: Shop) -> None:
    zone = ZoneFactory()
    slot, closed = SlotFactory(), SlotFactory(closed_reason=ClosedReason.STAFF)
    window = SlotTemplate.objects.create(zone=zone, weekday=0, starts="10:00", ends="12:00")
    holiday = Holiday.objects.create(date="2030-01-01", name_ru="Новый год", name_en="New Year")
    shop.keep(zone=zone, slot=slot, closed=closed, window=window, holiday=holiday,
              point=PickupPointFactory(), later=SlotFactory())  # fmt: skip


def _own_things(shop: Shop) -> None:
    buyer = shop.buyer
    address = AddressFactory(customer=buyer)
    arrived = _delivered(shop)
    reviewed(arrived)
    waiting(shop.sold_out, buyer)
    marketing.add_favourite(customer_id=buyer.pk, product_id=shop.pack.product_id, now=now())
    placed = placed_order(customer=buyer, wanted={shop.pack: 3}, slot_id=shop.slot.pk)
    unpaid = placed_order(customer=buyer, wanted={shop.pack: 3}, payment="yookassa")
    begun = placed_order(customer=buyer, wanted={shop.pack: 3}, payment="yookassa")
    started(begun)
    shop.keep(address=address, arrived=arrived, placed=placed, unpaid=unpaid, begun=begun)


def _delivered(shop: Shop) -> Order:
    boss = shop.people["owner"]
    order = packed_order(customer=shop.buyer, wanted={shop.pack: 3}, boss=boss)
    for step in (fulfilment.send_out, fulfilment.deliver):
        step(order_id=order.pk, actor_id=boss.pk, now=now())
    order.refresh_from_db()
    return order


def _boxes(shop: Shop, provider: World) -> None:
    """Open two boxes, one of them with a question to its customer, and pay for a third order."""
    who = {"actor_id": shop.people["owner"].pk, "now": now()}
    asking, picking = (
        placed_order(
            customer=who_buys, wanted={shop.pack: 3, shop.fish: 2}, if_short=IfShort.REPLACE
        )
        for who_buys in (shop.buyer, CustomerFactory())
    )
    for order in (asking, picking):
        orders.confirm_order(order_id=order.pk, **who)
        fulfilment.start_picking(order_id=order.pk, **who)
        line, lot = order.lines.get(variant=shop.pack), shop.pack.lots.get()
        fulfilment.set_units(
            order_id=order.pk, order_line_id=line.pk, lot_id=lot.pk, quantity=1, **who
        )
        box = {"order_id": order.pk, "order_line_id": line.pk}
        fulfilment.mark_short(cause=ShortCause.NONE_LEFT, **box, **who)
        if order == asking:
            question = fulfilment.propose_substitute(variant_id=shop.other.pk, **box, **who)
    paid = placed_order(customer=shop.buyer, wanted={shop.pack: 3}, payment="yookassa")
    provider.pay(str(started(paid).provider_payment_id), capture=True)
    payments.ask(payment_id=Payment.objects.get(order=paid).pk, now=now())
    waits = placed_order(wanted={shop.pack: 2})
    orders.confirm_order(order_id=waits.pk, **who)
    shop.keep(asking=asking, question=question, picking=picking, paid=paid,
              picked=Pick.objects.get(order_line__order=picking),
              short_line=picking.lines.get(variant=shop.pack),
              fish_line=picking.lines.get(variant=shop.fish))  # fmt: skip


def _road(shop: Shop) -> None:
    """Plan a run, have another one on the road, and leave a box for a third."""
    boss, courier = shop.people["owner"], shop.people["courier"]
    ready = [packed_order(wanted={shop.pack: 2}, boss=boss) for _ in range(6)]
    planned = planned_run(*ready[:2], courier=courier, boss=boss)
    spare_run = planned_run(ready[2], courier=StaffFactory(role="courier"), boss=boss)
    spare_run_stop = spare_run.stops.get()
    fulfilment.drop_stop(
        run_id=spare_run.pk, stop_id=spare_run_stop.pk, actor_id=boss.pk, now=now()
    )
    run = planned_run(*ready[3:5], courier=StaffFactory(role="courier"), boss=boss, started=True)
    first, second = run.stops.order_by("sequence")
    fulfilment.deliver_stop(
        stop_id=first.pk, taken=DoorMoney("cash", first.order.total), degrees=Decimal(-18),
        actor_id=run.courier_id, now=now(),
    )  # fmt: skip
    shop.keep(planned=planned, planned_stop=planned.stops.order_by("sequence").last(),
              other_driver=run.courier, empty_run=spare_run, run=run, done_stop=first,
              due_stop=second, boxed=ready[5], shift=CashShift.objects.get())  # fmt: skip


def _warehouse(shop: Shop) -> None:
    boss = shop.people["owner"]
    note, to_book, to_refuse = draft(), draft(), draft()
    line = line_on(note, shop.pack)
    sent_back = line_on(note, shop.other)
    inventory.send_line_back(note_id=note.pk, line_id=sent_back.pk, reason="thawed")
    line_on(to_book, shop.pack)
    lot = leaving_lot(20, days=40)
    held = leaving_lot(20, days=40)
    inventory.quarantine_lot(lot_id=held.pk, reason="torn", actor_id=boss.pk)
    inventory.move_lot(lot_id=lot.pk, shelf="A-1", actor_id=boss.pk)
    count = inventory.start_stocktake(shelf="A-1", actor_id=boss.pk, now=now())
    inventory.move_lot(lot_id=held.pk, shelf="A-2", actor_id=boss.pk)
    counted = inventory.start_stocktake(shelf="A-2", actor_id=boss.pk, now=now())
    inventory.count_lot(
        stocktake_id=counted.pk, lot_id=held.pk, counted=19, seen=None, actor_id=boss.pk, now=now()
    )
    shop.keep(note=note, line=line, counted=counted, sent_back=sent_back, to_book=to_book,
              to_refuse=to_refuse, lot=lot, held=held, count=count)  # fmt: skip
    _recall(shop, boss)


def _recall(shop: Shop, boss: User) -> None:
    gone = stocked_variant(20)
    order = packed_order(customer=shop.buyer, wanted={gone: 3}, boss=boss)
    for step in (fulfilment.send_out, fulfilment.deliver):
        step(order_id=order.pk, actor_id=boss.pk, now=now())
    lot = gone.lots.get()
    recall = fulfilment.recall_lot(
        lot_id=lot.pk, reason="glass", confirmation=lot.code, actor_id=boss.pk, now=now()
    )
    shop.keep(recalled=lot, recall=recall, entry=recall.orders.get(),
              back=recall.refunds.get())  # fmt: skip


def _offers(shop: Shop) -> None:
    moment = now()
    priced_variant(now=moment)
    preview = PriceBatch.objects.latest("id")
    priced_variant(now=moment)
    applied = PriceBatch.objects.latest("id")
    catalog.apply_price_batch(batch_id=applied.public_id, now=moment)
    shop.keep(
        preview=preview, applied=applied, schedule=ScheduledPrice.objects.earliest("id"),
        promotion=make_promotion(), code=make_code("WELCOME"),
        proposal=proposed(leaving_lot(days=5)), markdown=accepted(leaving_lot(days=12)),
    )  # fmt: skip
    cart.add(customer_id=shop.buyer.pk, variant_id=shop.pack.pk, quantity=3, now=moment)
    shop.keep(
        item=CartItem.objects.get(cart__customer=shop.buyer), leaving=leaving_lot(days=20),
        cart_total=str(total_of(shop.buyer, "delivery")), picture=_picture(),
        told=accepted(leaving_lot(300, days=12, variant=shop.pack)),
        refresh=users.begin_session(user_id=shop.buyer.pk, now=moment).refresh,
        init_data=make_init_data(),
    )  # fmt: skip


def _programs(shop: Shop) -> None:
    key = api_key()
    hears = endpoint(key_id=key.id)
    shop.keep(key=key.secret, endpoint=hears, sent=pinged(hears),
              session_id=shop.buyer.api_sessions.latest("created_at").pk)  # fmt: skip


def _picture() -> SimpleUploadedFile:
    drawn = BytesIO()
    Image.new("RGB", (600, 400), "navy").save(drawn, "JPEG")
    return SimpleUploadedFile("pack.jpg", drawn.getvalue(), "image/jpeg")
