"""Broadcasts: one message to many people, and what became of it with each of them."""

from datetime import datetime
from typing import Self

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Count, F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce, Length
from django.utils.translation import gettext_lazy as _

from apps.core.models import Timestamped
from apps.marketing.dto import LONGEST_TEXT, BroadcastState, RecipientState

models.TextField.register_lookup(Length)

_ENDED = (BroadcastState.FINISHED, BroadcastState.CANCELLED)


class BroadcastQuerySet(models.QuerySet["Broadcast"]):
    """Questions about broadcasts."""

    def due(self, now: datetime) -> Self:
        """Keep what is being sent, and what is scheduled for now or before."""
        return self.filter(
            Q(state=BroadcastState.SENDING) | Q(state=BroadcastState.SCHEDULED, starts_at__lte=now)
        ).filter(Q(rests_until__isnull=True) | Q(rests_until__lte=now))

    def with_sleepers(self, now: datetime) -> Self:
        """Add how many of each wait for the end of their own quiet hours, as `sleepers`."""
        rows = BroadcastRecipient.objects.filter(
            broadcast=OuterRef("pk"), state=RecipientState.WAITING, next_attempt_at__gt=now
        )
        counts = rows.order_by().values("broadcast").annotate(count=Count("pk")).values("count")
        return self.annotate(sleepers=Coalesce(Subquery(counts), 0))

    def in_other_hands(self, now: datetime, *, owner: str) -> Self:
        """Keep what another process is sending."""
        return self.filter(leased_until__gt=now).exclude(leased_by=owner)


class Broadcast(Timestamped):
    """A message to everybody who takes offers, or to those of them whom the segment keeps.

    People are taken in the order of their ids; `last_person_id` says how far that has come.
    """

    title = models.CharField(
        _("name"), max_length=100, help_text=_("Only staff see it."),
    )  # fmt: skip
    text_ru = models.TextField(
        _("text in Russian"), max_length=LONGEST_TEXT, help_text=_("**Two stars** make it bold."),
    )  # fmt: skip
    text_en = models.TextField(
        _("text in English"), max_length=LONGEST_TEXT, blank=True,
        help_text=_("Empty: everybody gets the Russian one."),
    )  # fmt: skip
    picture = models.FileField(
        _("picture"), upload_to="broadcasts/", blank=True,
        help_text=_("With a picture the text has 1,000 characters at most."),
    )  # fmt: skip
    # Telegram's name for the picture, known once the first person has got it.
    picture_file_id = models.CharField(max_length=200, blank=True, editable=False)
    # What the button opens: one of these, or none and no button.
    button_product = models.ForeignKey(
        "catalog.Product", null=True, blank=True, on_delete=models.PROTECT, related_name="+",
        verbose_name=_("button: product"),
    )  # fmt: skip
    button_category = models.ForeignKey(
        "catalog.Category", null=True, blank=True, on_delete=models.PROTECT, related_name="+",
        verbose_name=_("button: category"),
    )  # fmt: skip
    button_code = models.ForeignKey(
        "promotions.PromoCode", null=True, blank=True, on_delete=models.PROTECT, related_name="+",
        verbose_name=_("button: promo code"),
        help_text=_("A press puts the code into the cart."),
    )  # fmt: skip
    # The segment: all of it must be true of a person; empty ones say nothing.
    bought = models.ForeignKey(
        "catalog.Product", null=True, blank=True, on_delete=models.PROTECT, related_name="+",
        verbose_name=_("have bought"),
    )  # fmt: skip
    idle_days = models.PositiveSmallIntegerField(
        _("have not ordered for days"), null=True, blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(1000)],
        help_text=_("Customers who ordered before, but not in so many last days."),
    )  # fmt: skip
    language = models.CharField(
        _("language"), max_length=2, blank=True,
        choices=(("ru", _("Russian")), ("en", _("English"))),
    )  # fmt: skip
    zone = models.ForeignKey(
        "delivery.Zone", null=True, blank=True, on_delete=models.PROTECT, related_name="+",
        verbose_name=_("had orders brought to"),
    )  # fmt: skip
    state = models.CharField(
        _("state"), max_length=10, choices=BroadcastState.choices, default=BroadcastState.DRAFT,
        editable=False,
    )  # fmt: skip
    starts_at = models.DateTimeField(_("begins"), null=True, blank=True, editable=False)
    started_at = models.DateTimeField(_("began"), null=True, blank=True, editable=False)
    # Whoever has not got it by then gets it no more.
    ends_at = models.DateTimeField(_("ends"), null=True, blank=True, editable=False)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True, editable=False)
    # Nothing is to be done before: everybody left to write to is asleep.
    rests_until = models.DateTimeField(null=True, blank=True, editable=False)
    created_by = models.ForeignKey(
        "users.User", null=True, blank=True, editable=False, on_delete=models.PROTECT,
        related_name="+", verbose_name=_("written by"),
    )  # fmt: skip
    sent_by = models.ForeignKey(
        "users.User", null=True, blank=True, editable=False, on_delete=models.PROTECT,
        related_name="+", verbose_name=_("sent by"),
    )  # fmt: skip
    # How many there were when somebody pressed the button, and what became of it since.
    recipients = models.PositiveIntegerField(_("recipients"), default=0, editable=False)
    sent = models.PositiveIntegerField(_("sent"), default=0, editable=False)
    unreachable = models.PositiveIntegerField(_("blocked the bot"), default=0, editable=False)
    refused = models.PositiveIntegerField(_("refused by Telegram"), default=0, editable=False)
    unclear = models.PositiveIntegerField(_("arrival unknown"), default=0, editable=False)
    last_person_id = models.BigIntegerField(default=0, editable=False)
    leased_by = models.CharField(max_length=20, blank=True, editable=False)
    leased_until = models.DateTimeField(null=True, blank=True, editable=False)
    last_error = models.CharField(_("last error"), max_length=200, blank=True, editable=False)

    objects = BroadcastQuerySet.as_manager()

    class Meta:
        verbose_name = _("broadcast")
        verbose_name_plural = _("broadcasts")
        constraints = (
            models.CheckConstraint(
                name="marketing_broadcast_text",
                condition=~Q(text_ru="")
                & Q(text_ru__length__lte=LONGEST_TEXT, text_en__length__lte=LONGEST_TEXT),
            ),
            models.CheckConstraint(
                name="marketing_broadcast_one_button",
                condition=Q(button_product__isnull=True, button_category__isnull=True)
                | Q(button_product__isnull=True, button_code__isnull=True)
                | Q(button_category__isnull=True, button_code__isnull=True),
            ),
            models.CheckConstraint(
                name="marketing_broadcast_idle",
                condition=Q(idle_days__isnull=True) | Q(idle_days__range=(1, 1000)),
            ),
            models.CheckConstraint(
                name="marketing_broadcast_when",
                condition=Q(state=BroadcastState.DRAFT)
                | Q(starts_at__isnull=False, sent_by__isnull=False),
            ),
            models.CheckConstraint(
                name="marketing_broadcast_ends_after",
                condition=Q(ends_at__isnull=True) | Q(ends_at__gt=F("starts_at")),
            ),
            models.CheckConstraint(
                name="marketing_broadcast_began",
                condition=~Q(state__in=(BroadcastState.SENDING, BroadcastState.FINISHED))
                | Q(started_at__isnull=False),
            ),
            models.CheckConstraint(
                name="marketing_broadcast_ended",
                condition=Q(finished_at__isnull=False, state__in=_ENDED)
                | (Q(finished_at__isnull=True) & ~Q(state__in=_ENDED)),
            ),
        )
        indexes = (
            models.Index(
                name="marketing_broadcast_open",
                fields=("starts_at", "id"),
                condition=Q(state__in=("scheduled", "sending")),
            ),
        )

    def __str__(self) -> str:
        return self.title


class BroadcastRecipient(models.Model):
    """One person of a broadcast: written before anything is sent, so that nobody gets it twice."""

    broadcast = models.ForeignKey(
        Broadcast, on_delete=models.PROTECT, related_name="people", verbose_name=_("broadcast")
    )
    person = models.ForeignKey(
        "users.User", on_delete=models.CASCADE, related_name="+", verbose_name=_("person")
    )
    state = models.CharField(_("state"), max_length=12, choices=RecipientState.choices)
    claimed_at = models.DateTimeField(_("taken in hand"))
    # When who waits comes next: their own quiet hours are over, or Telegram may be asked again.
    next_attempt_at = models.DateTimeField(_("waits until"), null=True, blank=True)
    settled_at = models.DateTimeField(_("settled"), null=True, blank=True)
    error = models.CharField(_("error"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("recipient")
        verbose_name_plural = _("recipients")
        constraints = (
            models.UniqueConstraint(
                fields=("broadcast", "person"), name="marketing_recipient_once"
            ),
            models.CheckConstraint(
                name="marketing_recipient_waits",
                condition=Q(state=RecipientState.WAITING, next_attempt_at__isnull=False)
                | (~Q(state=RecipientState.WAITING) & Q(next_attempt_at__isnull=True)),
            ),
        )
        indexes = (
            models.Index(
                name="marketing_recipient_open",
                fields=("broadcast", "id"),
                condition=Q(state__in=("waiting", "sending")),
            ),
            models.Index(
                name="marketing_recipient_waiting",
                fields=("broadcast", "next_attempt_at", "id"),
                condition=Q(state="waiting"),
            ),
        )

    def __str__(self) -> str:
        return f"{self.broadcast_id} · {self.person_id}"
