"""The board on which a zone's area is drawn: the other zones and a grid of degrees, no map."""

from dataclasses import asdict
from typing import Any

from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from unfold.widgets import UnfoldAdminTextareaWidget

from apps.delivery import selectors
from apps.delivery.models import Zone


class AreaWidget(UnfoldAdminTextareaWidget):
    """A text of GeoJSON, and above it a board that writes it."""

    class Media:
        css = {"all": ("admin/shop/area.css",)}
        js = ("admin/shop/area.js",)

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"rows": 4, "spellcheck": "false", **(attrs or {})})
        self.zone: Zone | None = None

    def render(
        self,
        name: str,
        value: Any,
        attrs: dict[str, Any] | None = None,
        renderer: Any = None,
    ) -> SafeString:
        """Put the board, on which the other zones are drawn already, above the text."""
        own = None if self.zone is None else self.zone.pk
        shown = {
            "text": super().render(name, value, attrs, renderer),
            "others": [asdict(shape) for shape in selectors.zone_shapes(besides=own)],
        }
        return render_to_string("admin/delivery/area.html", shown)
