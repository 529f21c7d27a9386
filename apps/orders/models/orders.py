"""Orders: frozen at checkout, moved by one service, remembered event by event."""

from datetime import datetime
from decimal import Decimal
from typing import Self

from django.db import models
from django.db.models import F, Q, Sum
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from apps.core.models import PubliclyNamed, Timestamped
from apps.orders.dto import IfShort, Method, OrderStatus, Source
from apps.orders.models.lines import OrderAdjustment, OrderLine


class OrderQuerySet(models.QuerySet["Order"]):
    """Questions about orders."""

    def for_customer(self, customer_id: int) -> Self:
        """Keep one customer's orders."""
        return self.filter(customer_id=customer_id)

    def latest_first(self) -> Self:
        """Order newest first, without ties."""
        return self.order_by("-id")

    def for_cards(self) -> Self:
        """Add what an order's card shows: slot, pickup point, lines, `paid`, `taken`, `set_aside`.

        Paid is the money kept, or set aside for the shop at the provider; taken is that and what
        was given back. Lines that were taken out again are left out.
        """
        kept = F("payments__captured") - F("payments__refunding") - F("payments__refunded")
        waits = models.When(payments__state="authorized", then=F("payments__amount"))
        sums = {
            "paid": models.Case(waits, default=kept),
            "taken": models.Case(waits, default=F("payments__captured")),
            "set_aside": models.Case(waits, default=Decimal("0.00")),
        }
        return (
            self.select_related("slot", "pickup_point")
            .prefetch_related(
                models.Prefetch("lines", OrderLine.objects.there().order_by("id")),
                models.Prefetch("adjustments", OrderAdjustment.objects.order_by("id")),
            )
            .annotate(**{name: Coalesce(Sum(one), Decimal("0.00")) for name, one in sums.items()})
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
    if_short = models.CharField(
        _("if something runs out"),
        max_length=10,
        choices=IfShort.choices,
        default=IfShort.LEAVE,
    )
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
    # The sum of what goods by weight weighed less than they might have.
    weighed_off = models.DecimalField(
        _("less for the weight"),
        max_digits=12,
        decimal_places=2,
        default=Decimal("0.00"),
        db_default=Decimal("0.00"),
    )
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
                    weighed_off__gte=0,
                    total__lte=F("items_total")
                    - F("discount")
                    + F("delivery_fee")
                    - F("weighed_off"),
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
            models.Index(fields=("updated_at", "id"), name="orders_order_changed"),
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
        expected = self.items_total - self.discount + self.delivery_fee - self.weighed_off
        return expected - self.total
