"""The button that gives money back by line: how many units of each, why, and the password."""

from typing import Any
from uuid import uuid4

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminIntegerFieldWidget

from apps.core.admin import Deed, actor_id, money
from apps.core.client_address import client_address
from apps.core.time import now
from apps.orders import selectors
from apps.orders import services as orders
from apps.orders.lifecycle import OFFICE
from apps.orders.models import Order, OrderLine
from apps.payments.admin.deeds import StepUpForm
from apps.payments.services import StepUp


class LinesBackForm(StepUpForm):
    """Units of each line; a key lets two presses be one."""

    key = forms.CharField(max_length=100, widget=forms.HiddenInput)

    def __init__(self, *args: Any, record: Order, **kwargs: Any) -> None:
        super().__init__(*args, record=record, initial={"key": uuid4().hex}, **kwargs)
        self._lines = [line for line in record.lines.there().order_by("pk") if line.refundable]
        for line in self._lines:
            self.fields[_name(line)] = forms.IntegerField(
                label=f"{line.name} ({line.sku})", required=False, min_value=0,
                max_value=line.refundable, help_text=_worth(line),
                widget=UnfoldAdminIntegerFieldWidget(
                    attrs={"inputmode": "numeric", "placeholder": "0"}
                ),
            )  # fmt: skip
        self.order_fields([*(_name(line) for line in self._lines), "reason", "password", "key"])

    def clean(self) -> dict[str, Any]:
        """Return the units by line beside the rest."""
        values: dict[str, Any] = super().clean() or {}
        units = {line.pk: values.get(_name(line)) for line in self._lines}
        return values | {"units": {pk: count for pk, count in units.items() if count}}


def is_refundable(order: Order) -> bool:
    """Tell whether there are units of an order that were paid for, and money to give back."""
    if order.status not in selectors.BOX_CLOSED:
        return False
    return any(payment.left > 0 for payment in order.payments.all())


def may_give_back(request: HttpRequest) -> bool:
    """Tell whether this person gives money back."""
    return bool(selectors.staff_parts(user_id=actor_id(request)) & OFFICE)


def _name(line: OrderLine) -> str:
    return f"units-{line.pk}"


def _worth(line: OrderLine) -> str:
    left = line.refundable
    facts = {"left": left, "sum": money(line.owed_for(left))}
    return _("up to %(left)s, together %(sum)s") % facts


def _give_back(request: HttpRequest, order: Order, values: dict[str, Any]) -> str:
    change = orders.refund_lines(
        order_id=order.pk,
        units=values["units"],
        reason=values["reason"],
        key=values["key"],
        staff=StepUp(
            actor_id=actor_id(request),
            username=request.user.get_username(),
            password=values["password"],
            address=client_address(request),
        ),
        now=now(),
    )
    return _("%(sum)s goes back to the customer.") % {"sum": money(-change.amount)}


LINES_BACK = Deed(
    "refund-lines", gettext_lazy("Give money for goods back"), "undo", _give_back, LinesBackForm,
    question=gettext_lazy(
        "Say how many units of each. What was really paid for them goes back the way it came;"
        " cash is handed over by you. The customer is told."
    ),
    variant="danger", template="admin/orders/order/ask.html",
)  # fmt: skip
