"""What fulfilment keeps: boxes and recalls, the road, and what couriers carry in money."""

from apps.fulfilment.models.boxes import LineShortage as LineShortage
from apps.fulfilment.models.boxes import Pick as Pick
from apps.fulfilment.models.boxes import PickQuerySet as PickQuerySet
from apps.fulfilment.models.boxes import PickReturn as PickReturn
from apps.fulfilment.models.boxes import Recall as Recall
from apps.fulfilment.models.boxes import RecallOrder as RecallOrder
from apps.fulfilment.models.boxes import RecallRefund as RecallRefund
from apps.fulfilment.models.boxes import Substitution as Substitution
from apps.fulfilment.models.road import Run as Run
from apps.fulfilment.models.road import RunQuerySet as RunQuerySet
from apps.fulfilment.models.road import Stop as Stop
from apps.fulfilment.models.road import StopQuerySet as StopQuerySet
from apps.fulfilment.models.shifts import CashShift as CashShift
from apps.fulfilment.models.shifts import CashShiftQuerySet as CashShiftQuerySet
from apps.fulfilment.models.shifts import ShiftEntry as ShiftEntry
