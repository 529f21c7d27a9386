"""The button that changes an order: fewer units, another address, another window."""

from decimal import Decimal
from typing import Any
from uuid import uuid4

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import (
    UnfoldAdminDecimalFieldWidget,
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminPasswordWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextInputWidget,
)

from apps.core.admin import Deed, ReasonForm, actor_id, money
from apps.core.client_address import client_address
from apps.core.time import now
from apps.delivery import selectors as delivery
from apps.fulfilment import services
from apps.fulfilment.admin.words import window
from apps.orders import selectors
from apps.orders.dto import Method, NewPlace, OrderEdit
from apps.orders.lifecycle import DESK
from apps.orders.models import Order, OrderLine
from apps.payments import selectors as payments
from apps.payments.services import StepUp

_DAYS = 7


class EditForm(ReasonForm):
    """What stays of each line, and where and when it goes; a key lets two presses be one."""

    address = forms.CharField(
        label=gettext_lazy("Address"), max_length=400, widget=UnfoldAdminTextInputWidget()
    )
    address_details = forms.CharField(
        label=gettext_lazy("Address details"), max_length=400, required=False,
        widget=UnfoldAdminTextInputWidget(),
    )  # fmt: skip
    latitude = forms.DecimalField(
        label=gettext_lazy("Latitude"), required=False, min_value=-90, max_value=90,
        decimal_places=6, widget=UnfoldAdminDecimalFieldWidget(),
        help_text=gettext_lazy("Without a point it is the zone of addresses without one."),
    )  # fmt: skip
    longitude = forms.DecimalField(
        label=gettext_lazy("Longitude"), required=False, min_value=-180, max_value=180,
        decimal_places=6, widget=UnfoldAdminDecimalFieldWidget(),
    )  # fmt: skip
    slot_id = forms.TypedChoiceField(
        label=gettext_lazy("Window"), coerce=int, required=False, empty_value=None,
        widget=UnfoldAdminSelectWidget(),
    )  # fmt: skip
    password = forms.CharField(
        label=gettext_lazy("Your password, once more"), required=False, strip=False,
        widget=UnfoldAdminPasswordWidget(attrs={"autocomplete": "current-password"}),
        help_text=gettext_lazy("The order was paid online: money goes back if it costs less."),
    )  # fmt: skip
    key = forms.CharField(max_length=100, widget=forms.HiddenInput)
    _PLACE = ("address", "address_details", "latitude", "longitude")

    def __init__(self, *args: Any, record: Order, **kwargs: Any) -> None:
        initial = {name: getattr(record, name) for name in self._PLACE} | {"key": uuid4().hex}
        super().__init__(*args, record=record, initial=initial, **kwargs)
        self._lines = list(record.lines.there().order_by("pk"))
        for line in self._lines:
            self.fields[_name(line)] = _stays(line)
        if record.status in selectors.EDITABLE and record.method == Method.DELIVERY:
            self.fields["slot_id"].choices = _windows(record)  # type: ignore[attr-defined]
        else:
            for name in (*self._PLACE, "slot_id"):
                del self.fields[name]
        if not payments.is_paid_online(order_id=record.pk):
            del self.fields["password"]
        names = [_name(line) for line in self._lines]
        self.order_fields([*names, *self._PLACE, "slot_id", "reason", "password"])

    def clean(self) -> dict[str, Any]:
        """Return the change beside the rest."""
        values: dict[str, Any] = super().clean() or {}
        if (values.get("latitude") is None) != (values.get("longitude") is None):
            raise forms.ValidationError(_("Send both latitude and longitude."))
        stays = {line: values.get(_name(line)) for line in self._lines}
        quantities = {
            line.pk: count
            for line, count in stays.items()
            if count is not None and count != line.quantity
        }
        return values | {
            "edit": OrderEdit(quantities, self._place(values), values.get("slot_id") or None)
        }

    def _place(self, values: dict[str, Any]) -> NewPlace | None:
        """Return the new place; None where it is still the old one."""
        said = [values.get(name) for name in self._PLACE]
        if "address" not in self.fields or said == [
            getattr(self.record, name) for name in self._PLACE
        ]:
            return None
        address, details, latitude, longitude = said
        return NewPlace(str(address or ""), str(details or ""), _point(latitude), _point(longitude))


def is_editable(order: Order) -> bool:
    """Tell whether an order may still be changed."""
    return order.status in selectors.EDITABLE_LINES


def may_edit(request: HttpRequest) -> bool:
    """Tell whether this person changes orders."""
    return bool(selectors.staff_parts(user_id=actor_id(request)) & DESK)


def _name(line: OrderLine) -> str:
    return f"stays-{line.pk}"


def _point(degrees: Any) -> Decimal | None:
    return None if degrees is None else Decimal(degrees)


def _stays(line: OrderLine) -> forms.IntegerField:
    return forms.IntegerField(
        label=f"{line.name} ({line.sku})", min_value=0, max_value=line.quantity,
        initial=line.quantity,
        help_text=_("ordered: %(count)s, for %(sum)s")
        % {"count": line.quantity, "sum": money(line.to_pay)},
        widget=UnfoldAdminIntegerFieldWidget(attrs={"inputmode": "numeric"}),
    )  # fmt: skip


def _windows(order: Order) -> list[Any]:
    """Return the open windows of every zone, the order's own first."""
    own = order.slot.zone_id if order.slot else 0
    zones = sorted(delivery.zones(), key=lambda zone: zone.id != own)
    moment = now()
    groups = []
    for zone in zones:
        cards = delivery.slots(zone_id=zone.id, now=moment, days=_DAYS)
        open_ones = [
            (card.id, window(card.starts_at, card.ends_at))
            for card in cards
            if not card.closed_reason
        ]
        if open_ones:
            groups.append((zone.name, open_ones))
    return [("", _("as it is")), *groups]


def _edit(request: HttpRequest, order: Order, values: dict[str, Any]) -> str:
    change = services.edit_order(
        order_id=order.pk, edit=values["edit"], reason=values["reason"], key=values["key"],
        proof=_proof(request, values.get("password", "")), actor_id=actor_id(request), now=now(),
    )  # fmt: skip
    if not change.amount:
        return _("The order is changed; the total stays.")
    return _("The order is changed; the customer pays %(sum)s.") % {
        "sum": _("%(sum)s less") % {"sum": money(-change.amount)}
        if change.amount < 0
        else _("%(sum)s more") % {"sum": money(change.amount)}
    }


def _proof(request: HttpRequest, password: str) -> StepUp | None:
    if not password:
        return None
    return StepUp(
        actor_id=actor_id(request),
        username=request.user.get_username(),
        password=password,
        address=client_address(request),
    )


EDIT = Deed(
    "edit", gettext_lazy("Change the order"), "edit", _edit, EditForm,
    question=gettext_lazy(
        "Say how many units stay. What goes takes its share of the discounts with it; the delivery"
        " fee stays unless the zone changes. The difference is settled, and the customer is told."
    ),
    template="admin/orders/order/ask.html",
)  # fmt: skip
