"""The outbox in the admin: to read, and to try again what failed."""

from datetime import datetime, timedelta
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import strip_tags
from django.utils.text import Truncator
from django.utils.timesince import timesince
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.contrib.filters.admin import ChoicesCheckboxFilter, ChoicesRadioFilter
from unfold.decorators import display

from apps.core.admin import (
    DayRangeFilter,
    Deed,
    LedgerAdmin,
    Panel,
    Row,
    panel,
    record_link,
    record_url,
    run_one_by_one,
)
from apps.notifications import services
from apps.notifications.models import Message, MessageState

_RECENT = timedelta(days=7)


def _text_of(message: Message) -> str:
    return strip_tags(str(message.body.get("text", "")))


@admin.register(Message)
class MessageAdmin(LedgerAdmin):
    """Every message: waiting, sent, failed."""

    list_display = ("created_at", "beginning", "person", "channel", "progress", "attempts",
                    "last_error")  # fmt: skip
    list_display_links = ("beginning",)
    list_select_related = ("recipient",)
    list_filter = (
        ("state", ChoicesCheckboxFilter),
        ("channel", ChoicesRadioFilter),
        ("created_at", DayRangeFilter),
    )
    search_fields = ("chat_id", "card_key", "recipient__first_name", "recipient__last_name")
    ordering = ("-id",)
    actions = ("retry_selected",)
    fields = (
        "text", ("recipient", "chat_id", "channel"), ("state", "attempts"), "last_error",
        ("created_at", "next_attempt_at", "sent_at"), ("card_key", "dedupe_key"),
    )  # fmt: skip
    readonly_fields = ("text", "created_at")

    def deeds_for(self, request: HttpRequest, obj: Message) -> list[Deed]:
        """Try a failed message again."""
        return [RETRY] if obj.state == MessageState.FAILED else []

    def may_do(self, request: HttpRequest, deed_name: str) -> bool:
        """On a message's page as on the list."""
        return self.has_retry_permission(request)

    def has_retry_permission(self, request: HttpRequest) -> bool:
        """Whether this person may have messages sent again: whoever may read them."""
        return request.user.has_perm("notifications.view_message")

    @admin.action(description=gettext_lazy("Try again"), permissions=["retry"])
    def retry_selected(self, request: HttpRequest, queryset: QuerySet[Message]) -> None:
        """Try each failed one of the selected again."""
        failed = queryset.filter(state=MessageState.FAILED)
        run_one_by_one(self, request, failed, lambda row: services.retry_message(message_id=row.pk))

    @display(description=gettext_lazy("text"))
    def beginning(self, message: Message) -> str:
        """The first words."""
        return Truncator(_text_of(message)).chars(60) or "—"

    @display(description=gettext_lazy("text"))
    def text(self, message: Message) -> str:
        """The words, without their markup."""
        return _text_of(message)

    @display(description=gettext_lazy("recipient"))
    def person(self, message: Message) -> str:
        """Who gets it: a person, or a chat."""
        return record_link(message.recipient) if message.recipient else str(message.chat_id or "—")

    @display(
        description=gettext_lazy("state"),
        label={
            MessageState.PENDING: "warning",
            MessageState.SENT: "success",
            MessageState.FAILED: "danger",
        },
    )
    def progress(self, message: Message) -> tuple[str, str]:
        """How far the message has come."""
        return message.state, str(message.get_state_display())


def _retry(request: HttpRequest, message: Message, values: dict[str, Any]) -> str:
    services.retry_message(message_id=message.pk)
    return _("The message will be sent again.")


RETRY = Deed("retry", gettext_lazy("Try again"), "refresh", _retry, variant="primary")


@panel(60)
def failed_messages(request: HttpRequest, now: datetime) -> Panel | None:
    """Show messages of the last week that could not be delivered."""
    if not request.user.has_perm("notifications.view_message"):
        return None
    failed = (
        Message.objects.filter(state=MessageState.FAILED, created_at__gte=now - _RECENT)
        .select_related("recipient")
        .order_by("-id")[:5]
    )
    rows = tuple(
        Row(
            title=str(message.recipient or message.chat_id or message.get_channel_display()),
            url=record_url("notifications_message", message.pk),
            note=message.last_error or Truncator(_text_of(message)).chars(60),
            label=timesince(message.created_at, now, depth=1),
            tone="danger",
        )
        for message in failed
    )
    return Panel(
        title=_("Messages that failed"), icon="sms_failed", rows=rows, tone="danger",
        url=reverse("admin:notifications_message_changelist") + "?state__exact=failed",
        empty=_("Every message of this week got through."),
    )  # fmt: skip
