"""Delivery in the admin. A slot's page, whose buttons move orders, is in `fulfilment`."""

from apps.delivery.admin.holidays import HolidayAdmin as HolidayAdmin
from apps.delivery.admin.places import PickupPointAdmin as PickupPointAdmin
from apps.delivery.admin.windows import SlotTemplateAdmin as SlotTemplateAdmin
from apps.delivery.admin.zones import ZoneAdmin as ZoneAdmin
