"""The warehouse's tables."""

from apps.inventory.models.deliveries import DeliveryLine as DeliveryLine
from apps.inventory.models.deliveries import DeliveryNote as DeliveryNote
from apps.inventory.models.deliveries import DeliveryNoteQuerySet as DeliveryNoteQuerySet
from apps.inventory.models.stock import Lot as Lot
from apps.inventory.models.stock import LotQuerySet as LotQuerySet
from apps.inventory.models.stock import Reservation as Reservation
from apps.inventory.models.stock import StockLevel as StockLevel
from apps.inventory.models.stock import StockLevelQuerySet as StockLevelQuerySet
from apps.inventory.models.stock import StockMovement as StockMovement
from apps.inventory.models.stocktakes import Stocktake as Stocktake
from apps.inventory.models.stocktakes import StocktakeLine as StocktakeLine
from apps.inventory.models.stocktakes import StocktakeQuerySet as StocktakeQuerySet
