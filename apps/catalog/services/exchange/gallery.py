"""The pictures of a product as a table lists them: which stay, which come, which go."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from apps.catalog.models import ProductImage
from apps.catalog.services.exchange.archive import Archive
from apps.catalog.services.exchange.known import picture_names
from apps.core.errors import ShopError


@dataclass(frozen=True)
class Gallery:
    """The pictures in their order: the id of one that stays, or the file of one that comes.

    `replaces` gives, by file, the picture whose name it bears and whose descriptions it inherits.
    """

    order: tuple[int | str, ...]
    goes: tuple[int, ...]
    replaces: dict[str, ProductImage]

    @property
    def comes(self) -> list[str]:
        """The files that are to be stored."""
        return [entry for entry in self.order if isinstance(entry, str)]


def plan_gallery(
    wanted: Sequence[str],
    shown: Sequence[ProductImage],
    archive: Archive,
    fault: Callable[[str], None],
) -> Gallery | None:
    """Return what is to be done so that exactly the wanted pictures hang; None if they do.

    A file that has the name and the bytes of a picture which hangs already is that picture.
    """
    by_name = {name: image_id for image_id, name in picture_names(shown).items()}
    images = {image.pk: image for image in shown}
    order: list[int | str] = []
    replaces = {}
    for name in dict.fromkeys(wanted):
        image = images.get(by_name.get(name, 0))
        if name not in archive:
            if image is None:
                fault(_("There is no picture “%(name)s” in the archive.") % {"name": name[:100]})
                continue
            order.append(image.pk)
            continue
        try:
            is_same = image is not None and image.digest == archive.digest(name)
            if not is_same:
                archive.check(name)
        except ShopError as error:
            fault(f"{name[:100]}: {error}")
            continue
        order.append(image.pk if image is not None and is_same else name)
        if image is not None and not is_same:
            replaces[name] = image
    if order == [image.pk for image in shown]:
        return None
    goes = tuple(image_id for image_id in images if image_id not in order)
    return Gallery(tuple(order), goes, replaces)
