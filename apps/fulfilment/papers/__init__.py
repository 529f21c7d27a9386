"""Papers as PDF: read what they show from the selectors, draw it, and change nothing.

Staff papers speak the shop's language, the packing slip its customer's. What draws is loaded by the
first paper: the library takes a third of a second and memory that most processes never need.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from apps.fulfilment.papers.flow import PAGES as PAGES
    from apps.fulfilment.papers.labels import SIZES as SIZES
    from apps.fulfilment.papers.labels import draw_box_labels as draw_box_labels
    from apps.fulfilment.papers.labels import draw_lot_labels as draw_lot_labels
    from apps.fulfilment.papers.runs import draw_run_sheet as draw_run_sheet
    from apps.fulfilment.papers.sheets import draw_pick_sheets as draw_pick_sheets
    from apps.fulfilment.papers.slips import draw_slips as draw_slips
else:
    _ROOMS = {
        "PAGES": "flow",
        "SIZES": "labels",
        "draw_box_labels": "labels",
        "draw_lot_labels": "labels",
        "draw_run_sheet": "runs",
        "draw_pick_sheets": "sheets",
        "draw_slips": "slips",
    }

    def __getattr__(name: str) -> object:
        """Load the room that a name lives in when somebody asks for it (PEP 562)."""
        if name not in _ROOMS:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        return getattr(import_module(f"{__name__}.{_ROOMS[name]}"), name)
