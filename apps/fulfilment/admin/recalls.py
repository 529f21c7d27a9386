"""Recalls: whom one would reach, the confirmation by hand, and how far it has come."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q, QuerySet
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseNotAllowed,
    HttpResponseRedirect,
)
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.decorators import display
from unfold.widgets import UnfoldAdminTextareaWidget, UnfoldAdminTextInputWidget

from apps.core.admin import LedgerAdmin, actor_id, label, record_link, record_url, short_moment
from apps.core.client_address import client_address
from apps.core.errors import ShopError
from apps.core.sheets import CSV_TYPE
from apps.core.time import now
from apps.fulfilment import selectors, services
from apps.fulfilment.admin.recall_csv import as_csv
from apps.fulfilment.admin.recall_rows import row_views
from apps.fulfilment.models import Recall
from apps.inventory.errors import LotNotFound
from apps.payments.services import StepUp

_ID_DIGITS = 18


class RecallForm(forms.Form):
    """Why a lot is called back; its code is typed by hand, for nothing of this is undone."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"), max_length=200,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 2}),
        help_text=gettext_lazy("For the shop's books. Customers read a text of its own."),
    )  # fmt: skip
    confirmation = forms.CharField(
        label=gettext_lazy("The lot's code, typed by hand"), max_length=40,
        widget=UnfoldAdminTextInputWidget(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )  # fmt: skip


@admin.register(Recall)
class RecallAdmin(LedgerAdmin):
    """Lots that were called back."""

    change_form_template = "admin/fulfilment/recall.html"
    list_display = ("batch", "product", "reason", "begun", "started_by", "reached", "state")
    list_select_related = ("lot__variant__product", "started_by")
    search_fields = ("lot__code", "lot__variant__sku", "reason")
    ordering = ("-id",)
    fields = ("batch", "reason", "started_by", "created_at")
    readonly_fields = ("batch", "created_at")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Recall]:
        """Count orders and open refunds with the rows."""
        rows: QuerySet[Recall] = super().get_queryset(request)
        return rows.annotate(
            order_count=Count("orders", distinct=True),
            to_settle=Count("refunds", Q(refunds__state="prepared"), distinct=True),
        )

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Whether this person may call a lot back."""
        return request.user.has_perm("fulfilment.add_recall")

    def get_urls(self) -> list[URLPattern]:
        """Add the report's buttons and its file."""
        guarded, name = self.admin_site.admin_view, "fulfilment_recall"
        return [
            path("<int:object_id>/csv/", guarded(self.csv_view), name=f"{name}_csv"),
            path("<int:object_id>/settle/", guarded(self.settle_view), name=f"{name}_settle"),
            path(
                "<int:object_id>/<slug:deed>/<int:row_id>/",
                guarded(self.row_view),
                name=f"{name}_row",
            ),
            *super().get_urls(),
        ]

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show whom a recall would reach (GET), and call the lot back (POST).

        Raises:
            PermissionDenied: The person may not.
        """
        if not self.has_add_permission(request):
            raise PermissionDenied
        lot_id = request.GET.get("lot", "")
        if not _is_id(lot_id):
            return self._ask_first(request, None, RecallForm())
        try:
            preview = selectors.recall_preview(lot_id=int(lot_id))
        except LotNotFound as error:
            messages.error(request, str(error))
            return HttpResponseRedirect(reverse("admin:inventory_lot_changelist"))
        if preview.recall_id is not None:
            messages.info(request, _("Lot %(lot)s was recalled before.") % {"lot": preview.code})
            return HttpResponseRedirect(record_url("fulfilment_recall", preview.recall_id))
        form = RecallForm(request.POST if request.method == "POST" else None)
        if request.method == "POST" and form.is_valid():
            done = self._recall(request, preview.lot_id, form)
            if done is not None:
                return done
        return self._ask_first(request, preview, form)

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """Show the report instead of a form."""
        recall = kwargs.get("obj")
        if recall is not None:
            report = selectors.recall_report(recall_id=recall.pk)
            context["report"], context["rows"] = report, row_views(report)
            context["may_settle"] = _may_settle(request)
        return super().render_change_form(request, context, *args, **kwargs)

    def row_view(
        self, request: HttpRequest, object_id: int, deed: str, row_id: int
    ) -> HttpResponse:
        """Settle one row of the report.

        Raises:
            Http404: There is no such recall or button.
            PermissionDenied: The person may not.
        """
        recall = self._recall_to_settle(request, object_id)
        run = _ROW_DEEDS.get(deed)
        if run is None:
            raise Http404
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        try:
            messages.success(request, run(recall.pk, row_id, actor_id(request)))
        except ShopError as error:
            messages.error(request, str(error))
        return self.back_to_record(recall.pk)

    def settle_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """Give the chosen refunds back, for a password.

        Raises:
            Http404: There is no such recall.
            PermissionDenied: The person may not.
        """
        recall = self._recall_to_settle(request, object_id)
        chosen = [int(text) for text in request.POST.getlist("refund") if _is_id(text)]
        staff = StepUp(
            actor_id=actor_id(request),
            username=request.user.get_username(),
            password=request.POST.get("password", ""),
            address=client_address(request),
        )
        try:
            refused = services.settle_refunds(
                recall_id=recall.pk, refund_ids=chosen, staff=staff, now=now()
            )
        except ShopError as error:
            messages.error(request, str(error))
            return self.back_to_record(recall.pk)
        for refusal in refused:
            messages.error(request, str(refusal))
        done = len(set(chosen)) - len(refused)
        if done:
            messages.success(request, _("Refunds settled: %(count)s.") % {"count": done})
        return self.back_to_record(recall.pk)

    def csv_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """Return the report as a file for spreadsheets.

        Raises:
            Http404: There is no such recall.
            PermissionDenied: The person may not even look at it.
        """
        recall = self._recall_of(request, object_id)
        report = selectors.recall_report(recall_id=recall.pk)
        answer = HttpResponse(as_csv(report), content_type=CSV_TYPE)
        answer["Content-Disposition"] = f'attachment; filename="recall-{recall.pk}.csv"'
        return answer

    def _recall_of(self, request: HttpRequest, object_id: int) -> Recall:
        recall: Recall | None = self.get_object(request, str(object_id))
        if recall is None:
            raise Http404
        if not self.has_view_permission(request, recall):
            raise PermissionDenied
        return recall

    def _recall_to_settle(self, request: HttpRequest, object_id: int) -> Recall:
        recall = self._recall_of(request, object_id)
        if not _may_settle(request):
            raise PermissionDenied
        return recall

    def _recall(self, request: HttpRequest, lot_id: int, form: RecallForm) -> HttpResponse | None:
        try:
            recall = services.recall_lot(
                lot_id=lot_id, actor_id=actor_id(request), now=now(), **form.cleaned_data
            )
        except ShopError as error:
            form.add_error(None, str(error))
            return None
        messages.success(request, _("The lot is recalled: nothing of it is sold, picked or sent."))
        return HttpResponseRedirect(record_url("fulfilment_recall", recall.pk))

    def _ask_first(self, request: HttpRequest, preview: Any, form: RecallForm) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "title": _("Recall a lot"),
            "opts": self.opts,
            "preview": preview,
            "form": form,
        }
        return TemplateResponse(request, "admin/fulfilment/recall_add.html", context)

    @display(description=gettext_lazy("lot"), ordering="lot__code")
    def batch(self, recall: Recall) -> str:
        """The lot's code."""
        return recall.lot.code

    @display(description=gettext_lazy("product"))
    def product(self, recall: Recall) -> str:
        """The pack, with a link to its lot."""
        return record_link(recall.lot, str(recall.lot.variant))

    @display(description=gettext_lazy("when"), ordering="id")
    def begun(self, recall: Recall) -> str:
        """When it was begun, in the shop's time."""
        return short_moment(recall.created_at)

    @display(description=gettext_lazy("orders"))
    def reached(self, recall: Recall) -> int:
        """How many orders had units of it."""
        return int(recall.order_count)  # type: ignore[attr-defined]

    @display(description=gettext_lazy("state"))
    def state(self, recall: Recall) -> str:
        """What is left to do."""
        if recall.listed_at is None:
            return label(_("being listed"), "warning")
        open_refunds = recall.to_settle  # type: ignore[attr-defined]
        if open_refunds:
            return label(_("refunds to settle: %(count)s") % {"count": open_refunds}, "warning")
        return label(_("done"), "success")


def _may_settle(request: HttpRequest) -> bool:
    return request.user.has_perm("fulfilment.change_recallrefund")


def _is_id(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= _ID_DIGITS


def _called(recall_id: int, row_id: int, actor: int) -> str:
    services.note_call(recall_id=recall_id, entry_id=row_id, actor_id=actor, now=now())
    return _("Noted: the customer knows.")


def _waive(recall_id: int, row_id: int, actor: int) -> str:
    services.waive_refund(recall_id=recall_id, refund_id=row_id, actor_id=actor, now=now())
    return _("Noted: nothing is to be given back.")


_ROW_DEEDS: dict[str, Callable[[int, int, int], str]] = {
    "called": _called,
    "waive": _waive,
}
