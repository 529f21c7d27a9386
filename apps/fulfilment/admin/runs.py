"""Runs: planned from packed orders, arranged by hand or as suggested, watched on the road."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q, QuerySet
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.contrib.filters.admin import ChoicesRadioFilter
from unfold.decorators import display

from apps.core.admin import Deed, HistoryAdmin, LedgerAdmin, actor_id, label, record_url
from apps.core.errors import ShopError
from apps.core.storage import private
from apps.core.time import now
from apps.fulfilment import papers, selectors, services
from apps.fulfilment.admin.papers import as_pdf
from apps.fulfilment.admin.run_deeds import ASSIGN, DROP, START, SUGGEST
from apps.fulfilment.admin.run_forms import PlanForm
from apps.fulfilment.admin.run_rows import ready_groups, stop_views
from apps.fulfilment.dto import RunState, StopState
from apps.fulfilment.errors import StopNotFound
from apps.fulfilment.models import Run
from apps.orders.dto import OrderStatus
from apps.payments.dto import Provider

_TONES = {RunState.PLANNED: "warning", RunState.STARTED: "primary", RunState.FINISHED: "success"}
_ID_DIGITS = 18
_NONE_CHOSEN = gettext_lazy("Choose at least one order.")


@admin.register(Run)
class RunAdmin(LedgerAdmin, HistoryAdmin):
    """Who brings what, today and before."""

    change_form_template = "admin/fulfilment/run.html"
    list_display = ("courier", "day", "progress", "vehicle", "condition")
    list_filter = (("state", ChoicesRadioFilter),)
    list_select_related = ("courier",)
    search_fields = ("courier__first_name", "courier__last_name", "vehicle", "stops__order__number")
    date_hierarchy = "day"
    ordering = ("-day", "-id")
    fields = ("courier", "day", "vehicle")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Run]:
        """Count stops with the rows; a courier sees the own runs."""
        rows: QuerySet[Run] = super().get_queryset(request)
        if sees_own_runs(request):
            rows = rows.filter(courier_id=actor_id(request))
        done = Q(stops__state__in=(StopState.DONE, StopState.FAILED))
        waiting = Q(stops__state=StopState.PLANNED, stops__order__status=OrderStatus.PACKED)
        return rows.annotate(
            stop_count=Count("stops"),
            closed_count=Count("stops", done),
            waiting_count=Count("stops", waiting),
        )

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Whether this person plans runs."""
        return request.user.has_perm("fulfilment.add_run")

    def get_urls(self) -> list[URLPattern]:
        """Add the buttons of the stops, more orders, and the sheet for the printer."""
        guarded, name = self.admin_site.admin_view, "fulfilment_run"
        return [
            path("<int:object_id>/orders/", guarded(self.orders_view), name=f"{name}_orders"),
            path("<int:object_id>/sheet/", guarded(self.sheet_view), name=f"{name}_sheet"),
            path(
                "<int:object_id>/stops/<int:stop_id>/photo/",
                guarded(self.photo_view),
                name=f"{name}_photo",
            ),
            path(
                "<int:object_id>/stops/<int:stop_id>/<slug:deed>/",
                guarded(self.stop_view),
                name=f"{name}_stop",
            ),
            *super().get_urls(),
        ]

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show what waits for the road (GET), and plan a run of it (POST).

        Raises:
            PermissionDenied: The person may not.
        """
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = PlanForm(request.POST if request.method == "POST" else None)
        chosen = _chosen(request)
        if request.method == "POST" and form.is_valid():
            done = self._plan(request, form, chosen)
            if done is not None:
                return done
        context = {
            **self.admin_site.each_context(request),
            "title": _("Plan a run"),
            "opts": self.opts,
            "form": form,
            "groups": ready_groups(selectors.ready_orders()),
            "chosen": set(chosen),
        }
        return TemplateResponse(request, "admin/fulfilment/run_plan.html", context)

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """Show the stops instead of a form."""
        run = kwargs.get("obj")
        if run is not None:
            card = selectors.run_card(run_id=run.pk)
            may_plan = self.has_add_permission(request)
            is_open = run.state != RunState.FINISHED
            context |= {
                "run": card,
                "state_label": label(card.state_name, _TONES[RunState(card.state)]),
                "rows": stop_views(card),
                "may_plan": may_plan,
                "is_open": is_open,
                "groups": ready_groups(selectors.ready_orders()) if may_plan and is_open else (),
            }
        return super().render_change_form(request, context, *args, **kwargs)

    def may_do(self, request: HttpRequest, deed_name: str) -> bool:
        """Couriers take their own boxes along; the rest is the dispatcher's."""
        if deed_name == START.name and sees_own_runs(request):
            return True
        return super().may_do(request, deed_name)

    def deeds_for(self, request: HttpRequest, obj: Any) -> list[Deed]:
        """Send the boxes out; arrange the stops; give the run to another courier."""
        if obj.state == RunState.FINISHED:
            return []
        may_plan = self.has_add_permission(request)
        may_start = obj.waiting_count and (may_plan or obj.courier_id == request.user.pk)
        deeds = [START] if may_start else []
        if not may_plan:
            return deeds
        is_empty = obj.state == RunState.PLANNED and not obj.stop_count
        return [*deeds, SUGGEST, ASSIGN, *([DROP] if is_empty else [])]

    def state_of(self, obj: Run) -> str:
        """Return the state and the courier."""
        return f"{obj.state}-{obj.courier_id}"

    def back_to_record(self, pk: Any) -> HttpResponseRedirect:
        """Return to the run's page; from one that was taken away, to the list."""
        if Run.objects.filter(pk=pk).exists():
            return super().back_to_record(pk)
        return HttpResponseRedirect(reverse("admin:fulfilment_run_changelist"))

    def stop_view(
        self, request: HttpRequest, object_id: int, stop_id: int, deed: str
    ) -> HttpResponse:
        """Move a stop, take it off, or correct how its money was taken.

        Raises:
            Http404: There is no such run or button.
            PermissionDenied: The person plans no runs.
        """
        run, change = self._run_of(request, object_id), _STOP_DEEDS.get(deed)
        if change is None or request.method != "POST":
            raise Http404
        return self._changed(request, run, lambda: change(run.pk, stop_id, actor_id(request)))

    def orders_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """Put the chosen orders on the run.

        Raises:
            Http404: There is no such run.
            PermissionDenied: The person plans no runs.
        """
        run, chosen = self._run_of(request, object_id), _chosen(request)
        if not chosen:
            messages.warning(request, _NONE_CHOSEN)
            return self.back_to_record(run.pk)
        add = services.add_orders
        return self._changed(
            request, run,
            lambda: add(run_id=run.pk, order_ids=chosen, actor_id=actor_id(request), now=now()),
        )  # fmt: skip

    def photo_view(self, request: HttpRequest, object_id: int, stop_id: int) -> FileResponse:
        """Return the picture that the courier took at a door.

        Raises:
            Http404: There is no such run or picture, or it is another courier's.
        """
        run = self.get_object(request, str(object_id))
        if run is None or not self.has_view_permission(request, run):
            raise Http404
        try:
            name = selectors.proof_of(run_id=run.pk, stop_id=stop_id)
            picture = private().open(name)
        except (StopNotFound, OSError) as error:
            raise Http404 from error
        return FileResponse(picture, content_type="image/webp")

    def sheet_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """Return the run on paper.

        Raises:
            Http404: There is no such run, or it is another courier's.
        """
        run = self.get_object(request, str(object_id))
        if run is None or not self.has_view_permission(request, run):
            raise Http404
        return as_pdf(papers.draw_run_sheet(selectors.run_card(run_id=run.pk)), f"run-{run.pk}")

    def _run_of(self, request: HttpRequest, object_id: int) -> Run:
        run: Run | None = self.get_object(request, str(object_id))
        if run is None:
            raise Http404
        if not self.has_add_permission(request):
            raise PermissionDenied
        return run

    def _changed(
        self, request: HttpRequest, run: Run, change: Callable[[], object]
    ) -> HttpResponse:
        try:
            change()
        except ShopError as error:
            messages.error(request, str(error))
        return self.back_to_record(run.pk)

    def _plan(self, request: HttpRequest, form: PlanForm, chosen: list[int]) -> HttpResponse | None:
        if not chosen:
            form.add_error(None, _NONE_CHOSEN)
            return None
        try:
            run = services.plan_run(
                order_ids=chosen, actor_id=actor_id(request), now=now(), **form.cleaned_data
            )
        except ShopError as error:
            form.add_error(None, str(error))
            return None
        return HttpResponseRedirect(record_url("fulfilment_run", run.pk))

    @display(description=gettext_lazy("stops"))
    def progress(self, run: Any) -> str:
        """How many stops are done, of how many."""
        return f"{run.closed_count} / {run.stop_count}"

    @display(description=gettext_lazy("state"), ordering="state")
    def condition(self, run: Run) -> str:
        """How far the run has come."""
        return label(run.get_state_display(), _TONES[RunState(run.state)])


def sees_own_runs(request: HttpRequest) -> bool:
    """Tell a courier from dispatchers and packers, who see every run."""
    user = request.user
    return user.has_perm("fulfilment.view_run") and not user.has_perm("fulfilment.view_pick")


def _chosen(request: HttpRequest) -> list[int]:
    """Return the orders that were ticked."""
    return [
        int(text)
        for text in request.POST.getlist("order")
        if text.isascii() and text.isdigit() and len(text) <= _ID_DIGITS
    ]


def _moved(places: int) -> Callable[[int, int, int], object]:
    def move(run_id: int, stop_id: int, actor: int) -> object:
        return services.move_stop(run_id=run_id, stop_id=stop_id, places=places, actor_id=actor)

    return move


def _drop(run_id: int, stop_id: int, actor: int) -> object:
    return services.drop_stop(run_id=run_id, stop_id=stop_id, actor_id=actor, now=now())


def _corrected(provider: str) -> Callable[[int, int, int], object]:
    def correct(run_id: int, stop_id: int, actor: int) -> object:
        return services.correct_taken(stop_id=stop_id, provider=provider, actor_id=actor)

    return correct


_STOP_DEEDS: dict[str, Callable[[int, int, int], object]] = {
    "up": _moved(-1),
    "down": _moved(1),
    "off": _drop,
    "cash": _corrected(Provider.CASH),
    "card": _corrected(Provider.CARD),
}
