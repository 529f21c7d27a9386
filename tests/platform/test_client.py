"""A typed client, generated from the API's description, buys something."""

import json
import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.renderers import OpenApiJsonRenderer

from apps.core.time import now
from apps.orders.models import Order
from tests.conftest import make_init_data
from tests.factories import SlotFactory, stocked_variant

pytestmark = pytest.mark.deep
BUYER = Path(__file__).with_name("client_purchase.py")
_BIN = Path(sys.executable).parent


def run(*command: str | Path, cwd: Path) -> str:
    """Return what a program says; one that fails fails the test."""
    # Also what it calls by name is the environment's own.
    env = {"PATH": f"{_BIN}{os.pathsep}{os.environ['PATH']}", "HOME": str(cwd)}
    done = subprocess.run(
        [str(part) for part in command], cwd=cwd, env=env | {"PYTHONPATH": str(cwd)},
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-4000:]
    return done.stdout


@pytest.fixture(scope="module")
def client_folder(tmp_path_factory):
    """A folder with the package `shop_client`."""
    folder = tmp_path_factory.mktemp("client")
    schema = SchemaGenerator().get_schema(request=None, public=True)
    (folder / "schema.json").write_bytes(OpenApiJsonRenderer().render(schema))
    said = run(
        _BIN / "openapi-python-client", "generate", "--path", "schema.json", "--meta", "none",
        "--output-path", "shop_client", "--fail-on-warning", cwd=folder,
    )  # fmt: skip
    assert "Warning" not in said
    return folder


class TestClient:
    def test_is_typed_strictly_and_so_is_who_uses_it(self, client_folder):
        # The generator's own frame hands `__exit__` on as objects; every operation is held to it.
        (client_folder / "mypy.ini").write_text(
            "[mypy]\nstrict = true\n[mypy-shop_client.client]\ndisable_error_code = arg-type\n"
        )

        said = run(
            sys.executable, "-m", "mypy", "--config-file", "mypy.ini", "--python-executable",
            sys.executable, "shop_client", BUYER, cwd=client_folder,
        )  # fmt: skip

        assert "Success" in said

    @pytest.mark.django_db(transaction=True)
    def test_buys_something(self, client_folder, live_server):
        stocked_variant(9)
        SlotFactory(starts_at=now() + timedelta(days=1))

        said = run(
            sys.executable, BUYER, live_server.url, make_init_data({"id": 77000002}),
            cwd=client_folder,
        )  # fmt: skip

        order = Order.objects.get()
        assert said.split() == [order.number, str(order.total)]
        assert (order.customer.telegram_id, order.status) == (77000002, "placed")
        assert [line.quantity for line in order.lines.all()] == [2]

    def test_is_generated_of_every_operation(self, client_folder):
        schema = json.loads((client_folder / "schema.json").read_text())
        described = {
            operation["operationId"]
            for on_path in schema["paths"].values()
            for operation in on_path.values()
            if "operationId" in operation
        }

        made = {path.stem for path in (client_folder / "shop_client" / "api").rglob("*.py")}

        assert described <= made
