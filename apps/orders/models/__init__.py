"""Orders: frozen at checkout, moved by one service, remembered event by event."""

from apps.orders.models.events import LineRefund as LineRefund
from apps.orders.models.events import OrderChange as OrderChange
from apps.orders.models.events import OrderEvent as OrderEvent
from apps.orders.models.lines import OrderAdjustment as OrderAdjustment
from apps.orders.models.lines import OrderLine as OrderLine
from apps.orders.models.orders import Order as Order
from apps.orders.models.orders import OrderQuerySet as OrderQuerySet
