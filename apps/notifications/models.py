"""The outbox: every message is a row, written with the change that it tells of."""

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.core.models import Timestamped


class Channel(models.TextChoices):
    """How a message travels."""

    TELEGRAM = "telegram", _("Telegram")
    EMAIL = "email", _("e-mail")
    SMS = "sms", _("SMS")


class MessageState(models.TextChoices):
    """How far a message has come."""

    PENDING = "pending", _("waiting")
    SENT = "sent", _("sent")
    FAILED = "failed", _("failed")
    SKIPPED = "skipped", _("not needed")


class MessageQuerySet(models.QuerySet["Message"]):
    """Questions about messages."""

    def pending(self) -> Self:
        """Keep what is still to be sent."""
        return self.filter(state=MessageState.PENDING)


class Message(Timestamped):
    """One message to one chat or address, as it is to be sent.

    `body` is what `dto.MessageContent` describes. `card_key` names a living card (one per chat):
    while it is known, a new row edits the card in place instead of sending another.
    """

    recipient = models.ForeignKey(
        "users.User",
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="messages",
        verbose_name=_("recipient"),
    )
    chat_id = models.BigIntegerField(_("chat"), null=True, blank=True)
    channel = models.CharField(
        _("channel"), max_length=10, choices=Channel.choices, default=Channel.TELEGRAM
    )
    body = models.JSONField(_("body"))
    card_key = models.CharField(_("card"), max_length=60, blank=True)
    dedupe_key = models.CharField(_("sent once as"), max_length=100, null=True, unique=True)
    state = models.CharField(
        _("state"), max_length=10, choices=MessageState.choices, default=MessageState.PENDING
    )
    # Gives way to every other message, and never turns into a letter or an SMS.
    is_bulk = models.BooleanField(_("one of many"), default=False)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    next_attempt_at = models.DateTimeField(_("next attempt"))
    leased_until = models.DateTimeField(_("taken until"), null=True, blank=True)
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)
    last_error = models.CharField(_("last error"), max_length=300, blank=True)

    objects = MessageQuerySet.as_manager()

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        indexes = (
            models.Index(
                name="notifications_message_turn",
                fields=("is_bulk", "id"),
                condition=Q(state="pending"),
            ),
            models.Index(
                name="notifications_message_lane",
                fields=("chat_id", "id"),
                condition=Q(state="pending"),
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_channel_display()} {self.pk}"


class LiveCard(Timestamped):
    """The one message in a chat that shows a thing's present state and is edited in place."""

    chat_id = models.BigIntegerField(_("chat"))
    card_key = models.CharField(_("card"), max_length=60)
    telegram_message_id = models.BigIntegerField(_("message in Telegram"))
    has_photo = models.BooleanField(_("has a photo"), default=False)

    class Meta:
        verbose_name = _("live card")
        verbose_name_plural = _("live cards")
        constraints = (
            models.UniqueConstraint(
                fields=("chat_id", "card_key"), name="notifications_one_card_per_chat"
            ),
        )
        indexes = (
            # Which card somebody replies to.
            models.Index(
                name="notifications_card_message", fields=("chat_id", "telegram_message_id")
            ),
        )

    def __str__(self) -> str:
        return f"{self.card_key} @ {self.chat_id}"
