"""What is refused of prices."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from apps.core.errors import Kind, NotFound, ShopError


class InvalidPrice(ShopError):
    """A price must be positive and not above the regular price."""

    code = "invalid_price"
    message = _("The price must be more than zero and not above the regular price.")


class ScheduleNotFound(NotFound):
    """No scheduled price has this id."""

    code = "schedule_not_found"
    message = _("There is no such scheduled price.")


class ScheduleInPast(ShopError):
    """The past is not changed any more."""

    code = "schedule_in_past"
    message = _("A scheduled price must begin in the future.")


class ScheduleTooShort(ShopError):
    """It would end before it begins."""

    code = "schedule_too_short"
    message = _("A scheduled price must end after it begins.")


class ScheduleOverlap(ShopError):
    """At one time a pack can have one scheduled price only."""

    kind = Kind.CONFLICT
    code = "schedule_overlap"
    message = _("Another price of {sku} is scheduled for that time. Withdraw it first.")


class ScheduleDone(ShopError):
    """It is over, has become the asked price, or was withdrawn before."""

    kind = Kind.CONFLICT
    code = "schedule_done"
    message = _("This scheduled price is over or was withdrawn: it changes nothing any more.")


class TooManySchedules(ShopError):
    """More scheduled prices than anybody can oversee."""

    kind = Kind.CONFLICT
    code = "too_many_schedules"
    message = _("{sku} has {most} scheduled prices already. Withdraw some first.")


class BatchNotFound(NotFound):
    """No batch of prices has this id."""

    code = "batch_not_found"
    message = _("There is no such preview of prices.")


class NothingChosen(ShopError):
    """The filter means no pack."""

    code = "nothing_chosen"
    message = _("No pack fits this choice.")


class NothingChanges(ShopError):
    """Every pack that was meant keeps its price."""

    code = "nothing_changes"
    message = _("No price would change.")


class TooManyPacks(ShopError):
    """More packs than are changed at once."""

    code = "too_many_packs"
    message = _("These are more than {most} packs. Please choose fewer.")


class InvalidOperation(ShopError):
    """The operation contradicts itself or is absurd."""

    code = "invalid_operation"
    message = _("Say by how much: more or less than zero, at most {most}.")


class BatchClosed(ShopError):
    """It was carried out, undone, or given up before."""

    kind = Kind.CONFLICT
    code = "batch_closed"
    message = _("This can't be done any more: the prices were carried out or undone before.")


class BatchHasProblems(ShopError):
    """Some packs would get no price."""

    kind = Kind.CONFLICT
    code = "batch_has_problems"
    message = _("Nothing was changed: these packs would have no price. {packs}")


class BatchOutdated(ShopError):
    """What was previewed is no longer so; nothing half-done."""

    kind = Kind.CONFLICT
    code = "batch_outdated"
    message = _(
        "Nothing was changed: since the preview, somebody changed these packs. {packs} Look at the"
        " prices again."
    )


class NothingToUndo(ShopError):
    """Every price of the batch was changed since."""

    kind = Kind.CONFLICT
    code = "nothing_to_undo"
    message = _("Nothing was changed: each of these prices was changed again since. {packs}")


@dataclass(frozen=True)
class RowProblem:
    """Why a row of an imported table can't be used; the first row of the table is 1."""

    row: int
    sku: str
    detail: str


class RowsRefused(ShopError):
    """Rows of an imported table can't be used, so none is."""

    code = "rows_refused"
    message = _("Nothing was imported. Rows that can't be used: {count}.")

    def __init__(self, problems: Sequence[RowProblem]) -> None:
        super().__init__(count=len(problems))
        self.problems = tuple(problems)


class SkuUnknown(ShopError):
    """A row of a table names a pack that there is not."""

    code = "sku_unknown"
    message = _("No pack has this SKU.")


class PriceMissing(ShopError):
    """A row of a table has no price."""

    code = "price_missing"
    message = _("The price is missing.")


class PriceUnreadable(ShopError):
    """A cell holds something else than a price with at most two places."""

    code = "price_unreadable"
    message = _("“{text}” is no price: write 1299.50, with at most two places after the point.")


class MomentUnreadable(ShopError):
    """A cell holds something else than a date or a moment."""

    code = "moment_unreadable"
    message = _("“{text}” is no date: write 2026-12-31 or 31.12.2026, and perhaps 18:00 after it.")


class PriceTableTooLong(ShopError):
    """A table of prices has more rows than one page can wait for."""

    code = "price_table_too_long"
    message = _(
        "The table has more than {rows} rows. Bring it by “Import and export” instead: that works"
        " in the background and shows how far it is."
    )


class RowRepeated(ShopError):
    """A row above says what the same pack costs at the same time."""

    code = "row_repeated"
    message = _("A row above already says what this pack costs then.")


class RegularPriceScheduled(ShopError):
    """Only the price asked can be scheduled."""

    code = "regular_price_scheduled"
    message = _("A price with dates leaves the regular price as it is: empty that cell.")
