"""Buttons that move money: each wants a reason, and the password once more."""

from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminDecimalFieldWidget, UnfoldAdminPasswordWidget

from apps.core.admin import Deed, ReasonForm, actor_id, money
from apps.core.client_address import client_address
from apps.core.time import now
from apps.payments import services
from apps.payments.dto import ON_DELIVERY
from apps.payments.models import Oddity, Payment


class StepUpForm(ReasonForm):
    """Why, and the password: somebody may have left their desk."""

    password = forms.CharField(
        label=gettext_lazy("Your password, once more"),
        strip=False,
        widget=UnfoldAdminPasswordWidget(attrs={"autocomplete": "current-password"}),
    )


class GiveBackForm(StepUpForm):
    """How much goes back."""

    amount = forms.DecimalField(
        label=gettext_lazy("Sum"), max_digits=12, decimal_places=2,
        widget=UnfoldAdminDecimalFieldWidget(attrs={"inputmode": "decimal"}),
    )  # fmt: skip
    field_order = ("amount", "reason", "password")

    def __init__(self, *args: Any, record: Payment, **kwargs: Any) -> None:
        super().__init__(*args, record=record, initial={"amount": record.left}, **kwargs)


def _give_back(request: HttpRequest, payment: Payment, values: dict[str, Any]) -> str:
    services.give_back_by_staff(
        payment_id=payment.pk,
        amount=values["amount"],
        reason=values["reason"],
        staff=services.StepUp(
            actor_id=actor_id(request),
            username=request.user.get_username(),
            password=values["password"],
            address=client_address(request),
        ),
        now=now(),
    )
    if payment.provider in ON_DELIVERY:
        return _("Noted: %(sum)s given back in cash.") % {"sum": money(values["amount"])}
    return _("%(sum)s is on its way back.") % {"sum": money(values["amount"])}


def _ask(request: HttpRequest, payment: Payment, values: dict[str, Any]) -> str:
    services.ask(payment_id=payment.pk, now=now())
    payment.refresh_from_db()
    return _("The provider says: %(state)s.") % {"state": payment.get_state_display()}


def _ask_about(request: HttpRequest, oddity: Oddity, values: dict[str, Any]) -> str:
    if oddity.payment is None:
        return ""
    return _ask(request, oddity.payment, values)


def _settle(request: HttpRequest, oddity: Oddity, values: dict[str, Any]) -> str:
    services.settle_question(
        oddity_id=oddity.pk, decision=values["reason"], actor_id=actor_id(request), now=now()
    )
    return _("Settled.")


def _given_by_hand(request: HttpRequest, oddity: Oddity, values: dict[str, Any]) -> str:
    services.note_given_back(
        oddity_id=oddity.pk,
        decision=values["reason"],
        staff=services.StepUp(
            actor_id=actor_id(request),
            username=request.user.get_username(),
            password=values["password"],
            address=client_address(request),
        ),
        now=now(),
    )
    return _("Noted: the money was given back by hand.")


GIVE_BACK = Deed(
    "give-back", gettext_lazy("Give money back"), "undo", _give_back, GiveBackForm,
    question=gettext_lazy("The customer is told. This can't be taken back."), variant="danger",
)  # fmt: skip
ASK = Deed("ask", gettext_lazy("Ask the provider now"), "sync", _ask)
ASK_ABOUT = Deed("ask", gettext_lazy("Ask the provider now"), "sync", _ask_about)
SETTLE = Deed(
    "settle", gettext_lazy("Settled"), "done_all", _settle, ReasonForm,
    question=gettext_lazy("What was decided?"), variant="primary",
)  # fmt: skip
GIVEN_BY_HAND = Deed(
    "given-by-hand", gettext_lazy("Given back by hand"), "payments", _given_by_hand, StepUpForm,
    question=gettext_lazy("Note it only when the customer has the money."),
)  # fmt: skip
