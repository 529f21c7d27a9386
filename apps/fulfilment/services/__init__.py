"""What happens to an order's goods: each step moves goods, money and status in one transaction.

Locks: run, order, payment, cash shift, windows, stock rows, lots.
"""

from apps.fulfilment.services.books import check_books as check_books
from apps.fulfilment.services.courier import arrive as arrive
from apps.fulfilment.services.courier import deliver_stop as deliver_stop
from apps.fulfilment.services.courier import fail_stop as fail_stop
from apps.fulfilment.services.courier import note_temperature as note_temperature
from apps.fulfilment.services.editing import edit_order as edit_order
from apps.fulfilment.services.packing import cancel_picking as cancel_picking
from apps.fulfilment.services.packing import pack_order as pack_order
from apps.fulfilment.services.packing import pack_picked as pack_picked
from apps.fulfilment.services.packing import start_next as start_next
from apps.fulfilment.services.packing import start_picking as start_picking
from apps.fulfilment.services.picks import scan_unit as scan_unit
from apps.fulfilment.services.picks import set_units as set_units
from apps.fulfilment.services.picks import undo_pick as undo_pick
from apps.fulfilment.services.proofs import erase_own as erase_own
from apps.fulfilment.services.proofs import export_own as export_own
from apps.fulfilment.services.proofs import forget_proofs as forget_proofs
from apps.fulfilment.services.proofs import keep_proof as keep_proof
from apps.fulfilment.services.recalling import finish_recalls as finish_recalls
from apps.fulfilment.services.recalling import recall_lot as recall_lot
from apps.fulfilment.services.returning import cancel_packed as cancel_packed
from apps.fulfilment.services.returning import return_order as return_order
from apps.fulfilment.services.returning import take_out_recalled as take_out_recalled
from apps.fulfilment.services.road import deliver as deliver
from apps.fulfilment.services.road import fail_delivery as fail_delivery
from apps.fulfilment.services.road import hand_over as hand_over
from apps.fulfilment.services.road import mark_ready_for_pickup as mark_ready_for_pickup
from apps.fulfilment.services.road import reschedule as reschedule
from apps.fulfilment.services.road import send_out as send_out
from apps.fulfilment.services.runs import add_orders as add_orders
from apps.fulfilment.services.runs import arrange_stops as arrange_stops
from apps.fulfilment.services.runs import assign_run as assign_run
from apps.fulfilment.services.runs import drop_run as drop_run
from apps.fulfilment.services.runs import drop_stop as drop_stop
from apps.fulfilment.services.runs import move_stop as move_stop
from apps.fulfilment.services.runs import plan_run as plan_run
from apps.fulfilment.services.runs import suggest_order as suggest_order
from apps.fulfilment.services.settling import note_call as note_call
from apps.fulfilment.services.settling import settle_refunds as settle_refunds
from apps.fulfilment.services.settling import waive_refund as waive_refund
from apps.fulfilment.services.shifts import accept_shift as accept_shift
from apps.fulfilment.services.shifts import correct_taken as correct_taken
from apps.fulfilment.services.short import mark_short as mark_short
from apps.fulfilment.services.short import unmark_short as unmark_short
from apps.fulfilment.services.shortages import report_shortages as report_shortages
from apps.fulfilment.services.starting import start_run as start_run
from apps.fulfilment.services.steps import take_step as take_step
from apps.fulfilment.services.substituting import answer_for_customer as answer_for_customer
from apps.fulfilment.services.substituting import answer_substitute as answer_substitute
from apps.fulfilment.services.substituting import propose_substitute as propose_substitute
from apps.fulfilment.services.substituting import settle_substitutions as settle_substitutions
from apps.fulfilment.services.weighing import weigh_line as weigh_line
