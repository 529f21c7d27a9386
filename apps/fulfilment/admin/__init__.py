"""The order's page, whose buttons move goods, and what was picked."""

from apps.fulfilment.admin import panels as panels
from apps.fulfilment.admin.orders import OrderAdmin as OrderAdmin
from apps.fulfilment.admin.panels import new_orders as new_orders
from apps.fulfilment.admin.picks import PickAdmin as PickAdmin
from apps.fulfilment.admin.recalls import RecallAdmin as RecallAdmin
from apps.fulfilment.admin.runs import RunAdmin as RunAdmin
from apps.fulfilment.admin.shifts import CashShiftAdmin as CashShiftAdmin
from apps.fulfilment.admin.slots import DeliverySlotAdmin as DeliverySlotAdmin
