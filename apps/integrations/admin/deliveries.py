"""The log of deliveries, and "send again"."""

import json
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.contrib.filters.admin import (
    AutocompleteSelectFilter,
    ChoicesCheckboxFilter,
    ChoicesRadioFilter,
)
from unfold.decorators import display

from apps.core.admin import DayRangeFilter, Deed, LedgerAdmin, run_one_by_one
from apps.core.time import now
from apps.integrations import services
from apps.integrations.dto import DeliveryState
from apps.integrations.models import Delivery


def _send_again(request: HttpRequest, row: Delivery, values: dict[str, Any]) -> str:
    services.send_again(key_id=None, public_id=row.public_id, now=now())
    return _("The event is on its way once more.")


SEND_AGAIN = Deed("send-again", gettext_lazy("Send again"), "refresh", _send_again)


@admin.register(Delivery)
class DeliveryAdmin(LedgerAdmin):
    """What was sent where, and what came back."""

    list_display = ("created_at", "event", "endpoint", "progress", "code", "elapsed_ms",
                    "attempts", "next_attempt_at")  # fmt: skip
    list_select_related = ("event", "endpoint__key")
    list_filter = (
        ("state", ChoicesCheckboxFilter),
        ("event__type", ChoicesRadioFilter),
        ("endpoint", AutocompleteSelectFilter),
        ("created_at", DayRangeFilter),
    )
    search_fields = ("endpoint__url", "event__public_id")
    ordering = ("-id",)
    actions = ("send_selected_again",)
    fields = (
        ("event", "endpoint"), ("progress", "attempts", "created_at"),
        ("last_attempt_at", "next_attempt_at"), ("code", "elapsed_ms", "error"), "answer", "body",
    )  # fmt: skip
    readonly_fields = ("progress", "body")

    def deeds_for(self, request: HttpRequest, obj: Delivery) -> list[Deed]:
        """Send it again, whatever became of it."""
        return [SEND_AGAIN]

    def may_do(self, request: HttpRequest, deed_name: str) -> bool:
        """On a delivery's page as on the list."""
        return self.has_again_permission(request)

    def has_again_permission(self, request: HttpRequest) -> bool:
        """Whether this person may have events sent again: whoever may change where they go."""
        return request.user.has_perm("integrations.change_endpoint")

    @admin.action(description=gettext_lazy("Send again"), permissions=["again"])
    def send_selected_again(self, request: HttpRequest, queryset: QuerySet[Delivery]) -> None:
        """Send each of the selected again."""
        run_one_by_one(
            self, request, queryset,
            lambda row: services.send_again(key_id=None, public_id=row.public_id, now=now()),  # type: ignore[attr-defined]
        )  # fmt: skip

    @display(
        description=gettext_lazy("state"),
        label={
            DeliveryState.WAITING: "warning",
            DeliveryState.DONE: "success",
            DeliveryState.DEAD: "danger",
        },
    )
    def progress(self, row: Delivery) -> tuple[str, str]:
        """How far it has come."""
        return row.state, str(row.get_state_display())

    @display(description=gettext_lazy("what was sent"))
    def body(self, row: Delivery) -> str:
        """The event's id and data."""
        told = {"id": str(row.event.public_id), "type": row.event.type, "data": row.event.data}
        return format_html("<pre>{}</pre>", json.dumps(told, ensure_ascii=False, indent=2))
