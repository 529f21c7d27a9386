"""Pictures of products. Files are written before the row and outside its transaction."""

import hashlib
import uuid
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext_noop

from apps.catalog.errors import ImageNotFound, ProductNotFound
from apps.catalog.models import Product, ProductImage
from apps.catalog.pictures import LARGE, MEDIUM, SMALL, Renditions, renditions_of
from apps.catalog.services.history import because, reason_now, signed
from apps.catalog.services.products import locked_product
from apps.catalog.services.versions import renew_catalog_on_commit
from apps.core.history import keep_first_version
from apps.core.text import one_line
from apps.core.transactions import retrying_atomic


def add_image(
    *,
    product_id: int,
    content: bytes,
    alt_ru: str = "",
    alt_en: str = "",
    file_name: str = "",
    actor_id: int | None = None,
) -> ProductImage:
    """Check an uploaded picture, encode it anew in three sizes, and hang it behind the others.

    `file_name` is what it was called where it came from: tables of the catalogue name it so. Of
    what an actor does to pictures the product's history tells.

    Raises:
        ProductNotFound: There is no such product.
        PictureTooLarge: More than 10 MB or 24 megapixels.
        BadPicture: No JPEG, PNG or WebP by its content, or damaged.
    """
    if not Product.objects.existing().filter(pk=product_id).exists():
        raise ProductNotFound(product=product_id)
    return add_renditions(
        product_id=product_id, renditions=renditions_of(content), alt_ru=alt_ru, alt_en=alt_en,
        file_name=file_name, digest=digest_of(content), actor_id=actor_id,
    )  # fmt: skip


def add_renditions(
    *,
    product_id: int,
    renditions: Renditions,
    alt_ru: str = "",
    alt_en: str = "",
    file_name: str = "",
    digest: str = "",
    actor_id: int | None = None,
) -> ProductImage:
    """Keep a picture that we encoded ourselves.

    Raises:
        ProductNotFound: There is no such product.
    """
    with _stored(renditions) as names:
        return hang_image(
            product_id=product_id, names=names, alt_ru=alt_ru[:160], alt_en=alt_en[:160],
            file_name=plain_file_name(file_name), digest=digest, actor_id=actor_id,
        )  # fmt: skip


@retrying_atomic
def hang_image(
    *, product_id: int, names: Sequence[str], actor_id: int | None = None, **told: str
) -> ProductImage:
    """Hang a picture whose files (large, medium, small) are in the storage behind the others.

    Raises:
        ProductNotFound: There is no such product.
    """
    product = locked_product(product_id)
    last = product.images.aggregate(last=Max("position"))["last"]
    position = 0 if last is None else last + 1
    files = dict(zip(("large", "medium", "small"), names, strict=True))
    image = ProductImage.objects.create(product=product, position=position, **files, **told)
    _remember(product, gettext_noop("a picture was added"), actor_id)
    renew_catalog_on_commit()
    return image


@retrying_atomic
def arrange_images(
    *, product_id: int, image_ids: Sequence[int], actor_id: int | None = None
) -> None:
    """Put the pictures of a product in this order.

    Raises:
        ProductNotFound: There is no such product.
    """
    places = {image_id: place for place, image_id in enumerate(image_ids)}
    product = locked_product(product_id)
    images = list(product.images.filter(pk__in=image_ids))
    for image in images:
        image.position = places[image.pk]
    ProductImage.objects.bulk_update(images, ["position"])
    _remember(product, gettext_noop("the pictures were arranged"), actor_id)
    renew_catalog_on_commit()


@retrying_atomic
def remove_image(*, image_id: int, actor_id: int | None = None) -> None:
    """Take a picture down; its files go once that is committed.

    Raises:
        ImageNotFound: It was removed before.
    """
    rows = Product.objects.filter(images=image_id)
    product = rows.select_for_update(no_key=True, of=("self",)).first()
    image = ProductImage.objects.select_for_update().filter(pk=image_id).first()
    if product is None or image is None:
        raise ImageNotFound(image=image_id)
    names = [str(file.name) for file in (image.large, image.medium, image.small) if file]
    image.delete()
    _remember(product, gettext_noop("a picture was taken down"), actor_id)
    transaction.on_commit(lambda: forget_files(names), robust=True)
    renew_catalog_on_commit()


def _remember(product: Product, what: str, actor_id: int | None) -> None:
    """Let the product's history tell what somebody did to its pictures, and when."""
    if actor_id is None:
        return
    keep_first_version(product)
    with because(reason_now() or what):
        signed(product, actor_id).save(update_fields=["updated_at"])


def remember_telegram_file(*, image_id: int, file_id: str) -> None:
    """Keep the id under which Telegram knows a picture, to spare sending it again."""
    # Customers don't see it, and cards are read anew: the catalogue keeps its version.
    ProductImage.objects.filter(pk=image_id).update(telegram_file_id=file_id)


def digest_of(content: bytes) -> str:
    """Return what tells one uploaded file from another."""
    return hashlib.sha256(content).hexdigest()


def plain_file_name(name: str) -> str:
    """Return the last part of a file's name, without what parts names in a list."""
    last = one_line(name.replace("\\", "/").rpartition("/")[2], limit=200)
    for letter in ",;":
        last = last.replace(letter, "_")
    return last[-100:]


def store_renditions(renditions: Renditions, *, stem: str) -> list[str]:
    """Write the three files of a picture and return their names, largest first."""
    content = {LARGE: renditions.large, MEDIUM: renditions.medium, SMALL: renditions.small}
    return [
        default_storage.save(name, ContentFile(content[side]))
        for side, name in zip(content, rendition_names(stem), strict=True)
    ]


def rendition_names(stem: str) -> list[str]:
    """Return how the three files of a picture are called, largest first."""
    return [f"products/{stem}-{side}.webp" for side in (LARGE, MEDIUM, SMALL)]


@contextmanager
def _stored(renditions: Renditions) -> Iterator[list[str]]:
    """Write the files under a random name, and remove them again if the row is refused."""
    stem = uuid.uuid4().hex
    try:
        yield store_renditions(renditions, stem=stem)
    except BaseException:
        forget_files(rendition_names(stem))
        raise


def forget_files(names: Iterable[str]) -> None:
    """Delete files of pictures; those that are gone already are passed over."""
    for name in names:
        default_storage.delete(name)
