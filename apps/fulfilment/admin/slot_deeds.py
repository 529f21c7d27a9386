"""A slot's buttons: close it, open it, bring its orders in another one."""

from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextareaWidget

from apps.core.admin import Deed, DeedForm
from apps.core.time import now
from apps.delivery import selectors as delivery
from apps.delivery import services
from apps.delivery.dto import ClosedReason, SlotCard
from apps.delivery.models import DeliverySlot
from apps.fulfilment.admin.words import window
from apps.orders import services as orders

# The clock and the bookings set the other reasons.
_BY_HAND = (ClosedReason.STAFF, ClosedReason.HOLIDAY)
_DAYS = 7


class CloseForm(DeedForm):
    """Why a slot takes no more orders, and what those who are booked in it should know."""

    reason = forms.TypedChoiceField(
        label=gettext_lazy("Reason"),
        coerce=ClosedReason,
        choices=[(reason.value, reason.label) for reason in _BY_HAND],
        widget=UnfoldAdminSelectWidget(),
    )
    message = forms.CharField(
        label=gettext_lazy("Message to those who are booked"), max_length=300, required=False,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 3}),
        help_text=gettext_lazy("Sent as it stands. Without a text nobody is written to."),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.record.booked_orders:  # type: ignore[attr-defined]
            del self.fields["message"]


class MoveForm(DeedForm):
    """When the orders of a slot come instead."""

    target_id = forms.TypedChoiceField(
        label=gettext_lazy("New window"), coerce=int, widget=UnfoldAdminSelectWidget()
    )
    reason = forms.CharField(
        label=gettext_lazy("Reason"), max_length=300, required=False,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 2}),
        help_text=gettext_lazy("The customer reads it."),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        slot: Any = self.record
        cards = delivery.slots(zone_id=slot.zone_id, now=now(), days=_DAYS)
        self.fields["target_id"].choices = [  # type: ignore[attr-defined]
            (card.id, window(card.starts_at, card.ends_at))
            for card in cards
            if card.id != slot.pk and _takes_more(card)
        ]


def _takes_more(card: SlotCard) -> bool:
    # Staff may still fill a window that customers are too late for.
    return card.closed_reason in ("", ClosedReason.PAST)


def _close(request: HttpRequest, slot: DeliverySlot, values: dict[str, Any]) -> str:
    told = orders.close_window(
        slot_id=slot.pk, reason=values["reason"], message=values.get("message", ""), now=now()
    )
    said = _("The slot takes no more orders; those booked stay.")
    if told:
        wrote = ngettext("%(count)s customer is told.", "%(count)s customers are told.", told)
        said += " " + wrote % {"count": told}
    return said


def _reopen(request: HttpRequest, slot: DeliverySlot, values: dict[str, Any]) -> str:
    services.reopen_slot(slot_id=slot.pk)
    return _("The slot takes orders again.")


def _move(request: HttpRequest, slot: DeliverySlot, values: dict[str, Any]) -> str:
    count = orders.move_window(slot_id=slot.pk, now=now(), **values)
    said = ngettext(
        "%(count)s order is moved, its customer is told.",
        "%(count)s orders are moved, their customers are told.",
        count,
    )
    return said % {"count": count}


CLOSE = Deed(
    "close", gettext_lazy("Close for orders"), "event_busy", _close, CloseForm, variant="danger",
    question=gettext_lazy("Customers can't choose it any more; orders booked in it stay."),
)  # fmt: skip
REOPEN = Deed("reopen", gettext_lazy("Open for orders"), "event_available", _reopen)
MOVE = Deed(
    "move", gettext_lazy("Move its orders"), "event_repeat", _move, MoveForm,
    question=gettext_lazy(
        "All orders that still wait in this window come in another one, and each customer is told."
    ),
)  # fmt: skip
