"""What is done with a markdown: accepted, declined, taken back, told to buyers."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from unfold.widgets import UnfoldAdminIntegerFieldWidget

from apps.core.admin import Deed, DeedForm, ReasonForm, actor_id, money
from apps.core.measures import format_day
from apps.core.time import now
from apps.marketing import selectors, services
from apps.marketing.admin.words import packs
from apps.marketing.dto import MarkdownCard, MarkdownState
from apps.marketing.models import BuyersNotice, MarkdownProposal
from apps.marketing.pricing import LEAST_PERCENT, MOST_PERCENT

S = MarkdownState


class AcceptForm(DeedForm):
    """How much is taken off: what was proposed, or something else."""

    percent = forms.IntegerField(
        label=gettext_lazy("Percent off"), min_value=LEAST_PERCENT, max_value=MOST_PERCENT,
        widget=UnfoldAdminIntegerFieldWidget(attrs={"inputmode": "numeric"}),
    )  # fmt: skip

    def __init__(self, *args: Any, record: Any, **kwargs: Any) -> None:
        super().__init__(*args, record=record, initial={"percent": record.percent}, **kwargs)


def deeds_of(proposal: MarkdownProposal, card: MarkdownCard) -> Iterator[Deed]:
    """Yield the buttons that a markdown is open to, the likeliest first."""
    if proposal.state == S.OPEN:
        yield replace(ACCEPT, question=_before(card))
        yield DECLINE
    left = selectors.left_on_clearance(proposal=proposal)
    if left > 0 and proposal.state == S.ACCEPTED and not _is_told(proposal):
        count = selectors.buyers_to_tell(proposal=proposal)
        if count:
            yield replace(TELL, question=_audience(count))
    if left > 0 and proposal.state in {S.ACCEPTED, S.UNDONE}:
        yield replace(TAKE_BACK, question=_rest(left))


def _is_told(proposal: MarkdownProposal) -> bool:
    return BuyersNotice.objects.filter(proposal=proposal).exists()


def _before(card: MarkdownCard) -> str:
    text = _(
        "To clearance: %(packs)s, best before %(day)s. The price now is %(old)s, proposed %(new)s. "
        "What is promised to orders stays as it is."
    )
    return text % {
        "packs": packs(card.units), "day": format_day(card.expires_on),
        "old": money(card.old_price), "new": money(card.new_price),
    }  # fmt: skip


def _audience(count: int) -> str:
    text = ngettext(
        "%(count)s person has bought this product and takes offers. They get one message in the "
        "chat, and never a second one about this markdown.",
        "%(count)s people have bought this product and take offers. Each gets one message in the "
        "chat, and never a second one about this markdown.",
        count,
    )
    return text % {"count": count}


def _rest(left: int) -> str:
    text = _("Back to the regular price: %(packs)s that nobody has ordered.")
    return text % {"packs": packs(left)}


def _accept(request: HttpRequest, proposal: MarkdownProposal, values: dict[str, Any]) -> str:
    # The page compared prices already: a newer one is refused here.
    card = selectors.markdown_card(proposal_id=proposal.pk, now=now())
    accepted = services.accept_markdown(
        proposal_id=proposal.pk, actor_id=actor_id(request), seen_price=card.old_price, now=now(),
        **values,
    )  # fmt: skip
    text = _("On clearance for %(price)s: %(packs)s.")
    return text % {"price": money(accepted.new_price), "packs": packs(accepted.units or 0)}


def _decline(request: HttpRequest, proposal: MarkdownProposal, values: dict[str, Any]) -> str:
    services.decline_markdown(
        proposal_id=proposal.pk, actor_id=actor_id(request), now=now(), **values
    )
    return _("The price stays. The lot is proposed again at the next step.")


def _take_back(request: HttpRequest, proposal: MarkdownProposal, values: dict[str, Any]) -> str:
    services.take_back_markdown(proposal_id=proposal.pk, actor_id=actor_id(request), now=now())
    return _("What nobody has bought is back at its regular price.")


def _tell(request: HttpRequest, proposal: MarkdownProposal, values: dict[str, Any]) -> str:
    notice = services.tell_buyers(proposal_id=proposal.pk, actor_id=actor_id(request), now=now())
    text = ngettext(
        "%(count)s buyer is being told.", "%(count)s buyers are being told.", notice.recipients
    )
    return text % {"count": notice.recipients}


ACCEPT = Deed("accept", gettext_lazy("Mark down"), "sell", _accept, AcceptForm, variant="primary")
DECLINE = Deed("decline", gettext_lazy("Decline"), "close", _decline, ReasonForm)
TAKE_BACK = Deed(
    "take-back", gettext_lazy("Take the markdown back"), "undo", _take_back, variant="danger"
)
TELL = Deed("tell", gettext_lazy("Tell its buyers"), "campaign", _tell, variant="primary")
