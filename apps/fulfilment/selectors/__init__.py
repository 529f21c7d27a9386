"""Questions of the floor and the road."""

from apps.fulfilment.selectors.boxes import box_units as box_units
from apps.fulfilment.selectors.boxes import picks_of as picks_of
from apps.fulfilment.selectors.boxes import scan_codes as scan_codes
from apps.fulfilment.selectors.boxes import units_in_hand as units_in_hand
from apps.fulfilment.selectors.picking import pick_list as pick_list
from apps.fulfilment.selectors.queue import to_pick as to_pick
from apps.fulfilment.selectors.recalls import recall_preview as recall_preview
from apps.fulfilment.selectors.recalls import recall_report as recall_report
from apps.fulfilment.selectors.road import courier_cards as courier_cards
from apps.fulfilment.selectors.road import courier_id_of as courier_id_of
from apps.fulfilment.selectors.road import courier_run as courier_run
from apps.fulfilment.selectors.road import couriers as couriers
from apps.fulfilment.selectors.road import depot as depot
from apps.fulfilment.selectors.road import open_shift as open_shift
from apps.fulfilment.selectors.road import order_ids_of as order_ids_of
from apps.fulfilment.selectors.road import places_of as places_of
from apps.fulfilment.selectors.road import ready_orders as ready_orders
from apps.fulfilment.selectors.road import run_card as run_card
from apps.fulfilment.selectors.road import run_cards as run_cards
from apps.fulfilment.selectors.road import run_id_of as run_id_of
from apps.fulfilment.selectors.road import runs as runs
from apps.fulfilment.selectors.road import shift_card as shift_card
from apps.fulfilment.selectors.road import shift_id_of as shift_id_of
from apps.fulfilment.selectors.road import shifts as shifts
from apps.fulfilment.selectors.road import stop_card as stop_card
from apps.fulfilment.selectors.shift_books import shift_discrepancies as shift_discrepancies
