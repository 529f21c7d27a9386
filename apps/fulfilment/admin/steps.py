"""The order's buttons: the steps that the lifecycle opens, and what each asks first."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import (
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminRadioSelectWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
)

from apps.core.admin import Deed, DeedForm, ReasonForm, actor_id, money
from apps.core.time import now
from apps.delivery import selectors as delivery
from apps.fulfilment import selectors, services
from apps.fulfilment.admin.words import window
from apps.fulfilment.dto import StepDetails
from apps.inventory.dto import LotPick
from apps.orders import services as orders
from apps.orders.dto import OrderStatus
from apps.orders.lifecycle import Move
from apps.orders.models import Order

S = OrderStatus
_PICK = "pick"


class OptionalReasonForm(DeedForm):
    """Why, if there is something to say."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"), max_length=300, required=False,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 2}),
        help_text=gettext_lazy("The customer reads it."),
    )  # fmt: skip


class BackForm(ReasonForm):
    """Why goods come back, and what becomes of them."""

    put_back = forms.TypedChoiceField(
        label=gettext_lazy("The goods"),
        coerce=lambda value: value == "shelf",
        choices=(
            ("shelf", gettext_lazy("stayed frozen: back to the shelf")),
            ("waste", gettext_lazy("thawed or damaged: write them off")),
        ),
        widget=UnfoldAdminRadioSelectWidget(),
    )
    field_order = ("put_back", "reason")


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


class PackForm(DeedForm):
    """How many units of which lot lie in the box: one field a lot, FEFO's suggestion filled in.

    A posted form keeps its own lots, whatever would be suggested meanwhile: the service decides.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        suggested = self._suggested()
        posted = [name for name in self.data if name.startswith(f"{_PICK}-")]
        for name in posted or suggested:
            label, quantity = suggested.get(name, (_("Another lot"), 0))
            self.fields[name] = forms.IntegerField(
                label=label, min_value=0, max_value=100_000, initial=quantity,
                widget=UnfoldAdminIntegerFieldWidget(attrs={"inputmode": "numeric"}),
            )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """Read the lots out of the fields' names."""
        values: dict[str, Any] = super().clean() or {}
        try:
            return {"picks": tuple(_pick(name, units) for name, units in values.items() if units)}
        except ValueError:
            self.add_error(None, _("The pick list has changed. Please look at it again."))
            return {}

    def _suggested(self) -> dict[str, tuple[str, int]]:
        lines = selectors.pick_list(order_id=self.record.pk, now=now()).lines
        return {
            f"{_PICK}-{line.order_line_id}-{lot.lot_id}": (f"{line.name} · {lot.code}",
                                                           lot.quantity)
            for line in lines for lot in line.lots
        }  # fmt: skip


def _pick(name: str, units: int) -> LotPick:
    """Return what a field of the pick list stands for.

    Raises:
        ValueError: The name is not one of ours.
    """
    _prefix, line_id, lot_id = name.split("-")
    return LotPick(int(line_id), int(lot_id), units)


@dataclass(frozen=True)
class _Look:
    """How a step's button looks and what it asks."""

    label: Any
    icon: str
    variant: str = "default"
    form_class: type[DeedForm] = DeedForm
    question: Any = ""


_LOOKS: dict[OrderStatus, _Look] = {
    S.CONFIRMED: _Look(gettext_lazy("Confirm"), "check", "primary"),
    S.PICKING: _Look(gettext_lazy("Start picking"), "shopping_basket", "primary"),
    S.PACKED: _Look(
        gettext_lazy("Packed"), "inventory_2", "primary", PackForm,
        gettext_lazy("What does the box hold? What is short leaves the total."),
    ),
    S.OUT_FOR_DELIVERY: _Look(gettext_lazy("Send out"), "local_shipping", "primary"),
    S.READY_FOR_PICKUP: _Look(gettext_lazy("Ready for pickup"), "storefront", "primary"),
    S.DELIVERED: _Look(gettext_lazy("Delivered"), "task_alt", "primary"),
    S.DELIVERY_FAILED: _Look(
        gettext_lazy("Delivery failed"), "report", "danger", ReasonForm,
        gettext_lazy("Why could the order not be handed over?"),
    ),
    S.RETURNED: _Look(
        gettext_lazy("Take back"), "assignment_return", "danger", BackForm,
        gettext_lazy("Money that was taken for the order is given back."),
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
        name=move.target.value.replace("_", "-"),
        label=look.label,
        icon=look.icon,
        run=_runner(move.target),
        form_class=look.form_class,
        question=look.question,
        variant=look.variant,
    )


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
        form = BackForm if move.source == S.PACKED else ReasonForm
        return _Look(look.label, look.icon, look.variant, form, look.question)
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
        return _("Order %(number)s: %(status)s.") % {
            "number": moved.number,
            "status": S(moved.status).label,
        }

    return run


def _settle(request: HttpRequest, order: Order, values: dict[str, Any]) -> str:
    orders.clear_attention(order_id=order.pk, now=now())
    return _("The order needs no attention any more.")


SETTLE = Deed("settle", gettext_lazy("Nothing left to look at"), "done_all", _settle)
