"""Every operation of the schema, asked by everybody: who gets an answer, and what it gives away."""

from datetime import timedelta

import pytest
import time_machine

from apps.core.time import now
from apps.users import services
from apps.users.models import User
from tests.api.calls import Caller, Operation, ask_of, caller, operations, undone
from tests.api.traces import trace
from tests.users.role_table import DOORS, SIGNED_IN

pytestmark = pytest.mark.django_db

# Described, but not by itself.
_BESIDE = {"api GET /api/docs/", "api GET /api/schema/"}
# Whose argument names something of a customer's own.
_OWN = {"public_id", "question_id"}


# The owner may do everything.
_OTHERS = ("manager", "warehouse", "marketing", "support")


def in_depth(value):
    """Leave a case to the deep tests."""
    return pytest.param(value, marks=pytest.mark.deep)


def allowed(operation: Operation) -> set[str]:
    return set(DOORS[operation.door].split())


class TestTable:
    def test_tells_of_every_operation_and_of_no_other(self):
        told = {door for door in DOORS if door.startswith("api ")} - _BESIDE

        assert told == {operation.door for operation in operations()}


def given_away(answer, secrets: set[str]) -> set[str]:
    """Return the secrets that an answer tells, in its headers or its body."""
    told = answer.serialize().decode(errors="replace")
    return {word for word in secrets if word in told}


class TestCallers:
    def test_the_shop_carries_out_a_request_for_each(self, carried_out, secrets):
        """Or else the others would be refused for another reason than who they are."""
        answers = {name: seen.answer for name, seen in carried_out.items()}

        assert {name: answer.content for name, answer in answers.items()
                if not 200 <= answer.status_code < 300} == {}  # fmt: skip
        told = set().union(*(given_away(answer, secrets) for answer in answers.values()))
        assert len(told) > len(secrets) / 2, "else the next tests would look for nothing"

    # The role matrix asks them all for their status; what refusals give away, the deep tests.
    @pytest.mark.parametrize("who", ["anonymous", "courier", *map(in_depth, _OTHERS)])
    def test_refuses_who_is_not_in_the_table(self, shop, secrets, who):
        by = caller(shop.people.get(who))
        wrong = {}
        for operation in operations():
            if who in allowed(operation):
                continue
            answer = by.send(ask_of(operation, shop))
            is_unknown = who == "anonymous" or operation.is_for_programs
            if answer.status_code != (401 if is_unknown else 403):
                wrong[operation.name] = answer.status_code
            if found := given_away(answer, secrets):
                wrong[operation.name] = found

        assert wrong == {}

    def test_tells_a_stranger_nothing(self, shop, secrets):
        by = caller(shop.stranger)
        wrong = {}
        for operation in operations():
            if not operation.asks_who:
                # There the buyer's own token would speak.
                continue
            with undone():
                answer = by.send(ask_of(operation, shop))
            refusal = 401 if operation.is_for_programs else 403
            if "customer" not in allowed(operation) and answer.status_code != refusal:
                wrong[operation.name] = answer.status_code
            if found := given_away(answer, secrets):
                wrong[operation.name] = found

        assert wrong == {}

    def test_knows_no_things_of_others(self, shop, secrets):
        by = caller(shop.stranger)
        asked = [
            operation for operation in operations()
            if DOORS[operation.door] == SIGNED_IN and _OWN & set(operation.arguments)
        ]  # fmt: skip
        wrong = {}
        for operation in asked:
            seen = trace(lambda op=operation: by.send(ask_of(op, shop)))
            if seen.answer.status_code != 404 or seen.has_changed:
                wrong[operation.name] = (seen.answer.status_code, list(seen.after))

        assert len(asked) >= 14
        assert wrong == {}

    @pytest.mark.parametrize("path", ["/delivery/slots/", "/delivery/quote/", "/orders/"])
    def test_takes_no_address_of_others(self, shop, secrets, path):
        by = caller(shop.stranger)
        method = "GET" if path == "/delivery/slots/" else "POST"
        ask = ask_of(Operation(method, path), shop)
        address = str(shop.address.public_id)
        if method == "GET":
            ask = ask.__class__(ask.operation, {}, None, {"address": address})

        seen = trace(lambda: by.send(ask))

        assert seen.answer.status_code in {400, 404, 409}
        assert not given_away(seen.answer, secrets)
        assert not seen.has_changed

    def test_shows_a_courier_nothing_of_another(self, shop, secrets):
        """Neither their run, nor its doors, nor their money."""
        by = caller(shop.people["courier"])
        other = {"public_id": shop.run.public_id, "stop_id": shop.due_stop.pk}
        hidden = {str(shop.run.public_id), str(shop.shift.public_id), shop.due_stop.order.number}
        wrong = {}
        for operation in operations():
            if "courier" not in allowed(operation) or "/staff/" not in operation.path:
                continue
            ask = ask_of(operation, shop)
            if "/runs/" in operation.path and ask.ids:
                ask = ask.__class__(operation, {name: other[name] for name in ask.ids}, ask.body)
                seen = trace(lambda ask=ask: by.send(ask))
                if seen.answer.status_code not in {403, 404} or seen.has_changed:
                    wrong[operation.name] = seen.answer.status_code
            elif "/runs/" in operation.path or "/cash-shifts/" in operation.path:
                seen = trace(lambda ask=ask: by.send(ask))
            else:
                continue
            if found := given_away(seen.answer, hidden):
                wrong[operation.name] = found

        assert wrong == {}


class TestTokens:
    """Of the owner, who may do everything: so only the token can be what is refused."""

    @pytest.mark.parametrize(
        "kind", ["expired", "ended", "deactivated", *map(in_depth, ("of no role", "refresh"))]
    )
    def test_that_are_not_good_any_more_are_refused_everywhere(self, shop, kind):
        by = Caller(_token(shop.people["owner"], kind))
        wrong = {}
        for operation in operations():
            if operation.is_for_programs or not operation.asks_who:
                continue
            answer = by.send(ask_of(operation, shop))
            if (
                answer.status_code != 401
                or answer["Content-Type"] != "application/problem+json"
                or not answer["WWW-Authenticate"].startswith("Bearer")
            ):
                wrong[operation.name] = answer.status_code

        assert wrong == {}


def _token(person: User, kind: str) -> str:
    with time_machine.travel(now() - timedelta(minutes=10 if kind == "expired" else 0)):
        pair = services.begin_session(user_id=person.pk, now=now())
    if kind == "ended":
        session = person.api_sessions.latest("created_at")
        services.end_session(user_id=person.pk, session_id=session.pk, everywhere=False, now=now())
    elif kind == "deactivated":
        User.objects.filter(pk=person.pk).update(is_active=False)
    elif kind == "of no role":
        person.groups.clear()
    return pair.refresh if kind == "refresh" else pair.access
