"""Broadcasts: written and looked at here, sent by a button, watched while they go."""

from collections.abc import Iterable
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.forms import Script
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.template.defaultfilters import linebreaksbr
from django.urls import URLPattern, path
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy
from unfold.contrib.filters.admin import ChoicesRadioFilter
from unfold.decorators import display

from apps.core.admin import Deed, ShopAdmin, actor_id, label, short_moment
from apps.core.time import now
from apps.marketing import services, texts
from apps.marketing.admin.broadcast_deeds import deeds_of
from apps.marketing.admin.broadcast_page import TONES, counters, page_of, progress_of
from apps.marketing.dto import BroadcastDraft, BroadcastState
from apps.marketing.models import Broadcast

_ROW = (
    "button_product_id", "button_category_id", "button_code_id", "bought_id", "zone_id",
    "idle_days", "language", "title", "text_ru", "text_en",
)  # fmt: skip


@admin.register(Broadcast)
class BroadcastAdmin(ShopAdmin):
    """One message to many; its history is the list."""

    list_display = ("title", "stage", "so_far", "when", "author")
    list_select_related = ("sent_by", "created_by")
    list_filter = (("state", ChoicesRadioFilter),)
    search_fields = ("title", "text_ru", "text_en")
    ordering = ("-id",)
    autocomplete_fields = ("button_product", "button_category", "button_code", "bought")
    change_form_outer_before_template = "admin/marketing/broadcast.html"
    fieldsets = (
        (None, {"fields": ("title", "text_ru", "text_en", "picture")}),
        (gettext_lazy("Button"), {"fields": ("button_product", "button_category", "button_code")}),
        (gettext_lazy("Segment"), {
            "fields": ("bought", "idle_days", "zone", "language"),
            "description": gettext_lazy(
                "All of it must be true of a person. Empty: everybody who takes offers."
            ),
        }),
    )  # fmt: skip

    class Media:
        js = (Script("admin/shop/exchange.js", defer=True),)

    def get_queryset(self, request: HttpRequest) -> Any:
        """Count who sleeps with the rows: the list asks once for all of them."""
        rows: Any = super().get_queryset(request)
        return rows.with_sleepers(now())

    def get_urls(self) -> list[URLPattern]:
        """Add the address that the counter asks."""
        view = self.admin_site.admin_view(self.progress_view)
        name = "marketing_broadcast_progress"
        return [path("<int:broadcast_id>/progress/", view, name=name), *super().get_urls()]

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Show how far it is."""
        row: Any = self.get_object(request, object_id)
        context = {"page": page_of(row, now())} if row is not None else {}
        return super().change_view(
            request, object_id, form_url, {**context, **(extra_context or {})}
        )

    def progress_view(self, request: HttpRequest, broadcast_id: int) -> HttpResponse:
        """Tell the page how far it is."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        row: Any = self.get_object(request, str(broadcast_id))
        if row is None:
            raise Http404
        return JsonResponse(progress_of(row), headers={"Cache-Control": "no-store"})

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A draft is written on; what was sent stays as it was sent."""
        is_draft = obj is None or obj.state == BroadcastState.DRAFT
        return is_draft and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A draft may be thrown away by whoever may write it."""
        is_draft = obj is None or obj.state == BroadcastState.DRAFT
        return is_draft and super().has_delete_permission(request, obj)

    def get_fieldsets(self, request: HttpRequest, obj: Broadcast | None = None) -> Any:
        """Show the words of what was sent as people read them."""
        if obj is None or obj.state == BroadcastState.DRAFT:
            return self.fieldsets
        _words, *others = self.fieldsets
        return (None, {"fields": ("title", "read_ru", "read_en", "picture")}), *others

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Nobody edits what people read."""
        return ("read_ru", "read_en")

    def save_model(self, request: HttpRequest, obj: Broadcast, form: Any, change: bool) -> None:
        """Write it."""
        saved = services.save_broadcast(
            broadcast_id=obj.pk,
            draft=BroadcastDraft(
                picture=_picture(form), **{name: getattr(obj, name) for name in _ROW}
            ),
            actor_id=actor_id(request),
        )
        obj.__dict__.update(saved.__dict__)

    def remove_record(self, request: HttpRequest, obj: Any) -> None:
        """Throw a draft away."""
        services.remove_broadcast(broadcast_id=obj.pk)

    def deeds_for(self, request: HttpRequest, obj: Broadcast) -> Iterable[Deed]:
        """Look at it, send it, pause it, stop it."""
        return deeds_of(obj)

    def state_of(self, obj: Broadcast) -> str:
        """Hold a button to the words that were seen with it."""
        is_draft = obj.state == BroadcastState.DRAFT
        return f"{obj.state} {obj.updated_at.isoformat() if is_draft else ''}".strip()

    @display(description=gettext_lazy("text in Russian"))
    def read_ru(self, row: Broadcast) -> str:
        """The Russian text as it was sent."""
        return _as_read(row.text_ru)

    @display(description=gettext_lazy("text in English"))
    def read_en(self, row: Broadcast) -> str:
        """The English text as it was sent."""
        return _as_read(row.text_en) or "—"

    @display(description=gettext_lazy("state"), ordering="state")
    def stage(self, row: Broadcast) -> str:
        """How far it has come."""
        return label(row.get_state_display(), TONES[BroadcastState(row.state)])

    @display(description=gettext_lazy("so far"))
    def so_far(self, row: Broadcast) -> str:
        """What has become of it."""
        return counters(row) if row.started_at else "—"

    @display(description=gettext_lazy("begins"), ordering="starts_at")
    def when(self, row: Broadcast) -> str:
        """When it went, or will."""
        moment = row.started_at or row.starts_at
        return short_moment(moment) if moment else "—"

    @display(description=gettext_lazy("by"))
    def author(self, row: Broadcast) -> str:
        """Who sent it, or wrote it."""
        return str(row.sent_by or row.created_by or "—")


def _as_read(text: str) -> str:
    # Escaped before it was made bold.
    return linebreaksbr(mark_safe(texts.bold(text)))  # noqa: S308


def _picture(form: Any) -> bytes | None:
    """Return an uploaded picture; nothing where it stays, b"" where it is to go."""
    given = form.cleaned_data.get("picture")
    if given is False:
        return b""
    if "picture" not in form.changed_data or not given:
        return None
    given.seek(0)
    return bytes(given.read())
