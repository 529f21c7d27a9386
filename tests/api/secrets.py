"""Words of the buyer's that nobody else may read: one in every field that tells of a person."""

from itertools import count
from typing import Any

from django.apps import apps
from django.db import models

from apps.users.models import User
from tests.api.shop import Shop

_OWNERS = ("customer", "person", "user", "recipient")
# Text that a program wrote for itself.
_NOT_TOLD = {
    "users.User": {"password", "username"},
    "orders.Order": {"payment"},
    "users.StaffLink": {"digest"},
    "notifications.Message": {"card_key", "dedupe_key", "last_error"},
    "marketing.BroadcastRecipient": {"error"},
    "admin.LogEntry": {"object_id", "object_repr", "change_message"},
}
_numbers = count(1)


def hide_secrets(shop: Shop) -> set[str]:
    """Write a word of its own into every personal field of the buyer's; return these words."""
    buyer = shop.buyer
    words = {str(buyer.public_id), str(buyer.telegram_id)}
    for model in apps.get_models():
        for row in _of(model, buyer):
            fresh = {name: _word(model, name) for name in personal_fields(model)}
            if fresh:
                model._default_manager.filter(pk=row.pk).update(**fresh)
            words |= {str(word) for word in fresh.values()}
            words |= {str(row.public_id)} if hasattr(row, "public_id") else set()
    return words


def personal_fields(model: type[models.Model]) -> list[str]:
    """Return the fields of a model in which a person, or a program for them, has written."""
    texts = (models.CharField, models.TextField)
    machinery = _NOT_TOLD.get(model._meta.label, set())
    return [
        one.name for one in model._meta.concrete_fields
        if isinstance(one, texts) and not one.choices and one.name not in machinery
    ]  # fmt: skip


def _of(model: type[models.Model], person: User) -> Any:
    rows = model._default_manager
    if model is User:
        return rows.filter(pk=person.pk)
    owner = next((one.name for one in model._meta.concrete_fields if one.name in _OWNERS
                  and one.related_model is User), None)  # fmt: skip
    if owner is None and model._meta.label == "marketing.Review":
        owner = "order__customer"
    return rows.filter(**{owner: person}) if owner else ()


def _word(model: type[models.Model], name: str) -> str:
    number = next(_numbers)
    if name.endswith("phone"):
        return f"+7916777{number:04d}"
    if name == "email":
        return f"zq{number:04d}@hidden.example"
    return f"Z{number:04d}Q"
