"""What the pages of promotions and of promo codes have in common."""

from typing import Any, ClassVar

from django.db.models import Count, Model, QuerySet, Sum
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.contrib.filters.admin import RadioFilter
from unfold.decorators import display

from apps.core.admin import Deed, HistoryAdmin, actor_id, money, record_link, short_moment
from apps.core.time import now
from apps.promotions import services
from apps.promotions.admin import words
from apps.promotions.admin.forms import CONDITIONS
from apps.promotions.admin.trials import trial_views
from apps.promotions.dto import OfferKind, OfferState

PREVIEW = "_preview"


class StateFilter(RadioFilter):
    """Where offers stand now."""

    title = gettext_lazy("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Offer the states."""
        return [(state.value, str(state.label)) for state in OfferState]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Keep the chosen ones."""
        return queryset.filter(state=self.value()) if self.value() else queryset


class OfferAdmin(HistoryAdmin):
    """A page whose form can be tried on real carts before it is saved."""

    kind: ClassVar[OfferKind]
    conditional_fields = CONDITIONS
    autocomplete_fields = ("gift_variant", "products", "categories")
    change_form_outer_before_template = "admin/promotions/before.html"
    change_form_after_template = "admin/promotions/try.html"
    readonly_fields = ("now_is", "given")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Know where each offer stands now."""
        rows: Any = self.model._default_manager.get_queryset()
        return rows.with_state(now())  # type: ignore[no-any-return]

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Orders keep what they used: an offer is stopped, not deleted."""
        return False

    def get_fieldsets(self, request: HttpRequest, obj: Model | None = None) -> Any:
        """Leave out what happened so far while there is nothing yet."""
        fieldsets = super().get_fieldsets(request, obj)
        return fieldsets if obj is not None else fieldsets[:-1]

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """Let a new offer hold from this minute on, unless somebody says otherwise."""
        initial = super().get_changeform_initial_data(request)
        return {"starts_at": now().replace(second=0, microsecond=0), **initial}

    def get_form(
        self, request: HttpRequest, obj: Model | None = None, change: bool = False, **kwargs: Any
    ) -> type[ModelForm[Any]]:
        """Return the form; while it is only tried, nothing that it says is saved."""
        form: type[ModelForm[Any]] = super().get_form(request, obj, change=change, **kwargs)
        if PREVIEW not in request.POST:
            return form

        class TriedForm(form):  # type: ignore[valid-type, misc]
            def is_valid(self) -> bool:
                if super().is_valid():
                    request._trials = services.preview(  # type: ignore[attr-defined]
                        row=self.instance,
                        product_ids=self.ids_of("products"),
                        category_ids=self.ids_of("categories"),
                        now=now(),
                    )
                return False

        return TriedForm

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """Add what the offer as it stands in the form would do."""
        trials = getattr(request, "_trials", None)
        if trials is not None:
            row = context["adminform"].form.instance
            context["trials"] = trial_views(trials)
            moment = max(now(), row.starts_at)
            context["tried_at"] = short_moment(moment) if moment > now() else ""
        return super().render_change_form(request, context, *args, **kwargs)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Nothing is left to do: the goods went with the offer."""

    def deeds_for(self, request: HttpRequest, obj: Any) -> list[Deed]:
        """Stop it or switch it on, or make another one like it."""
        is_over = obj.ends_at is not None and obj.ends_at <= now()
        switch = self._deed("stop" if obj.is_active else "activate")
        return [*([] if is_over else [switch]), self._deed("duplicate")]

    def may_do(self, request: HttpRequest, deed_name: str) -> bool:
        """Another one like it is a new one."""
        if deed_name == "duplicate":
            return self.has_add_permission(request)
        return super().may_do(request, deed_name)

    def state_of(self, obj: Any) -> str:
        """Return whether it is switched on: what the buttons depend on."""
        return "on" if obj.is_active else "off"

    def _deed(self, name: str) -> Deed:
        deeds = {
            "stop": Deed(
                "stop", gettext_lazy("Stop now"), "stop_circle", self._stop, variant="danger",
                question=gettext_lazy(
                    "It gives nothing more from this moment on; orders that have it keep it."
                ),
            ),
            "activate": Deed(
                "activate", gettext_lazy("Switch on"), "play_circle", self._activate,
                variant="primary",
            ),
            "duplicate": Deed(
                "duplicate", gettext_lazy("Make a copy"), "content_copy", self._duplicate
            ),
        }  # fmt: skip
        return deeds[name]

    def _stop(self, request: HttpRequest, obj: Any, values: dict[str, Any]) -> str:
        services.stop(kind=self.kind, offer_id=obj.pk, actor_id=actor_id(request), now=now())
        return _("It is stopped.")

    def _activate(self, request: HttpRequest, obj: Any, values: dict[str, Any]) -> str:
        services.activate(kind=self.kind, offer_id=obj.pk, actor_id=actor_id(request), now=now())
        return _("It is switched on.")

    def _duplicate(self, request: HttpRequest, obj: Any, values: dict[str, Any]) -> str:
        copy = services.duplicate(
            kind=self.kind, offer_id=obj.pk, actor_id=actor_id(request), now=now()
        )
        said = _("Here is the copy, switched off:")
        return format_html("{} {}", said, record_link(copy))

    @display(
        description=gettext_lazy("state"),
        label={str(state): tone for state, tone in words.TONES.items()},
    )
    def progress(self, row: Any) -> tuple[str, str]:
        """Where it stands now."""
        return row.state, str(OfferState(row.state).label)

    @display(description=gettext_lazy("state"))
    def now_is(self, row: Any) -> str:
        """Where it stands now, on its own page."""
        return "—" if row.pk is None else str(OfferState(row.state).label)

    @display(description=gettext_lazy("gives"))
    def gives(self, row: Any) -> str:
        """What it gives, and for what."""
        return words.gives(row)

    @display(description=gettext_lazy("valid"), ordering="starts_at")
    def holds(self, row: Any) -> str:
        """From when until when."""
        return words.holds(row.starts_at, row.ends_at)

    @display(description=gettext_lazy("budget"), ordering="budget")
    def spending(self, row: Any) -> str:
        """How much of its budget is spent."""
        return words.budget(row)

    @display(description=gettext_lazy("given so far"))
    def given(self, row: Any) -> str:
        """How often it was used and what it gave, with a link to the orders."""
        if row.pk is None:
            return "—"
        live = row.redemptions.live().aggregate(count=Count("pk"), sum=Sum("amount"))
        if not live["count"]:
            return _("nothing yet")
        field = "code" if self.kind == OfferKind.CODE else "promotion"
        url = reverse("admin:promotions_redemption_changelist")
        said = _("%(sum)s in %(count)s orders") % {
            "sum": money(live["sum"]),
            "count": live["count"],
        }
        return format_html(
            '<a class="shop-link" href="{}?{}__id__exact={}">{}</a>', url, field, row.pk, said
        )
