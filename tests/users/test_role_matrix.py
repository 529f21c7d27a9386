"""Who may do what, behind every door of the admin and the API: found by itself, told by a table.

A door that the table lacks fails the test, which prints the line to enter in `role_table.py`.
"""

import inspect
import re
import sys
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.auth.models import AnonymousUser
from django.contrib.messages.storage.fallback import FallbackStorage
from django.contrib.sessions.backends.db import SessionStore
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404
from django.test import Client, RequestFactory
from django.urls import URLPattern, URLResolver, get_resolver, resolve
from django.urls.converters import IntConverter
from django.utils import timezone
from rest_framework.test import APIRequestFactory, force_authenticate

from apps.catalog import services as catalog
from apps.catalog.models import CatalogExchange, PriceBatch
from apps.catalog.services import exchange
from apps.core.admin import Deed
from apps.fulfilment import services as fulfilment
from apps.inventory import services as inventory
from apps.inventory.models import Stocktake
from apps.orders import services as orders
from apps.orders.dto import Method, OrderStatus
from apps.payments.dto import OddityKind
from apps.payments.models import Oddity
from apps.users.models import User
from tests.admin.conftest import shop  # noqa: F401
from tests.admin.test_pages import full_shop  # noqa: F401
from tests.factories import (
    CustomerFactory,
    OrderFactory,
    SlotFactory,
    StaffFactory,
    make_code,
    make_promotion,
    placed_order,
    planned_run,
    priced_variant,
    stocked_variant,
)
from tests.factories.marketing import accepted, broadcast, leaving_lot
from tests.users.role_table import (
    ARGUMENTS,
    DOORS,
    EVERYBODY,
    NOBODY,
    PERSONS,
    QUERIES,
    SIGNED_IN,
    STAFF,
)

pytestmark = pytest.mark.django_db
ROLES = ("owner", "manager", "warehouse", "courier", "marketing", "support")
METHODS = ("get", "post", "put", "patch", "delete")


@pytest.fixture
def people(db) -> dict[str, Any]:
    """One of each: nobody, a customer, and a member of staff in each role; none is a superuser."""
    staff = {role: StaffFactory(role=role) for role in ROLES}
    people = {"anonymous": AnonymousUser(), "customer": CustomerFactory(), **staff}
    assert tuple(people) == PERSONS
    return people


@pytest.fixture
def world(full_shop, people):  # noqa: F811
    """The full shop, and more of what has buttons: orders in every state, things closed or due."""
    variant = stocked_variant(5)
    for status in OrderStatus:
        method = Method.PICKUP if status == OrderStatus.READY_FOR_PICKUP else Method.DELIVERY
        OrderFactory(status=status, method=method, attention="Look")
    inventory.quarantine_lot(lot_id=variant.lots.get().pk, reason="torn", actor_id=None)
    catalog.schedule_price(
        variant_id=variant.pk,
        price=variant.base_price,
        starts_at=timezone.now() + timedelta(days=1),
        now=timezone.now(),
    )
    SlotFactory(closed_reason="staff")
    # From which everything was taken off again.
    planned_run(boss=people["owner"])
    exchange.run_due_exchanges(now=timezone.now())
    CatalogExchange.objects.create(
        kind="import", table="tags", file_name="tags.csv", language="ru", state="checked",
        report={"new": 1},
    )  # fmt: skip
    _decide(full_shop.variant, people)
    _fill_boxes(people["owner"].pk)


def _decide(bought: Any, people: dict[str, Any]) -> None:
    """Add what somebody has decided already, or has begun: applied, stopped, being counted."""
    moment = timezone.now()
    priced_variant(now=moment)
    catalog.apply_price_batch(batch_id=PriceBatch.objects.latest("id").public_id, now=moment)
    make_promotion(is_active=False)
    make_code(is_active=False)
    # Those who had the product delivered may be told.
    accepted(leaving_lot(days=12, variant=bought))
    for state in ("sending", "paused"):
        broadcast(state=state)
    for shelf, who in enumerate(ROLES):
        Stocktake.objects.create(shelf=f"Z-{shelf}", keeper=people[who], started_at=moment)
    Oddity.objects.create(kind=OddityKind.NO_ACQUIRER, key="no acquirer", provider="telegram")


def _fill_boxes(actor_id: int) -> None:
    """Fill a box that waits to be closed, and one whose goods are called back afterwards."""
    who = {"actor_id": actor_id, "now": timezone.now()}
    for is_closed in (False, True):
        variant = stocked_variant(5)
        lot = variant.lots.get()
        order = placed_order(wanted={variant: 2})
        orders.confirm_order(order_id=order.pk, **who)
        fulfilment.start_picking(order_id=order.pk, **who)
        line = order.lines.get()
        fulfilment.set_units(
            order_id=order.pk, order_line_id=line.pk, lot_id=lot.pk, quantity=2, **who
        )
        if is_closed:
            fulfilment.pack_picked(order_id=order.pk, **who)
            fulfilment.recall_lot(lot_id=lot.pk, reason="glass", confirmation=lot.code, **who)


def lines_of(doors: dict[str, set[str]]) -> str:
    """Return the lines of the table for these doors."""
    return "\n".join(f'    "{door}": {_spelt(doors[door])},' for door in sorted(doors))


def _spelt(allowed: set[str]) -> str:
    for name, group in (("EVERYBODY", EVERYBODY), ("SIGNED_IN", SIGNED_IN), ("STAFF", STAFF),
                        ("NOBODY", NOBODY)):  # fmt: skip
        if allowed == set(group.split()):
            return name
    return f'"{" ".join(person for person in PERSONS if person in allowed)}"'


def hold_to_the_table(found: dict[str, set[str]], kinds: tuple[str, ...]) -> None:
    """Fail with the lines that the table lacks, has too many, or has otherwise."""
    told = {door: set(allowed.split()) for door, allowed in DOORS.items() if door.startswith(kinds)}
    wrong = {door: allowed for door, allowed in found.items() if told.get(door) != allowed}
    gone = sorted(told.keys() - found.keys())
    if wrong or gone:
        pytest.fail(
            "tests/users/role_table.py says otherwise. If this is meant, enter in DOORS:\n"
            f"{lines_of(wrong)}\nand take away:\n" + "\n".join(f'    "{door}"' for door in gone),
            pytrace=False,
        )


@contextmanager
def without_a_trace() -> Iterator[None]:
    """Undo whatever a knock has written."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


class TestTable:
    def test_is_sorted_and_names_people_who_exist(self):
        assert list(DOORS) == sorted(DOORS)
        for allowed in DOORS.values():
            assert set(allowed.split()) <= set(PERSONS)


class TestAdmin:
    def test_opens_to_whom_the_table_says(self, people, world):
        """One world for all: to make it takes longer than to knock at every door."""
        found: dict[str, set[str]] = {}
        for name, knock in _pages():
            found[f"page {name}"] = {who for who, person in people.items() if knock(person)}
        for model, page in admin.site._registry.items():
            label = model._meta.label_lower
            record = page.get_queryset(_request(people["owner"])).first()
            for who in ROLES:
                request = _request(people[who])
                if not page.has_view_permission(request):
                    with pytest.raises(PermissionDenied):
                        page.deed_view(_request(people[who], "post"), str(record.pk), "anything")
                    continue
                for door in (
                    *([f"edit {label}"] if _may_edit(page, request) else []),
                    *(f"deed {label} {name}" for name in _offered(page, request)),
                    *(f"action {label} {name}" for name in page.get_actions(request)),
                ):
                    found.setdefault(door, set()).add(who)

        hold_to_the_table(found, ("page ", "edit ", "deed ", "action "))
        _refuse_all_others(people)

    def test_has_no_deed_that_the_table_lacks(self):
        named = {door.split()[-1] for door in DOORS if door.startswith("deed ")}

        missing = {deed.name for deed in _deeds()} - named

        assert not missing, "make them appear in the world above"

    def test_links_only_to_what_opens(self, shop):  # noqa: F811
        for role in ROLES:
            person = StaffFactory(role=role)
            desk = Client(HTTP_ACCEPT_LANGUAGE="en")
            desk.force_login(person)
            first = desk.get("/admin/").content.decode()

            links = set(re.findall(r'href="(/admin/[^"#]*)"', first)) - {"/admin/logout/"}

            shut = [link for link in sorted(links) if not _opens(unescape(link), person)]
            assert not shut, role
            assert len(links) > 1, role


def _refuse_all_others(people: dict[str, Any]) -> None:
    """Press every button as everybody else, in the state that stands: refused by permission."""
    pressed = []
    for model, page in admin.site._registry.items():
        label = model._meta.label_lower
        record = page.get_queryset(_request(people["owner"])).first()
        for door, allowed in DOORS.items():
            if door.rpartition(" ")[0] != f"deed {label}":
                continue
            for who in set(ROLES) - set(allowed.split()):
                request = _request(people[who], "post", state=page.state_of(record))
                try:
                    page.deed_view(request, str(record.pk), door.split()[-1])
                except (PermissionDenied, Http404):
                    # A record that is not shown to somebody is not there for them.
                    continue
                pressed.append((who, door))
    assert pressed == []


def _may_edit(page: Any, request: Any) -> bool:
    return any(page.has_change_permission(request, row) for row in page.get_queryset(request))


def _opens(link: str, person: Any) -> bool:
    path, _mark, query = link.partition("?")
    found = resolve(path)
    request = _request(person, query=query)
    request.resolver_match = found
    try:
        answer = found.func(request, *found.args, **found.kwargs)
    except (PermissionDenied, Http404):
        return False
    return int(answer.status_code) == 200


def _offered(page: Any, request: Any) -> set[str]:
    """Return the buttons that somebody sees on any record of a page."""
    offered = getattr(page, "offered_deeds", lambda *_: ())
    return {deed.name for row in page.get_queryset(request) for deed in offered(request, row)}


class TestApi:
    def test_opens_each_operation_to_whom_the_table_says(self, people):
        found = {
            door: {
                who for who, person in people.items() if _is_answered(view, person, method, values)
            }
            for door, view, method, values in _operations()
        }

        hold_to_the_table(found, ("api ",))


def _is_answered(view: Any, person: Any, method: str, values: dict[str, Any]) -> bool:
    request = getattr(APIRequestFactory(), method)("/api/v1/")
    force_authenticate(request, user=person if person.pk else None)
    with without_a_trace():
        status = view(request, **values).status_code
    assert status < 500, (method, view)
    assert status != 405, (method, view)
    return status not in (401, 403)


def _walk(patterns: list[Any], prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from _walk(pattern.url_patterns, prefix + _plain(str(pattern.pattern)))
        else:
            yield prefix + _plain(str(pattern.pattern)), pattern


def _plain(route: str) -> str:
    """Return a route with `<name>` for each argument, however it is written."""
    route = route.replace("([^/]+)", "<>")
    route = re.sub(r"\(\?P<(\w+)>(?:[^()]|\([^()]*\))*\)", r"<\1>", route)
    route = re.sub(r"<\w+:(\w+)>", r"<\1>", route)
    return route.replace("^", "").replace("$", "")


def _operations() -> Iterator[tuple[str, Any, str, dict[str, Any]]]:
    """Yield every operation under /api/: its name, its view, its method, arguments for it."""
    for route, pattern in _walk(get_resolver().url_patterns):
        if not route.startswith("api/"):
            continue
        kinds = {name: type(kind).__name__ for name, kind in pattern.pattern.converters.items()}
        names = re.findall(r"<(\w+)>", route)
        values = {name: _SAMPLES.get(kinds.get(name, ""), "XX") for name in names}
        for method in _methods(pattern.callback):
            yield f"api {method.upper()} /{route}", pattern.callback, method, values


_SAMPLES = {"UUIDConverter": uuid.UUID(int=0), "IntConverter": 1}


def _methods(view: Any) -> list[str]:
    if hasattr(view, "actions"):
        return [method for method in METHODS if method in view.actions]
    kind = getattr(view, "cls", None) or getattr(view, "view_class", None)
    return [method for method in METHODS if hasattr(kind, method)]


def _pages() -> Iterator[tuple[str, Callable[[Any], bool]]]:
    """Yield every page of the admin: its name, and a knock that tells whether it opens."""
    for route, pattern in _walk(admin.site.get_urls()):
        # The catch-all, and the old addresses of records, only lead on; deeds are asked below.
        if not pattern.name or pattern.name.endswith("_do"):
            continue
        kinds = pattern.pattern.converters
        values = {
            name: _value(name, route, is_number=isinstance(kinds.get(name), IntConverter))
            for name in re.findall(r"<(\w+)>", route)
        }
        # django-simple-history's pages of old versions name no arguments.
        unnamed = (_value("object_id", route), "0") if "<>" in route else ()
        query = QUERIES.get(f"/{route}", "")
        yield f"/{route}", _knock(pattern.callback, unnamed, values, query)


def _value(argument: str, route: str, *, is_number: bool = False) -> Any:
    if argument in ARGUMENTS:
        return ARGUMENTS[argument]
    app, model = route.split("/")[:2]
    for known in admin.site._registry:
        if (known._meta.app_label, known._meta.model_name) == (app, model):
            record = known._default_manager.order_by("pk").first()
            assert record is not None, f"the world lacks a {known._meta.label}"
            return record.pk if is_number else str(record.pk)
    return "1"


def _knock(
    view: Any, unnamed: tuple[Any, ...], values: dict[str, Any], query: str
) -> Callable[[Any], bool]:
    def knock(person: Any) -> bool:
        for method in ("get", "post"):
            with without_a_trace():
                try:
                    answer = view(_request(person, method, query), *unnamed, **values)
                except PermissionDenied:
                    return False
                except Http404:
                    # Of an old version that never was: only who may look learns so.
                    return bool(unnamed)
            if answer.status_code != 405:
                return not _is_turned_away(answer)
        raise AssertionError(view)

    return knock


def _is_turned_away(answer: Any) -> bool:
    return answer.status_code in (401, 403, 404) or (
        answer.status_code == 302 and "/login/" in answer.url
    )


def _request(person: Any, method: str = "get", query: str = "", **fields: str) -> Any:
    request = getattr(RequestFactory(), method)("/admin/", fields, QUERY_STRING=query)
    request.user = person if not person.pk else User.objects.get(pk=person.pk)
    request.session = SessionStore()
    request._messages = FallbackStorage(request)
    request._dont_enforce_csrf_checks = True
    request.csp_nonce = ""
    return request


def _deeds() -> list[Deed]:
    """Return every button that stands in a module of an admin."""
    modules = {inspect.getmodule(type(page)).__package__ for page in admin.site._registry.values()}
    return [
        value
        for name, module in list(sys.modules.items())
        if any(name == package or name.startswith(f"{package}.") for package in modules)
        and ".admin" in name
        for value in vars(module).values()
        if isinstance(value, Deed)
    ]
