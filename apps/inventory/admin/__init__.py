"""The warehouse in the admin."""

from apps.inventory.admin import panels as panels
from apps.inventory.admin.deliveries import DeliveryNoteAdmin as DeliveryNoteAdmin
from apps.inventory.admin.ledgers import MovementAdmin as MovementAdmin
from apps.inventory.admin.ledgers import ReservationAdmin as ReservationAdmin
from apps.inventory.admin.lots import LotAdmin as LotAdmin
from apps.inventory.admin.stock import StockLevelAdmin as StockLevelAdmin
from apps.inventory.admin.stocktakes import StocktakeAdmin as StocktakeAdmin
