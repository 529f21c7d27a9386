"""Buttons on a record's page: each is a POST that calls one service and shows what came of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.admin.options import ModelAdmin
from django.contrib.admin.utils import quote, unquote
from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminTextareaWidget

from apps.core.errors import ShopError

Text = str | Promise


class DeedForm(forms.Form):
    """What a button asks before it acts; without fields it only asks whether to go on."""

    def __init__(self, *args: Any, record: Model, **kwargs: Any) -> None:
        self.record = record
        super().__init__(*args, **kwargs)


class ReasonForm(DeedForm):
    """Why something is done, for those who read the history."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=200,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 2}),
    )


@dataclass(frozen=True)
class Deed:
    """One button. `run` calls one service and returns the sentence to show.

    With a `question` or with fields it opens a page that asks first; otherwise it acts at once.
    `variant` is primary, default or danger.
    """

    name: str
    label: Text
    icon: str
    run: Callable[[HttpRequest, Any, dict[str, Any]], Text]
    form_class: type[DeedForm] = DeedForm
    question: Text = ""
    variant: str = "default"
    template: str = "admin/shop/deed.html"

    @property
    def asks(self) -> bool:
        """Whether a page stands between the button and the deed."""
        return bool(self.question or self.form_class.base_fields)


class WithDeeds(ModelAdmin):  # type: ignore[type-arg]
    """A model's admin with deeds: whose they are is `may_do`, when they are open `deeds_for`."""

    change_form_outer_before_template: str | None = "admin/shop/deeds.html"

    def may_do(self, request: HttpRequest, deed_name: str) -> bool:
        """Tell whether a deed is this person's at all, on whatever record and in whatever state."""
        return request.user.has_perm(f"{self.opts.app_label}.change_{self.opts.model_name}")

    def deeds_for(self, request: HttpRequest, obj: Any) -> Iterable[Deed]:
        """Return the buttons that the record is open to, the likeliest first."""
        return ()

    def offered_deeds(self, request: HttpRequest, obj: Any) -> tuple[Deed, ...]:
        """Return the buttons for this person on this record."""
        return tuple(d for d in self.deeds_for(request, obj) if self.may_do(request, d.name))

    def state_of(self, obj: Any) -> str:
        """Return what must not have changed between seeing a button and pressing it."""
        return ""

    def too_late(self, request: HttpRequest, obj: Any) -> str:
        """Return the sentence for a button that is no longer on the page."""
        return _("This can't be done any more: somebody has changed it meanwhile.")

    def get_urls(self) -> list[URLPattern]:
        """Add the address of the deeds."""
        view = self.admin_site.admin_view(self.deed_view)
        name = f"{self.opts.app_label}_{self.opts.model_name}_do"
        return [path("<path:object_id>/do/<slug:deed_name>/", view, name=name), *super().get_urls()]

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """Add the buttons to the record's page."""
        obj = kwargs.get("obj")
        if obj is not None and obj.pk and not context.get("is_popup"):
            context["deeds"] = [
                (deed, self._url(obj, deed)) for deed in self.offered_deeds(request, obj)
            ]
            context["state"] = self.state_of(obj)
        return super().render_change_form(request, context, *args, **kwargs)

    def deed_view(self, request: HttpRequest, object_id: str, deed_name: str) -> HttpResponse:
        """Ask (GET) or act (POST), once, on one record.

        Raises:
            Http404: There is no such record.
            PermissionDenied: The person may not even look at it, or the deed is not theirs: that
                comes before any word about the record's state.
        """
        obj = self.get_object(request, unquote(object_id))
        if obj is None:
            raise Http404
        if not self.has_view_permission(request, obj) or not self.may_do(request, deed_name):
            raise PermissionDenied
        deed = next((d for d in self.offered_deeds(request, obj) if d.name == deed_name), None)
        seen = request.POST.get("state", self.state_of(obj))
        if deed is None or seen != self.state_of(obj):
            self.message_user(request, self.too_late(request, obj), messages.WARNING)
            return self.back_to_record(obj.pk)
        form = deed.form_class(request.POST if request.method == "POST" else None, record=obj)
        if request.method == "POST" and form.is_valid() and self._do(request, obj, deed, form):
            return self.back_to_record(obj.pk)
        return self._ask(request, obj, deed, form)

    def back_to_record(self, pk: Any) -> HttpResponseRedirect:
        """Return to the record's page."""
        name = f"admin:{self.opts.app_label}_{self.opts.model_name}_change"
        return HttpResponseRedirect(reverse(name, args=(quote(pk),)))

    def _url(self, obj: Model, deed: Deed) -> str:
        name = f"admin:{self.opts.app_label}_{self.opts.model_name}_do"
        return reverse(name, args=(quote(obj.pk), deed.name))

    def _do(self, request: HttpRequest, obj: Model, deed: Deed, form: DeedForm) -> bool:
        """Act, and tell whether the person goes back to the record's page."""
        try:
            said = deed.run(request, obj, form.cleaned_data)
        except ShopError as error:
            if deed.asks and self._is_unchanged(request, obj):
                form.add_error(None, str(error))
                return False
            self.message_user(request, str(error), messages.ERROR)
            return True
        self.message_user(request, str(said), messages.SUCCESS)
        return True

    def _is_unchanged(self, request: HttpRequest, obj: Model) -> bool:
        now = self.get_object(request, str(obj.pk))
        return now is not None and self.state_of(now) == self.state_of(obj)

    def _ask(self, request: HttpRequest, obj: Model, deed: Deed, form: DeedForm) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "title": str(deed.label),
            "subtitle": str(obj),
            "opts": self.opts,
            "original": obj,
            "deed": deed,
            "form": form,
            "state": self.state_of(obj),
            "back_url": self.back_to_record(obj.pk).url,
        }
        return TemplateResponse(request, deed.template, context)


def run_one_by_one(
    admin: ModelAdmin[Any],
    request: HttpRequest,
    records: Iterable[Model],
    run: Callable[[Model], object],
) -> None:
    """Do the same to each record on its own, so that one refusal spares the others."""
    done = 0
    for record in records:
        try:
            run(record)
        except ShopError as error:
            admin.message_user(request, f"{record}: {error}", messages.WARNING)
        else:
            done += 1
    if done:
        admin.message_user(request, _("Done: %(count)s.") % {"count": done}, messages.SUCCESS)
