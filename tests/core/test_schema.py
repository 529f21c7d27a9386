import pytest
from django.core.management import call_command
from drf_spectacular.generators import SchemaGenerator

from apps.core import views


@pytest.fixture(scope="module")
def schema():
    return SchemaGenerator().get_schema(request=None, public=True)


class TestSchema:
    def test_is_valid_without_a_warning(self, tmp_path):
        call_command(
            "spectacular", validate=True, fail_on_warn=True, file=str(tmp_path / "schema.yml")
        )

    def test_names_the_problem_in_every_operation(self, schema):
        problem = {"$ref": "#/components/schemas/Problem"}
        for path, operations in schema["paths"].items():
            for method, operation in operations.items():
                content = operation["responses"]["429"]["content"]
                assert content["application/problem+json"]["schema"] == problem, (path, method)

    def test_asks_for_a_token_where_one_is_needed(self, schema):
        me = schema["paths"]["/api/v1/users/me/"]["get"]
        sign_in = schema["paths"]["/api/v1/auth/telegram/"]["post"]

        assert me["security"] == [{"accessToken": []}]
        assert sign_in["security"] == [{}]
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
        make = SchemaGenerator.get_schema
        monkeypatch.setattr(
            SchemaGenerator, "get_schema", lambda *a, **k: made.append(1) or make(*a, **k)
        )
        views._description.cache_clear()

        answers = [client.get(f"/api/schema/{query}") for _ in range(3)]

        assert [answer.status_code for answer in answers] == [200] * 3
        assert len(made) == 1

    @pytest.mark.django_db
    def test_is_served(self, client):
        assert client.get("/api/schema/").status_code == 200
        assert client.get("/api/docs/").status_code == 200
