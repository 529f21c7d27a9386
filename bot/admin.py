"""The bot's inbox and dialogues in the admin: to read."""

import json
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.contrib.filters.admin import RadioFilter
from unfold.decorators import display

from apps.core.admin import DayRangeFilter, LedgerAdmin
from bot.models import Dialogue, InboxUpdate


def _pretty(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False, indent=2)
    return format_html('<pre class="shop-json">{}</pre>', text)


class ProgressFilter(RadioFilter):
    """Whether an update was handled."""

    title = gettext_lazy("state")
    parameter_name = "progress"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Offer what waits and what went wrong."""
        return [("waiting", _("waiting")), ("failed", _("failed"))]

    def queryset(
        self, request: HttpRequest, queryset: QuerySet[InboxUpdate]
    ) -> QuerySet[InboxUpdate]:
        """Keep the chosen ones."""
        if self.value() == "waiting":
            return queryset.filter(done_at__isnull=True)
        return queryset.exclude(last_error="") if self.value() == "failed" else queryset


@admin.register(InboxUpdate)
class InboxUpdateAdmin(LedgerAdmin):
    """What Telegram sent."""

    list_display = ("update_id", "kind", "lane", "received_at", "state", "attempts", "last_error")
    list_filter = (ProgressFilter, ("received_at", DayRangeFilter))
    search_fields = ("=update_id", "=lane")
    ordering = ("-update_id",)
    fields = (
        ("update_id", "lane", "is_urgent"), ("received_at", "done_at", "attempts"), "last_error",
        "content",
    )  # fmt: skip
    readonly_fields = ("received_at", "content")

    @display(description=gettext_lazy("kind"))
    def kind(self, update: InboxUpdate) -> str:
        """What sort of update it is, in Telegram's words."""
        return next((key for key in update.payload if key != "update_id"), "—")

    @display(
        description=gettext_lazy("state"),
        label={"done": "success", "waiting": "warning", "failed": "danger"},
    )
    def state(self, update: InboxUpdate) -> tuple[str, str]:
        """Whether it was handled."""
        if update.last_error:
            return "failed", _("failed")
        return ("done", _("done")) if update.done_at else ("waiting", _("waiting"))

    @display(description=gettext_lazy("payload"))
    def content(self, update: InboxUpdate) -> str:
        """The update as it came."""
        return _pretty(update.payload)


@admin.register(Dialogue)
class DialogueAdmin(LedgerAdmin):
    """Where each person is in the chat."""

    list_display = ("chat_id", "step", "updated_at")
    search_fields = ("=chat_id", "step")
    ordering = ("-updated_at", "chat_id")
    fields = ("chat_id", "step", "content", "screen_message_id", "updated_at")
    readonly_fields = ("content", "updated_at")

    @display(description=gettext_lazy("draft"))
    def content(self, dialogue: Dialogue) -> str:
        """What the person has chosen so far."""
        return _pretty(dialogue.draft)
