"""What the floor and the road refuse."""

from django.utils.translation import gettext_lazy as _

from apps.core.errors import Kind, NotFound, ShopError
from apps.payments.errors import MoneyError


class NothingPicked(ShopError):
    """A box needs something in it."""

    kind = Kind.CONFLICT
    code = "nothing_picked"
    message = _("Nothing of order {number} is in the box. Cancel the order instead.")


class NothingToPick(ShopError):
    """No order waits for the freezer."""

    kind = Kind.CONFLICT
    code = "nothing_to_pick"
    message = _("No order waits to be picked.")


class UnknownCode(NotFound):
    """Nothing in the shop has what was scanned."""

    code = "scan_unknown"
    message = _("Nothing in the shop has the code {code}.")


class WrongProduct(ShopError):
    """What was scanned is real, but not ordered."""

    kind = Kind.CONFLICT
    code = "wrong_product"
    message = _("{name} is not in order {number}. Put it back.")


class AmbiguousCode(ShopError):
    """Lots of several products of the order share a code."""

    kind = Kind.CONFLICT
    code = "scan_ambiguous"
    message = _("Several products of this order have a lot {code}. Scan the product's own barcode.")


class NoLotToTake(ShopError):
    """The product was scanned, and the books know no unit of it that this order may have."""

    kind = Kind.CONFLICT
    code = "no_lot_to_take"
    message = _("{name}: no lot may be taken for this order. Mark the line short.")


class MoreThanOrdered(ShopError):
    """The box would hold more than the customer wants."""

    kind = Kind.CONFLICT
    code = "more_than_ordered"
    message = _("{name}: ordered {ordered}, in the box {in_box}. No more is needed.")


class EarlierLotFirst(ShopError):
    """A lot that expires sooner stands on the shelf; another one is taken with a reason only."""

    kind = Kind.CONFLICT
    code = "earlier_lot_first"
    message = _("Lot {earlier} expires sooner than lot {lot}. Take it, or say why not.")


class LinesOpen(ShopError):
    """A box is closed when each line is complete or was given up."""

    kind = Kind.CONFLICT
    code = "lines_open"
    message = _("Not everything is picked: {names}. Pick the rest, or mark the lines short.")


class WeightMissing(ShopError):
    """Goods by weight are put on the scales before the box is closed."""

    kind = Kind.CONFLICT
    code = "weight_missing"
    message = _("Weigh first: {names}. Type the weight in grams on the picking page.")


class LineNotFound(NotFound):
    """The order has no such line."""

    code = "order_line_not_found"
    message = _("This order has no such line.")


class LineComplete(ShopError):
    """A complete line can't be short."""

    kind = Kind.CONFLICT
    code = "line_complete"
    message = _("{name} is complete: nothing is short.")


class NotShort(ShopError):
    """Something else is offered only for what ran out."""

    kind = Kind.CONFLICT
    code = "line_not_short"
    message = _("{name}: mark the line short first.")


class QuestionOpen(ShopError):
    """The customer is still thinking."""

    kind = Kind.CONFLICT
    code = "substitution_open"
    message = _("The customer is asked about {name}. Wait for the answer.")


class QuestionNotFound(NotFound):
    """There is no such question, or it is about somebody else's order."""

    code = "substitution_not_found"
    message = _("We couldn't find this question.")


class NoSuchSubstitute(ShopError):
    """The pack can't be offered: other goods, sold out, or in the order already."""

    kind = Kind.CONFLICT
    code = "no_such_substitute"
    message = _("This can't be offered instead. Choose something else.")


class PickNotFound(NotFound):
    """Nobody picked this, or somebody has undone it."""

    code = "pick_not_found"
    message = _("This was taken out of the box before.")


class TakeOutFirst(ShopError):
    """Units that lie in the open box are in the picker's hands."""

    kind = Kind.CONFLICT
    code = "take_out_first"
    message = _("{name}: {in_box} lie in the box already. The picker takes them out first.")


class WrongPickupCode(ShopError):
    """The code is not this order's."""

    kind = Kind.CONFLICT
    code = "wrong_pickup_code"
    message = _("This code doesn't belong to order {number}.")


class UnitsUnaccounted(ShopError):
    """Each unit that was in the box goes back to its lot or is thrown away, and none twice."""

    code = "units_unaccounted"
    message = _("{name}, lot {lot}: {units} in the box, {told} accounted for.")


class RecalledInBox(ShopError):
    """A box with units of a recalled lot does not leave the house."""

    kind = Kind.CONFLICT
    code = "recalled_in_box"
    message = _("Order {number} holds recalled goods: {goods}. Take them out of the box first.")


class NothingRecalled(ShopError):
    """No unit in the box is of a recalled lot."""

    kind = Kind.CONFLICT
    code = "nothing_recalled"
    message = _("Nothing in the box of order {number} is recalled.")


class RecallUnconfirmed(ShopError):
    """A recall can't be taken back, so the lot's code is typed by hand."""

    code = "recall_unconfirmed"
    message = _("Type the lot's code to confirm: {lot}.")


class RecallNotFound(NotFound):
    """There is no such recall, or nothing of it has this id."""

    code = "recall_not_found"
    message = _("There is no such recall.")


class RefundClosed(ShopError):
    """The refund was settled before."""

    kind = Kind.CONFLICT
    code = "refund_closed"
    message = _("This refund is settled already.")


class TooManyPapers(ShopError):
    """One file holds so many papers and no more."""

    code = "too_many_papers"
    message = _("At most {most} can be printed at a time.")


class NothingToPrint(ShopError):
    """None of what was chosen has such a paper."""

    code = "nothing_to_print"
    message = _("There is nothing to print.")


class RunNotFound(NotFound):
    """There is no such run."""

    code = "run_not_found"
    message = _("There is no such run.")


class StopNotFound(NotFound):
    """There is no such stop, or it was taken off its run."""

    code = "stop_not_found"
    message = _("This stop is not on the run any more.")


class NotYourRun(ShopError):
    """Another courier drives there now."""

    kind = Kind.FORBIDDEN
    code = "not_your_run"
    message = _("This stop is on another courier's run.")


class NotACourier(ShopError):
    """Only couriers drive."""

    kind = Kind.CONFLICT
    code = "not_a_courier"
    message = _("{name} is no courier.")


class RunEmpty(ShopError):
    """A run goes somewhere."""

    kind = Kind.CONFLICT
    code = "run_empty"
    message = _("There is no order on this run yet.")


class RunNotEmpty(ShopError):
    """Only what was never driven, and brings nothing, is taken away."""

    kind = Kind.CONFLICT
    code = "run_not_empty"
    message = _("An order is on this run, or it was driven: it stays.")


class RunOver(ShopError):
    """A finished run is never changed."""

    kind = Kind.CONFLICT
    code = "run_over"
    message = _("This run is finished.")


class RunUnderWay(ShopError):
    """A courier drives one run at a time."""

    kind = Kind.CONFLICT
    code = "run_under_way"
    message = _("{name} is still on another run. Finish it first.")


class OnAnotherRun(ShopError):
    """An order is brought by one courier."""

    kind = Kind.CONFLICT
    code = "on_another_run"
    message = _("Order {number} is on a run already.")


class NotForTheRoad(ShopError):
    """Only packed orders that are to be delivered go on a run."""

    kind = Kind.CONFLICT
    code = "not_for_the_road"
    message = _("Order {number} is not packed for a delivery.")


class RunChanged(ShopError):
    """Somebody has changed the run meanwhile."""

    kind = Kind.CONFLICT
    code = "run_changed"
    message = _("Somebody has changed this run meanwhile. Look at it again.")


class StopClosed(ShopError):
    """Nothing more is done at this stop."""

    kind = Kind.CONFLICT
    code = "stop_closed"
    message = _("Order {number} is settled already: {state}.")


class NotOnTheRoad(ShopError):
    """The box still stands in the house."""

    kind = Kind.CONFLICT
    code = "not_on_the_road"
    message = _("Order {number} is still in the freezer. Take it along first.")


class TemperatureMissing(ShopError):
    """Nothing frozen is handed over unmeasured."""

    code = "box_temperature_missing"
    message = _("Measure the temperature first.")


class TemperatureImpossible(ShopError):
    """No box is so cold, or so warm."""

    code = "temperature_impossible"
    message = _("This can't be the box's temperature: {degrees} °C.")


class ShiftNotFound(NotFound):
    """There is no such shift, or it is another courier's."""

    code = "cash_shift_not_found"
    message = _("There is no such cash shift.")


class ShiftClosed(ShopError):
    """The money was handed over."""

    kind = Kind.CONFLICT
    code = "cash_shift_closed"
    message = _("This money was handed over already.")


class ShiftChanged(MoneyError):
    """The courier has taken or given money since it was counted."""

    kind = Kind.CONFLICT
    code = "cash_shift_changed"
    message = _("Meanwhile the courier is expected to have {cash}. Count again.")


class OwnShift(ShopError):
    """Nobody accepts money from themselves."""

    kind = Kind.FORBIDDEN
    code = "own_cash_shift"
    message = _("Somebody else has to count your money.")


class DifferenceUnexplained(MoneyError):
    """What is missing, or too much, has a reason."""

    code = "difference_unexplained"
    message = _("{difference} too much or too little: say why.")
