"""What can be done to stock; one file a use case. Locks: stock rows, lots, reservations."""

from apps.inventory.services.books import check_books as check_books
from apps.inventory.services.in_hand import let_go as let_go
from apps.inventory.services.in_hand import take_in_hand as take_in_hand
from apps.inventory.services.levels import set_low_threshold as set_low_threshold
from apps.inventory.services.losses import mark_reported as mark_reported
from apps.inventory.services.lots import adjust_lot as adjust_lot
from apps.inventory.services.lots import block_expired_lots as block_expired_lots
from apps.inventory.services.lots import quarantine_lot as quarantine_lot
from apps.inventory.services.lots import receive_lot as receive_lot
from apps.inventory.services.lots import release_quarantine as release_quarantine
from apps.inventory.services.lots import write_off as write_off
from apps.inventory.services.picking import consume as consume
from apps.inventory.services.picking import put_back as put_back
from apps.inventory.services.picking import take_back as take_back
from apps.inventory.services.picking import write_off_returned as write_off_returned
from apps.inventory.services.recall import recall_lot as recall_lot
from apps.inventory.services.reservations import commit_reservations as commit_reservations
from apps.inventory.services.reservations import release_reservations as release_reservations
from apps.inventory.services.reservations import reserve as reserve
from apps.inventory.services.reservations import reserve_again as reserve_again
