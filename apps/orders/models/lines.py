"""What an order is made of: its lines, frozen, and the sums beside them."""

from decimal import Decimal
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from apps.core.models import in_language
from apps.core.money import ZERO, rounded, split
from apps.orders.dto import AdjustmentKind


class OrderLineQuerySet(models.QuerySet["OrderLine"]):
    """Questions about lines."""

    def there(self) -> Self:
        """Leave out lines of which nothing is left: staff took them out of the order."""
        return self.filter(quantity__gt=0)


class OrderLine(models.Model):
    """A variant as it was bought: name and price never change with the catalogue."""

    order = models.ForeignKey(
        "orders.Order", on_delete=models.PROTECT, related_name="lines", verbose_name=_("order")
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

    # Goods by weight are charged for what they weigh: `pack_weight_g` is the most of one piece.
    is_weighed = models.BooleanField(_("by weight"), default=False, db_default=False)
    # What so many units of them weighed before the box was closed, and what that took off.
    weight_g = models.PositiveIntegerField(_("weighed, g"), null=True, blank=True)
    weighed_units = models.PositiveIntegerField(_("units weighed"), null=True, blank=True)
    weighed_off = models.DecimalField(
        _("less for the weight"),
        max_digits=12,
        decimal_places=2,
        default=Decimal("0.00"),
        db_default=Decimal("0.00"),
    )
    # Units whose money was given back after the box was closed, and how much that was.
    refunded_quantity = models.PositiveIntegerField(_("units given back"), default=0)
    refunded = models.DecimalField(
        _("given back"), max_digits=12, decimal_places=2, default=Decimal("0.00")
    )

    objects = OrderLineQuerySet.as_manager()

    class Meta:
        verbose_name = _("order line")
        verbose_name_plural = _("order lines")
        constraints = (
            models.CheckConstraint(
                name="orders_line_sane",
                condition=Q(quantity__gte=0, unit_price__gte=0, total__gte=0),
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
            models.CheckConstraint(
                name="orders_line_refunds",
                condition=Q(
                    refunded_quantity__lte=F("quantity"),
                    refunded__gte=0,
                    refunded__lte=F("total") - F("discount") - F("weighed_off"),
                ),
            ),
            models.CheckConstraint(
                name="orders_line_weight",
                condition=Q(weight_g__isnull=True, weighed_units__isnull=True, weighed_off=0)
                | Q(
                    is_weighed=True,
                    # A comparison with NULL refuses nothing.
                    weight_g__isnull=False,
                    weighed_units__isnull=False,
                    weight_g__gte=1,
                    weighed_units__gte=1,
                    weighed_off__gte=0,
                    weighed_off__lte=F("total") - F("discount"),
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
        """What is really paid for the line: without its share of the discount, by its weight."""
        return self.total - self.discount - self.weighed_off

    def agreed_for(self, units: int, *, among: int) -> Decimal:
        """Return what was agreed for so many of the units that are there (`among`).

        Gifts go first, as nothing was paid for them; the others are worth equal parts of what the
        line costs, to the cent, the last ones first. So nobody gets back more than they pay,
        whatever is missing when the order is packed and is recalled afterwards.
        """
        bought = self.quantity - self.gift_quantity
        paid = min(among, bought)
        taken = min(paid, max(0, units - (among - paid)))
        if not taken:
            return ZERO
        parts = split(self.total - self.discount, [Decimal(1)] * bought)
        return sum(parts[paid - taken : paid], ZERO)

    def worth_of(self, units: int, *, among: int) -> Decimal:
        """Return what is really paid for so many of the units that are there (`among`).

        That is what was agreed for them; of goods by weight, equal parts of what they weighed.
        """
        if not self.weighed_off:
            return self.agreed_for(units, among=among)
        paid = min(among, self.quantity - self.gift_quantity)
        taken = min(paid, max(0, units - (among - paid)))
        charged = self.agreed_for(among, among=among) - self.weighed_off
        return sum(split(charged, [Decimal(1)] * paid)[paid - taken :], ZERO)

    @property
    def charged(self) -> Decimal:
        """What is paid for the units that the customer gets."""
        if self.there == self.quantity:
            return self.to_pay
        return self.worth_of(self.there, among=self.there)

    def less_for_weight(self) -> Decimal:
        """Return what the units that are there cost less than agreed, by what they weighed.

        A weight above the most changes nothing: nobody pays more than they agreed to. Where units
        left the box after they were weighed, the others keep the price of that weighing.
        """
        if self.weight_g is None or self.weighed_units is None:
            return ZERO
        agreed = self.agreed_for(self.there, among=self.there)
        most = self.pack_weight_g * self.weighed_units
        return agreed - rounded(agreed * min(self.weight_g, most) / most)

    @property
    def weight_there_g(self) -> int | None:
        """What the units that the customer gets weigh; None where nobody weighed them."""
        if self.weight_g is None or self.weighed_units is None or not self.there:
            return None
        return self.weight_g * self.there // self.weighed_units

    @property
    def there(self) -> int:
        """How many units the customer gets, or got."""
        return self.quantity if self.picked_quantity is None else self.picked_quantity

    @property
    def refundable(self) -> int:
        """Units whose money was not given back yet."""
        return max(0, self.there - self.refunded_quantity)

    def owed_for(self, units: int) -> Decimal:
        """Return what is given back for so many more units; all of them sum to what was paid."""
        worth = self.worth_of(self.refunded_quantity + units, among=self.there)
        return max(ZERO, worth - self.refunded)


class OrderAdjustment(models.Model):
    """A sum that is not a line: added to the goods, or (negative) taken off."""

    order = models.ForeignKey(
        "orders.Order",
        on_delete=models.PROTECT,
        related_name="adjustments",
        verbose_name=_("order"),
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
