"""Conversations in the admin: to read, to answer, to close."""

from datetime import datetime
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import HttpRequest
from django.urls import reverse
from django.utils.text import Truncator
from django.utils.timesince import timesince
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.contrib.filters.admin import RadioFilter
from unfold.decorators import display
from unfold.widgets import UnfoldAdminTextareaWidget

from apps.core.admin import (
    DayRangeFilter,
    Deed,
    DeedForm,
    LedgerAdmin,
    LedgerInline,
    Panel,
    Row,
    actor_id,
    label,
    panel,
    record_link,
    record_url,
)
from apps.core.time import now as present
from apps.support import selectors, services
from apps.support.models import Conversation, Remark

_ROWS = 8


class AnswerForm(DeedForm):
    """What the customer is written."""

    words = forms.CharField(
        label=gettext_lazy("Answer"), max_length=3500,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 4}),
    )  # fmt: skip


def _answer(request: HttpRequest, row: Conversation, values: dict[str, Any]) -> str:
    services.answer(
        conversation_id=row.pk, actor_id=actor_id(request), words=values["words"], now=present()
    )
    return _("The customer gets it in the chat.")


def _close(request: HttpRequest, row: Conversation, values: dict[str, Any]) -> str:
    services.close(conversation_id=row.pk, actor_id=actor_id(request), now=present())
    return _("The conversation is closed.")


ANSWER = Deed("answer", gettext_lazy("Answer"), "reply", _answer, AnswerForm, variant="primary")
CLOSE = Deed("close", gettext_lazy("Close the conversation"), "done_all", _close)


class StateFilter(RadioFilter):
    """Who has the next word."""

    title = gettext_lazy("state")
    parameter_name = "progress"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Offer all three."""
        return [("waits", _("waits")), ("answered", _("answered")), ("closed", _("closed"))]

    def queryset(
        self, request: HttpRequest, queryset: QuerySet[Conversation]
    ) -> QuerySet[Conversation]:
        """Keep the chosen ones."""
        if self.value() == "waits":
            return queryset.filter(waits_since__isnull=False)
        if self.value() == "answered":
            return queryset.filter(waits_since__isnull=True, closed_at__isnull=True)
        return queryset.filter(closed_at__isnull=False) if self.value() == "closed" else queryset


class RemarkInline(LedgerInline):
    """What was said, in its order."""

    model = Remark
    # They are the page: nobody should have to look for them.
    tab = False
    hide_title = True
    fields = ("said_at", "who", "text")
    readonly_fields = ("who", "text")
    ordering = ("pk",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Remark]:
        """Read who said it along."""
        rows: QuerySet[Remark] = super().get_queryset(request)
        return rows.select_related("author", "conversation__customer")

    @display(description=gettext_lazy("who"))
    def who(self, remark: Remark) -> str:
        """The customer, or a member of staff."""
        return str(remark.author or remark.conversation.customer)

    @display(description=gettext_lazy("text"))
    def text(self, remark: Remark) -> str:
        """The words, with a sign for a picture and one for a change."""
        signs = ("📷 " if remark.photo else "") + ("✏️ " if remark.edited_at else "")
        return signs + remark.words or "—"


@admin.register(Conversation)
class ConversationAdmin(LedgerAdmin):
    """Conversations, those that wait longest first."""

    list_display = ("person", "beginning", "progress", "waits_since", "opened_at")
    list_display_links = ("beginning",)
    list_select_related = ("customer",)
    list_filter = (StateFilter, ("opened_at", DayRangeFilter))
    search_fields = ("customer__first_name", "customer__last_name", "order__number",
                     "remarks__words")  # fmt: skip
    ordering = ("waits_since", "-id")
    fields = (("person", "order"), "progress", ("opened_at", "waits_since"),
              ("closed_at", "closed_by"))  # fmt: skip
    readonly_fields = ("person", "progress")
    inlines = (RemarkInline,)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Conversation]:
        """Read the last words along with the list."""
        rows: QuerySet[Conversation] = super().get_queryset(request)
        last = Remark.objects.filter(conversation=OuterRef("pk")).order_by("-pk")
        return rows.annotate(last_words=Subquery(last.values("words")[:1]))

    def may_do(self, request: HttpRequest, deed_name: str) -> bool:
        """Whoever speaks for the shop; the service asks again."""
        return request.user.has_perm("support.change_conversation")

    def deeds_for(self, request: HttpRequest, obj: Conversation) -> list[Deed]:
        """Answer, and close what is open."""
        return [ANSWER] if obj.closed_at else [ANSWER, CLOSE]

    @display(description=gettext_lazy("customer"))
    def person(self, row: Conversation) -> str:
        """Who asks."""
        return record_link(row.customer)

    @display(description=gettext_lazy("text"))
    def beginning(self, row: Conversation) -> str:
        """What was said last."""
        words = getattr(row, "last_words", None)
        return "—" if words is None else Truncator(words).chars(60) or "📷"

    @display(description=gettext_lazy("state"))
    def progress(self, row: Conversation) -> str:
        """Who has the next word."""
        if row.closed_at:
            return label(_("closed"), "info")
        waits = row.waits_since is not None
        return label(_("waits"), "warning") if waits else label(_("answered"), "success")


@panel(20)
def unanswered(request: HttpRequest, now: datetime) -> Panel | None:
    """Show who waits for an answer, the longest wait first."""
    if not request.user.has_perm("support.change_conversation"):
        return None
    rows = tuple(
        Row(
            title=str(row.customer),
            url=record_url("support_conversation", row.pk),
            label=timesince(row.waits_since, now, depth=1),
            tone="warning",
        )
        for row in selectors.waiting()[:_ROWS]
        if row.waits_since is not None
    )
    return Panel(
        title=_("Customers wait for an answer"), icon="forum", rows=rows, tone="warning",
        url=reverse("admin:support_conversation_changelist") + "?progress=waits",
        empty=_("Every customer has an answer."),
    )  # fmt: skip
