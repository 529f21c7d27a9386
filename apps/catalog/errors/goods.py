"""What is refused of goods: categories, products, packs, pictures."""

from django.utils.translation import gettext_lazy as _

from apps.core.errors import Kind, NotFound, ShopError


class ProductNotFound(NotFound):
    """There is no such product on show."""

    code = "product_not_found"
    message = _("This product is no longer in the shop.")


class VariantNotFound(NotFound):
    """No pack has this SKU or id."""

    code = "variant_not_found"
    message = _("This pack is no longer in the shop.")


class CategoryNotFound(NotFound):
    """No shelf has this slug or id."""

    code = "category_not_found"
    message = _("There is no such category.")


class ImageNotFound(NotFound):
    """The picture was removed."""

    code = "image_not_found"
    message = _("There is no such picture.")


class UnknownTag(ShopError):
    """A tag must exist before a product can carry it."""

    code = "unknown_tag"
    message = _("There is no such tag: {tags}.")


class UnknownParameter(ShopError):
    """The query names a parameter that the list does not know."""

    code = "unknown_parameter"
    message = _("Unknown query parameters: {parameters}.")


class InvalidField(ShopError):
    """A field of a category, product or variant can't have this value."""

    code = "invalid_field"
    message = _("This value can't be used: {field}. {reason}")


class UnknownOrdering(ShopError):
    """The list can't be ordered like that."""

    code = "unknown_ordering"
    message = _("The list can't be ordered by {ordering}.")


class SlugTaken(ShopError):
    """Another category or product has this slug."""

    kind = Kind.CONFLICT
    code = "slug_taken"
    message = _("The slug {slug} is already taken.")


class SkuTaken(ShopError):
    """Another pack has this SKU or barcode."""

    kind = Kind.CONFLICT
    code = "sku_taken"
    message = _("The SKU {sku} or its barcode is already taken.")


class CategoryInUse(ShopError):
    """The shelf is not empty."""

    kind = Kind.CONFLICT
    code = "category_in_use"
    message = _("Products or other categories still belong to this category. Hide it instead.")


class CategoryLoop(ShopError):
    """A shelf can't stand on itself."""

    code = "category_loop"
    message = _("A category can't be placed under itself.")


class PictureTooLarge(ShopError):
    """The file or the picture in it is larger than the shop keeps."""

    code = "picture_too_large"
    message = _("The picture is too large: at most 10 MB and 24 megapixels.")


class BadPicture(ShopError):
    """The file is no JPEG, PNG or WebP picture, or it is damaged."""

    code = "bad_picture"
    message = _("This file can't be used. Send a JPEG, PNG or WebP picture.")


class ArchiveUnreadable(ShopError):
    """The file is no ZIP archive, or locked by a password."""

    code = "archive_unreadable"
    message = _("The pictures must come in a plain ZIP archive without a password.")


class ArchiveUnsafe(ShopError):
    """The archive is not what an honest program makes."""

    code = "archive_unsafe"
    message = _("The archive of pictures can't be used: {reason}.")


class ExchangeNotFound(NotFound):
    """There is no such import or export."""

    code = "exchange_not_found"
    message = _("There is no such import or export.")


class ExchangeNotReady(ShopError):
    """The import was not checked, has faults, or was applied before."""

    kind = Kind.CONFLICT
    code = "exchange_not_ready"
    message = _("This import can't be applied: it must be checked and free of faults.")


class ExchangeRunning(ShopError):
    """Somebody works on it right now."""

    kind = Kind.CONFLICT
    code = "exchange_running"
    message = _("It is being worked on right now. Please wait until it is done.")


class TooManyExchanges(ShopError):
    """So many wait already that another one would wait for hours."""

    kind = Kind.CONFLICT
    code = "too_many_exchanges"
    message = _("{count} imports and exports are waiting already. Let them finish first.")
