"""Markdowns: proposed by the rules or by a person, decided by buttons."""

from collections.abc import Iterable
from typing import Any

from django.contrib import admin
from django.db.models import Case, F, QuerySet, When
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.contrib.filters.admin import ChoicesRadioFilter
from unfold.decorators import display
from unfold.views import ChangeList

from apps.core.admin import (
    Deed,
    ShopAdmin,
    actor_id,
    label,
    money,
    record_link,
    run_one_by_one,
    short_moment,
)
from apps.core.time import now
from apps.marketing import selectors, services
from apps.marketing.admin.deeds import TELL, deeds_of
from apps.marketing.admin.words import (
    TONES,
    about,
    days_left,
    packs,
    price_cut,
    tone_of,
    up_to_days,
)
from apps.marketing.dto import MarkdownCard, MarkdownState
from apps.marketing.models import BuyersNotice, MarkdownProposal
from apps.users.roles import sees_costs

_SHOWN = (
    "goods", "batch", "step", "prices", "units_now", "time_left", "loss", "given_up", "progress",
    "decision", "reason", "pack", "told",
)  # fmt: skip


class CardList(ChangeList):
    """A list whose rows know what their lots hold and cost now, with few queries."""

    result_list: Any

    def get_results(self, request: HttpRequest) -> None:
        """Read the cards of the page's rows at once."""
        super().get_results(request)
        rows: list[Any] = list(self.result_list)
        cards = selectors.markdown_cards(proposals=rows, now=now())
        for row, card in zip(rows, cards, strict=True):
            row.card = card
        self.result_list = rows


@admin.register(MarkdownProposal)
class MarkdownAdmin(ShopAdmin):
    """What is to be sold cheaper before it is too old."""

    list_display = ("goods", "batch", "units_now", "time_left", "prices", "loss", "progress")
    list_filter = (("state", ChoicesRadioFilter),)
    search_fields = ("lot__code", "lot__variant__sku", "lot__variant__product__name_ru",
                     "lot__variant__product__name_en")  # fmt: skip
    autocomplete_fields = ("lot",)
    actions = ("accept_selected",)
    add_fieldsets = ((None, {"fields": ("lot", "percent")}),)
    fieldsets = (
        (None, {"fields": (("goods", "progress"), ("batch", "step"), ("prices", "units_now"),
                           "time_left", ("loss", "given_up"))}),
        (gettext_lazy("Decision"), {"fields": ("decision", "reason", "pack", "told")}),
    )  # fmt: skip

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        """Let each row know its card."""
        return CardList

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Read who decided with the rows."""
        rows: QuerySet[Any] = super().get_queryset(request)
        return rows.select_related("lot", "decided_by", "proposed_by")

    def get_ordering(self, request: HttpRequest) -> tuple[Any, ...]:
        """Put what waits first, the most urgent at the top; then the newest."""
        urgency = Case(When(state=MarkdownState.OPEN, then=F("lot__sell_by")))
        return urgency.asc(nulls_last=True), "-pk"

    def get_list_display(self, request: HttpRequest) -> tuple[str, ...]:
        """Leave losses, which are counted at cost, to those who may know costs."""
        may_know = sees_costs(request.user)
        return tuple(name for name in self.list_display if may_know or name != "loss")

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Ask for a lot and a percentage, or show all there is to know."""
        if obj is None:
            return self.add_fieldsets
        (_title, first), decision = self.fieldsets
        sums = ("loss", "given_up") if sees_costs(request.user) else "given_up"
        return (None, {"fields": (*first["fields"][:-1], sums)}), decision

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """What was proposed is decided by buttons."""
        return () if obj is None else _SHOWN

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Buttons decide, nobody edits."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """What was decided stays."""
        return False

    def has_accept_permission(self, request: HttpRequest) -> bool:
        """Whether this person may have units moved to clearance."""
        return request.user.has_perm("marketing.change_markdownproposal")

    def save_model(
        self, request: HttpRequest, obj: MarkdownProposal, form: Any, change: bool
    ) -> None:
        """Propose it."""
        saved = services.propose_markdown(
            lot_id=obj.lot_id, percent=obj.percent, actor_id=actor_id(request), now=now()
        )
        obj.__dict__.update(saved.__dict__)

    def deeds_for(self, request: HttpRequest, obj: MarkdownProposal) -> Iterable[Deed]:
        """Accept, decline, tell buyers, take back."""
        return deeds_of(obj, _card(obj))

    def may_do(self, request: HttpRequest, deed_name: str) -> bool:
        """Who promotes goods tells their buyers; who answers for prices decides."""
        if deed_name == TELL.name:
            return request.user.has_perm("marketing.add_buyersnotice")
        return super().may_do(request, deed_name)

    def state_of(self, obj: MarkdownProposal) -> str:
        """Hold a decision to the price that it was made by."""
        return f"{obj.state} {_card(obj).old_price}"

    @admin.action(description=gettext_lazy("Mark down as proposed"), permissions=["accept"])
    def accept_selected(self, request: HttpRequest, queryset: QuerySet[MarkdownProposal]) -> None:
        """Accept each of the selected as it was proposed."""
        run_one_by_one(
            self, request, queryset,
            lambda row: services.accept_markdown(
                proposal_id=row.pk, actor_id=actor_id(request), now=now()
            ),
        )  # fmt: skip

    @display(description=gettext_lazy("product"))
    def goods(self, proposal: MarkdownProposal) -> str:
        """The product and the SKU of its pack."""
        card = _card(proposal)
        return f"{card.name} · {card.sku}"

    @display(description=gettext_lazy("lot"))
    def batch(self, proposal: MarkdownProposal) -> str:
        """The lot, with a link to its page."""
        return record_link(proposal.lot)

    @display(description=gettext_lazy("units"))
    def units_now(self, proposal: MarkdownProposal) -> int:
        """How many would go on clearance, or went."""
        return _card(proposal).units

    @display(description=gettext_lazy("on sale for"))
    def time_left(self, proposal: MarkdownProposal) -> str:
        """How long the lot may still be sold."""
        days = _card(proposal).days_left
        return label(days_left(days), tone_of(days))

    @display(description=gettext_lazy("price"))
    def prices(self, proposal: MarkdownProposal) -> str:
        """The old price, the new one, and the difference."""
        card = _card(proposal)
        return f"{price_cut(card)} (−{card.percent}\u00a0%)"

    @display(description=gettext_lazy("expected loss"))
    def loss(self, proposal: MarkdownProposal) -> str:
        """What would be thrown away at the pace of the last four weeks."""
        return about(_card(proposal).loss) if proposal.state == MarkdownState.OPEN else "—"

    @display(description=gettext_lazy("markdown costs"))
    def given_up(self, proposal: MarkdownProposal) -> str:
        """What customers pay less, if all units are sold."""
        return money(_card(proposal).given_up)

    @display(description=gettext_lazy("state"))
    def progress(self, proposal: MarkdownProposal) -> str:
        """How far it has come."""
        return label(proposal.get_state_display(), TONES.get(proposal.state, ""))

    @display(description=gettext_lazy("proposed"))
    def step(self, proposal: MarkdownProposal) -> str:
        """By whom, or by which rule."""
        if proposal.proposed_by is not None:
            return str(proposal.proposed_by)
        if proposal.days is None:
            return "—"
        return _("by the rule: %(left)s") % {"left": up_to_days(proposal.days)}

    @display(description=gettext_lazy("decided"))
    def decision(self, proposal: MarkdownProposal) -> str:
        """By whom, and when."""
        if proposal.decided_at is None:
            return "—"
        return f"{proposal.decided_by or '—'}, {short_moment(proposal.decided_at)}"

    @display(description=gettext_lazy("clearance pack"))
    def pack(self, proposal: MarkdownProposal) -> str:
        """The pack that customers buy it as, and what is left of it."""
        if proposal.clearance is None:
            return "—"
        left = selectors.left_on_clearance(proposal=proposal)
        return record_link(proposal.clearance, f"{proposal.clearance.sku}: {packs(left)}")

    @display(description=gettext_lazy("buyers told"))
    def told(self, proposal: MarkdownProposal) -> str:
        """How many past buyers were written to."""
        notice = BuyersNotice.objects.filter(proposal=proposal).first()
        if notice is None:
            return "—"
        return _("%(queued)s of %(all)s") % {"queued": notice.queued, "all": notice.recipients}


def _card(proposal: Any) -> MarkdownCard:
    """Return a row's card, read once."""
    if not hasattr(proposal, "card"):
        proposal.card = selectors.markdown_card(proposal_id=proposal.pk, now=now())
    card: MarkdownCard = proposal.card
    return card
