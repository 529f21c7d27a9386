"""The funnel's events, and one table of daily sums for each question over many rows.

The sums of a day that has ended are written by `services.days`; what they are made from is in
`selectors/sources.py`. What is popular, and what goes well with what, is counted every night by
`services.tastes`. Nothing else in the shop reads or writes these tables.
"""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from apps.analytics.dto import Door, OfferKind, Stage


class FunnelEvent(models.Model):
    """A customer reached a stage on a day. Append-only: a trigger refuses anything else.

    `visitor` is the customer's id and no foreign key: of an erased person a random negative
    number is left, which leads to nobody (the one change that the trigger lets pass).
    """

    day = models.DateField(_("day"))
    visitor = models.BigIntegerField(_("visitor"))
    door = models.CharField(_("door"), max_length=6, choices=Door.choices)
    stage = models.PositiveSmallIntegerField(_("stage"), choices=Stage.choices)
    created_at = models.DateTimeField(_("when"))

    class Meta:
        verbose_name = _("step of the funnel")
        verbose_name_plural = _("steps of the funnel")
        constraints = (
            models.UniqueConstraint(
                fields=("day", "visitor", "door", "stage"), name="analytics_funnel_once"
            ),
            models.CheckConstraint(
                name="analytics_funnel_sane",
                condition=Q(stage__in=Stage.values, door__in=Door.values) & ~Q(visitor=0),
            ),
        )

    def __str__(self) -> str:
        return f"{self.day} {self.get_stage_display()}"


class DaySales(models.Model):
    """One day's orders and takings. Its row says that the day's other sums are there, too."""

    day = models.DateField(_("day"), primary_key=True)
    taken = models.PositiveIntegerField(_("orders"))
    delivered = models.PositiveIntegerField(_("delivered"))
    delivered_total = models.DecimalField(_("delivered for"), max_digits=14, decimal_places=2)
    returned = models.PositiveIntegerField(_("returned"))
    returned_total = models.DecimalField(_("given back"), max_digits=14, decimal_places=2)
    lost = models.PositiveIntegerField(_("cancelled"))
    units = models.IntegerField(_("units"))
    # The newest event of any order when the sums were made: later ones may belong to this day.
    newest_event = models.BigIntegerField(editable=False)

    class Meta:
        verbose_name = _("sales of a day")
        verbose_name_plural = _("sales of days")

    def __str__(self) -> str:
        return str(self.day)


class DayProduct(models.Model):
    """What one day's deliveries held of one pack, returns taken off."""

    day = models.DateField(_("day"))
    variant = models.ForeignKey(
        "catalog.Variant",
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
        verbose_name=_("variant"),
    )
    orders = models.IntegerField(_("orders"))
    units = models.IntegerField(_("units"))
    revenue = models.DecimalField(_("revenue"), max_digits=14, decimal_places=2)

    class Meta:
        verbose_name = _("sales of a pack on a day")
        verbose_name_plural = _("sales of packs by day")
        constraints = (
            models.UniqueConstraint(fields=("day", "variant"), name="analytics_product_once"),
        )

    def __str__(self) -> str:
        return f"{self.day} {self.variant_id}"


class DayOffer(models.Model):
    """One day's deliveries that a promotion or a promo code took part in, returns taken off.

    Beside a row for each offer there is one for all orders with any, and one for those without.
    """

    day = models.DateField(_("day"))
    kind = models.CharField(_("kind"), max_length=10, choices=OfferKind.choices)
    # The id of the promotion or code; 0 for all with any, and for those without.
    offer = models.BigIntegerField(_("offer"))
    orders = models.IntegerField(_("orders"))
    revenue = models.DecimalField(_("revenue"), max_digits=14, decimal_places=2)
    discount = models.DecimalField(_("discount"), max_digits=14, decimal_places=2)

    class Meta:
        verbose_name = _("effect of an offer on a day")
        verbose_name_plural = _("effect of offers by day")
        constraints = (
            models.UniqueConstraint(fields=("day", "kind", "offer"), name="analytics_offer_once"),
        )

    def __str__(self) -> str:
        return f"{self.day} {self.kind} {self.offer}"


class DayCustomer(models.Model):
    """A customer ordered on a day; `first_on` and `previous_on` are days of their other orders.

    With them a row tells by itself whether it is the customer's first in a week, month or period.
    """

    day = models.DateField(_("day"))
    customer = models.ForeignKey(
        "users.User",
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
        verbose_name=_("customer"),
    )
    first_on = models.DateField(_("first order"))
    previous_on = models.DateField(_("order before"), null=True, blank=True)
    orders = models.PositiveIntegerField(_("orders"))

    class Meta:
        verbose_name = _("orders of a customer on a day")
        verbose_name_plural = _("orders of customers by day")
        constraints = (
            models.UniqueConstraint(fields=("day", "customer"), name="analytics_customer_once"),
            models.CheckConstraint(
                name="analytics_customer_order",
                condition=Q(previous_on__isnull=True, first_on=F("day"))
                | Q(
                    previous_on__isnull=False,
                    previous_on__lt=F("day"),
                    first_on__lte=F("previous_on"),
                ),
            ),
        )

    def __str__(self) -> str:
        return f"{self.day} {self.customer_id}"


class DayFunnel(models.Model):
    """How many customers of a day reached each stage through a door; an empty door is any."""

    day = models.DateField(_("day"))
    door = models.CharField(_("door"), max_length=6, blank=True, choices=Door.choices)
    started = models.PositiveIntegerField(_("came"))
    product = models.PositiveIntegerField(_("looked at a product"))
    cart = models.PositiveIntegerField(_("put into the cart"))
    checkout = models.PositiveIntegerField(_("began a checkout"))
    ordered = models.PositiveIntegerField(_("ordered"))

    class Meta:
        verbose_name = _("visits of a day")
        verbose_name_plural = _("visits by day")
        constraints = (
            models.UniqueConstraint(fields=("day", "door"), name="analytics_visits_once"),
        )

    def __str__(self) -> str:
        return f"{self.day} {self.door}"


class PopularProduct(models.Model):
    """In how many orders of the last months a product was; counted anew every night."""

    product = models.OneToOneField(
        "catalog.Product",
        on_delete=models.CASCADE,
        primary_key=True,
        related_name="+",
        verbose_name=_("product"),
    )
    orders = models.PositiveIntegerField(_("orders"))

    class Meta:
        verbose_name = _("popular product")
        verbose_name_plural = _("popular products")
        indexes = (models.Index(name="analytics_popular", fields=("-orders", "product")),)
        constraints = (
            models.CheckConstraint(name="analytics_popular_bought", condition=Q(orders__gte=1)),
        )

    def __str__(self) -> str:
        return f"{self.product_id}: {self.orders}"


class BoughtTogether(models.Model):
    """What people took along with a product, the best match at place 1; counted every night."""

    product = models.ForeignKey(
        "catalog.Product",
        on_delete=models.CASCADE,
        related_name="+",
        db_index=False,
        verbose_name=_("product"),
    )
    companion = models.ForeignKey(
        "catalog.Product", on_delete=models.CASCADE, related_name="+", verbose_name=_("goes with")
    )
    place = models.PositiveSmallIntegerField(_("place"))
    orders = models.PositiveIntegerField(_("orders with both"))

    class Meta:
        verbose_name = _("products bought together")
        verbose_name_plural = _("products bought together")
        constraints = (
            models.UniqueConstraint(fields=("product", "place"), name="analytics_together_place"),
            models.UniqueConstraint(
                fields=("product", "companion"), name="analytics_together_once"
            ),
            models.CheckConstraint(
                name="analytics_together_sane",
                condition=~Q(product=F("companion")) & Q(orders__gte=2, place__gte=1),
            ),
        )

    def __str__(self) -> str:
        return f"{self.product_id} + {self.companion_id}"
