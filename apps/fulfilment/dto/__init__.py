"""Plain values of the floor and the road."""

from apps.fulfilment.dto.boxes import BoxUnits as BoxUnits
from apps.fulfilment.dto.boxes import StepDetails as StepDetails
from apps.fulfilment.dto.boxes import UnitsBack as UnitsBack
from apps.fulfilment.dto.papers import BoxLabel as BoxLabel
from apps.fulfilment.dto.papers import LotLabel as LotLabel
from apps.fulfilment.dto.papers import PickSheet as PickSheet
from apps.fulfilment.dto.papers import Slip as Slip
from apps.fulfilment.dto.papers import SlipLine as SlipLine
from apps.fulfilment.dto.picking import Asked as Asked
from apps.fulfilment.dto.picking import Offer as Offer
from apps.fulfilment.dto.picking import PickedLot as PickedLot
from apps.fulfilment.dto.picking import PickLine as PickLine
from apps.fulfilment.dto.picking import PickList as PickList
from apps.fulfilment.dto.picking import QueuedOrder as QueuedOrder
from apps.fulfilment.dto.picking import ShortCause as ShortCause
from apps.fulfilment.dto.picking import SubstitutionState as SubstitutionState
from apps.fulfilment.dto.picking import Taken as Taken
from apps.fulfilment.dto.recalls import Affected as Affected
from apps.fulfilment.dto.recalls import RecallPreview as RecallPreview
from apps.fulfilment.dto.recalls import RecallReport as RecallReport
from apps.fulfilment.dto.recalls import RecallRow as RecallRow
from apps.fulfilment.dto.recalls import RefundRow as RefundRow
from apps.fulfilment.dto.recalls import RefundState as RefundState
