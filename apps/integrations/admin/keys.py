"""API keys: made, replaced and revoked here; the key itself is shown once."""

from typing import Any

from django.contrib import admin
from django.db.models import Field
from django.forms import Field as FormField
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.decorators import display

from apps.core.admin import Deed, ShopAdmin, actor_id, label
from apps.core.time import now
from apps.integrations import services
from apps.integrations.admin.once import ShowsOnce, checkboxes, show_once
from apps.integrations.dto import Scope
from apps.integrations.models import ApiKey


def _replace(request: HttpRequest, key: ApiKey, values: dict[str, Any]) -> str:
    made = services.replace_key(key_id=key.pk, actor_id=actor_id(request), now=now())
    show_once(request, made)
    return _("A new key was made; the old one ends within a day.")


def _revoke(request: HttpRequest, key: ApiKey, values: dict[str, Any]) -> str:
    services.revoke_key(key_id=key.pk, actor_id=actor_id(request), now=now())
    return _("The key is revoked.")


REPLACE = Deed(
    "replace", gettext_lazy("Replace the key"), "autorenew", _replace,
    question=gettext_lazy(
        "You get a new key with the same name and scopes, and its webhooks go over to it. The old"
        " one ends within a day."
    ),
)  # fmt: skip
REVOKE = Deed(
    "revoke", gettext_lazy("Revoke the key"), "block", _revoke,
    question=gettext_lazy(
        "Whoever uses it is shut out at once, and its webhooks are sent nothing. This can't be"
        " taken back."
    ),
    variant="danger",
)  # fmt: skip


@admin.register(ApiKey)
class ApiKeyAdmin(ShowsOnce, ShopAdmin):
    """Who may ask by a program."""

    list_display = ("name", "beginning", "powers", "standing", "last_used_at", "expires_at")
    list_select_related = ("made_by", "revoked_by")
    search_fields = ("name", "prefix")
    ordering = ("-id",)
    fields = ("name", "scopes", "expires_at")

    def get_fields(self, request: HttpRequest, obj: ApiKey | None = None) -> Any:
        """Ask for what a new key needs; show all of one that exists."""
        if obj is None:
            return self.fields
        return (("name", "beginning"), "powers", ("standing", "last_used_at", "expires_at"),
                ("created_at", "made_by"), ("revoked_at", "revoked_by"))  # fmt: skip

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Show what the page itself works out."""
        return ("beginning", "powers", "standing", "created_at") if obj else ()

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody changes a key: its scopes are what somebody agreed to."""
        return obj is None and super().has_change_permission(request)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody removes a key: it is revoked, and remembered."""
        return False

    def formfield_for_dbfield(
        self, db_field: Field[Any, Any], request: HttpRequest, **kwargs: Any
    ) -> FormField | None:
        """Choose scopes by checkboxes."""
        boxes = checkboxes(self, db_field)
        return boxes or super().formfield_for_dbfield(db_field, request, **kwargs)

    def save_model(self, request: HttpRequest, obj: ApiKey, form: Any, change: bool) -> None:
        """Make the key, and show it on the answer."""
        made = services.make_key(
            name=obj.name, scopes=form.cleaned_data["scopes"], expires_at=obj.expires_at,
            actor_id=actor_id(request), now=now(),
        )  # fmt: skip
        obj.pk = made.id
        show_once(request, made)

    def deeds_for(self, request: HttpRequest, obj: ApiKey) -> list[Deed]:
        """Replace what is alive, revoke what nobody has revoked."""
        if obj.revoked_at is not None:
            return []
        return [REPLACE, REVOKE] if obj.is_live(now()) else [REVOKE]

    @display(description=gettext_lazy("begins with"))
    def beginning(self, key: ApiKey) -> str:
        """By what people know the key."""
        return f"ffb_{key.prefix}…"

    @display(description=gettext_lazy("scopes"))
    def powers(self, key: ApiKey) -> str:
        """What it opens."""
        return ", ".join(str(Scope(scope).label) for scope in key.scopes)

    @display(description=gettext_lazy("state"))
    def standing(self, key: ApiKey) -> str:
        """Whether it opens anything."""
        if key.revoked_at is not None:
            return label(_("revoked"), "danger")
        if not key.is_live(now()):
            return label(_("expired"), "warning")
        return label(_("valid"), "success")
