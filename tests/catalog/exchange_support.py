"""Tables as people bring them, and what has become of them."""

import io
import zipfile
from collections.abc import Sequence
from typing import Any

from django.core.files.base import ContentFile
from openpyxl import Workbook
from PIL import Image

from apps.catalog.dto import ExchangeTable
from apps.catalog.models import CatalogExchange, Category, Product, ProductImage, Tag, Variant
from apps.catalog.services import exchange
from apps.core import sheets
from apps.core.time import now

HEADING = ("sku", "product", "category", "name_ru", "name_en", "pack_weight_g", "regular_price",
           "price")  # fmt: skip


def line(sku: str = "NEW-1", product: str = "pelmeni", **fields: Any) -> dict[str, Any]:
    """Return a row of a new pack of a new product; `fields` overwrite."""
    return {
        "sku": sku, "product": product, "category": "frozen", "name_ru": "Пельмени",
        "name_en": "Dumplings", "pack_weight_g": 500, "regular_price": "300", "price": "250",
        **fields,
    }  # fmt: skip


def table(*rows: dict[str, Any], columns: Sequence[str] = ()) -> bytes:
    """Return the rows as CSV."""
    heading = list(columns) or list(dict.fromkeys(name for row in rows for name in row))
    return sheets.csv_bytes(heading, [[row.get(name, "") for name in heading] for row in rows])


def workbook(*rows: dict[str, Any]) -> bytes:
    """Return the rows as a workbook."""
    book = Workbook()
    heading = list(dict.fromkeys(name for row in rows for name in row))
    book.active.append(heading)
    for row in rows:
        book.active.append([row.get(name) for name in heading])
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def picture(colour: str = "red", kind: str = "PNG") -> bytes:
    """Return a small picture."""
    content = io.BytesIO()
    Image.new("RGB", (40, 30), colour).save(content, kind)
    return content.getvalue()


def archive(**files: bytes) -> bytes:
    """Return a ZIP; `__` in a name stands for a dot."""
    return archive_of({name.replace("__", "."): content for name, content in files.items()})


def archive_of(files: dict[str, bytes]) -> bytes:
    """Return a ZIP of files by name."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, inside in files.items():
            packed.writestr(name, inside)
    return content.getvalue()


def checked(
    content: bytes,
    actor: Any,
    *,
    kind: ExchangeTable = ExchangeTable.GOODS,
    pictures: bytes | None = None,
    name: str = "goods.csv",
) -> CatalogExchange:
    """Bring a table and let the worker check it."""
    brought = exchange.request_import(
        table=kind,
        file=ContentFile(content, name),
        pictures=ContentFile(pictures, "pictures.zip") if pictures is not None else None,
        actor_id=actor.pk,
    )
    exchange.run_due_exchanges(now=now())
    brought.refresh_from_db()
    return brought


def applied(content: bytes, actor: Any, **options: Any) -> CatalogExchange:
    """Bring a table, have it checked, and apply it."""
    brought = checked(content, actor, **options)
    assert brought.state == "checked", brought.report
    assert not brought.report["wrong"], brought.report["faults"]
    exchange.confirm_import(exchange_id=brought.pk, actor_id=actor.pk, now=now())
    exchange.run_due_exchanges(now=now())
    brought.refresh_from_db()
    return brought


def exported(
    actor: Any, kind: ExchangeTable = ExchangeTable.GOODS, file_format: str = "xlsx"
) -> bytes:
    """Return a table as the worker writes it."""
    asked = exchange.request_export(
        table=kind, file_format=file_format, actor_id=actor.pk, now=now()
    )
    exchange.run_due_exchanges(now=now())
    asked.refresh_from_db()
    assert asked.state == "done", asked.report
    with asked.file.open("rb") as file:
        content: bytes = file.read()
    return content


def counts(brought: CatalogExchange) -> tuple[int, int, int, int]:
    """Return how many rows are new, changed, unchanged and wrong."""
    report = brought.report
    return report["new"], report["changed"], report["unchanged"], report["wrong"]


def catalogue() -> dict[str, list[Any]]:
    """Return all that an import may write, history included, to compare before and after."""
    tables = (Category, Product, Variant, Tag, Category.history.model, Product.history.model,
              Variant.history.model, Tag.history.model, ProductImage)  # fmt: skip
    held = {model.__name__: list(model.objects.order_by("pk").values()) for model in tables}
    held["tags"] = list(Product.tags.through.objects.order_by("pk").values())
    return held
