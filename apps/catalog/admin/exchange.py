"""Imports and exports: asked for here, watched here, applied by a button."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, JsonResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe
from unfold.contrib.filters.admin import ChoicesRadioFilter
from unfold.decorators import display
from unfold.widgets import UnfoldAdminFileFieldWidget, UnfoldAdminSelectWidget

from apps.catalog.admin.exchange_page import page_of, progress_of
from apps.catalog.dto import ExchangeKind, ExchangeState, ExchangeTable
from apps.catalog.models import CatalogExchange
from apps.catalog.services import exchange as services
from apps.core.admin import Deed, LedgerAdmin, actor_id, label, short_moment
from apps.core.errors import ShopError
from apps.core.sheets import CSV_TYPE, XLSX_TYPE
from apps.core.time import now

MOST_UPLOAD = 100 * 1024 * 1024
TYPES = {"xlsx": XLSX_TYPE, "csv": CSV_TYPE}
TONES = {
    ExchangeState.QUEUED: "info",
    ExchangeState.RUNNING: "info",
    ExchangeState.CHECKED: "warning",
    ExchangeState.DONE: "success",
    ExchangeState.FAILED: "danger",
    ExchangeState.DROPPED: "",
}


class ImportForm(forms.Form):
    """A table to bring in, with its pictures if there are any."""

    table = forms.TypedChoiceField(
        label=gettext_lazy("What it holds"),
        choices=ExchangeTable.choices,
        coerce=ExchangeTable,
        widget=UnfoldAdminSelectWidget(),
    )
    file = forms.FileField(
        label=gettext_lazy("Table"),
        help_text=gettext_lazy("An .xlsx or a .csv file, at most 20 MB and 20,000 rows."),
        widget=UnfoldAdminFileFieldWidget(attrs={"accept": ".xlsx,.csv"}),
    )
    pictures = forms.FileField(
        label=gettext_lazy("Pictures"),
        required=False,
        help_text=gettext_lazy("If there are any: one ZIP archive, at most 100 MB in all."),
        widget=UnfoldAdminFileFieldWidget(attrs={"accept": ".zip"}),
    )


class ExportForm(forms.Form):
    """Which table to write, and as what."""

    table = forms.TypedChoiceField(
        label=gettext_lazy("What it holds"),
        choices=ExchangeTable.choices,
        coerce=ExchangeTable,
        widget=UnfoldAdminSelectWidget(),
    )
    file_format = forms.ChoiceField(
        label=gettext_lazy("File"),
        choices=(("xlsx", "Excel (.xlsx)"), ("csv", "CSV")),
        widget=UnfoldAdminSelectWidget(),
    )


@admin.register(CatalogExchange)
class CatalogExchangeAdmin(LedgerAdmin):
    """What was imported and exported, by whom, and what came of it."""

    list_display = ("title", "what", "stage", "rows", "asked_by", "asked_at")
    list_select_related = ("asked_by",)
    list_filter = (("kind", ChoicesRadioFilter), ("state", ChoicesRadioFilter))
    search_fields = ("file_name",)
    ordering = ("-id",)
    list_before_template = "admin/catalog/exchange/start.html"
    change_form_template = "admin/catalog/exchange/record.html"
    # The record's own page has its buttons in their place.
    change_form_outer_before_template = None

    def get_urls(self) -> list[URLPattern]:
        """Add the pages around an import and an export."""
        pages = (
            ("import/", self.import_view, "import"),
            ("export/", self.export_view, "export"),
            ("example/<slug:table>.<slug:file_format>", self.example_view, "example"),
            ("<int:exchange_id>/progress/", self.progress_view, "progress"),
            ("<int:exchange_id>/file/", self.file_view, "file"),
        )
        return [
            *(
                path(route, self.admin_site.admin_view(view), name=f"catalog_exchange_{name}")
                for route, view, name in pages
            ),
            *super().get_urls(),
        ]

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Offer an import and an export above the list."""
        context = {"export_form": ExportForm(), "may_ask": may_ask(request)}
        return super().changelist_view(request, {**context, **(extra_context or {})})

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Show how far it is, and what was found."""
        exchange = self.get_object(request, object_id)
        context = {"page": page_of(exchange)} if exchange is not None else {}
        return super().change_view(
            request, object_id, form_url, {**context, **(extra_context or {})}
        )

    def import_view(self, request: HttpRequest) -> HttpResponse:
        """Take a table and queue its check."""
        _check_may_ask(request)
        form = ImportForm(request.POST or None, request.FILES or None)
        if request.method == "POST" and form.is_valid():
            try:
                exchange = services.request_import(actor_id=actor_id(request), **form.cleaned_data)
            except ShopError as error:
                form.add_error(None, str(error))
            else:
                return self.back_to_record(exchange.pk)
        context = {
            **self.admin_site.each_context(request),
            "title": _("Import a table"),
            "opts": self.opts,
            "form": form,
            "tables": [(ExchangeTable(name), columns) for name, columns in services.TABLES.items()],
            "most_upload": MOST_UPLOAD,
        }
        return TemplateResponse(request, "admin/catalog/exchange/import.html", context)

    def export_view(self, request: HttpRequest) -> HttpResponse:
        """Queue the writing of a table."""
        return _export(self, request)

    def example_view(self, request: HttpRequest, table: str, file_format: str) -> HttpResponse:
        """Hand out a small table to learn from."""
        return _example(request, table, file_format)

    def progress_view(self, request: HttpRequest, exchange_id: int) -> HttpResponse:
        """Tell the page how far it is."""
        exchange = self._seen(request, exchange_id)
        return JsonResponse(progress_of(exchange), headers={"Cache-Control": "no-store"})

    def file_view(self, request: HttpRequest, exchange_id: int) -> HttpResponse:
        """Hand out an exported table, or the one that was brought."""
        exchange = self._seen(request, exchange_id)
        return _file(exchange)

    def deeds_for(self, request: HttpRequest, obj: CatalogExchange) -> list[Deed]:
        """Apply what was checked, or drop it."""
        droppable = obj.state in (ExchangeState.QUEUED, ExchangeState.CHECKED)
        return [
            *([APPLY] if services.is_applicable(obj) else []),
            *([DROP] if droppable else []),
        ]

    def may_do(self, request: HttpRequest, deed_name: str) -> bool:
        """Whoever may ask for it may apply and drop it."""
        return may_ask(request)

    def state_of(self, obj: CatalogExchange) -> str:
        """Return what a button was pressed upon."""
        return str(obj.state)

    def _seen(self, request: HttpRequest, exchange_id: int) -> CatalogExchange:
        if not self.has_view_permission(request):
            raise PermissionDenied
        exchange: CatalogExchange | None = self.get_object(request, str(exchange_id))
        if exchange is None:
            raise Http404
        return exchange

    @display(description=gettext_lazy("file"), ordering="file_name")
    def title(self, exchange: CatalogExchange) -> str:
        """What the file is called."""
        return exchange.file_name

    @display(description=gettext_lazy("what"), ordering="kind")
    def what(self, exchange: CatalogExchange) -> str:
        """Which way, and what it holds."""
        return f"{exchange.get_kind_display()}: {exchange.get_table_display()}"

    @display(description=gettext_lazy("state"), ordering="state")
    def stage(self, exchange: CatalogExchange) -> str:
        """How far it has come."""
        return label(exchange.get_state_display(), TONES[ExchangeState(exchange.state)])

    @display(description=gettext_lazy("rows"), ordering="total")
    def rows(self, exchange: CatalogExchange) -> str:
        """How many rows are done, of how many."""
        return f"{exchange.done} / {exchange.total}" if exchange.total else "—"

    @display(description=gettext_lazy("when"), ordering="created_at")
    def asked_at(self, exchange: CatalogExchange) -> str:
        """When somebody asked for it."""
        return short_moment(exchange.created_at)


# Whoever brings a table writes all of this.
_POWERS = (
    "catalog.add_catalogexchange", "catalog.add_product", "catalog.change_product",
    "catalog.add_variant", "catalog.change_variant", "catalog.add_category",
    "catalog.change_category", "catalog.add_tag", "catalog.change_tag",
    "catalog.add_productimage", "catalog.delete_productimage",
)  # fmt: skip


def may_ask(request: HttpRequest) -> bool:
    """Tell whether somebody may import and export."""
    return request.user.has_perms(_POWERS)


def _check_may_ask(request: HttpRequest) -> None:
    if not may_ask(request):
        raise PermissionDenied


@require_POST
def _export_asked(request: HttpRequest, page: CatalogExchangeAdmin) -> HttpResponse:
    form = ExportForm(request.POST)
    if not form.is_valid():
        page.message_user(request, _("Choose a table and a kind of file."), messages.ERROR)
        return page.changelist_view(request)
    try:
        exchange = services.request_export(
            actor_id=actor_id(request), now=now(), **form.cleaned_data
        )
    except ShopError as error:
        page.message_user(request, str(error), messages.ERROR)
        return page.changelist_view(request)
    return page.back_to_record(exchange.pk)


def _export(page: CatalogExchangeAdmin, request: HttpRequest) -> HttpResponse:
    _check_may_ask(request)
    return _export_asked(request, page)


@require_safe
def _example(request: HttpRequest, table: str, file_format: str) -> HttpResponse:
    _check_may_ask(request)
    if table not in ExchangeTable.values or file_format not in TYPES:
        raise Http404
    content = services.example_bytes(table=table, file_format=file_format)
    answer = HttpResponse(content, content_type=TYPES[file_format])
    answer["Content-Disposition"] = f'attachment; filename="example-{table}.{file_format}"'
    return answer


def _file(exchange: CatalogExchange) -> HttpResponse:
    finished = exchange.kind == ExchangeKind.IMPORT or exchange.state == ExchangeState.DONE
    if not exchange.file or not finished:
        raise Http404
    ending = exchange.file_name.rpartition(".")[2].lower()
    answer: Any = FileResponse(
        exchange.file.open("rb"),
        as_attachment=True,
        filename=exchange.file_name,
        content_type=TYPES.get(ending, "application/octet-stream"),
    )
    return answer  # type: ignore[no-any-return]


def _apply(request: HttpRequest, exchange: CatalogExchange, values: dict[str, Any]) -> str:
    services.confirm_import(exchange_id=exchange.pk, actor_id=actor_id(request), now=now())
    return _("The table is being applied.")


def _drop(request: HttpRequest, exchange: CatalogExchange, values: dict[str, Any]) -> str:
    services.drop_exchange(exchange_id=exchange.pk, now=now())
    return _("Dropped. Nothing of it was applied.")


APPLY = Deed("apply", gettext_lazy("Apply"), "check", _apply, variant="primary")
DROP = Deed("drop", gettext_lazy("Drop"), "close", _drop)
