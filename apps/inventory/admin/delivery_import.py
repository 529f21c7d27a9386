"""A supplier's table: looked at row by row first, then taken over whole."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.core import sheets
from apps.core.errors import ShopError
from apps.core.time import now
from apps.inventory import services
from apps.inventory.admin.delivery_forms import TableForm, packed_rows, unpacked_rows
from apps.inventory.dto import RowReport, RowState
from apps.inventory.models import DeliveryNote
from apps.inventory.services.delivery_import import COLUMNS, MOST_LINES, REQUIRED

if TYPE_CHECKING:
    from apps.inventory.admin.deliveries import DeliveryNoteAdmin

_TONES = {RowState.NEW: "success", RowState.KNOWN: "info", RowState.WRONG: "danger"}
# Longer tables are imported all the same, but not shown row by row where all is well.
_SHOWN = 200


@dataclass(frozen=True)
class Preview:
    """What an import would do, wrong rows first."""

    rows: tuple[tuple[RowReport, str], ...]
    packed: str
    counts: tuple[tuple[str, int, str], ...]
    fresh: int
    is_wrong: bool
    hidden: int


def import_view(
    page: "DeliveryNoteAdmin", request: HttpRequest, note: DeliveryNote
) -> HttpResponse:
    """Ask for a file (GET), show what it would do (a file), or do it (the rows shown).

    Raises:
        PermissionDenied: The person may only look.
    """
    if not request.user.has_perm("inventory.change_deliverynote"):
        raise PermissionDenied
    preview, problem = None, ""
    try:
        if "rows" in request.POST:
            return _imported(page, request, note)
        if request.method == "POST":
            preview = _preview(request, note)
    except ShopError as error:
        problem = str(error)
    context = {
        **page.admin_site.each_context(request),
        "title": _("Import a table"),
        "subtitle": str(note),
        "opts": page.opts,
        "original": note,
        "form": TableForm(),
        "preview": preview,
        "problem": problem,
        "columns": [(name, others) for name, others in COLUMNS.items()],
        "required": REQUIRED,
        "most_lines": MOST_LINES,
        "back_url": page.back_to_record(note.pk).url,
    }
    return TemplateResponse(request, "admin/inventory/deliverynote/import.html", context)


def _preview(request: HttpRequest, note: DeliveryNote) -> Preview:
    """Return what the uploaded file would do.

    Raises:
        ShopError: It is no table that we can read, or the note is no draft any more.
    """
    upload = request.FILES.get("file")
    if upload is None or upload.file is None:
        raise sheets.SheetEmpty
    read = sheets.read_sheet(
        upload.file, columns=COLUMNS, required=REQUIRED, most_rows=MOST_LINES
    )  # fmt: skip
    rows: list[tuple[int, dict[str, Any]]] = [(row.number, dict(row.values)) for row in read]
    reports = services.check_rows(note_id=note.pk, rows=rows, now=now())
    wrong = [report for report in reports if report.state == RowState.WRONG]
    others = [report for report in reports if report.state != RowState.WRONG]
    shown = [*wrong, *others][:_SHOWN]
    counts = {state: sum(r.state == state for r in reports) for state in RowState}
    return Preview(
        rows=tuple((report, _TONES[report.state]) for report in shown),
        packed=packed_rows(rows),
        counts=tuple((str(s.label), count, _TONES[s]) for s, count in counts.items() if count),
        fresh=counts[RowState.NEW],
        is_wrong=bool(wrong),
        hidden=len(reports) - len(shown),
    )


def _imported(page: "DeliveryNoteAdmin", request: HttpRequest, note: DeliveryNote) -> HttpResponse:
    """Take the rows over and go back to the note.

    Raises:
        ShopError: A row can't be used any more, so none was.
    """
    rows = unpacked_rows(request.POST["rows"])
    reports = services.import_rows(note_id=note.pk, rows=rows, now=now())
    fresh = sum(report.state == RowState.NEW for report in reports)
    told = ngettext("%(count)s line was added.", "%(count)s lines were added.", fresh)
    page.message_user(request, told % {"count": fresh}, messages.SUCCESS)
    return page.back_to_record(note.pk)
