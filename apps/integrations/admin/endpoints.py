"""Webhook endpoints: everybody's, with a test and a new secret at hand."""

from typing import Any

from django.contrib import admin
from django.db.models import Field
from django.forms import Field as FormField
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.decorators import display

from apps.core.admin import Deed, HistoryAdmin, label
from apps.core.time import now
from apps.integrations import services
from apps.integrations.admin.once import ShowsOnce, checkboxes, show_once
from apps.integrations.dto import EventType
from apps.integrations.models import Endpoint


def _test(request: HttpRequest, row: Endpoint, values: dict[str, Any]) -> str:
    services.send_test(key_id=None, public_id=row.public_id, now=now())
    return _("A test event is on its way: the deliveries say what became of it.")


def _rotate(request: HttpRequest, row: Endpoint, values: dict[str, Any]) -> str:
    show_once(request, services.rotate_secret(key_id=None, public_id=row.public_id, now=now()))
    return _("The secret was changed; for a day the old one signs, too.")


def _switch(is_on: bool) -> Any:
    def run(request: HttpRequest, row: Endpoint, values: dict[str, Any]) -> str:
        services.save_endpoint(key_id=None, public_id=row.public_id, is_on=is_on, now=now())
        return _("The endpoint is switched on.") if is_on else _("The endpoint is switched off.")

    return run


TEST = Deed("test", gettext_lazy("Send a test event"), "send", _test, variant="primary")
ROTATE = Deed(
    "rotate", gettext_lazy("New secret"), "autorenew", _rotate,
    question=gettext_lazy("You get a new secret; for a day the old one signs, too."),
)  # fmt: skip
SWITCH_OFF = Deed("switch-off", gettext_lazy("Switch off"), "pause", _switch(False))
SWITCH_ON = Deed(
    "switch-on", gettext_lazy("Switch on"), "play_arrow", _switch(True), variant="primary"
)


@admin.register(Endpoint)
class EndpointAdmin(ShowsOnce, HistoryAdmin):
    """Where events go."""

    list_display = ("url", "owner", "subscribed", "standing", "failing_since")
    list_select_related = ("key",)
    list_filter = ("disabled_reason",)
    search_fields = ("url", "key__name")
    ordering = ("-id",)
    autocomplete_fields = ("key",)
    fields = ("key", "url", "types")

    def get_fields(self, request: HttpRequest, obj: Endpoint | None = None) -> Any:
        """Show how it fares once it exists; whose it is stays."""
        if obj is None:
            return self.fields
        return ("owner", "url", "types", ("standing", "failures", "failing_since"), "log")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Show what the page itself works out."""
        return ("owner", "standing", "failures", "failing_since", "log") if obj else ()

    def formfield_for_dbfield(
        self, db_field: Field[Any, Any], request: HttpRequest, **kwargs: Any
    ) -> FormField | None:
        """Choose events by checkboxes."""
        boxes = checkboxes(self, db_field)
        return boxes or super().formfield_for_dbfield(db_field, request, **kwargs)

    def save_model(self, request: HttpRequest, obj: Endpoint, form: Any, change: bool) -> None:
        """Make the endpoint and show its secret, or change it."""
        types = form.cleaned_data["types"]
        if change:
            services.save_endpoint(
                key_id=None, public_id=obj.public_id, url=obj.url, types=types, now=now()
            )
            return
        made = services.make_endpoint(key_id=obj.key_id, url=obj.url, types=types, now=now())
        obj.pk = made.id
        show_once(request, made)

    def remove_record(self, request: HttpRequest, obj: Any) -> None:
        """Forget it and what was sent to it."""
        services.remove_endpoint(key_id=None, public_id=obj.public_id)

    def deeds_for(self, request: HttpRequest, obj: Endpoint) -> list[Deed]:
        """Test it, change its secret, switch it."""
        return [SWITCH_ON, ROTATE] if obj.disabled_at else [TEST, ROTATE, SWITCH_OFF]

    @display(description=gettext_lazy("API key"), ordering="key__name")
    def owner(self, row: Endpoint) -> str:
        """Whose it is."""
        return row.key.name if row.key else _("the shop's own")

    @display(description=gettext_lazy("events"))
    def subscribed(self, row: Endpoint) -> str:
        """What it hears of."""
        return ", ".join(str(EventType(one).label) for one in row.types)

    @display(description=gettext_lazy("state"))
    def standing(self, row: Endpoint) -> str:
        """Whether it is sent anything, and how that goes."""
        if row.disabled_at is not None:
            return label(row.get_disabled_reason_display(), "danger")
        if row.key is not None and not row.key.is_live(now()):
            return label(_("its key is dead"), "danger")
        return label(_("failing"), "warning") if row.failing_since else label(_("on"), "success")

    @display(description=gettext_lazy("deliveries"))
    def log(self, row: Endpoint) -> str:
        """The way to what was sent to it."""
        address = reverse("admin:integrations_delivery_changelist")
        query = f"endpoint__id__exact={row.pk}"
        return format_html('<a class="shop-link" href="{}?{}">{}</a>', address, query, _("Show"))
