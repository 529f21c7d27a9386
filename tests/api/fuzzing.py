"""Requests that schemathesis makes up from the schema, aimed at the things of the shop.

https://schemathesis.readthedocs.io/en/stable/
"""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from time import monotonic
from typing import Any

import hypothesis
import requests
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.http import HttpResponse
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import Case
from schemathesis.checks import CHECKS, load_all_checks
from schemathesis.core.transport import Response
from schemathesis.generation import GenerationMode

from frozenfood.wsgi import application
from tests.api.calls import Ask, Caller, Operation, ask_of, caller, program, schema, undone
from tests.api.shop import ROLES, Shop
from tests.users.role_table import DOORS

_CHECKED = (
    "not_a_server_error", "status_code_conformance", "content_type_conformance",
    "response_headers_conformance", "response_schema_conformance",
)  # fmt: skip


@cache
def _described() -> Any:
    load_all_checks()
    return schemathesis.openapi.from_dict(schema())


@cache
def checks() -> list[Any]:
    """Return what every answer is held to: no server error, and all as the schema says."""
    load_all_checks()
    return [CHECKS.get_one(name) for name in _CHECKED]


def faults_of(case: Case, answer: Response) -> list[str]:
    """Return what in an answer is not as the schema says."""
    try:
        case.validate_response(answer, checks=checks())
    except BaseExceptionGroup as found:
        return [str(error) for error in found.exceptions]
    return []


def faults_in(ask: Ask, answer: HttpResponse) -> list[str]:
    """Return what in an answer of Django's own client is not as the schema says."""
    request = requests.Request(ask.operation.method, "http://testserver/").prepare()
    headers = {name.lower(): [value] for name, value in answer.items()}
    seen = Response(answer.status_code, headers, answer.content, request, 0.0, verify=False)
    return faults_of(_found(ask.operation).Case(path_parameters=dict(ask.ids)), seen)


@dataclass
class Fuzz:
    """A run over the shop, and what came of it."""

    shop: Shop
    asked: Counter[str] = field(default_factory=Counter)
    answered: Counter[int] = field(default_factory=Counter)
    faults: dict[str, str] = field(default_factory=dict)
    carried_out: set[str] = field(default_factory=set)
    callers: dict[str, Caller] = field(default_factory=dict)
    good_until: float = 0.0

    def run(self, operation: Operation, count: int, *, seed: int = 0) -> None:
        """Ask for an operation so many times at most; faults are kept, one of a kind."""
        ask = ask_of(operation, self.shop)
        self._sign_in()
        allowed = ["program"] if operation.is_for_programs else DOORS[operation.door].split()
        who = st.one_of(st.sampled_from(_willing(allowed)), st.sampled_from(sorted(self.callers)))

        @hypothesis.seed(seed)
        @settings(
            max_examples=count,
            database=None,
            deadline=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=_cases(operation, ask), name=who)
        def probe(case: Case, name: str) -> None:
            self._ask(case, name)

        with _one_connection():
            probe()

    def _sign_in(self) -> None:
        """Let everybody in, again after a while: access tokens live five minutes."""
        if monotonic() < self.good_until:
            return
        people = {"anonymous": None, "customer": self.shop.buyer, **self.shop.people}
        self.callers = {name: caller(person) for name, person in people.items()}
        self.callers["program"] = program(self.shop)
        self.good_until = monotonic() + 60

    def _ask(self, case: Case, name: str) -> None:
        operation = f"{case.method} {case.path.removeprefix('/api/v1')}"
        header = self.callers[name].client.defaults.get("HTTP_AUTHORIZATION", "")
        try:
            with undone():
                answer = case.call(app=application, headers={"Authorization": header or "none"})
        except Exception as error:
            self._note(operation, name, case, repr(error))
            return
        self.asked[operation] += 1
        self.answered[answer.status_code] += 1
        if answer.status_code < 300:
            self.carried_out.add(operation)
        for fault in faults_of(case, answer):
            self._note(operation, name, case, fault)

    def _note(self, operation: str, name: str, case: Case, what: str) -> None:
        self.faults.setdefault(f"{operation}: {what[:300]}", f"{name}: {case!r}")


@contextmanager
def _one_connection() -> Iterator[None]:
    """Keep the test's connection open between requests, as Django's own test client does."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def _willing(allowed: list[str]) -> list[str]:
    """Return who may, the customer or the owner first: Hypothesis prefers what comes first."""
    return [
        name for name in ("customer", "owner", *ROLES, "anonymous", "program") if name in allowed
    ]


@st.composite
def _cases(draw: st.DrawFn, operation: Operation, ask: Ask) -> Case:
    """A request as the schema allows it, or just not; mostly about a thing that there is.

    Most bodies are those that the shop carries out, with one or two fields made up.
    """
    mode = draw(st.sampled_from([GenerationMode.POSITIVE, GenerationMode.NEGATIVE]))
    case = draw(_strategy(operation, mode))
    is_json = operation.media_type == "application/json"
    if ask.ids and draw(st.integers(0, 3)):
        case.path_parameters = {name: str(value) for name, value in ask.ids.items()}
    if ask.query and draw(st.booleans()):
        case.query = dict(ask.query)
    if "Idempotency-Key" in case.headers and draw(st.integers(0, 3)):
        case.headers["Idempotency-Key"] = case.id * 2
    if is_json and isinstance(case.body, dict) and draw(st.integers(0, 2)):
        made_up = draw(_some(sorted(case.body)))
        case.body = {**ask.body, **{name: case.body[name] for name in made_up}}
    return case


def _some(names: list[str]) -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from(names), max_size=2) if names else st.just([])


@cache
def _strategy(operation: Operation, mode: GenerationMode) -> st.SearchStrategy[Case]:
    return _found(operation).as_strategy(generation_mode=mode)


def _found(operation: Operation) -> Any:
    return _described()[f"/api/v1{operation.path}"][operation.method]
