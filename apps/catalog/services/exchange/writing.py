"""Write what was planned through the catalogue's own services, in the one lock order.

What customers' orders may wait for, packs that exist already, comes last, by id.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

from apps.catalog.errors import InvalidPrice, VariantNotFound
from apps.catalog.models import ProductImage, Variant
from apps.catalog.services.categories import save_category
from apps.catalog.services.exchange.gallery import Gallery
from apps.catalog.services.exchange.goods import GoodsPlan, PackPlan, ProductPlan
from apps.catalog.services.exchange.progress import Progress
from apps.catalog.services.exchange.shelves import CategoryPlan, TagPlan
from apps.catalog.services.history import reason_now
from apps.catalog.services.images import arrange_images, hang_image, remove_image
from apps.catalog.services.indexing import indexed_together
from apps.catalog.services.prices import first_prices_together, set_prices
from apps.catalog.services.products import save_product, save_tag
from apps.catalog.services.variants import save_variant
from apps.core.errors import ShopError
from apps.core.time import now as present

# The stored files of pictures that come, by product and file name.
Stored = Mapping[tuple[str, str], tuple[Sequence[str], str]]


class RowRefused(Exception):
    """A service refused a row: the catalogue has changed since the table was checked."""

    def __init__(self, row: int, error: ShopError) -> None:
        super().__init__(str(error))
        self.row = row


@contextmanager
def _of_row(row: int) -> Iterator[None]:
    try:
        yield
    except ShopError as error:
        raise RowRefused(row, error) from error


def write_goods(
    plan: GoodsPlan, *, stored: Stored, actor_id: int | None, progress: Progress
) -> None:
    """Write products, their pictures, new packs, and at last the packs that exist.

    Raises:
        RowRefused: A service refused; the caller's transaction must not be kept.
    """
    products = [p for p in plan.products.values() if p.product is None or p.is_changed]
    new = [p for p in plan.packs.values() if p.pack is None]
    old = {p.pack.pk: p for p in plan.packs.values() if p.pack and (p.changes or p.price)}
    progress.begin(len(products) + len(new) + len(old))
    ids = {slug: p.product.pk for slug, p in plan.products.items() if p.product is not None}
    together = first_prices_together(now=present(), actor_id=actor_id, reason=reason_now())
    with indexed_together(), together:
        for product in sorted(products, key=lambda p: p.product.pk if p.product else 0):
            with _of_row(product.row):
                ids[product.slug] = _write_product(product, stored, actor_id)
            progress.step()
        for pack in new:
            with _of_row(pack.row):
                _add_pack(pack, ids[pack.owner.slug], actor_id)
            progress.step()
    _change_packs(old, actor_id, progress)


def _change_packs(plans: Mapping[int, PackPlan], actor_id: int | None, progress: Progress) -> None:
    """Write packs that exist: all are locked by id first, and their prices are written together."""
    rows = Variant.objects.filter(pk__in=plans).order_by("pk")
    list(rows.select_for_update(no_key=True).values_list("pk", flat=True))
    for pack_id, plan in sorted(plans.items()):
        if plan.changes:
            with _of_row(plan.row):
                save_variant(variant_id=pack_id, actor_id=actor_id, **plan.changes)
        progress.step()
    prices = {pack_id: plan.price for pack_id, plan in plans.items() if plan.price is not None}
    try:
        set_prices(prices=prices, now=present(), actor_id=actor_id, reason=reason_now())
    except VariantNotFound as error:
        raise RowRefused(plans[error.facts["variant"]].row, error) from error


def write_categories(
    plans: Sequence[CategoryPlan], *, actor_id: int | None, progress: Progress
) -> None:
    """Write shelves, those above before those below.

    Raises:
        RowRefused: A service refused; the caller's transaction must not be kept.
    """
    progress.begin(len(plans))
    with indexed_together():
        for plan in sorted(plans, key=lambda plan: plan.depth):
            with _of_row(plan.row):
                save_category(category_id=plan.category_id, actor_id=actor_id, **plan.changes)
            progress.step()


def write_tags(plans: Sequence[TagPlan], *, actor_id: int | None, progress: Progress) -> None:
    """Write tags.

    Raises:
        RowRefused: A service refused; the caller's transaction must not be kept.
    """
    progress.begin(len(plans))
    with indexed_together():
        for plan in sorted(plans, key=lambda plan: plan.code):
            with _of_row(plan.row):
                save_tag(
                    code=plan.code, name_ru=plan.name_ru, name_en=plan.name_en, actor_id=actor_id
                )
            progress.step()


def _write_product(plan: ProductPlan, stored: Stored, actor_id: int | None) -> int:
    product_id = plan.product.pk if plan.product is not None else None
    if product_id is None or plan.changes or plan.tags is not None:
        saved = save_product(
            product_id=product_id, actor_id=actor_id, tags=plan.tags, **plan.changes
        )
        product_id = saved.pk
    if plan.gallery is not None:
        _hang(product_id, plan.slug, plan.gallery, stored, actor_id)
    return product_id


def _hang(
    product_id: int, slug: str, gallery: Gallery, stored: Stored, actor_id: int | None
) -> None:
    for image_id in gallery.goes:
        remove_image(image_id=image_id, actor_id=actor_id)
    order = []
    for entry in gallery.order:
        if isinstance(entry, int):
            order.append(entry)
            continue
        names, digest = stored[slug, entry]
        before: ProductImage | None = gallery.replaces.get(entry)
        alt_ru, alt_en = (before.alt_ru, before.alt_en) if before is not None else ("", "")
        image = hang_image(
            product_id=product_id, names=names, actor_id=actor_id, file_name=entry, digest=digest,
            alt_ru=alt_ru, alt_en=alt_en,
        )  # fmt: skip
        order.append(image.pk)
    arrange_images(product_id=product_id, image_ids=order, actor_id=actor_id)


def _add_pack(plan: PackPlan, product_id: int, actor_id: int | None) -> None:
    asked = plan.price
    if asked is None:
        raise InvalidPrice
    save_variant(
        product_id=product_id, actor_id=actor_id, regular_price=asked.regular_price,
        base_price=asked.price, **plan.changes,
    )  # fmt: skip
