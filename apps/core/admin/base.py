"""The kinds of pages that every app's admin is made of."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse
from unfold.admin import ModelAdmin, TabularInline
from unfold.paginator import InfinitePaginator

from apps.core.admin.deeds import WithDeeds
from apps.core.errors import ShopError


def actor_id(request: HttpRequest) -> int:
    """Return the id of the member of staff who makes the request.

    Raises:
        PermissionDenied: Nobody is signed in.
    """
    if request.user.pk is None:
        raise PermissionDenied
    return int(request.user.pk)


class ShopAdmin(WithDeeds, ModelAdmin):
    """A page whose changes go through services: a refusal is shown in the form, input kept."""

    list_per_page = 50
    show_full_result_count = False
    list_filter_submit = True
    warn_unsaved_form = True
    compressed_fields = True

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Show the page; what a service refuses is undone and said above the same form."""
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except ShopError as error:
            request._refusal = error  # type: ignore[attr-defined]
            return super().changeform_view(request, object_id, form_url, extra_context)

    def get_form(
        self, request: HttpRequest, obj: Model | None = None, change: bool = False, **kwargs: Any
    ) -> type[ModelForm[Any]]:
        """Return the form, which repeats the refusal of the service if there was one."""
        form: type[ModelForm[Any]] = super().get_form(request, obj, change=change, **kwargs)
        refusal: ShopError | None = getattr(request, "_refusal", None)
        return form if refusal is None else _refused(form, str(refusal))

    def delete_model(self, request: HttpRequest, obj: Model) -> None:
        """Remove one record through `remove_record`, which calls a service."""
        self.remove_record(request, obj)

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Ask and remove; what a service refuses is said, and nothing changes."""
        try:
            return super().delete_view(request, object_id, extra_context)
        except ShopError as error:
            self.message_user(request, str(error), messages.ERROR)
            return self.back_to_record(object_id)

    def remove_record(self, request: HttpRequest, obj: Model) -> None:
        """Remove a record; pages of models with rules of their own call a service here."""
        obj.delete()

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """Offer the page's own actions; Django's bulk removal would pass the services by."""
        actions: dict[str, Any] = super().get_actions(request)
        actions.pop("delete_selected", None)
        return actions


def _refused(form: type[ModelForm[Any]], sentence: str) -> type[ModelForm[Any]]:
    class RefusedForm(form):  # type: ignore[valid-type, misc]
        def clean(self) -> Any:
            cleaned = super().clean()
            self.add_error(None, sentence)
            return cleaned

    return RefusedForm


class LedgerAdmin(ShopAdmin):
    """A page to read only: services alone write these rows."""

    list_disable_select_all = True
    warn_unsaved_form = False
    # The biggest tables are never counted: pages go forward without a total.
    paginator = InfinitePaginator

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Nobody writes a ledger by hand."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Nobody changes a ledger."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Nobody shortens a ledger."""
        return False


class LedgerInline(TabularInline):
    """Rows to read on another record's page."""

    extra = 0
    can_delete = False
    tab = True

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Services alone add these rows."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Services alone change these rows."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Services alone remove these rows."""
        return False
