"""The road: a courier's run of a day, and its stops in the order in which they are driven."""

from decimal import Decimal
from typing import Self

from django.db import models
from django.db.models import Deferrable, Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from apps.core.models import PubliclyNamed, Timestamped
from apps.fulfilment.dto import FailureReason, RunState, StopState
from apps.payments.dto import ON_DELIVERY, Provider

COLDEST, WARMEST = Decimal("-60.0"), Decimal("30.0")
_OPEN = (StopState.PLANNED, StopState.ARRIVED)


class RunQuerySet(models.QuerySet["Run"]):
    """Questions about runs."""

    def unfinished(self) -> Self:
        """Keep runs on which somebody still has to drive."""
        return self.exclude(state=RunState.FINISHED)

    def of_courier(self, courier_id: int) -> Self:
        """Keep one courier's runs."""
        return self.filter(courier_id=courier_id)


class Run(PubliclyNamed, Timestamped):
    """One round of one courier; begun by the courier, finished by its last stop."""

    courier = models.ForeignKey(
        "users.User", on_delete=models.PROTECT, related_name="runs", verbose_name=_("courier")
    )
    day = models.DateField(_("day"))
    state = models.CharField(
        _("state"), max_length=10, choices=RunState.choices, default=RunState.PLANNED
    )
    vehicle = models.CharField(_("vehicle"), max_length=40, blank=True)
    planned_by = models.ForeignKey(
        "users.User",
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("planned by"),
    )
    started_at = models.DateTimeField(_("on the road since"), null=True, blank=True)
    finished_at = models.DateTimeField(_("finished at"), null=True, blank=True)

    objects = RunQuerySet.as_manager()
    history = HistoricalRecords(excluded_fields=["public_id", "planned_by"])

    class Meta:
        verbose_name = _("run")
        verbose_name_plural = _("runs")
        constraints = (
            models.UniqueConstraint(
                fields=("courier",), condition=Q(state="started"), name="fulfilment_run_one_started"
            ),
            models.CheckConstraint(
                name="fulfilment_run_times",
                condition=Q(state="planned", started_at__isnull=True, finished_at__isnull=True)
                | Q(state="started", started_at__isnull=False, finished_at__isnull=True)
                | Q(state="finished", finished_at__isnull=False),
            ),
        )
        indexes = (models.Index(fields=("day", "courier"), name="fulfilment_run_day"),)

    def __str__(self) -> str:
        return f"{self.day:%d.%m} · {self.courier}"


class StopQuerySet(models.QuerySet["Stop"]):
    """Questions about stops."""

    def open(self) -> Self:
        """Keep stops where nothing was handed over yet, and nothing failed."""
        return self.filter(state__in=_OPEN)

    def in_sequence(self) -> Self:
        """Order as they are driven."""
        return self.order_by("sequence", "pk")


class Stop(models.Model):
    """One door of a run. A closed stop is never opened again: a trigger refuses it.

    `taken` is what the courier took there, in cash or by card; the temperature is in °C.
    """

    run = models.ForeignKey(
        Run, on_delete=models.PROTECT, related_name="stops", verbose_name=_("run")
    )
    order = models.ForeignKey(
        "orders.Order", on_delete=models.PROTECT, related_name="stops", verbose_name=_("order")
    )
    sequence = models.PositiveSmallIntegerField(_("place"))
    state = models.CharField(
        _("state"), max_length=10, choices=StopState.choices, default=StopState.PLANNED
    )
    arrived_at = models.DateTimeField(_("at the door since"), null=True, blank=True)
    closed_at = models.DateTimeField(_("left the door"), null=True, blank=True)
    temperature = models.DecimalField(
        _("temperature, °C"), max_digits=4, decimal_places=1, null=True, blank=True
    )
    taken = models.DecimalField(
        _("taken"), max_digits=12, decimal_places=2, default=Decimal("0.00")
    )
    taken_as = models.CharField(
        _("taken as"), max_length=12, choices=[(p.value, p.label) for p in Provider], blank=True
    )
    # A file in the private storage, or nothing.
    photo = models.CharField(_("photo"), max_length=100, blank=True, editable=False)
    failure = models.CharField(
        _("why not"), max_length=12, choices=FailureReason.choices, blank=True
    )

    objects = StopQuerySet.as_manager()

    class Meta:
        verbose_name = _("stop")
        verbose_name_plural = _("stops")
        constraints = (
            # Two stops change places in one statement, so this is looked at when it has run.
            models.UniqueConstraint(
                fields=("run", "sequence"),
                name="fulfilment_stop_place",
                deferrable=Deferrable.DEFERRED,
            ),
            models.UniqueConstraint(
                fields=("order",),
                condition=Q(state__in=("planned", "arrived")),
                name="fulfilment_stop_once",
            ),
            models.CheckConstraint(
                name="fulfilment_stop_state",
                condition=Q(state="planned", closed_at__isnull=True, failure="")
                | Q(state="arrived", arrived_at__isnull=False, closed_at__isnull=True, failure="")
                | Q(state="done", closed_at__isnull=False, failure="")
                | (Q(state="failed", closed_at__isnull=False) & ~Q(failure="")),
            ),
            models.CheckConstraint(
                name="fulfilment_stop_money",
                condition=Q(taken=0, taken_as="")
                | Q(taken__gt=0, taken_as__in=sorted(ON_DELIVERY), state="done"),
            ),
            models.CheckConstraint(
                name="fulfilment_stop_cold",
                condition=Q(temperature__isnull=True) | Q(temperature__range=(COLDEST, WARMEST)),
            ),
        )

    def __str__(self) -> str:
        return f"{self.sequence}. {self.order}"
