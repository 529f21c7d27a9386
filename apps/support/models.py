"""What customers and staff write to each other."""

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.core.models import Timestamped

WORDS_LENGTH = 4096


class ConversationQuerySet(models.QuerySet["Conversation"]):
    """Questions about conversations."""

    def open(self) -> Self:
        """Keep those that nobody has closed."""
        return self.filter(closed_at__isnull=True)


class Conversation(Timestamped):
    """A customer's question and what came of it: one at a time, until somebody closes it."""

    customer = models.ForeignKey(
        "users.User", on_delete=models.CASCADE, related_name="+", verbose_name=_("customer")
    )
    # The order that it began with, if it began with one.
    order = models.ForeignKey(
        "orders.Order", null=True, blank=True, on_delete=models.PROTECT, related_name="+",
        verbose_name=_("order"),
    )  # fmt: skip
    opened_at = models.DateTimeField(_("begun"))
    # Until staff have answered the newest words of the customer.
    waits_since = models.DateTimeField(_("waits since"), null=True, blank=True)
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)
    closed_by = models.ForeignKey(
        "users.User", null=True, blank=True, on_delete=models.SET_NULL, related_name="+",
        verbose_name=_("closed by"),
    )  # fmt: skip

    objects = ConversationQuerySet.as_manager()

    class Meta:
        verbose_name = _("conversation")
        verbose_name_plural = _("conversations")
        constraints = (
            models.UniqueConstraint(
                fields=("customer",), condition=Q(closed_at__isnull=True),
                name="support_conversation_one_open",
            ),
            models.CheckConstraint(
                name="support_conversation_closed",
                condition=Q(closed_at__isnull=True, closed_by__isnull=True)
                | Q(closed_at__isnull=False, waits_since__isnull=True),
            ),
        )  # fmt: skip

    def __str__(self) -> str:
        return f"{self.customer} · {self.pk}"


class Remark(Timestamped):
    """One thing that somebody said, as it came: `chat_id` and `message_id` are where it stands.

    Without an author it is the customer's. A photo is Telegram's name for it.
    """

    conversation = models.ForeignKey(
        Conversation, on_delete=models.CASCADE, related_name="remarks",
        verbose_name=_("conversation"),
    )  # fmt: skip
    author = models.ForeignKey(
        "users.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+",
        verbose_name=_("member of staff"),
    )  # fmt: skip
    words = models.TextField(_("text"), max_length=WORDS_LENGTH, blank=True)
    photo = models.CharField(_("photo"), max_length=200, blank=True)
    # Empty where it was written in the admin.
    chat_id = models.BigIntegerField(null=True, blank=True, editable=False)
    message_id = models.BigIntegerField(null=True, blank=True, editable=False)
    said_at = models.DateTimeField(_("when"))
    edited_at = models.DateTimeField(_("edited"), null=True, blank=True)

    class Meta:
        verbose_name = _("remark")
        verbose_name_plural = _("remarks")
        constraints = (
            # An update that is handled again says nothing twice.
            models.UniqueConstraint(
                fields=("chat_id", "message_id"), condition=Q(message_id__isnull=False),
                name="support_remark_once",
            ),
            models.CheckConstraint(
                name="support_remark_says_something", condition=~Q(words="", photo="")
            ),
            models.CheckConstraint(
                name="support_remark_place",
                condition=Q(chat_id__isnull=True, message_id__isnull=True)
                | Q(chat_id__isnull=False, message_id__isnull=False),
            ),
        )  # fmt: skip

    def __str__(self) -> str:
        return f"{self.conversation_id} · {self.pk}"
