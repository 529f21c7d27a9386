"""What can be done to orders: one file a use case."""

# What these return, for the annotations of callers above.
from apps.orders.models import Order as Order
from apps.orders.models import OrderChange as OrderChange
from apps.orders.services.attention import clear_attention as clear_attention
from apps.orders.services.attention import flag_attention as flag_attention
from apps.orders.services.books import check_money as check_money
from apps.orders.services.cancelling import cancel_order as cancel_order
from apps.orders.services.cancelling import cancel_own_order as cancel_own_order
from apps.orders.services.cancelling import expire_holds as expire_holds
from apps.orders.services.chatpay import ChatPayment as ChatPayment
from apps.orders.services.chatpay import approve_chat_payment as approve_chat_payment
from apps.orders.services.chatpay import settle_chat_payment as settle_chat_payment
from apps.orders.services.checkout import place_order as place_order
from apps.orders.services.deciding import check_decision as check_decision
from apps.orders.services.deciding import decide_order as decide_order
from apps.orders.services.editing import edit_order as edit_order
from apps.orders.services.erasing import erase_own as erase_own
from apps.orders.services.erasing import export_own as export_own
from apps.orders.services.floor import change_slot as change_slot
from apps.orders.services.floor import hold_order as hold_order
from apps.orders.services.paying import check_payment as check_payment
from apps.orders.services.paying import start_payment as start_payment
from apps.orders.services.receipts import receipt_of as receipt_of
from apps.orders.services.refunding import refund_lines as refund_lines
from apps.orders.services.refunding import refund_units as refund_units
from apps.orders.services.repeating import repeat_order as repeat_order
from apps.orders.services.settling import settle_fact as settle_fact
from apps.orders.services.shortage import apply_shortage as apply_shortage
from apps.orders.services.substituting import offer_substitute as offer_substitute
from apps.orders.services.substituting import take_substitute as take_substitute
from apps.orders.services.transitions import confirm_order as confirm_order
from apps.orders.services.transitions import move_order as move_order
from apps.orders.services.transitions import refresh_cards as refresh_cards
from apps.orders.services.weighing import weigh_line as weigh_line
from apps.orders.services.windows import close_window as close_window
from apps.orders.services.windows import move_window as move_window
