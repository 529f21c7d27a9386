"""Papers as PDF: read what they show from the selectors, draw it, and change nothing.

Staff papers speak the shop's language, the packing slip its customer's.
"""

from apps.fulfilment.papers.flow import PAGES as PAGES
from apps.fulfilment.papers.labels import SIZES as SIZES
from apps.fulfilment.papers.labels import draw_box_labels as draw_box_labels
from apps.fulfilment.papers.labels import draw_lot_labels as draw_lot_labels
from apps.fulfilment.papers.runs import draw_run_sheet as draw_run_sheet
from apps.fulfilment.papers.sheets import draw_pick_sheets as draw_pick_sheets
from apps.fulfilment.papers.slips import draw_slips as draw_slips
