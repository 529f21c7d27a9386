"""How a pack is called where several packs of one product stand beside each other."""

from typing import Any

from django.utils.translation import gettext as _

from apps.core.models import in_language


def pack_name(row: Any) -> str:
    """Return the product's name in the reader's language, and how much is in the pack."""
    return _("%(name)s, %(grams)s g") % {
        "name": in_language(row, "name"),
        "grams": row.pack_weight_g,
    }
