"""Pictures of products. Files are written before the row and outside its transaction."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Max

from apps.catalog.errors import ImageNotFound, ProductNotFound
from apps.catalog.models import Product, ProductImage
from apps.catalog.pictures import LARGE, MEDIUM, SMALL, Renditions, renditions_of
from apps.catalog.services.products import locked_product
from apps.catalog.services.versions import renew_catalog_on_commit
from apps.core.transactions import retrying_atomic


def add_image(
    *, product_id: int, content: bytes, alt_ru: str = "", alt_en: str = ""
) -> ProductImage:
    """Check an uploaded picture, encode it anew in three sizes, and hang it behind the others.

    Raises:
        ProductNotFound: There is no such product.
        PictureTooLarge: More than 10 MB or 24 megapixels.
        BadPicture: No JPEG, PNG or WebP by its content, or damaged.
    """
    if not Product.objects.existing().filter(pk=product_id).exists():
        raise ProductNotFound(product=product_id)
    return add_renditions(
        product_id=product_id, renditions=renditions_of(content), alt_ru=alt_ru, alt_en=alt_en
    )


def add_renditions(
    *, product_id: int, renditions: Renditions, alt_ru: str = "", alt_en: str = ""
) -> ProductImage:
    """Keep a picture that we encoded ourselves.

    Raises:
        ProductNotFound: There is no such product.
    """
    with _stored(renditions) as (large, medium, small):
        return _add_row(
            product_id=product_id,
            files={"large": large, "medium": medium, "small": small},
            alts={"alt_ru": alt_ru[:160], "alt_en": alt_en[:160]},
        )


@retrying_atomic
def remove_image(*, image_id: int) -> None:
    """Take a picture down; its files go once that is committed.

    Raises:
        ImageNotFound: It was removed before.
    """
    image = ProductImage.objects.select_for_update().filter(pk=image_id).first()
    if image is None:
        raise ImageNotFound(image=image_id)
    names = [str(file.name) for file in (image.large, image.medium, image.small) if file]
    image.delete()
    transaction.on_commit(lambda: _forget_files(names), robust=True)
    renew_catalog_on_commit()


def remember_telegram_file(*, image_id: int, file_id: str) -> None:
    """Keep the id under which Telegram knows a picture, to spare sending it again."""
    # Customers don't see it, and cards are read anew: the catalogue keeps its version.
    ProductImage.objects.filter(pk=image_id).update(telegram_file_id=file_id)


@retrying_atomic
def _add_row(*, product_id: int, files: dict[str, str], alts: dict[str, str]) -> ProductImage:
    product = locked_product(product_id)
    last = product.images.aggregate(last=Max("position"))["last"]
    position = 0 if last is None else last + 1
    image = ProductImage.objects.create(product=product, position=position, **files, **alts)
    renew_catalog_on_commit()
    return image


@contextmanager
def _stored(renditions: Renditions) -> Iterator[list[str]]:
    """Write the files under a random name, and remove them again if the row is refused."""
    stem = uuid.uuid4().hex
    names = []
    try:
        for side in (LARGE, MEDIUM, SMALL):
            content = {LARGE: renditions.large, MEDIUM: renditions.medium, SMALL: renditions.small}
            name = f"products/{stem}-{side}.webp"
            names.append(default_storage.save(name, ContentFile(content[side])))
        yield names
    except BaseException:
        _forget_files(names)
        raise


def _forget_files(names: list[str]) -> None:
    for name in names:
        default_storage.delete(name)
