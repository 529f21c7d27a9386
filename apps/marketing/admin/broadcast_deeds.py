"""What is done with a broadcast: looked at, sent, paused, let go on, stopped."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminSplitDateTimeWidget

from apps.core.admin import Deed, DeedForm, actor_id
from apps.core.time import now
from apps.marketing import selectors, services
from apps.marketing.admin.broadcast_page import people
from apps.marketing.dto import BroadcastState
from apps.marketing.models import Broadcast

S = BroadcastState


class StartForm(DeedForm):
    """When it goes out."""

    starts_at = forms.SplitDateTimeField(
        label=gettext_lazy("When"), required=False, widget=UnfoldAdminSplitDateTimeWidget(),
        help_text=gettext_lazy("Empty: at once. Nobody is written to in their quiet hours."),
    )  # fmt: skip
    ends_at = forms.SplitDateTimeField(
        label=gettext_lazy("Not after"), required=False, widget=UnfoldAdminSplitDateTimeWidget(),
        help_text=gettext_lazy(
            "Empty: it goes on until everybody has it, with late sleepers for a day at most."
        ),
    )  # fmt: skip


def deeds_of(row: Broadcast) -> Iterator[Deed]:
    """Yield the buttons that a broadcast is open to, the likeliest first."""
    if row.state == S.DRAFT:
        count = selectors.audience_count(broadcast=row, now=now())
        yield PREVIEW
        yield replace(
            SEND, question=_("It will be sent to: %(people)s.") % {"people": people(count)}
        )
    if row.state in {S.SCHEDULED, S.SENDING}:
        yield PAUSE
    if row.state == S.PAUSED:
        yield RESUME
    if row.state in {S.SCHEDULED, S.SENDING, S.PAUSED}:
        yield CANCEL


def _preview(request: HttpRequest, row: Broadcast, values: dict[str, Any]) -> str:
    services.preview_broadcast(broadcast_id=row.pk, actor_id=actor_id(request))
    return _("It is on its way to your own chat with the bot.")


def _send(request: HttpRequest, row: Broadcast, values: dict[str, Any]) -> str:
    sent = services.schedule_broadcast(
        broadcast_id=row.pk, actor_id=actor_id(request), now=now(), **values
    )
    return _("It will be sent to: %(people)s.") % {"people": people(sent.recipients)}


def _pause(request: HttpRequest, row: Broadcast, values: dict[str, Any]) -> str:
    services.pause_broadcast(broadcast_id=row.pk)
    return _("It is paused. Whoever has it will not get it again.")


def _resume(request: HttpRequest, row: Broadcast, values: dict[str, Any]) -> str:
    services.resume_broadcast(broadcast_id=row.pk)
    return _("It goes on where it stopped.")


def _cancel(request: HttpRequest, row: Broadcast, values: dict[str, Any]) -> str:
    services.cancel_broadcast(broadcast_id=row.pk, now=now())
    return _("It was stopped for good.")


PREVIEW = Deed("preview", gettext_lazy("Send it to me"), "visibility", _preview)
SEND = Deed("send", gettext_lazy("Send"), "send", _send, StartForm, variant="primary")
PAUSE = Deed("pause", gettext_lazy("Pause"), "pause", _pause, variant="primary")
RESUME = Deed("resume", gettext_lazy("Go on"), "play_arrow", _resume, variant="primary")
CANCEL = Deed(
    "cancel", gettext_lazy("Stop for good"), "stop", _cancel,
    question=gettext_lazy("Whoever has not got it yet will never get it."), variant="danger",
)  # fmt: skip
