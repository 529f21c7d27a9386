"""Delivery notes: begun at the ramp, filled by a scanner, booked in one go."""

from typing import Any

from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from unfold.contrib.filters.admin import ChoicesCheckboxFilter
from unfold.decorators import display

from apps.core.admin import DayRangeFilter, Deed, DeedForm, ReasonForm, actor_id, short_moment
from apps.core.time import now
from apps.inventory import selectors, services
from apps.inventory.admin.delivery_forms import HeadForm, OpenForm, line_values
from apps.inventory.admin.delivery_import import import_view
from apps.inventory.admin.delivery_page import DeliveryPage, delivery_page, outcomes
from apps.inventory.admin.work import Done, Refused, WorkAdmin, typed_id
from apps.inventory.cold_chain import as_read
from apps.inventory.dto import DeliveryState
from apps.inventory.models import DeliveryNote

_TONES = {
    DeliveryState.DRAFT: "warning",
    DeliveryState.BOOKED: "success",
    DeliveryState.REFUSED: "danger",
}


def _scan(request: HttpRequest, note: DeliveryNote) -> Done:
    line = services.scan_line(note_id=note.pk, typed=request.POST.get("typed", ""), now=now())
    return Done(focus=f"line-{line.pk}")


def _add(request: HttpRequest, note: DeliveryNote) -> Done:
    line = services.add_line(note_id=note.pk, variant_id=typed_id(request, "variant"), now=now())
    return Done(focus=f"line-{line.pk}")


def _save(request: HttpRequest, note: DeliveryNote) -> Done:
    line_id = typed_id(request, "line")
    services.change_line(note_id=note.pk, line_id=line_id, now=now(), **line_values(request))
    return Done(_("Saved."), focus=f"line-{line_id}")


def _remove(request: HttpRequest, note: DeliveryNote) -> Done:
    services.remove_line(note_id=note.pk, line_id=typed_id(request, "line"))
    return Done(_("The line is struck out."))


def _send_back(request: HttpRequest, note: DeliveryNote) -> Done:
    line_id = typed_id(request, "line")
    reason = request.POST.get("reason", "")
    services.send_line_back(note_id=note.pk, line_id=line_id, reason=reason)
    return Done(_("These goods go back."), focus=f"line-{line_id}")


def _keep(request: HttpRequest, note: DeliveryNote) -> Done:
    line_id = typed_id(request, "line")
    services.keep_line(note_id=note.pk, line_id=line_id)
    return Done(_("These goods are received."), focus=f"line-{line_id}")


@admin.register(DeliveryNote)
class DeliveryNoteAdmin(WorkAdmin):
    """What lorries bring."""

    page_template = "admin/inventory/deliverynote/page.html"
    part_template = "admin/inventory/deliverynote/part.html"
    works = {
        "scan": _scan, "add": _add, "save": _save, "remove": _remove, "back": _send_back,
        "keep": _keep,
    }  # fmt: skip
    form = OpenForm
    add_fieldsets = (
        (None, {"fields": (("number", "supplier"), "arrived_at", ("temperature", "vehicle"),
                           "comment")}),
    )  # fmt: skip
    list_display = ("number", "supplier", "progress", "came", "cold", "size", "who")
    list_filter = (("state", ChoicesCheckboxFilter), ("arrived_at", DayRangeFilter))
    search_fields = ("number", "supplier", "vehicle", "lines__variant__sku", "lines__code")
    search_help_text = gettext_lazy("Number, supplier, vehicle, SKU or lot")
    ordering = ("-arrived_at", "-id")

    def get_queryset(self, request: HttpRequest) -> QuerySet[DeliveryNote]:
        """Count lines and units with the notes."""
        return selectors.deliveries()

    def get_urls(self) -> list[URLPattern]:
        """Add the address of the import."""
        view = self.admin_site.admin_view(self.import_view)
        urls = [path("<path:object_id>/import/", view, name="inventory_deliverynote_import")]
        return [*urls, *super().get_urls()]

    def get_fieldsets(self, request: HttpRequest, obj: DeliveryNote | None = None) -> Any:
        """Ask for the head only: lines are added on the page."""
        return self.add_fieldsets

    def save_model(self, request: HttpRequest, obj: DeliveryNote, form: Any, change: bool) -> None:
        """Begin the note."""
        note = services.open_delivery(
            actor_id=actor_id(request), now=now(), **form.cleaned_data
        )  # fmt: skip
        obj.__dict__.update(note.__dict__)

    def response_add(
        self, request: HttpRequest, obj: DeliveryNote, post_url_continue: str | None = None
    ) -> HttpResponse:
        """Go on to the first line."""
        return self.back_to_record(obj.pk)

    def is_open(self, obj: DeliveryNote) -> bool:
        """Drafts are written, closed notes are read."""
        return obj.state == DeliveryState.DRAFT

    def state_of(self, obj: DeliveryNote) -> str:
        """Return the revision that a button was seen with."""
        return f"{obj.state}-{obj.revision}"

    def page_of(
        self, request: HttpRequest, obj: DeliveryNote, refused: Refused | None
    ) -> DeliveryPage:
        """Return the note at a glance."""
        focus = request.POST.get("line", "")
        return delivery_page(note_id=obj.pk, refused=refused, focus=focus, now=now())

    def import_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Look at a supplier's table and take its rows over."""
        return import_view(self, request, self._record(request, object_id))

    def deeds_for(self, request: HttpRequest, obj: DeliveryNote) -> list[Deed]:
        """Book, correct, refuse or throw away what is still a draft."""
        return [BOOK, HEAD, REFUSE, DISCARD] if self.is_open(obj) else []

    def _ask(self, request: HttpRequest, obj: Model, deed: Deed, form: DeedForm) -> HttpResponse:
        """Show what booking will make of the lines before it does."""
        answer: HttpResponse = super()._ask(request, obj, deed, form)
        if deed.name == BOOK.name and isinstance(answer, TemplateResponse):
            answer.template_name = "admin/inventory/deliverynote/book.html"
            answer.context_data = {
                **(answer.context_data or {}),
                "outcomes": outcomes(note_id=obj.pk, now=now()),
            }
        return answer

    @display(description=gettext_lazy("state"), ordering="state", label=_TONES)
    def progress(self, note: DeliveryNote) -> tuple[str, str]:
        """How far it has come."""
        return note.state, str(note.get_state_display())

    @display(description=gettext_lazy("arrived"), ordering="arrived_at")
    def came(self, note: DeliveryNote) -> str:
        """When it came, in the shop's time."""
        return short_moment(note.arrived_at)

    @display(description=gettext_lazy("temperature"), ordering="temperature")
    def cold(self, note: DeliveryNote) -> str:
        """How cold the lorry was."""
        return "—" if note.temperature is None else as_read(note.temperature)

    @display(description=gettext_lazy("lines and units"))
    def size(self, note: Any) -> str:
        """How much it brings."""
        lines = ngettext("%(count)s line", "%(count)s lines", note.line_count)
        units = ngettext("%(units)s unit", "%(units)s units", note.units)
        return f"{lines % {'count': note.line_count}}, {units % {'units': note.units}}"

    @display(description=gettext_lazy("received by"))
    def who(self, note: DeliveryNote) -> str:
        """Who began it."""
        return str(note.opened_by or "—")


def _book(request: HttpRequest, note: DeliveryNote, values: dict[str, Any]) -> str:
    booked = services.book_delivery(
        note_id=note.pk, revision=note.revision, actor_id=actor_id(request), now=now()
    )
    return _("Delivery note %(number)s is on the shelves.") % {"number": booked.number}


def _change_head(request: HttpRequest, note: DeliveryNote, values: dict[str, Any]) -> str:
    services.change_delivery(note_id=note.pk, actor_id=actor_id(request), now=now(), **values)
    return _("Saved.")


def _refuse(request: HttpRequest, note: DeliveryNote, values: dict[str, Any]) -> str:
    services.refuse_delivery(note_id=note.pk, actor_id=actor_id(request), now=now(), **values)
    return _("Delivery note %(number)s goes back as a whole.") % {"number": note.number}


def _discard(request: HttpRequest, note: DeliveryNote, values: dict[str, Any]) -> str:
    services.discard_delivery(note_id=note.pk)
    return _("The draft %(number)s is gone.") % {"number": note.number}


BOOK = Deed(
    "book", gettext_lazy("Book"), "inventory", _book, variant="primary",
    question=gettext_lazy(
        "Everything on the note goes onto the shelves. A booked note is never changed again."
    ),
)  # fmt: skip
HEAD = Deed("head", gettext_lazy("Correct the head"), "edit", _change_head, HeadForm)
REFUSE = Deed(
    "refuse", gettext_lazy("Refuse the delivery"), "assignment_return", _refuse, ReasonForm,
    question=gettext_lazy("Nothing of it is received: the whole lorry goes back."),
    variant="danger",
)  # fmt: skip
DISCARD = Deed(
    "discard", gettext_lazy("Discard the draft"), "delete", _discard,
    question=gettext_lazy("The draft was begun by mistake: it leaves no trace."),
    variant="danger",
)  # fmt: skip
