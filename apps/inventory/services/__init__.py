"""What can be done to stock; one file a use case.

Locks: delivery note or stocktake, stock rows, lots, reservations.
"""

from apps.inventory.services.arrivals import receive_lot as receive_lot
from apps.inventory.services.booking import book_delivery as book_delivery
from apps.inventory.services.books import check_books as check_books
from apps.inventory.services.clearance import clear_lot as clear_lot
from apps.inventory.services.clearance import undo_clearance as undo_clearance
from apps.inventory.services.deliveries import change_delivery as change_delivery
from apps.inventory.services.deliveries import discard_delivery as discard_delivery
from apps.inventory.services.deliveries import open_delivery as open_delivery
from apps.inventory.services.deliveries import refuse_delivery as refuse_delivery
from apps.inventory.services.delivery_import import check_rows as check_rows
from apps.inventory.services.delivery_import import import_rows as import_rows
from apps.inventory.services.delivery_lines import add_line as add_line
from apps.inventory.services.delivery_lines import change_line as change_line
from apps.inventory.services.delivery_lines import keep_line as keep_line
from apps.inventory.services.delivery_lines import remove_line as remove_line
from apps.inventory.services.delivery_lines import scan_line as scan_line
from apps.inventory.services.delivery_lines import send_line_back as send_line_back
from apps.inventory.services.in_hand import let_go as let_go
from apps.inventory.services.in_hand import take_in_hand as take_in_hand
from apps.inventory.services.levels import set_low_threshold as set_low_threshold
from apps.inventory.services.losses import mark_reported as mark_reported
from apps.inventory.services.lots import adjust_lot as adjust_lot
from apps.inventory.services.lots import block_expired_lots as block_expired_lots
from apps.inventory.services.lots import move_lot as move_lot
from apps.inventory.services.lots import quarantine_lot as quarantine_lot
from apps.inventory.services.lots import release_quarantine as release_quarantine
from apps.inventory.services.lots import write_off as write_off
from apps.inventory.services.lots import write_off_found as write_off_found
from apps.inventory.services.picking import consume as consume
from apps.inventory.services.picking import put_back as put_back
from apps.inventory.services.picking import take_back as take_back
from apps.inventory.services.picking import write_off_returned as write_off_returned
from apps.inventory.services.recall import recall_lot as recall_lot
from apps.inventory.services.reservations import commit_reservations as commit_reservations
from apps.inventory.services.reservations import hold_stock as hold_stock
from apps.inventory.services.reservations import keep_reservations as keep_reservations
from apps.inventory.services.reservations import release_reservations as release_reservations
from apps.inventory.services.reservations import reserve as reserve
from apps.inventory.services.reservations import reserve_again as reserve_again
from apps.inventory.services.stocktake_closing import confirm_stocktake as confirm_stocktake
from apps.inventory.services.stocktakes import add_lot as add_lot
from apps.inventory.services.stocktakes import cancel_stocktake as cancel_stocktake
from apps.inventory.services.stocktakes import count_lot as count_lot
from apps.inventory.services.stocktakes import leave_out_lot as leave_out_lot
from apps.inventory.services.stocktakes import start_stocktake as start_stocktake
from apps.inventory.services.stocktakes import take_over_stocktake as take_over_stocktake
