from collections.abc import Iterator
from typing import Any

import jsonschema
import pytest
from drf_spectacular.drainage import GENERATOR_STATS, reset_generator_stats
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.validation import validate_schema

from apps.core import views

METHODS = {"get", "post", "put", "patch", "delete"}
PROBLEM = {"$ref": "#/components/schemas/Problem"}


@pytest.fixture(scope="module")
def schema():
    reset_generator_stats()
    return SchemaGenerator().get_schema(request=None, public=True)


@pytest.fixture(scope="module")
def operations(schema):
    """Every operation by its name: `get /api/v1/cart/`."""
    return {
        f"{method} {path}": operation
        for path, on_path in schema["paths"].items()
        for method, operation in on_path.items()
        if method in METHODS
    }


def problems_in(operation) -> Iterator[tuple[str, dict[str, Any]]]:
    for status, answer in operation["responses"].items():
        if status >= "400":
            yield status, answer["content"]["application/problem+json"]


def bodies_of(operation) -> Iterator[dict[str, Any]]:
    """Yield what an operation takes and what it answers when it succeeds."""
    yield from operation.get("requestBody", {}).get("content", {}).values()
    for status, answer in operation["responses"].items():
        if status < "300":
            yield from answer.get("content", {}).values()


def examples_of(body) -> list[Any]:
    several = [one["value"] for one in body.get("examples", {}).values()]
    return several or ([body["example"]] if "example" in body else [])


class TestSchema:
    def test_is_valid_without_a_warning(self, schema):
        validate_schema(schema)

        assert not GENERATOR_STATS

    def test_says_of_every_operation_what_it_does_and_who_may(self, operations):
        silent = [
            name
            for name, operation in operations.items()
            if not (operation["summary"] and operation["description"] and operation["tags"])
            or "security" not in operation
        ]

        assert len(operations) > 180
        assert silent == []

    def test_sums_every_operation_up_in_a_line(self, operations):
        summaries = [operation["summary"] for operation in operations.values()]

        assert [one for one in summaries if len(one) > 100 or "\n" in one] == []

    def test_shows_every_body_by_an_example(self, operations):
        bare = [
            name
            for name, operation in operations.items()
            for body in bodies_of(operation)
            if not examples_of(body)
        ]

        assert bare == []

    def test_shows_nothing_that_its_own_shapes_refuse(self, schema, operations):
        root = {"components": {"schemas": schema["components"]["schemas"]}}
        wrong = []
        for name, operation in operations.items():
            for body in bodies_of(operation):
                checker = jsonschema.Draft202012Validator(root | body["schema"])
                wrong += [
                    f"{name}: {error.json_path} {error.message[:200]}"
                    for example in examples_of(body)
                    for error in checker.iter_errors(example)
                ]

        assert wrong == []

    def test_names_the_codes_of_every_problem(self, schema, operations):
        shown = schema["components"]["examples"]
        for name, operation in operations.items():
            for status, body in problems_in(operation):
                assert body["schema"] == PROBLEM, (name, status)
                assert body["examples"], (name, status)
                for code, reference in body["examples"].items():
                    value = shown[reference["$ref"].rpartition("/")[2]]["value"]
                    assert (value["code"], value["status"]) == (code, int(status)), name
                    assert "{" not in value["detail"], value

    @pytest.mark.parametrize(
        ("name", "status", "codes"),
        [
            ("post /api/v1/orders/", "409", {"out_of_stock", "price_changed", "cart_empty"}),
            ("post /api/v1/orders/", "422", {"idempotency_key_reused"}),
            ("post /api/v1/auth/telegram/", "401", {"invalid_init_data", "init_data_expired"}),
            ("patch /api/v1/cart/items/{public_id}/", "409", {"cart_changed", "too_many"}),
            ("get /api/v1/users/me/", "401", {"not_authenticated", "invalid_token"}),
            ("get /api/v1/staff/orders/", "403", {"permission_denied"}),
            ("get /api/v1/orders/", "404", {"not_found"}),
        ],
    )
    def test_knows_what_a_service_refuses(self, operations, name, status, codes):
        problems = dict(problems_in(operations[name]))

        assert codes <= set(problems[status]["examples"])

    @pytest.mark.parametrize(
        ("name", "status", "code"),
        [
            ("get /api/v1/cart/", "409", "cart_changed"),
            ("delete /api/v1/cart/", "409", "out_of_stock"),
            # What `_exchange` raises for a token that came twice, its caller turns into another.
            ("post /api/v1/auth/telegram/", "401", "wrong_password"),
        ],
    )
    def test_names_nothing_that_can_not_happen(self, operations, name, status, code):
        problems = dict(problems_in(operations[name]))

        assert code not in problems.get(status, {}).get("examples", {})

    def test_asks_for_a_token_where_one_is_needed(self, schema):
        me = schema["paths"]["/api/v1/users/me/"]["get"]
        sign_in = schema["paths"]["/api/v1/auth/telegram/"]["post"]

        assert me["security"] == [{"accessToken": []}]
        assert sign_in["security"] == []
        assert "401" in me["responses"]
        assert {"200", "400", "429"} <= set(sign_in["responses"])

    def test_describes_webhooks_with_examples_and_no_answers_of_ours(self, schema):
        assert schema["openapi"].startswith("3.1")
        assert set(schema["webhooks"]) == {"order", "refund", "stock", "ping"}
        for webhook in schema["webhooks"].values():
            content = webhook["post"]["requestBody"]["content"]["application/json"]
            (example,) = content["examples"].values()
            assert set(example["value"]) == {"id", "type", "created_at", "data"}
            assert set(webhook["post"]["responses"]) == {"204"}

    @pytest.mark.django_db
    @pytest.mark.parametrize("query", ["", "?lang=..", "?version=%0a", "?format=json"])
    def test_is_made_once_whatever_is_asked(self, client, monkeypatch, query):
        made = []
        monkeypatch.setattr(
            SchemaGenerator, "get_schema", lambda *a, **k: made.append(1) or {"openapi": "3.0.3"}
        )
        views._description.cache_clear()

        answers = [client.get(f"/api/schema/{query}") for _ in range(3)]

        assert [answer.status_code for answer in answers] == [200] * 3
        assert len(made) == 1
        views._description.cache_clear()

    @pytest.mark.django_db
    def test_is_served(self, client, schema, monkeypatch):
        monkeypatch.setattr(SchemaGenerator, "get_schema", lambda *a, **k: schema)

        assert client.get("/api/schema/").status_code == 200
        assert client.get("/api/docs/").status_code == 200
