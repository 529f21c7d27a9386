"""Many prices at once: choose or bring a table, look at the preview, carry it out, undo it."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from unfold.contrib.filters.admin import ChoicesCheckboxFilter
from unfold.decorators import display

from apps.catalog import selectors, services
from apps.catalog.admin.price_forms import ChooseForm, TableForm, moment_text
from apps.catalog.admin.price_words import described, line_views
from apps.catalog.dto import PriceBatchState
from apps.catalog.errors import RowsRefused
from apps.catalog.models import PriceBatch
from apps.core.admin import DayRangeFilter, Deed, LedgerAdmin, actor_id, label
from apps.core.errors import ShopError
from apps.core.sheets import XLSX_TYPE, xlsx_bytes
from apps.core.time import now

LINES_PER_PAGE = 100
_ROWS_SHOWN = 200
_TONES = {
    PriceBatchState.DRAFT.value: "info",
    PriceBatchState.APPLIED.value: "success",
    PriceBatchState.UNDONE.value: "",
}


@admin.register(PriceBatch)
class PriceBatchAdmin(LedgerAdmin):
    """Every preview and what became of it."""

    change_form_template = "admin/catalog/prices/batch.html"
    list_display = ("number", "state_label", "what", "packs", "reason", "made_by", "made")
    list_select_related = ("made_by",)
    list_filter = (
        ("state", ChoicesCheckboxFilter),
        ("kind", ChoicesCheckboxFilter),
        ("created_at", DayRangeFilter),
    )
    search_fields = ("reason", "=id")
    ordering = ("-id",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Count the lines of each row."""
        return super().get_queryset(request).annotate(line_count=Count("lines"))  # type: ignore[no-any-return]

    def get_urls(self) -> list[URLPattern]:
        """Add the pages on which a batch begins."""
        views = (("new", change_prices), ("import", import_prices), ("table", price_table))
        own = [
            path(f"{name}/", self.admin_site.admin_view(view), name=f"catalog_pricebatch_{name}")
            for name, view in views
        ]
        return [*own, *super().get_urls()]

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """Show the preview instead of a form."""
        batch = kwargs["obj"]
        lines = selectors.batch_lines(batch_id=batch.pk)
        page = Paginator(lines, LINES_PER_PAGE).get_page(request.GET.get("page"))
        context |= {
            "batch": batch,
            "tone": _TONES[batch.state],
            "what": described(batch),
            "page": page,
            "lines": line_views(page.object_list, is_undone=batch.state == PriceBatchState.UNDONE),
            **selectors.batch_warnings(batch_id=batch.pk),
        }
        return super().render_change_form(request, context, *args, **kwargs)

    def state_of(self, obj: PriceBatch) -> str:
        """Return what a button was seen in: another preview is another thing to say yes to."""
        return f"{obj.state} {obj.created_at.isoformat()}"

    def deeds_for(self, request: HttpRequest, obj: PriceBatch) -> list[Deed]:
        """Carry out, look again, give up, undo."""
        if obj.state == PriceBatchState.DRAFT:
            is_sound = not obj.lines.exclude(problem="").exists()
            return [*([APPLY] if is_sound else []), AGAIN, DISCARD]
        return [UNDO] if obj.state == PriceBatchState.APPLIED else []

    def back_to_record(self, pk: Any) -> HttpResponseRedirect:
        """Return to the batch, or to their list once it was given up."""
        if PriceBatch.objects.filter(pk=pk).exists():
            return super().back_to_record(pk)
        return HttpResponseRedirect(reverse("admin:catalog_pricebatch_changelist"))

    @display(description="№", ordering="id")
    def number(self, batch: PriceBatch) -> str:
        """Its number."""
        return str(batch)

    @display(description=gettext_lazy("state"), ordering="state")
    def state_label(self, batch: PriceBatch) -> str:
        """How far it has come."""
        return label(batch.get_state_display(), _TONES[batch.state])

    @display(description=gettext_lazy("what"))
    def what(self, batch: PriceBatch) -> str:
        """The operation in words, or the file."""
        return described(batch)[0]

    @display(description=gettext_lazy("packs"), ordering="line_count")
    def packs(self, batch: Any) -> int:
        """How many lines it has."""
        return int(batch.line_count)

    @display(description=gettext_lazy("made"), ordering="created_at")
    def made(self, batch: PriceBatch) -> str:
        """When it was previewed."""
        return moment_text(batch.created_at)


def change_prices(request: HttpRequest) -> HttpResponse:
    """Ask which packs and what is done to them; a preview comes of it."""
    return change_prices_page(request)


def change_prices_page(request: HttpRequest, *, selected: str = "") -> HttpResponse:
    """Show the form, or make a preview of what it says.

    `selected` are ids of packs that were ticked on their list, with commas between.

    Raises:
        PermissionDenied: Prices are not this person's to change.
    """
    _check(request)
    if selected or request.method != "POST":
        form = ChooseForm(initial={"selected": selected})
        return _page(request, "choose.html", form=form, title=_("Change prices"))
    form = ChooseForm(request.POST)
    if form.is_valid():
        try:
            batch = services.preview_prices(
                chosen=form.chosen(), operation=form.operation(), now=now(),
                reason=form.cleaned_data["reason"], actor_id=actor_id(request),
            )  # fmt: skip
        except ShopError as error:
            form.add_error(None, str(error))
        else:
            return _to_batch(batch)
    return _page(request, "choose.html", form=form, title=_("Change prices"))


def import_prices(request: HttpRequest) -> HttpResponse:
    """Read a table; a preview comes of it, or a list of the rows that can't be used.

    Raises:
        PermissionDenied: Prices are not this person's to change.
    """
    _check(request)
    form = TableForm(request.POST, request.FILES) if request.method == "POST" else TableForm()
    problems: tuple[Any, ...] = ()
    if form.is_valid():
        file = form.cleaned_data["file"]
        try:
            batch = services.preview_price_file(
                file=file, name=file.name, reason=form.cleaned_data["reason"], now=now(),
                actor_id=actor_id(request),
            )  # fmt: skip
        except ShopError as error:
            form.add_error("file", str(error))
            problems = error.problems if isinstance(error, RowsRefused) else ()
        else:
            return _to_batch(batch)
    more = {"problems": problems[:_ROWS_SHOWN], "more_problems": len(problems) - _ROWS_SHOWN}
    return _page(request, "table.html", form=form, title=_("Prices from a table"), **more)


def price_table(request: HttpRequest) -> HttpResponse:
    """Give out the prices of now as a table, to be changed and brought back.

    Raises:
        PermissionDenied: Prices are not this person's to change.
    """
    _check(request)
    heading = ("sku", "name", "price", "regular_price", "from", "until")
    rows = selectors.price_table()
    response = HttpResponse(xlsx_bytes(heading, rows, title=_("Prices")), content_type=XLSX_TYPE)
    response["Content-Disposition"] = 'attachment; filename="prices.xlsx"'
    return response


def _check(request: HttpRequest) -> None:
    if not request.user.has_perm("catalog.add_pricebatch"):
        raise PermissionDenied


def _to_batch(batch: PriceBatch) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("admin:catalog_pricebatch_change", args=(batch.pk,)))


def _page(request: HttpRequest, template: str, *, title: str, **context: Any) -> HttpResponse:
    return TemplateResponse(
        request,
        f"admin/catalog/prices/{template}",
        {**admin.site.each_context(request), "title": title, **context},
    )


def _apply(request: HttpRequest, batch: PriceBatch, values: dict[str, Any]) -> str:
    services.apply_price_batch(batch_id=batch.public_id, now=now(), actor_id=actor_id(request))
    count = batch.lines.count()
    return ngettext("%(count)s price is changed.", "%(count)s prices are changed.", count) % {
        "count": count
    }


def _again(request: HttpRequest, batch: PriceBatch, values: dict[str, Any]) -> str:
    services.preview_again(batch_id=batch.public_id, now=now())
    return _("This is the preview from the prices of now.")


def _discard(request: HttpRequest, batch: PriceBatch, values: dict[str, Any]) -> str:
    services.discard_preview(batch_id=batch.public_id)
    return _("The preview is gone; no price was changed.")


def _undo(request: HttpRequest, batch: PriceBatch, values: dict[str, Any]) -> str:
    outcome = services.undo_price_batch(
        batch_id=batch.public_id, now=now(), actor_id=actor_id(request)
    )
    said = ngettext(
        "%(count)s price is as it was.", "%(count)s prices are as they were.", outcome.undone
    ) % {"count": outcome.undone}
    if not outcome.kept:
        return said
    kept = _("These were changed again since and stay: %(skus)s.") % {
        "skus": ", ".join(outcome.kept[:20]) + (" …" if len(outcome.kept) > 20 else "")
    }
    return f"{said} {kept}"


APPLY = Deed(
    "apply", gettext_lazy("Change these prices"), "check_circle", _apply,
    question=gettext_lazy("Customers see the new prices at once. One button undoes all of it."),
    variant="primary",
)  # fmt: skip
AGAIN = Deed("again", gettext_lazy("Preview again"), "refresh", _again)
DISCARD = Deed("discard", gettext_lazy("Give it up"), "delete", _discard)
UNDO = Deed(
    "undo", gettext_lazy("Undo"), "undo", _undo,
    question=gettext_lazy(
        "Packs get back the prices of before, those excepted whose price was changed again since."
    ),
    variant="danger",
)  # fmt: skip
