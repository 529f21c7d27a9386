"""Where and when the food is brought: zones, slots with capacity, pickup points."""

from datetime import datetime
from decimal import Decimal
from typing import Self

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from apps.core.models import PubliclyNamed, Timestamped, in_language
from apps.core.money import format_money
from apps.core.time import shop_zone
from apps.delivery.dto import ClosedReason


class Zone(Timestamped):
    """An area served at one price list: a circle or polygons; the smallest that fits wins.

    An address without coordinates belongs to the default zone.
    """

    slug = models.SlugField(_("slug"), max_length=60, unique=True)
    name_ru = models.CharField(_("name (ru)"), max_length=100)
    name_en = models.CharField(_("name (en)"), max_length=100)
    latitude = models.DecimalField(_("latitude of the centre"), max_digits=9, decimal_places=6)
    longitude = models.DecimalField(_("longitude of the centre"), max_digits=9, decimal_places=6)
    radius_km = models.DecimalField(
        _("radius, km"),
        max_digits=6,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal("0.01"))],
    )
    # A GeoJSON Polygon or MultiPolygon, as `areas.read_area` returns it.
    area = models.JSONField(_("area"), null=True, blank=True)
    area_km2 = models.DecimalField(_("size, km²"), max_digits=12, decimal_places=3, editable=False)
    fee = models.DecimalField(_("delivery fee"), max_digits=12, decimal_places=2)
    free_from = models.DecimalField(
        _("free from"), max_digits=12, decimal_places=2, null=True, blank=True
    )
    minimum_total = models.DecimalField(
        _("least order"), max_digits=12, decimal_places=2, default=0
    )
    is_default = models.BooleanField(_("for addresses without coordinates"), default=False)
    is_active = models.BooleanField(_("active"), default=True)
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("zone")
        verbose_name_plural = _("zones")
        constraints = (
            models.UniqueConstraint(
                fields=("is_default",), condition=Q(is_default=True), name="delivery_one_default"
            ),
            models.CheckConstraint(
                name="delivery_zone_sane",
                condition=Q(fee__gte=0, minimum_total__gte=0, area_km2__gt=0),
            ),
            models.CheckConstraint(
                name="delivery_zone_shape",
                # A comparison with nothing would pass.
                condition=Q(radius_km__isnull=False, radius_km__gt=0, area__isnull=True)
                | Q(radius_km__isnull=True, area__isnull=False),
            ),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The name in the reader's language."""
        return in_language(self, "name")


class FeeStep(models.Model):
    """Another fee than the zone's, from a worth of goods and from a distance on."""

    zone = models.ForeignKey(
        Zone, on_delete=models.CASCADE, related_name="fee_steps", verbose_name=_("zone")
    )
    from_total = models.DecimalField(
        _("order from"), max_digits=12, decimal_places=2, default=0,
        validators=[MinValueValidator(0)],
    )  # fmt: skip
    from_km = models.DecimalField(
        _("distance from, km"), max_digits=6, decimal_places=2, default=0,
        validators=[MinValueValidator(0)],
    )  # fmt: skip
    fee = models.DecimalField(
        _("delivery fee"), max_digits=12, decimal_places=2, validators=[MinValueValidator(0)]
    )

    class Meta:
        verbose_name = _("fee step")
        verbose_name_plural = _("fee steps")
        constraints = (
            models.UniqueConstraint(
                fields=("zone", "from_total", "from_km"), name="delivery_fee_step_once"
            ),
            # From nothing on, the zone's own fee holds.
            models.CheckConstraint(
                name="delivery_fee_step_sane",
                condition=Q(fee__gte=0, from_total__gte=0, from_km__gte=0)
                & (Q(from_total__gt=0) | Q(from_km__gt=0)),
            ),
        )

    def __str__(self) -> str:
        return gettext("from %(total)s and %(km)s km: %(fee)s") % {
            "total": format_money(self.from_total),
            "km": f"{self.from_km.normalize():f}",
            "fee": format_money(self.fee),
        }


class SlotTemplate(models.Model):
    """A window that opens every week; beat makes the slots of the coming days from it."""

    zone = models.ForeignKey(
        Zone, on_delete=models.CASCADE, related_name="templates", verbose_name=_("zone")
    )
    weekday = models.PositiveSmallIntegerField(
        _("weekday, 0 = Monday"), validators=[MaxValueValidator(6)]
    )
    starts = models.TimeField(_("from"))
    ends = models.TimeField(_("to"))
    capacity_orders = models.PositiveIntegerField(_("orders at most"), default=10)
    capacity_ml = models.PositiveIntegerField(_("insulated volume, ml"), default=400_000)
    cutoff_minutes = models.PositiveIntegerField(_("closes so many minutes before"), default=120)
    is_active = models.BooleanField(_("active"), default=True)
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("weekly window")
        verbose_name_plural = _("weekly windows")
        constraints = (
            models.UniqueConstraint(
                fields=("zone", "weekday", "starts"), name="delivery_template_once"
            ),
            models.CheckConstraint(
                name="delivery_template_sane", condition=Q(ends__gt=F("starts"), weekday__lte=6)
            ),
        )

    def __str__(self) -> str:
        return f"{self.zone} {self.weekday} {self.starts:%H:%M}"


class SlotQuerySet(models.QuerySet["DeliverySlot"]):
    """Questions about slots."""

    def bookable(self, now: datetime) -> Self:
        """Keep slots that take another order at that instant."""
        return self.filter(
            cutoff_at__gt=now, closed_reason="", booked_orders__lt=F("capacity_orders")
        )


class DeliverySlot(PubliclyNamed, Timestamped):
    """A window [starts_at, ends_at) on one day in one zone, with so many places."""

    zone = models.ForeignKey(
        Zone, on_delete=models.PROTECT, related_name="slots", verbose_name=_("zone")
    )
    date = models.DateField(_("day"))
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("to"))
    cutoff_at = models.DateTimeField(_("closes"))
    capacity_orders = models.PositiveIntegerField(_("orders at most"))
    capacity_ml = models.PositiveIntegerField(_("insulated volume, ml"))
    booked_orders = models.PositiveIntegerField(_("orders booked"), default=0, editable=False)
    booked_ml = models.PositiveIntegerField(_("volume booked, ml"), default=0, editable=False)
    closed_reason = models.CharField(
        _("closed because"), max_length=20, choices=ClosedReason.choices, blank=True
    )
    history = HistoricalRecords(excluded_fields=["booked_orders", "booked_ml"])

    objects = SlotQuerySet.as_manager()

    class Meta:
        verbose_name = _("slot")
        verbose_name_plural = _("slots")
        constraints = (
            models.UniqueConstraint(fields=("zone", "starts_at"), name="delivery_slot_once"),
            models.CheckConstraint(
                name="delivery_slot_not_overbooked",
                condition=Q(booked_orders__lte=F("capacity_orders"))
                & Q(booked_ml__lte=F("capacity_ml")),
            ),
            models.CheckConstraint(
                name="delivery_slot_times", condition=Q(ends_at__gt=F("starts_at"))
            ),
        )
        indexes = (models.Index(fields=("zone", "starts_at"), name="delivery_slot_days"),)

    def __str__(self) -> str:
        return f"{self.zone} {self.starts_at.astimezone(shop_zone()):%d.%m %H:%M}"


class Holiday(Timestamped):
    """A day on which less is open than on others: nothing, or only between two hours.

    Without a zone or a pickup point it holds for all of them; one that names a place wins there.
    """

    date = models.DateField(_("day"))
    name_ru = models.CharField(_("name (ru)"), max_length=100)
    name_en = models.CharField(_("name (en)"), max_length=100)
    zone = models.ForeignKey(
        Zone, null=True, blank=True, on_delete=models.CASCADE, related_name="holidays",
        verbose_name=_("zone"),
    )  # fmt: skip
    pickup_point = models.ForeignKey(
        "PickupPoint", null=True, blank=True, on_delete=models.CASCADE, related_name="holidays",
        verbose_name=_("pickup point"),
    )  # fmt: skip
    opens = models.TimeField(_("open from"), null=True, blank=True)
    closes = models.TimeField(_("open to"), null=True, blank=True)
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("holiday")
        verbose_name_plural = _("holidays")
        constraints = (
            models.UniqueConstraint(
                fields=("date", "zone", "pickup_point"),
                nulls_distinct=False,
                name="delivery_holiday_once",
            ),
            models.CheckConstraint(
                name="delivery_holiday_hours",
                condition=Q(opens__isnull=True, closes__isnull=True)
                | Q(opens__isnull=False, closes__isnull=False, closes__gt=F("opens")),
            ),
            models.CheckConstraint(
                name="delivery_holiday_one_place",
                condition=Q(zone__isnull=True) | Q(pickup_point__isnull=True),
            ),
        )

    def __str__(self) -> str:
        return f"{self.date:%d.%m.%Y} {self.name}"

    @property
    def name(self) -> str:
        """The name in the reader's language."""
        return in_language(self, "name")


class PickupPoint(PubliclyNamed, Timestamped):
    """A place where customers fetch their orders themselves."""

    name_ru = models.CharField(_("name (ru)"), max_length=100)
    name_en = models.CharField(_("name (en)"), max_length=100)
    address_ru = models.CharField(_("address (ru)"), max_length=200)
    address_en = models.CharField(_("address (en)"), max_length=200)
    # Shown while the week below has no hours.
    hours_ru = models.CharField(_("hours (ru)"), max_length=100, blank=True)
    hours_en = models.CharField(_("hours (en)"), max_length=100, blank=True)
    latitude = models.DecimalField(_("latitude"), max_digits=9, decimal_places=6)
    longitude = models.DecimalField(_("longitude"), max_digits=9, decimal_places=6)
    is_active = models.BooleanField(_("active"), default=True)
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("pickup point")
        verbose_name_plural = _("pickup points")

    def __str__(self) -> str:
        return in_language(self, "name")


class PickupHours(models.Model):
    """When a pickup point is open on a day of the week; a day without a row is closed."""

    point = models.ForeignKey(
        PickupPoint, on_delete=models.CASCADE, related_name="weekly", verbose_name=_("pickup point")
    )
    weekday = models.PositiveSmallIntegerField(
        _("weekday, 0 = Monday"), validators=[MaxValueValidator(6)]
    )
    opens = models.TimeField(_("from"))
    closes = models.TimeField(_("to"))

    class Meta:
        verbose_name = _("opening hours")
        verbose_name_plural = _("opening hours")
        constraints = (
            models.UniqueConstraint(fields=("point", "weekday"), name="delivery_pickup_hours_once"),
            models.CheckConstraint(
                name="delivery_pickup_hours_sane",
                condition=Q(closes__gt=F("opens"), weekday__lte=6),
            ),
        )

    def __str__(self) -> str:
        return f"{self.weekday} {self.opens:%H:%M}–{self.closes:%H:%M}"
