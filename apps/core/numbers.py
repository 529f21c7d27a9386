"""Numbers as people write them: Python reads `1_0` as ten, whoever types it means something else.

Django's forms and the API's serializers hand what was typed to `int` and `Decimal`. They are taught
here, once for every field there is or will be, so that no door can forget it.
"""

from collections.abc import Callable
from typing import Any

from django import forms
from rest_framework import serializers

from apps.core.text import is_misread_number


def read_plainly() -> None:
    """Let every field for numbers refuse what Python misreads, as it refuses letters."""
    for kind in (forms.IntegerField, forms.DecimalField, forms.FloatField):
        kind.to_python = _form_reader(kind.to_python)  # type: ignore[method-assign]
    for field in (serializers.IntegerField, serializers.DecimalField, serializers.FloatField):
        field.to_internal_value = _api_reader(field.to_internal_value)  # type: ignore[method-assign]


def _form_reader(read: Callable[..., Any]) -> Callable[..., Any]:
    def to_python(self: forms.Field, value: Any) -> Any:
        if is_misread_number(value):
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
        return read(self, value)

    return to_python


def _api_reader(read: Callable[..., Any]) -> Callable[..., Any]:
    def to_internal_value(self: serializers.Field[Any, Any, Any, Any], data: Any) -> Any:
        if is_misread_number(data):
            self.fail("invalid")
        return read(self, data)

    return to_internal_value
