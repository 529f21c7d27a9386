"""Pages that are worked on in the freezer: a scanner's field, and forms that save one by one.

Without JavaScript each form is a plain POST, and the page comes back. With `work.js` the same
POST is sent behind the page, and answered with the page's changing part.
"""

from abc import ABCMeta, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.forms.widgets import MediaDefiningClass
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse

from apps.core.admin import HistoryAdmin
from apps.core.errors import ShopError
from apps.core.problems import describe

_BEHIND_THE_PAGE = "X-Work"
# What PostgreSQL's bigint holds for certain.
_DIGITS = 18


@dataclass(frozen=True)
class Done:
    """What a form's POST came to: a sentence, and the part of the page to go on with.

    It `stays` where the page shows what the next request would not know any more.
    """

    said: str = ""
    focus: str = ""
    stays: bool = False


@dataclass(frozen=True)
class Refused:
    """What was refused, with what was typed, so that nobody types it twice."""

    sentence: str
    status: int
    typed: Mapping[str, str]


Work = Callable[[HttpRequest, Any], Done]


class _WorkPage(MediaDefiningClass, ABCMeta):
    """Django's kind of page, and one that stays abstract until it says what it shows."""


class WorkAdmin(HistoryAdmin, metaclass=_WorkPage):
    """A record whose page is made of small forms, each a POST that calls one service.

    `works` names the forms by their field `do`. A subclass gives the page's templates and its
    `page_of`, which reads what they show.
    """

    page_template: str
    part_template: str
    works: Mapping[str, Work] = {}

    @abstractmethod
    def is_open(self, obj: Any) -> bool:
        """Tell whether the record may still be changed by anybody."""

    @abstractmethod
    def page_of(self, request: HttpRequest, obj: Any, refused: Refused | None) -> Any:
        """Return what the page shows."""

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Small forms and buttons change the record; Django's own form never does."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """What has happened stays."""
        return False

    def get_urls(self) -> list[URLPattern]:
        """Add the address of the small forms."""
        view = self.admin_site.admin_view(self.work_view)
        name = f"{self.opts.app_label}_{self.opts.model_name}_work"
        return [path("<path:object_id>/work/", view, name=name), *super().get_urls()]

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Begin a record; there is one way on, to its page."""
        one_way = {"show_save_and_add_another": False, "show_save_and_continue": False}
        return super().add_view(request, form_url, {**one_way, **(extra_context or {})})

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Show the record to work on."""
        return self._page(request, self._record(request, object_id))

    def work_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Do what one of the small forms asks, and show what came of it."""
        obj = self._record(request, object_id)
        work = self.works.get(request.POST.get("do", ""))
        if request.method != "POST" or work is None:
            return self.back_to_record(obj.pk)
        if not self._may_change(request):
            raise PermissionDenied
        try:
            done = work(request, obj)
        except ShopError as error:
            problem = describe(error)
            refused = Refused(problem.detail, problem.status, request.POST.dict())
            return self._refuse(request, self._record(request, object_id), refused)
        return self._answer(request, self._record(request, object_id), done)

    def _may_change(self, request: HttpRequest) -> bool:
        return request.user.has_perm(f"{self.opts.app_label}.change_{self.opts.model_name}")

    def back_to_record(self, pk: Any) -> HttpResponseRedirect:
        """Return to the record's page, or to the list if the record is gone."""
        if self.model._default_manager.filter(pk=pk).exists():
            back: HttpResponseRedirect = super().back_to_record(pk)
            return back
        name = f"admin:{self.opts.app_label}_{self.opts.model_name}_changelist"
        return HttpResponseRedirect(reverse(name))

    def _record(self, request: HttpRequest, object_id: str) -> Any:
        """Return the record.

        Raises:
            Http404: There is none.
            PermissionDenied: The person may not even look at it.
        """
        obj = self.get_object(request, unquote(object_id))
        if obj is None:
            raise Http404
        if not self.has_view_permission(request, obj):
            raise PermissionDenied
        return obj

    def _answer(self, request: HttpRequest, obj: Any, done: Done) -> HttpResponse:
        if _BEHIND_THE_PAGE in request.headers:
            return self._part(request, obj, {"said": done.said, "focus": done.focus}, 200)
        if done.stays:
            return self._page(request, obj)
        if done.said:
            self.message_user(request, done.said, messages.SUCCESS)
        address = self.back_to_record(obj.pk).url
        return HttpResponseRedirect(f"{address}#{done.focus}" if done.focus else address)

    def _refuse(self, request: HttpRequest, obj: Any, refused: Refused) -> HttpResponse:
        if _BEHIND_THE_PAGE in request.headers:
            return self._part(
                request, obj, {"refused": refused.sentence}, refused.status, refused
            )  # fmt: skip
        return self._page(request, obj, refused)

    def _part(
        self,
        request: HttpRequest,
        obj: Any,
        told: dict[str, str],
        status: int,
        refused: Refused | None = None,
    ) -> JsonResponse:
        context = self._context(request, obj, refused)
        html = render_to_string(self.part_template, context, request=request)
        return JsonResponse({**told, "html": html}, status=status)

    def _page(
        self, request: HttpRequest, obj: Any, refused: Refused | None = None
    ) -> TemplateResponse:
        status = refused.status if refused else 200
        context = self._context(request, obj, refused)
        return TemplateResponse(request, self.page_template, context, status=status)

    def _context(self, request: HttpRequest, obj: Any, refused: Refused | None) -> dict[str, Any]:
        opts = self.opts
        name = f"admin:{opts.app_label}_{opts.model_name}"
        return {
            **self.admin_site.each_context(request),
            "title": str(obj),
            "opts": opts,
            "original": obj,
            "deeds": [(deed, self._url(obj, deed)) for deed in self.offered_deeds(request, obj)],
            "state": self.state_of(obj),
            "may_work": self.is_open(obj) and self._may_change(request),
            "refused": refused,
            "page": self.page_of(request, obj, refused),
            "work_url": reverse(f"{name}_work", args=(obj.pk,)),
            "history_url": reverse(f"{name}_history", args=(obj.pk,)),
        }


def typed_number(request: HttpRequest, name: str) -> int | None:
    """Return a posted whole number of at most 18 digits, None where there is none."""
    text = request.POST.get(name, "").strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) <= _DIGITS else None


def typed_id(request: HttpRequest, name: str) -> int:
    """Return the id that one of our forms has posted; nonsense is nobody's."""
    return typed_number(request, name) or 0
