"""From a form of the admin to the keyword arguments of a service."""

from collections.abc import Collection
from typing import Any

from django.db.models import Model
from django.forms import ModelForm


def values_of(form: ModelForm[Any], names: Collection[str], *, change: bool) -> dict[str, Any]:
    """Return what the service is to write: on a change only what the person changed.

    `names` are the service's own: a foreign key goes by its id.
    """
    record: Model = form.instance
    changed = set(form.changed_data) if change else set(form.fields)
    return {
        name: getattr(record, name)
        for name in names
        if name in changed or name.removesuffix("_id") in changed
    }


def adopt(record: Model, saved: Model) -> None:
    """Let the form's record be the one that the service saved."""
    record.__dict__.update(saved.__dict__)
