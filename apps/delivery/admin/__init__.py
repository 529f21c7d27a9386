"""Delivery in the admin."""

from apps.delivery.admin.places import PickupPointAdmin as PickupPointAdmin
from apps.delivery.admin.slots import DeliverySlotAdmin as DeliverySlotAdmin
from apps.delivery.admin.windows import SlotTemplateAdmin as SlotTemplateAdmin
from apps.delivery.admin.zones import ZoneAdmin as ZoneAdmin
