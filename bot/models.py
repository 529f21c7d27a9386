"""The bot's inbox of updates and the state of each dialogue: any bot process may take over."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class InboxUpdate(models.Model):
    """An update as Telegram sent it, stored before it is acknowledged; `update_id` makes it one.

    Updates of one lane (a chat, or a person for inline queries) are handled one at a time, oldest
    first; pre-checkout queries have lane 0's own worker (`is_urgent`).
    """

    update_id = models.BigIntegerField(primary_key=True)
    lane = models.BigIntegerField(_("lane"))
    is_urgent = models.BooleanField(_("urgent"), default=False)
    payload = models.JSONField(_("payload"))
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    received_at = models.DateTimeField(_("received"), auto_now_add=True)
    done_at = models.DateTimeField(_("done"), null=True, blank=True, db_index=True)
    last_error = models.CharField(_("last error"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("update")
        verbose_name_plural = _("updates")
        indexes = (
            models.Index(
                name="bot_inbox_waiting",
                fields=("lane", "update_id"),
                condition=Q(done_at__isnull=True),
            ),
        )

    def __str__(self) -> str:
        return str(self.update_id)


class Lane(models.Model):
    """Who works on a chat's updates just now: leased, so that a dead process holds up nobody."""

    lane = models.BigIntegerField(primary_key=True)
    owner = models.CharField(max_length=40, blank=True)
    leased_until = models.DateTimeField(null=True, blank=True)
    # Who has ordered, or works here, is served before strangers.
    is_known = models.BooleanField(default=False)

    def __str__(self) -> str:
        return str(self.lane)


class Dialogue(models.Model):
    """Where a person is in the chat: ids and steps only, as JSON; the screen is one message."""

    chat_id = models.BigIntegerField(primary_key=True)
    step = models.CharField(_("step"), max_length=40, blank=True)
    draft = models.JSONField(_("draft"), default=dict)
    screen_message_id = models.BigIntegerField(_("screen"), null=True, blank=True)
    screen_has_photo = models.BooleanField(_("screen has a photo"), default=False)
    # A keyboard under the text field stays until a message takes it away.
    has_reply_keyboard = models.BooleanField(_("shows a reply keyboard"), default=False)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("dialogue")
        verbose_name_plural = _("dialogues")

    def __str__(self) -> str:
        return str(self.chat_id)


class SentPicture(models.Model):
    """A picture that the bot drew, by what it shows: Telegram keeps it under its own name."""

    key = models.CharField(max_length=100, primary_key=True)
    file_id = models.CharField(max_length=200)
    sent_at = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return self.key
