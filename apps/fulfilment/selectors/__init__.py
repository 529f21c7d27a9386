"""Questions of the floor and the road."""

from apps.fulfilment.selectors.boxes import box_units as box_units
from apps.fulfilment.selectors.boxes import has_begun as has_begun
from apps.fulfilment.selectors.boxes import picks_of as picks_of
from apps.fulfilment.selectors.boxes import scan_codes as scan_codes
from apps.fulfilment.selectors.boxes import units_in_hand as units_in_hand
from apps.fulfilment.selectors.picking import pick_list as pick_list
from apps.fulfilment.selectors.queue import to_pick as to_pick
from apps.fulfilment.selectors.recalls import recall_preview as recall_preview
from apps.fulfilment.selectors.recalls import recall_report as recall_report
