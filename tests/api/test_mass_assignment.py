"""Fields that nobody offered: sent along with every body, they change nothing."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.db import models

from tests.api.calls import Ask, Operation, ask_of, operations
from tests.api.hostile import properties
from tests.api.traces import Trace, trace
from tests.users.role_table import DOORS

pytestmark = pytest.mark.django_db

# What attackers try whatever stands behind the door.
_COMMON = {
    "id": 77777, "pk": 77777, "public_id": "77777777-7777-4777-8777-777777777777",
    "is_staff": True, "is_superuser": True, "is_active": False, "role": "owner", "roles": ["owner"],
    "groups": [1], "user_permissions": [1], "password": "mass-77777", "price": "0.01",
    "unit_price": "0.01", "total": "0.01", "amount": "0.01", "balance": "77777.77",
    "discount": "77777.77", "status": "delivered", "state": "captured", "customer": 1,
    "customer_id": 1, "user": 1, "user_id": 1, "owner": 1, "actor_id": 1, "deleted_at": None,
    "created_at": "2031-03-07T07:07:07Z", "telegram_id": 77777, "session": 1,
}  # fmt: skip
_BY_KIND: tuple[tuple[type[models.Field[Any, Any]], Any], ...] = (
    (models.DateTimeField, "2031-03-07T07:07:07Z"),
    (models.DateField, "2031-03-07"),
    (models.TimeField, "07:07:07"),
    (models.DecimalField, "77.77"),
    (models.IntegerField, 777),
    (models.UUIDField, "77777777-7777-4777-8777-777777777777"),
    (models.JSONField, {"mass": 77777}),
)
# What was sent, and not what came of it.
_OF_THE_BODY = "core_idempotencyrecord.body_hash"
_MARKS = ("77777", "2031-03-07")
WITH_BODIES = [one for one in operations() if one.media_type == "application/json"]


class TestMassAssignment:
    def test_is_tried_with_the_fields_of_what_each_operation_writes(self, carried_out):
        fields = {
            operation.name: len(_fields(carried_out[operation.name], operation))
            for operation in WITH_BODIES
        }

        assert len(WITH_BODIES) >= 80
        assert min(fields.values()) > 15
        assert max(fields.values()) > 60

    @pytest.mark.parametrize("who", ["customers", pytest.param("staff", marks=pytest.mark.deep)])
    def test_changes_nothing(self, shop, secrets, carried_out, doer_of, who):
        changed = {}
        for operation in WITH_BODIES:
            if ("customer" in DOORS[operation.door].split()) != (who == "customers"):
                continue
            ask, plain = ask_of(operation, shop), carried_out[operation.name]
            spoilt = _spoilt(ask, _fields(plain, operation))

            seen = trace(lambda op=operation, a=spoilt: doer_of(op).send(a))

            if seen.answer.status_code == 400 and not seen.has_changed:
                continue
            found = _differences(plain, seen)
            if found:
                # Numbers, moments and codes differ between two honest requests, too.
                again = trace(lambda op=operation, a=ask: doer_of(op).send(a))
                chance = _differences(plain, again)
                found = {one for one in found if one not in chance or _is_marked(seen, one)}
            if found or seen.answer.status_code != plain.answer.status_code:
                changed[operation.name] = (seen.answer.status_code, sorted(found))

        assert changed == {}


def _fields(plain: Trace, operation: Operation) -> dict[str, Any]:
    """Return a strange value for each field of the models that an operation wrote."""
    found = dict(_COMMON)
    for table in plain.after:
        model = next(m for m in apps.get_models(include_auto_created=True)
                     if m._meta.db_table == table)  # fmt: skip
        rows = list((plain.after[table] or plain.before[table]).values())
        for one in model._meta.concrete_fields:
            value = _strange(one, rows[-1].get(one.attname) if rows else None)
            found |= {one.name: value, one.attname: value}
    content = operation.described["requestBody"]["content"]["application/json"]["schema"]
    offered = set(_names(content))
    return {name: value for name, value in found.items() if name not in offered}


def _strange(one: models.Field[Any, Any], held: Any) -> Any:
    if isinstance(one, models.BooleanField):
        return not held
    if one.choices:
        return next((value for value, _label in one.flatchoices if value != held), "mass")
    if isinstance(one, models.ForeignKey):
        others = one.related_model._base_manager.exclude(pk=held)
        key = others.values_list("pk", flat=True).order_by("-pk").first()
        return key if isinstance(key, int | None) else str(key)
    for kind, value in _BY_KIND:
        if isinstance(one, kind):
            return value
    return "mass-77777"[: one.max_length or 10]


def _names(described: dict[str, Any]) -> Iterator[str]:
    """Yield the names that a body offers, at any depth."""
    for name, inner in properties(described).items():
        yield name
        for part in (inner, inner.get("items", {}), *inner.get("allOf", [])):
            yield from _names(part)


def _spoilt(ask: Ask, fields: dict[str, Any]) -> Ask:
    return Ask(ask.operation, ask.ids, _with(ask.body, fields), ask.query)


def _with(value: Any, fields: dict[str, Any]) -> Any:
    """Return a body with more fields in each of its objects."""
    if isinstance(value, dict):
        return fields | {name: _with(inner, fields) for name, inner in value.items()}
    if isinstance(value, list):
        return [_with(inner, fields) for inner in value]
    return value


def _differences(plain: Trace, other: Trace) -> set[str]:
    """Return the columns, by table and place, that two requests left unlike each other."""
    first, second = _left(plain), _left(other)
    return {
        place
        for place in first.keys() | second.keys()
        if first.get(place) != second.get(place) and not place.startswith(_OF_THE_BODY)
    }


def _left(seen: Trace) -> dict[str, Any]:
    """Return what a request wrote by column: new rows together, in no order, others by key."""
    left: dict[str, Any] = {}
    for table, after in seen.after.items():
        before = seen.before[table]
        left[f"{table} gone"] = sorted(map(str, before.keys() - after.keys()))
        for key, row in after.items():
            for column, value in row.items() if row != before.get(key) else ():
                if key in before:
                    left[f"{table}.{column} {key}"] = value
                else:
                    left.setdefault(f"{table}.{column}", []).append(str(value))
    return {place: sorted(value) if isinstance(value, list) else value
            for place, value in left.items()}  # fmt: skip


def _is_marked(seen: Trace, place: str) -> bool:
    """Tell whether a value of ours arrived, also where two honest requests differ by chance."""
    return any(mark in str(_left(seen).get(place)) for mark in _MARKS)
