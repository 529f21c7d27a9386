"""Operations of the API as its schema tells them, and calls of them through the whole stack."""

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cache
from operator import attrgetter
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

from django.db import connection, transaction
from django.http import HttpResponse
from django.test import Client
from drf_spectacular.generators import SchemaGenerator

from apps.core.time import now
from apps.users import services
from apps.users.models import User
from tests.api.requests import ARGUMENTS, BODIES, QUERIES, THINGS
from tests.api.shop import Shop

_PREFIX = "/api/v1"
# Where a token is got, none is looked at.
_SIGN_IN = {"/auth/telegram/", "/auth/token/", "/auth/token/refresh/"}


@cache
def schema() -> dict[str, Any]:
    """Return the API's description as it is published."""
    generator: Any = SchemaGenerator()
    described: dict[str, Any] = generator.get_schema(request=None, public=True)
    return json.loads(json.dumps(described, default=str))


@dataclass(frozen=True)
class Operation:
    """A method at a path, as in `POST /orders/{public_id}/cancel/`."""

    method: str
    path: str

    @property
    def name(self) -> str:
        return f"{self.method} {self.path}"

    @property
    def door(self) -> str:
        """Its line in `role_table.py`."""
        return f"api {self.method} {_PREFIX}{self.path.replace('{', '<').replace('}', '>')}"

    @property
    def described(self) -> dict[str, Any]:
        found: dict[str, Any] = schema()["paths"][_PREFIX + self.path][self.method.lower()]
        return found

    @property
    def arguments(self) -> list[str]:
        return re.findall(r"{(\w+)}", self.path)

    @property
    def asks_who(self) -> bool:
        """Whether it looks at the caller's token at all."""
        return self.path not in _SIGN_IN

    @property
    def is_for_programs(self) -> bool:
        """Whether it opens to keys, and to no person."""
        return self.path.startswith("/integrations/")

    @property
    def media_type(self) -> str:
        """What its body is written in; empty where it takes none."""
        return next(iter(self.described.get("requestBody", {}).get("content", {})), "")

    def __str__(self) -> str:
        return self.name


@cache
def operations() -> tuple[Operation, ...]:
    """Return every operation of the schema."""
    return tuple(
        Operation(method.upper(), path.removeprefix(_PREFIX))
        for path, methods in schema()["paths"].items()
        for method in methods
    )


@dataclass(frozen=True)
class Ask:
    """A request: an operation, the things it is about, and what it says."""

    operation: Operation
    ids: Mapping[str, Any]
    body: Any = None
    query: Mapping[str, Any] = field(default_factory=dict)

    @property
    def path(self) -> str:
        """The address, with its query."""
        query = f"?{urlencode(self.query)}" if self.query else ""
        return _PREFIX + self.operation.path.format(**self.ids) + query

    def with_fields(self, fields: Mapping[str, Any]) -> "Ask":
        """Return the request with more in its body; its own fields stay as they are."""
        return replace(self, body={**fields, **(self.body or {})})


def ask_of(operation: Operation, shop: Shop) -> Ask:
    """Return the request that the shop carries out."""
    things = THINGS.get(operation.name, {})
    ids = {
        name: attrgetter(things.get(name) or _thing(operation.path, name))(shop)
        for name in operation.arguments
    }
    body = BODIES[operation.name](shop) if operation.media_type else None
    query = QUERIES[operation.name](shop) if operation.name in QUERIES else {}
    return Ask(operation, ids, body, query)


def _thing(path: str, argument: str) -> str:
    fitting = [at for at in ARGUMENTS if at[1] == argument and path.startswith(at[0])]
    return ARGUMENTS[max(fitting, key=lambda at: len(at[0]))]


class Caller:
    """Somebody with a browser of their own: every middleware runs, and errors become answers."""

    def __init__(self, access: str = "", language: str = "en", scheme: str = "Bearer") -> None:
        own = {"HTTP_AUTHORIZATION": f"{scheme} {access}"} if access else {}
        self.client = Client(raise_request_exception=False, HTTP_ACCEPT_LANGUAGE=language, **own)

    def send(self, ask: Ask) -> HttpResponse:
        """Make the request; a key comes along where the operation may want one."""
        kind, data = ask.operation.media_type, ask.body
        if kind == "application/json":
            data = json.dumps(data)
        elif not kind:
            kind, data = "application/json", ""
        else:
            return self._open(ask, data=data)
        return self._open(ask, data=data, content_type=kind)

    def send_raw(self, ask: Ask, path: str, body: bytes) -> HttpResponse:
        """Make a request of an operation's with another address and body."""
        return self.client.generic(
            ask.operation.method, path, body, content_type=ask.operation.media_type or "text/plain",
            HTTP_IDEMPOTENCY_KEY=uuid4().hex,
        )  # fmt: skip

    def _open(self, ask: Ask, **fields: Any) -> HttpResponse:
        if ask.operation.method == "GET":
            fields = {}
        method = getattr(self.client, ask.operation.method.lower())
        return method(ask.path, HTTP_IDEMPOTENCY_KEY=uuid4().hex, **fields)


def caller(person: User | None) -> Caller:
    """Return the person's browser, signed in; nobody's is anonymous."""
    if person is None:
        return Caller()
    return Caller(services.begin_session(user_id=person.pk, now=now()).access)


def program(shop: Shop) -> Caller:
    """Return another program with a key of the shop's."""
    return Caller(shop.key, scheme="Api-Key")


@contextmanager
def undone() -> Iterator[None]:
    """Undo what is written inside, after the database has checked what it leaves to the commit."""
    with transaction.atomic():
        yield
        connection.check_constraints()
        transaction.set_rollback(True)
