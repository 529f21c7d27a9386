"""The demo's orders: bought, packed and driven by the shop's own services, each at its time."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from django.conf import settings

from apps.cart import selectors as carts
from apps.cart import services as cart
from apps.delivery import selectors as delivery
from apps.fulfilment import services as fulfilment
from apps.fulfilment.demo.clock import Clock
from apps.fulfilment.demo.offers import FREE_DELIVERY
from apps.fulfilment.demo.people import DemoCustomer
from apps.fulfilment.demo.road import count_purses, drive_out
from apps.orders import selectors as order_selectors
from apps.orders import services as orders
from apps.orders.dto import CheckoutRequest, Method, OrderStatus, Source
from apps.payments.dto import Provider

S = OrderStatus
SOURCES = (Source.BOT, Source.BOT, Source.BOT, Source.WEBAPP, Source.API)
COMMENTS = (
    "",
    "",
    "",
    "",
    "Позвоните за полчаса",
    "Не звоните в дверь: спит ребёнок",
    "Leave it at the door",
)
# So many orders later somebody types a promo code.
_CODE_EVERY = 6
FAILURES = ("Никто не открыл", "Клиент просит другой день", "Нет пропуска на территорию")
RETURNS = ("Упаковка повреждена", "Товар разморозился в пути", "Клиент отказался у двери")


@dataclass(frozen=True)
class Part:
    """So many orders that end in one status, and how many days ago the last of them began."""

    status: OrderStatus
    count: int
    method: Method = Method.DELIVERY
    is_past: bool = False


# Only cash is taken yet: nothing waits for an online payment, so nothing expires either.
PARTS = (
    Part(S.DELIVERED, 98, is_past=True),
    Part(S.DELIVERED, 24, Method.PICKUP, is_past=True),
    Part(S.RETURNED, 6, is_past=True),
    Part(S.RETURNED, 2, Method.PICKUP, is_past=True),
    Part(S.CANCELLED, 18, is_past=True),
    Part(S.DELIVERY_FAILED, 4),
    Part(S.OUT_FOR_DELIVERY, 8),
    Part(S.READY_FOR_PICKUP, 6, Method.PICKUP),
    Part(S.PACKED, 6),
    Part(S.PACKED, 2, Method.PICKUP),
    Part(S.PICKING, 5),
    Part(S.CONFIRMED, 8),
    Part(S.PLACED, 11),
    Part(S.PLACED, 2, Method.PICKUP),
)
DAYS = 30


class OrderBook:
    """Makes the demo's orders one after another, in the order of their time."""

    def __init__(
        self, *, clock: Clock, customers: list[DemoCustomer], variant_ids: list[int],
        staff: dict[str, int], dice: Random,
    ) -> None:  # fmt: skip
        self.clock = clock
        self.customers = customers
        self.variant_ids = variant_ids
        self.staff = staff
        self.dice = dice
        self.pickup_point_id = delivery.pickup_points()[0].id
        self.number = 0
        # Packed orders with which the couriers set out at the end.
        self.on_the_road: list[int] = []

    def fill(self, *, now: datetime) -> None:
        """Make every order of `PARTS`; `now` is the present."""
        wanted = [part for part in PARTS for _ in range(part.count)]
        begun = sorted(
            ((self._begin(part, now), part) for part in wanted), key=lambda pair: pair[0]
        )
        day = begun[0][0].date()
        for begin, part in begun:
            self.clock.moment = begin
            if begin.date() != day:
                day = begin.date()
                count_purses(staff=self.staff, now=begin)
            self._live(part, now)
        self.clock.moment = now
        drive_out(order_ids=self.on_the_road, staff=self.staff, now=now)

    def leave_carts(self, *, count: int, now: datetime) -> None:
        """Let some customers be in the middle of filling a cart."""
        for customer in self.customers[:count]:
            goods = self.dice.sample(self.variant_ids, self.dice.randint(3, 6))
            wanted = {variant_id: self.dice.choice((1, 2, 3)) for variant_id in goods}
            cart.refill(customer_id=customer.id, wanted=wanted, now=now)

    def _begin(self, part: Part, now: datetime) -> datetime:
        """Return when an order was placed: the past month, or the last hours for open ones."""
        if part.is_past:
            return now - timedelta(minutes=self.dice.randint(3 * 1440, DAYS * 1440))
        return now - timedelta(minutes=self.dice.randint(5 * 60, 26 * 60))

    def _live(self, part: Part, now: datetime) -> None:
        order_id, ends_at = self._place(part.method)
        if part.status == S.CANCELLED:
            self._cancel(order_id)
            return
        steps = list(self._way(part, order_id))
        # Steps of an order that is done are spread up to its window's end, others up to now.
        last = min(ends_at, now - timedelta(minutes=3)) if part.is_past else now
        pause = max((last - self.clock.moment) / (len(steps) + 1), timedelta(minutes=1))
        for step in steps:
            self.clock.moment = min(self.clock.moment + pause, now - timedelta(seconds=1))
            step()

    def _place(self, method: Method) -> tuple[int, datetime]:
        """Place an order and return its id and when it should be with its customer."""
        now, customer = self.clock.moment, self._buyer()
        zone = customer.zone if method == Method.DELIVERY else None
        # A cart that is worth too little for its zone is filled up.
        for _ in range(5):
            goods = self.dice.sample(self.variant_ids, self.dice.randint(2, 5))
            wanted = {variant_id: self.dice.choice((1, 1, 2, 3)) for variant_id in goods}
            filled = cart.refill(customer_id=customer.id, wanted=wanted, now=now).cart
            quote = carts.quote_for(cart=filled, zone=zone)
            if quote.missing_for_minimum <= 0:
                break
        if zone and self.number % _CODE_EVERY == 0:
            filled = cart.set_promo_code(customer_id=customer.id, code=FREE_DELIVERY, now=now)
            quote = carts.quote_for(cart=filled, zone=zone)
        slot = self._slot(customer.zone.id, now) if zone else None
        self.number += 1
        order = orders.place_order(
            customer_id=customer.id,
            request=CheckoutRequest(
                method=method,
                expected_total=quote.total,
                payment=Provider.CASH,
                key=f"demo-order-{self.number}",
                source=self.dice.choice(SOURCES),
                address_id=customer.address_id if zone else None,
                slot_id=slot[0] if slot else None,
                pickup_point_id=None if zone else self.pickup_point_id,
                comment=self.dice.choice(COMMENTS),
            ),
            now=now,
        )
        return order.pk, slot[1] if slot else now + timedelta(hours=6)

    def _buyer(self) -> DemoCustomer:
        """Return somebody who may order and pay at the door once more."""
        while True:
            customer = self.dice.choice(self.customers)
            waiting = order_selectors.open_cash_orders(customer_id=customer.id)
            if waiting < settings.OPEN_CASH_ORDERS:
                return customer

    def _slot(self, zone_id: int, now: datetime) -> tuple[int, datetime]:
        """Return one of the next open windows and when it ends."""
        open_ones = [
            slot
            for slot in delivery.slots(zone_id=zone_id, now=now, days=3)
            if not slot.closed_reason and slot.cutoff_at > now
        ]
        slot = self.dice.choice(open_ones[:6])
        return slot.id, slot.ends_at

    def _cancel(self, order_id: int) -> None:
        """Let the customer, the desk or (once it is packed) the manager cancel an order."""
        self.clock.moment += timedelta(minutes=self.dice.randint(4, 12))
        who = self.dice.randrange(3)
        if who == 0:
            orders.cancel_order(
                order_id=order_id, actor_id=self.staff["support"], now=self.clock.moment,
                reason="Клиент передумал, позвонил",
            )  # fmt: skip
            return
        self._confirm(order_id)
        if who == 1:
            orders.cancel_order(
                order_id=order_id, actor_id=self.staff["manager"], now=self.clock.moment,
                reason="Не дозвонились до клиента",
            )  # fmt: skip
            return
        self._pick(order_id)
        self._pack(order_id)
        fulfilment.cancel_packed(
            order_id=order_id, actor_id=self.staff["manager"], now=self.clock.moment,
            reason="Клиент попросил отменить", put_back=True,
        )  # fmt: skip

    def _way(self, part: Part, order_id: int) -> Iterator[Callable[[], object]]:
        """Yield the steps from a placed order to its last status."""
        handed = (self._hand_over,) if part.method == Method.PICKUP else (self._deliver,)
        sent = (self._ready,) if part.method == Method.PICKUP else (self._send,)
        packed = (self._confirm, self._pick, self._pack)
        ways: dict[OrderStatus, tuple[Callable[[int], object], ...]] = {
            S.PLACED: (),
            S.CONFIRMED: packed[:1],
            S.PICKING: packed[:2],
            S.PACKED: packed,
            S.OUT_FOR_DELIVERY: (*packed, self.on_the_road.append),
            S.READY_FOR_PICKUP: packed + sent,
            S.DELIVERED: packed + sent + handed,
            S.DELIVERY_FAILED: (*packed, *sent, self._fail),
            S.RETURNED: (*packed, *sent, *handed, self._return),
        }
        for step in ways[part.status]:
            yield lambda step=step: step(order_id)  # type: ignore[misc]

    def _confirm(self, order_id: int) -> None:
        orders.confirm_order(
            order_id=order_id, actor_id=self.staff["manager"], now=self.clock.moment
        )

    def _pick(self, order_id: int) -> None:
        fulfilment.start_picking(
            order_id=order_id, actor_id=self.staff["warehouse"], now=self.clock.moment
        )

    def _pack(self, order_id: int) -> None:
        for line in order_selectors.lines_by_weight(order_id=order_id):
            # Most pieces are a little lighter than they might be.
            grams = line.pack_weight_g * line.quantity * self.dice.randint(84, 101) // 100
            fulfilment.weigh_line(
                order_id=order_id, order_line_id=line.pk, weight_g=grams,
                actor_id=self.staff["warehouse"], now=self.clock.moment,
            )  # fmt: skip
        fulfilment.pack_order(
            order_id=order_id, actor_id=self.staff["warehouse"], now=self.clock.moment
        )

    def _send(self, order_id: int) -> None:
        fulfilment.send_out(order_id=order_id, actor_id=self._courier(), now=self.clock.moment)

    def _ready(self, order_id: int) -> None:
        fulfilment.mark_ready_for_pickup(
            order_id=order_id, actor_id=self.staff["warehouse"], now=self.clock.moment
        )

    def _deliver(self, order_id: int) -> None:
        fulfilment.deliver(order_id=order_id, actor_id=self._courier(), now=self.clock.moment)

    def _hand_over(self, order_id: int) -> None:
        code = order_selectors.staff_order(order_id=order_id).pickup_code
        fulfilment.hand_over(
            order_id=order_id, code=code, actor_id=self.staff["warehouse"], now=self.clock.moment
        )

    def _fail(self, order_id: int) -> None:
        fulfilment.fail_delivery(
            order_id=order_id, reason=self.dice.choice(FAILURES), actor_id=self._courier(),
            now=self.clock.moment,
        )  # fmt: skip

    def _return(self, order_id: int) -> None:
        fulfilment.return_order(
            order_id=order_id, reason=self.dice.choice(RETURNS), put_back=False,
            actor_id=self.staff["manager"], now=self.clock.moment,
        )  # fmt: skip

    def _courier(self) -> int:
        return self.staff[self.dice.choice(("courier", "courier2"))]
