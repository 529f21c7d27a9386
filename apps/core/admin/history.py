"""What a record was, who changed it, and from what to what: in words, not in codes."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, ClassVar

from django.core.exceptions import PermissionDenied
from django.db.models import Field, Model
from django.http import HttpRequest, HttpResponse
from django.utils.formats import date_format, time_format
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from simple_history.admin import SimpleHistoryAdmin
from simple_history.models import DeletedObject, ModelChange
from simple_history.template_utils import HistoricalRecordContextHelper, ObjDiffDisplay

from apps.core.admin.base import ShopAdmin
from apps.core.admin.display import short_moment
from apps.core.history import keep_first_version

# They change with everything else and tell nothing.
_SILENT = ("created_at", "updated_at")
Words = Mapping[str, Callable[[Any], object]]


class ShortDifference(ObjDiffDisplay):
    """Leaves the middle of a long text out; the library would say how long it was, in English."""

    def shortened_str(self, prefix: str, num_skipped_chars: int, suffix: str) -> str:
        """Return what is left of a text around a gap."""
        return f"{prefix} … {suffix}"


class ReadableChanges(HistoricalRecordContextHelper):
    """Says each change as staff would: labels of choices, yes and no, names, moments in words."""

    def __init__(self, model: type[Model], record: Any, *, words: Words) -> None:
        super().__init__(model, record)
        self.words = words

    def prepare_delta_change_value(self, change: Any, value: Any) -> Any:
        """Return the value in words."""
        field = self.model._meta.get_field(change.field)
        shown = super().prepare_delta_change_value(change, value)
        if change.field in self.words and shown is not None:
            return str(self.words[change.field](shown))
        return in_words(field, shown)

    def stringify_delta_change_values(
        self, change: Any, old: Any, new: Any
    ) -> tuple[SafeString, SafeString]:
        """Return both values, shortened and escaped; nothing is a dash, so that it can be seen."""
        short = super().stringify_delta_change_values(change, old, new)
        return tuple(text or SafeString("—") for text in short)  # type: ignore[return-value]

    def get_obj_diff_display(self) -> ShortDifference:
        """Return who shortens long texts."""
        return ShortDifference(max_length=self.max_displayed_delta_change_chars)


def in_words(field: Any, value: Any) -> str:
    """Return a value of a field as a person reads it, empty where there is none."""
    if value is None or value == "":
        return ""
    if isinstance(value, DeletedObject):
        # The library says so of nothing at all, too.
        return "" if value.pk is None else _("removed")
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, list | tuple):
        base = getattr(field, "base_field", None)
        return ", ".join(in_words(base, part) if base else str(part) for part in value)
    choices = dict(field.flatchoices) if isinstance(field, Field) else {}
    if value in choices:
        return str(choices[value])
    return _plain(value)


def _plain(value: Any) -> str:
    if isinstance(value, datetime):
        return short_moment(value)
    if isinstance(value, date):
        return date_format(value)
    if isinstance(value, time):
        return time_format(value)
    if isinstance(value, Decimal):
        return f"{value:f}"
    return str(value)


class HistoryAdmin(SimpleHistoryAdmin, ShopAdmin):
    """A page whose record remembers every change, field by field; the past is not restored."""

    history_list_per_page = 50
    # Fields whose values only the page knows how to read.
    history_words: ClassVar[Words] = {}

    def history_form_view(
        self,
        request: HttpRequest,
        object_id: str,
        version_id: str,
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Show an old version; what is sent to its page is refused: the library would save it.

        Raises:
            PermissionDenied: Somebody sends a form here, or may not look.
        """
        may_look = self.has_view_history_or_change_history_permission(request)
        if request.method not in ("GET", "HEAD") or not may_look:
            raise PermissionDenied
        page: HttpResponse = super().history_form_view(
            request, object_id, version_id, extra_context
        )
        return page

    def revert_disabled(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Forbid to write an old version back: it would pass the services by."""
        return True

    def save_form(self, request: HttpRequest, form: Any, change: bool) -> Any:
        """Make sure that the change about to be saved has a before."""
        if change:
            stored = self.model._base_manager.filter(pk=form.instance.pk).first()
            if stored is not None:
                keep_first_version(stored)
        return super().save_form(request, form, change)

    def get_historical_record_context_helper(
        self, request: HttpRequest, historical_record: Any
    ) -> ReadableChanges:
        """Say changes in words."""
        return ReadableChanges(self.model, historical_record, words=self.history_words)

    def set_history_delta_changes(
        self,
        request: HttpRequest,
        historical_records: Sequence[Any],
        foreign_keys_are_objs: bool = True,
    ) -> None:
        """Find what changed from each version to the next, the record's own clocks left out."""
        newer = None
        for record in historical_records:
            reason = record.history_change_reason
            record.history_change_reason = _(reason) if reason else ""
            if newer is not None:
                delta = newer.diff_against(
                    record,
                    excluded_fields=[name for name in _SILENT if hasattr(newer, name)],
                    foreign_keys_are_objs=foreign_keys_are_objs,
                )
                delta.changes.extend(_changes_behind_forms(newer, record))
                helper = self.get_historical_record_context_helper(request, newer)
                newer.history_delta_changes = helper.context_for_delta_changes(delta)
            newer = record


def _changes_behind_forms(newer: Any, older: Any) -> Iterator[ModelChange]:
    """Yield the changes that the library passes over, because no form shows their fields."""
    for field in newer.tracked_fields:
        if field.editable or field.name in _SILENT:
            continue
        values = [getattr(version, field.attname) for version in (older, newer)]
        if values[0] != values[1]:
            yield ModelChange(field.name, *values)
