"""Questions about zones, windows and pickup points."""

from apps.delivery.selectors.desk import all_pickup_points as all_pickup_points
from apps.delivery.selectors.desk import all_zones as all_zones
from apps.delivery.selectors.desk import any_pickup_point as any_pickup_point
from apps.delivery.selectors.desk import any_zone as any_zone
from apps.delivery.selectors.desk import holidays as holidays
from apps.delivery.selectors.desk import weekly_windows as weekly_windows
from apps.delivery.selectors.places import days_off as days_off
from apps.delivery.selectors.places import pickup_point as pickup_point
from apps.delivery.selectors.places import pickup_points as pickup_points
from apps.delivery.selectors.slots import check_books as check_books
from apps.delivery.selectors.slots import slot_card as slot_card
from apps.delivery.selectors.slots import slots as slots
from apps.delivery.selectors.slots import staff_slot as staff_slot
from apps.delivery.selectors.slots import staff_slots as staff_slots
from apps.delivery.selectors.zones import delivery_fee as delivery_fee
from apps.delivery.selectors.zones import explained_fee as explained_fee
from apps.delivery.selectors.zones import zone_card as zone_card
from apps.delivery.selectors.zones import zone_for as zone_for
from apps.delivery.selectors.zones import zone_shapes as zone_shapes
from apps.delivery.selectors.zones import zones as zones
