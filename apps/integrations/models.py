"""Keys of other programs, where they want to hear of events, and what was sent to them."""

from datetime import datetime
from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from apps.core.models import PubliclyNamed, Timestamped
from apps.integrations.addresses import URL_LENGTH
from apps.integrations.dto import SUBSCRIBABLE, DeliveryState, EventType, Scope, Silence


class ApiKeyQuerySet(models.QuerySet["ApiKey"]):
    """Questions about keys."""

    def live(self, now: datetime) -> Self:
        """Keep those that open anything."""
        unexpired = Q(expires_at__isnull=True) | Q(expires_at__gt=now)
        return self.filter(unexpired, revoked_at__isnull=True)


class ApiKey(Timestamped):
    """A program's way in: of the key itself only the prefix and a hash are kept."""

    name = models.CharField(_("name"), max_length=80)
    prefix = models.CharField(_("begins with"), max_length=8, unique=True, editable=False)
    digest = models.CharField(max_length=64, editable=False)
    scopes = ArrayField(
        models.CharField(max_length=20, choices=Scope.choices), verbose_name=_("scopes")
    )
    expires_at = models.DateTimeField(_("valid until"), null=True, blank=True)
    # Written at most once a minute.
    last_used_at = models.DateTimeField(_("last used"), null=True, blank=True, editable=False)
    made_by = models.ForeignKey(
        "users.User", null=True, blank=True, editable=False, on_delete=models.PROTECT,
        related_name="+", verbose_name=_("made by"),
    )  # fmt: skip
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True, editable=False)
    revoked_by = models.ForeignKey(
        "users.User", null=True, blank=True, editable=False, on_delete=models.PROTECT,
        related_name="+", verbose_name=_("revoked by"),
    )  # fmt: skip

    objects = ApiKeyQuerySet.as_manager()

    class Meta:
        verbose_name = _("API key")
        verbose_name_plural = _("API keys")
        constraints = (
            models.CheckConstraint(
                name="integrations_key_scopes",
                condition=Q(
                    scopes__contained_by=["orders:read", "stock:read", "webhooks:manage"],
                    scopes__len__gt=0,
                ),
            ),
            models.CheckConstraint(
                name="integrations_key_revoked",
                condition=Q(revoked_at__isnull=False) | Q(revoked_by__isnull=True),
            ),
        )

    def __str__(self) -> str:
        return f"{self.name} (ffb_{self.prefix}…)"

    def is_live(self, now: datetime) -> bool:
        """Tell whether it opens anything."""
        return self.revoked_at is None and (self.expires_at is None or self.expires_at > now)


class EndpointQuerySet(models.QuerySet["Endpoint"]):
    """Questions about endpoints."""

    def of_key(self, key_id: int | None) -> Self:
        """Keep one key's own endpoints; all of them for None, who is the shop's staff."""
        return self if key_id is None else self.filter(key_id=key_id)

    def listening(self, now: datetime) -> Self:
        """Keep those to which events go."""
        keys = ApiKey.objects.live(now)
        allowed = Q(key__isnull=True) | Q(key__in=keys)
        return self.filter(allowed, disabled_at__isnull=True)


class Endpoint(PubliclyNamed, Timestamped):
    """Where somebody wants to hear of events: a key's own, or the shop's.

    Its secrets grow from seeds (`signing.secret_of`); the old one is good until `old_seed_until`.
    `failures` are those since the last success; nothing is sent to it before `resumes_at`.
    """

    key = models.ForeignKey(
        ApiKey, null=True, blank=True, on_delete=models.PROTECT, related_name="endpoints",
        verbose_name=_("API key"), help_text=_("Empty: the shop's own."),
    )  # fmt: skip
    url = models.CharField(_("address"), max_length=URL_LENGTH)
    types = ArrayField(
        models.CharField(max_length=30, choices=SUBSCRIBABLE), verbose_name=_("events")
    )
    seed = models.CharField(max_length=48, editable=False)
    old_seed = models.CharField(max_length=48, blank=True, editable=False)
    old_seed_until = models.DateTimeField(null=True, blank=True, editable=False)
    failures = models.PositiveIntegerField(_("failures in a row"), default=0, editable=False)
    failing_since = models.DateTimeField(_("failing since"), null=True, blank=True, editable=False)
    resumes_at = models.DateTimeField(_("rests until"), null=True, blank=True, editable=False)
    disabled_at = models.DateTimeField(_("switched off"), null=True, blank=True, editable=False)
    disabled_reason = models.CharField(
        _("why"), max_length=12, choices=Silence.choices, blank=True, editable=False
    )
    history = HistoricalRecords(
        excluded_fields=[
            "seed", "old_seed", "old_seed_until", "failures", "failing_since", "resumes_at",
        ],
    )  # fmt: skip

    objects = EndpointQuerySet.as_manager()

    class Meta:
        verbose_name = _("webhook endpoint")
        verbose_name_plural = _("webhook endpoints")
        constraints = (
            models.UniqueConstraint(
                fields=("key", "url"), nulls_distinct=False, name="integrations_endpoint_once"
            ),
            models.CheckConstraint(
                name="integrations_endpoint_url",
                condition=Q(url__startswith="https://") | Q(url__startswith="http://"),
            ),
            models.CheckConstraint(
                name="integrations_endpoint_types",
                condition=Q(
                    types__contained_by=[
                        "order.placed", "order.status_changed", "order.cancelled",
                        "order.refunded", "stock.changed", "stock.low",
                    ],
                    types__len__gt=0,
                ),
            ),
            models.CheckConstraint(
                name="integrations_endpoint_disabled",
                condition=Q(disabled_at__isnull=True, disabled_reason="")
                | Q(disabled_at__isnull=False) & ~Q(disabled_reason=""),
            ),
            models.CheckConstraint(
                name="integrations_endpoint_old_seed",
                condition=Q(old_seed="", old_seed_until__isnull=True)
                | ~Q(old_seed="") & Q(old_seed_until__isnull=False),
            ),
        )  # fmt: skip

    def __str__(self) -> str:
        return self.url

    def seeds(self, now: datetime) -> tuple[str, ...]:
        """Return the seeds whose secrets are good, the newest first."""
        if self.old_seed_until is not None and self.old_seed_until > now:
            return self.seed, self.old_seed
        return (self.seed,)


class Event(PubliclyNamed):
    """Something that happened, written by triggers with the change itself.

    `facts` are what the trigger saw, `data` what receivers are told of it, filled when it is
    spread. Nothing personal, and only public ids.
    """

    type = models.CharField(_("event"), max_length=30, choices=EventType.choices)
    facts = models.JSONField(default=dict)
    data = models.JSONField(_("data"), null=True, encoder=DjangoJSONEncoder)
    created_at = models.DateTimeField(_("when"))
    spread_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        constraints = (
            models.CheckConstraint(
                name="integrations_event_spread",
                condition=Q(spread_at__isnull=True) | Q(data__isnull=False),
            ),
        )
        indexes = (
            models.Index(
                name="integrations_event_due", fields=("id",), condition=Q(spread_at__isnull=True)
            ),
            models.Index(name="integrations_event_age", fields=("created_at",)),
        )

    def __str__(self) -> str:
        return str(self.get_type_display())


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    """Questions about deliveries."""

    def of_key(self, key_id: int | None) -> Self:
        """Keep what went to one key's endpoints; everything for None, who is the shop's staff."""
        return self if key_id is None else self.filter(endpoint__key_id=key_id)


class Delivery(PubliclyNamed):
    """One event for one endpoint, until it has it, or nobody tries any more.

    What the last attempt brought stands beside it; bodies are clipped to 1 kB.
    """

    event = models.ForeignKey(
        Event, on_delete=models.CASCADE, related_name="deliveries", verbose_name=_("event")
    )
    endpoint = models.ForeignKey(
        Endpoint, on_delete=models.CASCADE, related_name="deliveries",
        verbose_name=_("webhook endpoint"),
    )  # fmt: skip
    state = models.CharField(
        _("state"), max_length=10, choices=DeliveryState.choices, default=DeliveryState.WAITING
    )
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    next_attempt_at = models.DateTimeField(_("next attempt"), null=True, blank=True)
    leased_until = models.DateTimeField(null=True, blank=True)
    last_attempt_at = models.DateTimeField(_("last attempt"), null=True, blank=True)
    code = models.PositiveSmallIntegerField(_("status"), null=True, blank=True)
    elapsed_ms = models.PositiveIntegerField(_("ms"), null=True, blank=True)
    answer = models.TextField(_("answer"), max_length=1024, blank=True)
    error = models.CharField(_("error"), max_length=100, blank=True)
    created_at = models.DateTimeField(_("created"))

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        verbose_name = _("webhook delivery")
        verbose_name_plural = _("webhook deliveries")
        constraints = (
            models.UniqueConstraint(
                fields=("event", "endpoint"), name="integrations_delivery_once"
            ),
            models.CheckConstraint(
                name="integrations_delivery_waits",
                condition=Q(state="waiting", next_attempt_at__isnull=False)
                | ~Q(state="waiting") & Q(next_attempt_at__isnull=True, leased_until__isnull=True),
            ),
        )
        indexes = (
            models.Index(
                name="integrations_delivery_due", fields=("next_attempt_at", "id"),
                condition=Q(state="waiting"),
            ),
            models.Index(
                name="integrations_delivery_busy", fields=("endpoint", "leased_until"),
                condition=Q(leased_until__isnull=False),
            ),
            models.Index(name="integrations_delivery_log", fields=("endpoint", "-id")),
        )  # fmt: skip

    def __str__(self) -> str:
        return f"{self.event_id} → {self.endpoint_id}"
