"""A secret that is shown once: on the answer itself, never in a message, a cookie or a session."""

from typing import Any

from django import forms
from django.contrib.admin.options import ModelAdmin
from django.contrib.postgres.fields import ArrayField
from django.db.models import Field, Model
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget

from apps.core.admin import WithDeeds
from apps.integrations.dto import Made


def show_once(request: HttpRequest, made: Made) -> None:
    """Have the answer to this request show a secret."""
    request._shown_once = made  # type: ignore[attr-defined]


class ShowsOnce(WithDeeds):
    """A page that, after it was added to or a button was pressed, may show a secret."""

    def response_add(
        self, request: HttpRequest, obj: Model, post_url_continue: str | None = None
    ) -> HttpResponse:
        """Show the secret of what was made."""
        answer = super().response_add(request, obj, post_url_continue)
        return self._once(request, answer)

    def deed_view(self, request: HttpRequest, object_id: str, deed_name: str) -> HttpResponse:
        """Show the secret that the button made."""
        return self._once(request, super().deed_view(request, object_id, deed_name))

    def _once(self, request: HttpRequest, answer: HttpResponse) -> HttpResponse:
        made: Made | None = getattr(request, "_shown_once", None)
        if made is None:
            return answer
        context = {
            **self.admin_site.each_context(request),
            "title": self.opts.verbose_name,
            "opts": self.opts,
            "secret": made.secret,
            "back_url": self.back_to_record(made.id).url,
        }
        page = TemplateResponse(request, "admin/integrations/once.html", context)
        page["Cache-Control"] = "no-store"
        return page


def checkboxes(admin: ModelAdmin[Any], field: Field[Any, Any]) -> forms.Field | None:
    """Return a checkbox for each choice of an array, None for any other field."""
    if not isinstance(field, ArrayField):
        return None
    return forms.MultipleChoiceField(
        label=field.verbose_name,
        choices=field.base_field.flatchoices,
        widget=UnfoldAdminCheckboxSelectMultipleWidget(),
    )
