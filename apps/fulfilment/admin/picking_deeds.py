"""What can be done with an open box: each deed calls one service and says what came of it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext as _

from apps.core.admin import actor_id, record_url
from apps.core.errors import InvalidInput, ShopError
from apps.core.idempotency import Answer, checked_key, run_once
from apps.core.measures import format_weight
from apps.core.time import now
from apps.fulfilment import services
from apps.fulfilment.dto import ShortCause, SubstitutionState
from apps.fulfilment.errors import EarlierLotFirst
from apps.orders.dto import OrderStatus
from apps.orders.models import Order

_MOST = 100_000


@dataclass(frozen=True)
class Said:
    """What came of a deed, for the picker: a sentence, and what it asks for, if anything."""

    sentence: str = ""
    tone: str = ""
    ask: dict[str, Any] = field(default_factory=dict)
    leave_for: str = ""


class ScanForm(forms.Form):
    """Something that was scanned or typed."""

    code = forms.CharField(max_length=200)
    quantity = forms.IntegerField(min_value=1, max_value=_MOST, required=False)
    reason = forms.CharField(max_length=200, required=False)
    other = forms.CharField(max_length=200, required=False)
    key = forms.CharField(max_length=100)


class UnitsForm(forms.Form):
    """How many units of a lot the box holds; a button's number goes before the field's."""

    line = forms.IntegerField(min_value=1, max_value=2**63 - 1)
    lot = forms.IntegerField(min_value=1, max_value=2**63 - 1)
    quantity = forms.IntegerField(min_value=0, max_value=_MOST, required=False)
    to = forms.IntegerField(min_value=0, max_value=_MOST, required=False)
    reason = forms.CharField(max_length=200, required=False)
    other = forms.CharField(max_length=200, required=False)


class LineForm(forms.Form):
    """A line that is given up, and why."""

    line = forms.IntegerField(min_value=1, max_value=2**63 - 1)
    cause = forms.ChoiceField(choices=ShortCause.choices, required=False)


class WeightForm(forms.Form):
    """What the units of a line weigh together."""

    line = forms.IntegerField(min_value=1, max_value=2**63 - 1)
    grams = forms.IntegerField(min_value=1, max_value=100_000_000)


class PickForm(forms.Form):
    """What is taken out again."""

    pick = forms.IntegerField(min_value=1, max_value=2**63 - 1)


class OfferForm(forms.Form):
    """What is offered instead of a line."""

    line = forms.IntegerField(min_value=1, max_value=2**63 - 1)
    variant = forms.IntegerField(min_value=1, max_value=2**63 - 1)


class AnswerForm(forms.Form):
    """What the customer said about it on the telephone."""

    question = forms.IntegerField(min_value=1, max_value=2**63 - 1)
    taken = forms.IntegerField(min_value=0, max_value=1)


def do_deed(request: HttpRequest, order: Order) -> Said:
    """Carry out what a button or the scanner asks, and say what came of it."""
    deed = _DEEDS.get(request.POST.get("deed", ""))
    if deed is None:
        return Said(_("This can't be done."), "danger")
    try:
        return deed(request, order)
    except EarlierLotFirst as error:
        return Said(str(error), "warning", ask=_asked(request))
    except ShopError as error:
        return Said(str(error), "danger")


def _asked(request: HttpRequest) -> dict[str, Any]:
    """Return the fields that come back with the reason."""
    names = ("deed", "code", "line", "lot", "quantity", "to", "key")
    return {name: request.POST[name] for name in names if request.POST.get(name)}


def _valid(kind: type[forms.Form], request: HttpRequest) -> dict[str, Any]:
    """Return the checked fields of a deed.

    Raises:
        InvalidInput: A field can't be used.
    """
    form = kind(request.POST)
    if not form.is_valid():
        raise InvalidInput(field=", ".join(form.errors))
    return form.cleaned_data


def _scan(request: HttpRequest, order: Order) -> Said:
    """Book a scan once, however often its request is sent: the freezer's network is what it is."""
    values, actor = _valid(ScanForm, request), actor_id(request)
    quantity = values["quantity"] or 1

    def work() -> Answer:
        taken = services.scan_unit(
            order_id=order.pk, code=values["code"], quantity=quantity,
            reason=values["reason"] or values["other"],
            actor_id=actor, now=now(),
        )  # fmt: skip
        line = next(one for one in taken.listed.lines if one.order_line_id == taken.order_line_id)
        lot = next(one for one in line.picked if one.lot_id == taken.lot_id)
        return Answer(200, {"name": line.name, "lot": lot.code, "in_box": line.in_box,
                            "ordered": line.quantity})  # fmt: skip

    body = [order.pk, values["code"], quantity]
    answer = run_once(
        owner_id=actor, endpoint="pick", key=checked_key(values["key"]), body=body, work=work
    )
    return Said(_("%(name)s, lot %(lot)s: %(in_box)s of %(ordered)s") % answer.body, "success")


def _set(request: HttpRequest, order: Order) -> Said:
    values = _valid(UnitsForm, request)
    quantity = values["to"] if values["to"] is not None else values["quantity"] or 0
    listed = services.set_units(
        order_id=order.pk, order_line_id=values["line"], lot_id=values["lot"], quantity=quantity,
        reason=values["reason"] or values["other"], actor_id=actor_id(request), now=now(),
    )  # fmt: skip
    line = next(one for one in listed.lines if one.order_line_id == values["line"])
    sentence = _("%(name)s: %(in_box)s of %(ordered)s")
    return Said(
        sentence % {"name": line.name, "in_box": line.in_box, "ordered": line.quantity}, "success"
    )


def _undo(request: HttpRequest, order: Order) -> Said:
    values = _valid(PickForm, request)
    services.undo_pick(
        order_id=order.pk, pick_id=values["pick"], actor_id=actor_id(request), now=now()
    )
    return Said(_("Taken out of the box. Put it back where it belongs."), "success")


def _short(request: HttpRequest, order: Order) -> Said:
    values = _valid(LineForm, request)
    if not values["cause"]:
        raise InvalidInput(field="cause")
    cause = ShortCause(values["cause"])
    services.mark_short(
        order_id=order.pk, order_line_id=values["line"], cause=cause, actor_id=actor_id(request),
        now=now(),
    )  # fmt: skip
    if cause == ShortCause.DAMAGED:
        said = _(
            "The line is short. Put the damaged units aside: they are written off with the box."
        )
        return Said(said, "success")
    return Said(_("The line is short: what is missing leaves the total."), "success")


def _weigh(request: HttpRequest, order: Order) -> Said:
    values = _valid(WeightForm, request)
    listed = services.weigh_line(
        order_id=order.pk, order_line_id=values["line"], weight_g=values["grams"],
        actor_id=actor_id(request), now=now(),
    )  # fmt: skip
    line = next(one for one in listed.lines if one.order_line_id == values["line"])
    facts = {"name": line.name, "weight": format_weight(line.weight_g)}
    if line.weight_g > line.pack_weight_g * line.weighed_units:
        return Said(_("%(name)s: %(weight)s, charged as the most.") % facts, "success")
    return Said(_("%(name)s: %(weight)s.") % facts, "success")


def _unshort(request: HttpRequest, order: Order) -> Said:
    values = _valid(LineForm, request)
    services.unmark_short(
        order_id=order.pk, order_line_id=values["line"], actor_id=actor_id(request), now=now()
    )
    return Said(_("The rest of the line is to be picked."), "success")


def _offer(request: HttpRequest, order: Order) -> Said:
    values = _valid(OfferForm, request)
    asked = services.propose_substitute(
        order_id=order.pk, order_line_id=values["line"], variant_id=values["variant"],
        actor_id=actor_id(request), now=now(),
    )  # fmt: skip
    return Said(_("The customer is asked: %(name)s.") % {"name": asked.name}, "success")


def _answered(request: HttpRequest, order: Order) -> Said:
    values = _valid(AnswerForm, request)
    asked = services.answer_for_customer(
        order_id=order.pk, question_id=values["question"], is_taken=bool(values["taken"]),
        actor_id=actor_id(request), now=now(),
    )  # fmt: skip
    facts = {"name": asked.name}
    if asked.state == SubstitutionState.TAKEN:
        return Said(_("%(name)s is in the order: pick it.") % facts, "success")
    return Said(_("%(name)s is not wanted.") % facts, "success")


def _pack(request: HttpRequest, order: Order) -> Said:
    packed = services.pack_picked(order_id=order.pk, actor_id=actor_id(request), now=now())
    sentence = _("Order %(number)s: %(status)s.")
    return Said(
        sentence % {"number": packed.number, "status": OrderStatus(packed.status).label},
        "success",
        leave_for=record_url("orders_order", order.pk),
    )


_DEEDS: dict[str, Callable[[HttpRequest, Order], Said]] = {
    "scan": _scan,
    "set": _set,
    "undo": _undo,
    "short": _short,
    "weigh": _weigh,
    "unshort": _unshort,
    "offer": _offer,
    "answer": _answered,
    "pack": _pack,
}
