"""How the admin looks, and what its menu holds."""

from typing import Any

UNFOLD: dict[str, Any] = {
    "SITE_TITLE": "FrozenFood",
    "SITE_HEADER": "FrozenFood",
    "SITE_SYMBOL": "ac_unit",
}
