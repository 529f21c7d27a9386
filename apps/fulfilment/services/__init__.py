"""What happens to an order's goods: each step moves goods, money and status in one transaction.

Locks: order, payment, windows, stock rows, lots.
"""

from apps.fulfilment.services.books import check_books as check_books
from apps.fulfilment.services.packing import cancel_packed as cancel_packed
from apps.fulfilment.services.packing import pack_order as pack_order
from apps.fulfilment.services.packing import start_picking as start_picking
from apps.fulfilment.services.road import deliver as deliver
from apps.fulfilment.services.road import fail_delivery as fail_delivery
from apps.fulfilment.services.road import hand_over as hand_over
from apps.fulfilment.services.road import mark_ready_for_pickup as mark_ready_for_pickup
from apps.fulfilment.services.road import reschedule as reschedule
from apps.fulfilment.services.road import return_order as return_order
from apps.fulfilment.services.road import send_out as send_out
from apps.fulfilment.services.shortages import report_shortages as report_shortages
from apps.fulfilment.services.steps import take_step as take_step
