"""Orders: frozen at checkout, moved by one service, remembered event by event."""

from datetime import datetime
from decimal import Decimal
from typing import Self

from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import F, Q, Sum
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from apps.core.models import PubliclyNamed, Timestamped, in_language
from apps.core.money import ZERO, split
from apps.orders.dto import AdjustmentKind, Method, OrderStatus, Source


class OrderQuerySet(models.QuerySet["Order"]):
    """Questions about orders."""

    def for_customer(self, customer_id: int) -> Self:
        """Keep one customer's orders."""
        return self.filter(customer_id=customer_id)

    def latest_first(self) -> Self:
        """Order newest first, without ties."""
        return self.order_by("-id")

    def for_cards(self) -> Self:
        """Add what an order's card shows: slot, pickup point, lines, and `paid`.

        Paid is the money kept, or set aside for the shop at the provider.
        """
        kept = F("payments__captured") - F("payments__refunding") - F("payments__refunded")
        paid = Sum(
            models.Case(
                models.When(payments__state="authorized", then=F("payments__amount")), default=kept
            )
        )
        return (
            self.select_related("slot", "pickup_point")
            .prefetch_related(
                models.Prefetch("lines", OrderLine.objects.order_by("id")),
                models.Prefetch("adjustments", OrderAdjustment.objects.order_by("id")),
            )
            .annotate(paid=Coalesce(paid, Decimal("0.00")))
        )

    def due_holds(self, now: datetime) -> Self:
        """Keep orders whose payment did not come in time."""
        return self.filter(status=OrderStatus.AWAITING_PAYMENT, hold_expires_at__lte=now)

    def open(self) -> Self:
        """Keep orders that still need somebody."""
        return self.exclude(
            status__in=(
                OrderStatus.DELIVERED,
                OrderStatus.RETURNED,
                OrderStatus.CANCELLED,
                OrderStatus.EXPIRED,
            )
        )


class Order(PubliclyNamed, Timestamped):
    """One purchase. `status` is written by `services.transitions` alone; a trigger guards it."""

    number = models.CharField(_("number"), max_length=20, unique=True, editable=False)
    customer = models.ForeignKey(
        "users.User", on_delete=models.PROTECT, related_name="orders", verbose_name=_("customer")
    )
    status = models.CharField(
        _("status"), max_length=20, choices=OrderStatus.choices, editable=False
    )
    method = models.CharField(_("method"), max_length=10, choices=Method.choices)
    source = models.CharField(_("placed through"), max_length=10, choices=Source.choices)
    payment = models.CharField(_("payment"), max_length=12)
    # Snapshots: what a person told us for this order; erased with the person.
    contact_name = models.CharField(_("contact"), max_length=200, blank=True)
    contact_phone = models.CharField(_("phone"), max_length=20, blank=True)
    address = models.CharField(_("address"), max_length=400, blank=True)
    address_details = models.CharField(_("address details"), max_length=400, blank=True)
    latitude = models.DecimalField(
        _("latitude"), max_digits=9, decimal_places=6, null=True, blank=True
    )
    longitude = models.DecimalField(
        _("longitude"), max_digits=9, decimal_places=6, null=True, blank=True
    )
    comment = models.CharField(_("comment"), max_length=500, blank=True)
    slot = models.ForeignKey(
        "delivery.DeliverySlot",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="orders",
        verbose_name=_("slot"),
    )
    pickup_point = models.ForeignKey(
        "delivery.PickupPoint",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="orders",
        verbose_name=_("pickup point"),
    )
    pickup_code = models.CharField(_("pickup code"), max_length=6, blank=True)
    volume_ml = models.PositiveIntegerField(_("volume, ml"), default=0)
    items_total = models.DecimalField(_("goods"), max_digits=12, decimal_places=2)
    # The sum of the lines' discounts: promotions of the whole cart, and the promo code.
    discount = models.DecimalField(
        _("discount"), max_digits=12, decimal_places=2, default=Decimal("0.00")
    )
    delivery_fee = models.DecimalField(
        _("delivery fee"), max_digits=12, decimal_places=2, default=Decimal("0.00")
    )
    total = models.DecimalField(_("total"), max_digits=12, decimal_places=2)
    hold_expires_at = models.DateTimeField(_("held until"), null=True, blank=True)
    # Why a person should look at it; empty when nothing is wrong.
    attention = models.CharField(_("needs attention"), max_length=200, blank=True)
    # The door's idempotency key: one order for one press, whatever is sent twice.
    key = models.CharField(max_length=100, editable=False)

    objects = OrderQuerySet.as_manager()

    class Meta:
        verbose_name = _("order")
        verbose_name_plural = _("orders")
        constraints = (
            models.UniqueConstraint(fields=("customer", "key"), name="orders_order_once"),
            models.CheckConstraint(
                name="orders_order_amounts",
                condition=Q(items_total__gte=0, delivery_fee__gte=0, total__gte=0),
            ),
            models.CheckConstraint(
                name="orders_order_discount",
                condition=Q(
                    discount__gte=0,
                    discount__lte=F("items_total"),
                    total__lte=F("items_total") - F("discount") + F("delivery_fee"),
                ),
            ),
            models.CheckConstraint(
                name="orders_order_place",
                condition=Q(method="delivery", slot__isnull=False, pickup_point__isnull=True)
                | Q(method="pickup", pickup_point__isnull=False, slot__isnull=True),
            ),
            models.CheckConstraint(
                name="orders_order_hold",
                condition=~Q(status="awaiting_payment") | Q(hold_expires_at__isnull=False),
            ),
        )
        indexes = (
            models.Index(fields=("customer", "-id"), name="orders_order_customer"),
            models.Index(fields=("status", "-id"), name="orders_order_status"),
            models.Index(
                fields=("hold_expires_at",),
                condition=Q(status="awaiting_payment"),
                name="orders_order_holds",
            ),
        )

    def __str__(self) -> str:
        return self.number

    @property
    def shortage(self) -> Decimal:
        """What was taken off because it was not there when the order was packed."""
        return self.items_total - self.discount + self.delivery_fee - self.total


class OrderLine(models.Model):
    """A variant as it was bought: name and price never change with the catalogue."""

    order = models.ForeignKey(
        Order, on_delete=models.PROTECT, related_name="lines", verbose_name=_("order")
    )
    variant = models.ForeignKey(
        "catalog.Variant", on_delete=models.PROTECT, related_name="+", verbose_name=_("variant")
    )
    sku = models.CharField(_("SKU"), max_length=40)
    name_ru = models.CharField(_("name (ru)"), max_length=160)
    name_en = models.CharField(_("name (en)"), max_length=160)
    pack_weight_g = models.PositiveIntegerField(_("pack weight, g"))
    unit_price = models.DecimalField(_("price"), max_digits=12, decimal_places=2)
    regular_price = models.DecimalField(_("regular price"), max_digits=12, decimal_places=2)
    quantity = models.PositiveIntegerField(_("ordered"))
    # Units among them that came along for nothing.
    gift_quantity = models.PositiveIntegerField(_("gifts"), default=0)
    picked_quantity = models.PositiveIntegerField(_("picked"), null=True, blank=True)
    total = models.DecimalField(_("total"), max_digits=12, decimal_places=2)
    # The line's share of the order's discount: `total − discount` was really paid for it.
    discount = models.DecimalField(
        _("discount"), max_digits=12, decimal_places=2, default=Decimal("0.00")
    )
    # Which offers made the price, as `promotions.dto.Step.as_json` has them.
    explanation = models.JSONField(_("explanation"), default=list, blank=True)
    substitute_for = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="substitutes",
        verbose_name=_("instead of"),
    )

    class Meta:
        verbose_name = _("order line")
        verbose_name_plural = _("order lines")
        constraints = (
            models.CheckConstraint(
                name="orders_line_sane",
                condition=Q(quantity__gte=1, unit_price__gte=0, total__gte=0),
            ),
            models.CheckConstraint(
                name="orders_line_sum",
                condition=Q(
                    total=F("unit_price") * (F("quantity") - F("gift_quantity")),
                    gift_quantity__lte=F("quantity"),
                    discount__gte=0,
                    discount__lte=F("total"),
                ),
            ),
            models.UniqueConstraint(fields=("order", "variant"), name="orders_line_once"),
        )

    def __str__(self) -> str:
        return f"{self.name} × {self.quantity}"

    @property
    def name(self) -> str:
        """The name in the reader's language, as it was at the checkout."""
        return in_language(self, "name")

    @property
    def to_pay(self) -> Decimal:
        """What is really paid for the line, its share of the order's discount taken off."""
        return self.total - self.discount

    def worth_of(self, units: int, *, among: int) -> Decimal:
        """Return what is really paid for so many of the units that are there (`among`).

        Gifts go first, as nothing was paid for them; the others are worth equal parts of what the
        line costs, to the cent, the last ones first. So nobody gets back more than they pay,
        whatever is missing when the order is packed and is recalled afterwards.
        """
        bought = self.quantity - self.gift_quantity
        paid = min(among, bought)
        taken = min(paid, max(0, units - (among - paid)))
        if not taken:
            return ZERO
        parts = split(self.to_pay, [Decimal(1)] * bought)
        return sum(parts[paid - taken : paid], ZERO)


class OrderAdjustment(models.Model):
    """A sum that is not a line: added to the goods, or (negative) taken off."""

    order = models.ForeignKey(
        Order, on_delete=models.PROTECT, related_name="adjustments", verbose_name=_("order")
    )
    kind = models.CharField(_("kind"), max_length=20, choices=AdjustmentKind.choices)
    amount = models.DecimalField(_("amount"), max_digits=12, decimal_places=2)
    explanation = models.JSONField(_("explanation"), default=dict, blank=True)
    created_at = models.DateTimeField(_("when"), auto_now_add=True)

    class Meta:
        verbose_name = _("adjustment")
        verbose_name_plural = _("adjustments")

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.amount:+}"


class OrderEvent(models.Model):
    """What happened to an order, who did it and why. Append-only: a trigger guards it."""

    order = models.ForeignKey(
        Order, on_delete=models.PROTECT, related_name="events", verbose_name=_("order")
    )
    from_status = models.CharField(
        _("from"), max_length=20, choices=OrderStatus.choices, blank=True
    )
    to_status = models.CharField(_("to"), max_length=20, choices=OrderStatus.choices)
    actor = models.ForeignKey(
        "users.User",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("by"),
    )
    actor_kind = models.CharField(_("as"), max_length=12)
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    created_at = models.DateTimeField(_("when"), auto_now_add=True)

    class Meta:
        verbose_name = _("order event")
        verbose_name_plural = _("order events")
        # A few kilobytes: events are only ever added, so their moments rise with their place.
        indexes = (BrinIndex(fields=("created_at",), name="orders_event_time", pages_per_range=32),)

    def __str__(self) -> str:
        return f"{self.from_status} → {self.to_status}"
