"""Products, packs, prices and pictures: what a table would change, found without writing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from apps.catalog.dto import AskedPrice, ExchangeTable
from apps.catalog.errors import InvalidPrice
from apps.catalog.models import Product, Variant
from apps.catalog.services.exchange.archive import Archive
from apps.catalog.services.exchange.columns import PACK, PRODUCT, TABLES
from apps.catalog.services.exchange.gallery import Gallery, plan_gallery
from apps.catalog.services.exchange.known import Known, look_up, pack_values, product_values
from apps.catalog.services.exchange.progress import Progress
from apps.catalog.services.exchange.report import Report, differences, read_cells
from apps.catalog.services.history import faults_of
from apps.core.sheets import SheetRow

_COLUMNS = {column.name: column for column in TABLES[ExchangeTable.GOODS]}
_OF_PRODUCT = {column.name for column in PRODUCT}
_OF_PACK = {column.name for column in PACK}
_ATTRIBUTES = {"product": "slug", "product_active": "is_active", "active": "is_active"}
_COLUMN_OF = {"slug": "product"}
_PRICES = {"regular_price", "price"}


@dataclass
class ProductPlan:
    """A product that the table names, and what its first row changes of it."""

    row: int
    slug: str
    values: dict[str, Any]
    product: Product | None = None
    changes: dict[str, Any] = field(default_factory=dict)
    tags: list[str] | None = None
    gallery: Gallery | None = None

    @property
    def is_changed(self) -> bool:
        """Whether anything of it would be written."""
        return bool(self.changes) or self.tags is not None or self.gallery is not None


@dataclass
class PackPlan:
    """A pack that the table names, and what its row changes of it."""

    row: int
    owner: ProductPlan
    pack: Variant | None
    changes: dict[str, Any] = field(default_factory=dict)
    price: AskedPrice | None = None


@dataclass
class GoodsPlan:
    """All that a table would write."""

    products: dict[str, ProductPlan] = field(default_factory=dict)
    packs: dict[str, PackPlan] = field(default_factory=dict)


class GoodsPlanner:
    """Goes through a table row by row and notes what it would change."""

    def __init__(self, *, report: Report, archive: Archive) -> None:
        self.report = report
        self.archive = archive
        self.known = Known()
        self.plan = GoodsPlan()
        self._barcodes: dict[str, int] = {}

    def read(self, rows: Sequence[SheetRow], progress: Progress) -> GoodsPlan:
        """Return what the rows would change; faults and counts go into the report."""
        cells = list(read_cells(rows, _COLUMNS.values(), self.report))
        self.known = look_up(
            skus={values.get("sku", "") for _row, values in cells} - {""},
            slugs={values.get("product", "") for _row, values in cells} - {""},
            barcodes={values.get("barcode", "") for _row, values in cells} - {""},
        )
        for row, values in cells:
            self._read_row(row, values)
            progress.step()
        return self.plan

    def _read_row(self, row: int, values: dict[str, Any]) -> None:
        sku = values.get("sku", "")
        pack = self.known.packs.get(sku) if sku else None
        owner = self._owner(row, pack, values)
        if owner is None:
            return
        if pack is not None and pack.clearance_of_id is not None:
            self._fault(row, "sku", _("This pack is a markdown: it is changed where it was made."))
            return
        is_first = owner.row == row
        is_new = is_first and owner.product is None
        is_changed = is_first and owner.is_changed
        if sku and self._is_fresh(sku, row):
            plan = self._pack(row, owner, pack, values)
            self.plan.packs[sku] = plan
            is_new = pack is None
            is_changed = is_changed or bool(plan.changes) or plan.price is not None
        self.report.count(row, is_new=is_new, is_changed=is_changed)

    def _owner(self, row: int, pack: Variant | None, values: dict[str, Any]) -> ProductPlan | None:
        """Return the plan of the row's product, made by the first row that names it."""
        slug = values.get("product", "")
        if pack is not None:
            own = self.known.slugs[pack.product_id]
            if slug and slug != own:
                self._fault(row, "product", _("This pack belongs to %(product)s.") % {
                    "product": own})  # fmt: skip
                return None
            slug = own
        if not slug:
            self._fault(row, "product", _("Say which product this new pack belongs to."))
            return None
        told = {name: value for name, value in values.items() if name in _OF_PRODUCT}
        told["product"] = slug
        plan = self.plan.products.get(slug)
        if plan is None:
            plan = ProductPlan(row, slug, told, self.known.products.get(slug))
            self.plan.products[slug] = plan
            self._plan_product(plan)
        else:
            self._compare(row, plan, told)
        return plan

    def _compare(self, row: int, plan: ProductPlan, told: Mapping[str, Any]) -> None:
        """Hold a later row of a product to its first one; an empty cell says “as above”."""
        for name, value in told.items():
            first = plan.values.get(name)
            said = value not in ("", [], None)
            if said and (first is None or not _COLUMNS[name].same(value, first)):
                self._fault(row, name, _("Row %(row)s says otherwise of the same product.") % {
                    "row": plan.row})  # fmt: skip

    def _plan_product(self, plan: ProductPlan) -> None:
        product, values = plan.product, plan.values
        current = {} if product is None else product_values(self.known, product)
        fresh = dict(values) if product is None else differences(_COLUMNS, values, current)
        if product is None:
            self._need(plan.row, values, ("category", "name_ru", "name_en"))
        images = fresh.pop("images", None)
        if images:
            shown = self.known.images.get(product.pk, []) if product else []
            self._plan_gallery(plan, images, shown)
        elif product is not None and values.get("images"):
            # The names are the same: a file of that name may still bring another picture.
            self._plan_gallery(plan, values["images"], self.known.images[product.pk])
        self._note(plan.row, plan.slug, fresh, current)
        if "tags" in fresh:
            plan.tags = self._tags(plan.row, fresh.pop("tags"))
        if "category" in fresh and fresh["category"] not in self.known.categories:
            self._fault(plan.row, "category", _("There is no category “%(slug)s”.") % {
                "slug": fresh["category"][:60]})  # fmt: skip
        plan.changes = {_ATTRIBUTES.get(name, name): value for name, value in fresh.items()}
        tried = {name: value for name, value in plan.changes.items() if name != "category"}
        self._try(plan.row, product or Product(), tried)

    def _plan_gallery(self, plan: ProductPlan, wanted: list[str], shown: Sequence[Any]) -> None:
        def fault(sentence: str) -> None:
            self._fault(plan.row, "images", sentence)

        plan.gallery = plan_gallery(wanted, shown, self.archive, fault)

    def _pack(
        self, row: int, owner: ProductPlan, pack: Variant | None, values: Mapping[str, Any]
    ) -> PackPlan:
        told = {name: value for name, value in values.items() if name in _OF_PACK}
        current = {} if pack is None else pack_values(pack)
        if pack is None:
            self._need(row, told, ("pack_weight_g", "regular_price"))
            fresh = {name: value for name, value in told.items() if value is not None}
        else:
            fresh = differences(_COLUMNS, told, current)
        price = self._price(row, told, current)
        self._note(row, values["sku"], {k: v for k, v in fresh.items() if k != "price"}, current)
        if "barcode" in fresh:
            self._check_barcode(row, values["sku"], fresh["barcode"])
        changes = {
            _ATTRIBUTES.get(name, name): value
            for name, value in fresh.items()
            if name not in _PRICES
        }
        self._try(row, pack or Variant(), changes)
        return PackPlan(row, owner, pack, changes, price)

    def _price(
        self, row: int, told: Mapping[str, Any], current: Mapping[str, Any]
    ) -> AskedPrice | None:
        """Return the prices that the row asks for, None where they stay."""
        regular = told.get("regular_price", current.get("regular_price"))
        if regular is None:
            return None
        price = told.get("price", current.get("price")) if "price" in told or current else regular
        price = regular if price is None else price
        if not 0 < price <= regular:
            self._fault(row, "price" if regular > 0 else "regular_price", str(InvalidPrice()))
        if current and price != current["price"]:
            key, column = told["sku"], _COLUMNS["price"]
            self.report.change(row, key, column, current["price"], price)
        same = (regular, price) == (current.get("regular_price"), current.get("price"))
        return None if same else AskedPrice(price, regular)

    def _is_fresh(self, sku: str, row: int) -> bool:
        twin = self.plan.packs.get(sku)
        if twin is not None:
            self._fault(row, "sku", _("Row %(row)s has the same SKU.") % {"row": twin.row})
        return twin is None

    def _check_barcode(self, row: int, sku: str, barcode: str) -> None:
        if not barcode:
            return
        first = self._barcodes.setdefault(barcode, row)
        if first != row:
            self._fault(row, "barcode", _("Row %(row)s has the same barcode.") % {"row": first})
        holder = self.known.barcodes.get(barcode, sku)
        if holder != sku:
            self._fault(row, "barcode", _("%(sku)s has this barcode.") % {"sku": holder})

    def _tags(self, row: int, codes: list[str]) -> list[str]:
        missing = sorted(set(codes) - self.known.tag_codes)
        if missing:
            self._fault(row, "tags", _("There is no tag “%(code)s”.") % {"code": missing[0][:60]})
        return codes

    def _need(self, row: int, values: Mapping[str, Any], names: Sequence[str]) -> None:
        for name in names:
            if values.get(name) in (None, ""):
                self._fault(row, name, _("This is needed for what is new."))

    def _try(self, row: int, record: Product | Variant, changes: Mapping[str, Any]) -> None:
        """Set the values on a copy that nobody saves, and note what its validators say."""
        for name, value in changes.items():
            setattr(record, name, value)
        if not changes:
            return
        for attribute, sentence in faults_of(record).items():
            # What a new record lacks was named before.
            is_told = not record._state.adding or changes.get(attribute) not in (None, "")
            if attribute in changes and is_told:
                self._fault(row, _column_of(attribute, record), sentence)

    def _note(
        self, row: int, key: str, fresh: Mapping[str, Any], current: Mapping[str, Any]
    ) -> None:
        for name, value in fresh.items() if current else ():
            self.report.change(row, key, _COLUMNS[name], current[name], value)

    def _fault(self, row: int, column: str, sentence: str) -> None:
        self.report.fault(row, column, sentence)


def _column_of(attribute: str, record: Product | Variant) -> str:
    if attribute == "is_active":
        return "product_active" if isinstance(record, Product) else "active"
    return _COLUMN_OF.get(attribute, attribute)
