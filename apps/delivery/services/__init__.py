"""What can be done to zones, windows and pickup points: one file a subject."""

from apps.delivery.services.desk import drop_holiday as drop_holiday
from apps.delivery.services.desk import put_holiday as put_holiday
from apps.delivery.services.desk import put_pickup_point as put_pickup_point
from apps.delivery.services.desk import put_window as put_window
from apps.delivery.services.desk import put_zone as put_zone
from apps.delivery.services.desk import take_turn as take_turn
from apps.delivery.services.holidays import remove_holiday as remove_holiday
from apps.delivery.services.holidays import take_calendar_turn as take_calendar_turn
from apps.delivery.services.holidays import write_holiday as write_holiday
from apps.delivery.services.places import save_pickup_point as save_pickup_point
from apps.delivery.services.places import set_pickup_hours as set_pickup_hours
from apps.delivery.services.slots import book_slot as book_slot
from apps.delivery.services.slots import close_slot as close_slot
from apps.delivery.services.slots import hold_slot as hold_slot
from apps.delivery.services.slots import move_booking as move_booking
from apps.delivery.services.slots import move_bookings as move_bookings
from apps.delivery.services.slots import release_slot as release_slot
from apps.delivery.services.slots import reopen_slot as reopen_slot
from apps.delivery.services.slots import resize_slot as resize_slot
from apps.delivery.services.windows import generate_slots as generate_slots
from apps.delivery.services.windows import open_weekly_windows as open_weekly_windows
from apps.delivery.services.zones import save_zone as save_zone
from apps.delivery.services.zones import set_fee_steps as set_fee_steps
from apps.delivery.services.zones import write_zone as write_zone
