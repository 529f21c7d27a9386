"""The order's buttons: the steps that the lifecycle opens, and what each asks first."""

from dataclasses import dataclass, replace
from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import (
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
)

from apps.core.admin import Deed, DeedForm, ReasonForm, actor_id, money
from apps.core.time import now
from apps.delivery import selectors as delivery
from apps.fulfilment import services
from apps.fulfilment.admin.back import BACK_PAGE, BackForm
from apps.fulfilment.admin.words import window
from apps.fulfilment.dto import StepDetails
from apps.orders import services as orders
from apps.orders.dto import OrderStatus
from apps.orders.lifecycle import Move
from apps.orders.models import Order

S = OrderStatus


class OptionalReasonForm(DeedForm):
    """Why, if there is something to say."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"), max_length=300, required=False,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 2}),
        help_text=gettext_lazy("The customer reads it."),
    )  # fmt: skip


class SlotForm(DeedForm):
    """When to try the delivery again."""

    slot_id = forms.TypedChoiceField(
        label=gettext_lazy("New window"), coerce=int, widget=UnfoldAdminSelectWidget()
    )
    reason = forms.CharField(
        label=gettext_lazy("Note"), max_length=300, required=False,
        widget=UnfoldAdminTextInputWidget(),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        zone_id = self.record.slot.zone_id  # type: ignore[attr-defined]
        cards = delivery.slots(zone_id=zone_id, now=now(), days=7)
        self.fields["slot_id"].choices = [  # type: ignore[attr-defined]
            (card.id, window(card.starts_at, card.ends_at))
            for card in cards
            if not card.closed_reason
        ]


class CodeForm(DeedForm):
    """What the customer shows at the pickup point."""

    code = forms.CharField(
        label=gettext_lazy("Pickup code"),
        max_length=12,
        widget=UnfoldAdminTextInputWidget(
            attrs={"inputmode": "numeric", "autocomplete": "off", "autofocus": True}
        ),
    )


@dataclass(frozen=True)
class _Look:
    """How a step's button looks and what it asks."""

    label: Any
    icon: str
    variant: str = "default"
    form_class: type[DeedForm] = DeedForm
    question: Any = ""
    template: str = "admin/shop/deed.html"


_LOOKS: dict[OrderStatus, _Look] = {
    S.CONFIRMED: _Look(gettext_lazy("Confirm"), "check", "primary"),
    S.PICKING: _Look(gettext_lazy("Start picking"), "shopping_basket", "primary"),
    S.PACKED: _Look(gettext_lazy("Packed"), "inventory_2", "primary"),
    S.OUT_FOR_DELIVERY: _Look(gettext_lazy("Send out"), "local_shipping", "primary"),
    S.READY_FOR_PICKUP: _Look(gettext_lazy("Ready for pickup"), "storefront", "primary"),
    S.DELIVERED: _Look(gettext_lazy("Delivered"), "task_alt", "primary"),
    S.DELIVERY_FAILED: _Look(
        gettext_lazy("Delivery failed"), "report", "danger", ReasonForm,
        gettext_lazy("Why could the order not be handed over?"),
    ),
    S.RETURNED: _Look(
        gettext_lazy("Take back"), "assignment_return", "danger", BackForm,
        gettext_lazy("Money that was taken for the order is given back."), BACK_PAGE,
    ),
    S.CANCELLED: _Look(
        gettext_lazy("Cancel the order"), "cancel", "danger", OptionalReasonForm,
        gettext_lazy("The customer is told. This can't be taken back."),
    ),
}  # fmt: skip


def deed_of(order: Order, move: Move) -> Deed:
    """Return the button of a step that is open to somebody."""
    look = _look(order, move)
    return Deed(
        name=step_name(move.target),
        label=look.label,
        icon=look.icon,
        run=_pack if (move.source, move.target) == (S.PICKING, S.PACKED) else _runner(move.target),
        form_class=look.form_class,
        question=look.question,
        variant=look.variant,
        template=look.template,
    )


def step_name(target: OrderStatus) -> str:
    """Return by which name the button of a step stands in its address."""
    return target.value.replace("_", "-")


def _look(order: Order, move: Move) -> _Look:
    if move.target == S.DELIVERED:
        cash = _("Cash to take: %(sum)s") % {"sum": money(order.total)}
        form = CodeForm if move.source == S.READY_FOR_PICKUP else DeedForm
        label = gettext_lazy("Hand over") if form is CodeForm else _LOOKS[S.DELIVERED].label
        return _Look(label, "task_alt", "primary", form, cash)
    if (move.source, move.target) == (S.DELIVERY_FAILED, S.PACKED):
        return _Look(gettext_lazy("Deliver again"), "event_repeat", "primary", SlotForm)
    look = _LOOKS[move.target]
    if move.target == S.CANCELLED and move.needs_reason:
        if move.source == S.PACKED:
            return replace(look, form_class=BackForm, template=BACK_PAGE)
        return replace(look, form_class=ReasonForm)
    return look


def _runner(target: OrderStatus) -> Any:
    def run(request: HttpRequest, order: Order, values: dict[str, Any]) -> str:
        moved = services.take_step(
            order_id=order.pk,
            target=target,
            actor_id=actor_id(request),
            now=now(),
            details=StepDetails(**values),
        )
        return _moved(moved)

    return run


def _moved(order: Order) -> str:
    status = S(order.status).label
    return _("Order %(number)s: %(status)s.") % {"number": order.number, "status": status}


def _pack(request: HttpRequest, order: Order, values: dict[str, Any]) -> str:
    packed = services.pack_picked(order_id=order.pk, actor_id=actor_id(request), now=now())
    return _moved(packed)


def _take_out(request: HttpRequest, order: Order, values: dict[str, Any]) -> str:
    services.take_out_recalled(order_id=order.pk, actor_id=actor_id(request), now=now())
    return _("The recalled units are out of the box, and out of the total.")


def _settle(request: HttpRequest, order: Order, values: dict[str, Any]) -> str:
    orders.clear_attention(order_id=order.pk, now=now())
    return _("The order needs no attention any more.")


SETTLE = Deed("settle", gettext_lazy("Nothing left to look at"), "done_all", _settle)
# Where the box is in the house, so that something can be taken out of it.
IN_HOUSE = frozenset({S.PACKED, S.READY_FOR_PICKUP, S.DELIVERY_FAILED})
TAKE_OUT = Deed(
    "take-out", gettext_lazy("Take recalled units out"), "release_alert", _take_out,
    question=gettext_lazy(
        "They go back to their blocked lot, and what they cost leaves the total. The rest of the"
        " box may go then."
    ),
    variant="primary",
)  # fmt: skip
