"""Stocktakes: begun with a shelf, counted with a scanner or a thumb, confirmed after a review."""

from dataclasses import replace
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.contrib.filters.admin import ChoicesCheckboxFilter
from unfold.decorators import display
from unfold.widgets import UnfoldAdminRadioSelectWidget

from apps.core.admin import DayRangeFilter, Deed, DeedForm, actor_id, money, short_moment
from apps.core.errors import InvalidInput
from apps.core.time import now
from apps.inventory import selectors, services
from apps.inventory.admin.delivery_forms import Suggesting
from apps.inventory.admin.stocktake_page import StocktakePage, review, stocktake_page
from apps.inventory.admin.work import Done, Refused, WorkAdmin, typed_id, typed_number
from apps.inventory.dto import StocktakeState, Uncounted
from apps.inventory.errors import StocktakeRunning
from apps.inventory.models import Lot, Stocktake

_TONES = {
    StocktakeState.COUNTING: "warning",
    StocktakeState.CONFIRMED: "success",
    StocktakeState.CANCELLED: "",
}


class StartForm(forms.ModelForm[Stocktake]):
    """What is to be counted."""

    shelf = forms.CharField(
        label=gettext_lazy("Shelf"), required=False, max_length=40,
        widget=Suggesting(selectors.shelves, attrs={"autofocus": True}),
        help_text=gettext_lazy("As its label says: A-03-2. Or choose a category."),
    )  # fmt: skip

    class Meta:
        model = Stocktake
        fields = ("shelf", "category", "is_blind")

    def _post_clean(self) -> None:
        """Leave it to the service what makes a good stocktake: it says so in one sentence."""
        for name, value in self.cleaned_data.items():
            setattr(self.instance, name, value)


class ConfirmForm(DeedForm):
    """What becomes of the lots that nobody counted."""

    uncounted = forms.TypedChoiceField(
        label=gettext_lazy("Lots that nobody counted"), coerce=Uncounted,
        choices=Uncounted.choices, initial=Uncounted.KEEP, widget=UnfoldAdminRadioSelectWidget(),
    )  # fmt: skip


def _scan(request: HttpRequest, taken: Stocktake) -> Done:
    found = selectors.find_lots(
        stocktake_id=taken.pk, typed=request.POST.get("typed", ""), now=now()
    )
    if len(found) > 1:
        request._found = found  # type: ignore[attr-defined]
        return Done(_("Which lot is it?"), stays=True)
    line = services.add_lot(stocktake_id=taken.pk, lot_id=found[0].pk)
    return Done(focus=f"lot-{line.lot_id}")


def _add(request: HttpRequest, taken: Stocktake) -> Done:
    line = services.add_lot(stocktake_id=taken.pk, lot_id=typed_id(request, "lot"))
    return Done(focus=f"lot-{line.lot_id}")


def _count(request: HttpRequest, taken: Stocktake) -> Done:
    lot_id, counted = typed_id(request, "lot"), typed_number(request, "counted")
    if counted is None:
        raise InvalidInput(field=_("how many units"))
    services.count_lot(
        stocktake_id=taken.pk, lot_id=lot_id, counted=counted,
        seen=typed_number(request, "seen"), actor_id=actor_id(request), now=now(),
    )  # fmt: skip
    return Done(_("Saved."), focus=f"lot-{lot_id}")


def _leave_out(request: HttpRequest, taken: Stocktake) -> Done:
    services.leave_out_lot(stocktake_id=taken.pk, lot_id=typed_id(request, "lot"))
    return Done(_("The lot is left out: confirming will not change it."))


@admin.register(Stocktake)
class StocktakeAdmin(WorkAdmin):
    """What was counted."""

    page_template = "admin/inventory/stocktake/page.html"
    part_template = "admin/inventory/stocktake/part.html"
    works = {"scan": _scan, "add": _add, "count": _count, "leave": _leave_out}
    form = StartForm
    add_fieldsets = ((None, {"fields": (("shelf", "category"), "is_blind")}),)
    list_display = ("number", "place", "progress", "counted", "result", "in_charge", "began")
    list_display_links = ("number", "place")
    list_filter = (("state", ChoicesCheckboxFilter), ("started_at", DayRangeFilter))
    search_fields = ("shelf", "category__name_ru", "category__name_en", "lines__lot__code")
    search_help_text = gettext_lazy("Shelf, category or lot")
    ordering = ("-id",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Stocktake]:
        """Count lots with the stocktakes."""
        return selectors.stocktakes()

    def get_fieldsets(self, request: HttpRequest, obj: Stocktake | None = None) -> Any:
        """Ask what is to be counted; all else happens on the page."""
        return self.add_fieldsets

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Begin; whoever comes second is led to the stocktake that is running there."""
        answer = super().changeform_view(request, object_id, form_url, extra_context)
        refusal = getattr(request, "_refusal", None)
        if isinstance(refusal, StocktakeRunning):
            self.message_user(request, str(refusal), messages.WARNING)
            return self.back_to_record(refusal.facts["stocktake_id"])
        return answer

    def save_model(self, request: HttpRequest, obj: Stocktake, form: Any, change: bool) -> None:
        """Begin the count."""
        values = form.cleaned_data
        category = values.get("category")
        begun = services.start_stocktake(
            shelf=values.get("shelf", ""), category_id=category.pk if category else None,
            is_blind=values["is_blind"], actor_id=actor_id(request), now=now(),
        )  # fmt: skip
        obj.__dict__.update(begun.__dict__)

    def response_add(
        self, request: HttpRequest, obj: Stocktake, post_url_continue: str | None = None
    ) -> HttpResponse:
        """Go on to the first lot."""
        return self.back_to_record(obj.pk)

    def is_open(self, obj: Stocktake) -> bool:
        """What runs is counted, what is closed is read."""
        return obj.state == StocktakeState.COUNTING

    def state_of(self, obj: Stocktake) -> str:
        """Return what must not have changed between a button and its press."""
        return f"{obj.state}-{obj.keeper_id}"

    def page_of(
        self, request: HttpRequest, obj: Stocktake, refused: Refused | None
    ) -> StocktakePage:
        """Return the stocktake at a glance."""
        found: list[Lot] = getattr(request, "_found", [])
        focus = request.POST.get("lot", "")
        return stocktake_page(stocktake_id=obj.pk, refused=refused, focus=focus, found=found)

    def deeds_for(self, request: HttpRequest, obj: Stocktake) -> list[Deed]:
        """Confirm or cancel for whoever is in charge; anybody else may take over."""
        if not self.is_open(obj):
            return []
        if obj.keeper_id != actor_id(request):
            return [TAKE_OVER]
        return [CONFIRM, CANCEL]

    def _ask(self, request: HttpRequest, obj: Model, deed: Deed, form: DeedForm) -> HttpResponse:
        """Show the differences and what they are worth before they are booked."""
        if deed.name == CONFIRM.name:
            # The first button leads to the review, the second one confirms it.
            deed = replace(deed, label=gettext_lazy("Confirm the count"))
        answer: HttpResponse = super()._ask(request, obj, deed, form)
        if deed.name == CONFIRM.name and isinstance(answer, TemplateResponse):
            sheet = selectors.sheet(stocktake_id=obj.pk)
            answer.template_name = "admin/inventory/stocktake/confirm.html"
            answer.context_data = {
                **(answer.context_data or {}),
                "review": review(sheet),
                "counted": sheet.counted,
                "total": len(sheet.lots),
                "value": money(sheet.value),
            }
        return answer

    @display(description=gettext_lazy("number"), ordering="id")
    def number(self, taken: Stocktake) -> str:
        """Its number, by which movements name it."""
        return str(taken)

    @display(description=gettext_lazy("place"))
    def place(self, taken: Stocktake) -> str:
        """What is counted."""
        return selectors.place_name(taken)

    @display(description=gettext_lazy("state"), ordering="state", label=_TONES)
    def progress(self, taken: Stocktake) -> tuple[str, str]:
        """How far it has come."""
        return taken.state, str(taken.get_state_display())

    @display(description=gettext_lazy("lots counted"))
    def counted(self, taken: Any) -> str:
        """How many of its lots were counted."""
        return f"{taken.counted_count} / {taken.lot_count}"

    @display(description=gettext_lazy("differences"))
    def result(self, taken: Any) -> str:
        """How many lots differed when it was confirmed."""
        return str(taken.differing_count) if taken.state == StocktakeState.CONFIRMED else "—"

    @display(description=gettext_lazy("in charge"))
    def in_charge(self, taken: Stocktake) -> str:
        """Who keeps it."""
        return str(taken.keeper or "—")

    @display(description=gettext_lazy("started"), ordering="started_at")
    def began(self, taken: Stocktake) -> str:
        """When it was begun, in the shop's time."""
        return short_moment(taken.started_at)


def _confirm(request: HttpRequest, taken: Stocktake, values: dict[str, Any]) -> str:
    services.confirm_stocktake(
        stocktake_id=taken.pk, actor_id=actor_id(request), now=now(), **values
    )
    return _("Stocktake %(number)s is confirmed: the books follow the shelf.") % {
        "number": taken.pk
    }


def _take_over(request: HttpRequest, taken: Stocktake, values: dict[str, Any]) -> str:
    services.take_over_stocktake(stocktake_id=taken.pk, actor_id=actor_id(request))
    return _("You are in charge of stocktake %(number)s now.") % {"number": taken.pk}


def _cancel(request: HttpRequest, taken: Stocktake, values: dict[str, Any]) -> str:
    services.cancel_stocktake(stocktake_id=taken.pk, actor_id=actor_id(request), now=now())
    return _("Stocktake %(number)s is called off.") % {"number": taken.pk}


CONFIRM = Deed(
    "confirm", gettext_lazy("Review and confirm"), "fact_check", _confirm, ConfirmForm,
    variant="primary",
)  # fmt: skip
TAKE_OVER = Deed(
    "take-over", gettext_lazy("Take over"), "swap_horiz", _take_over, variant="primary",
    question=gettext_lazy(
        "Whoever counts here may go on counting; confirming will be yours. To help counting you"
        " need not take over."
    ),
)  # fmt: skip
CANCEL = Deed(
    "cancel", gettext_lazy("Call off"), "cancel", _cancel,
    question=gettext_lazy("What was counted is kept to read, and changes no stock."),
    variant="danger",
)  # fmt: skip
