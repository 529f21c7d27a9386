"""Book a delivery note: all its lots, movements and counters in one transaction, or none."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from apps.core.transactions import retrying_atomic
from apps.inventory import selectors
from apps.inventory.dto import Arrival, DeliveryState, LineOutcome
from apps.inventory.errors import DeliveryEmpty, DeliveryNotReady
from apps.inventory.models import DeliveryLine, DeliveryNote, Lot
from apps.inventory.selectors.deliveries import Verdict
from apps.inventory.services import levels
from apps.inventory.services.arrivals import take_in
from apps.inventory.services.deliveries import close, lock_draft


@retrying_atomic
def book_delivery(
    *, note_id: int, actor_id: int | None, now: datetime, revision: int | None = None
) -> DeliveryNote:
    """Put everything on a delivery note on the shelves, at once and once.

    Lines that are too warm come in quarantined. Units of a lot that is here already, with the same
    dates and cost, are added to it. Lines that go back are kept on the note, and bring nothing.
    With `revision`, what is booked is exactly what was looked at.

    Raises:
        DeliveryNotFound, DeliveryClosed: There is no such draft.
        DeliveryChanged: Somebody has changed the note since.
        DeliveryEmpty: Nothing of it is received.
        DeliveryNotReady: Some lines can't be booked as they are.
    """
    note = lock_draft(note_id, revision=revision)
    lines = selectors.delivery_lines(note_id=note.pk)
    coming = [line for line in lines if not line.refusal]
    if not coming:
        raise DeliveryEmpty(number=note.number)
    least_days = levels.open_levels({line.variant_id for line in coming})
    known = _lock_known(coming)
    _check(lines, selectors.verdicts(note=note, lines=lines, known=known, now=now))
    # What is written into the ledger stays: it is said in the shop's own language.
    with translation.override(settings.LANGUAGE_CODE):
        reason = _("delivery note %(number)s") % {"number": note.number}
        found = selectors.verdicts(note=note, lines=lines, known=known, now=now)
    lots = take_in(
        [_arrival(note, line, found[line.pk]) for line in coming],
        known=known, least_days=least_days, actor_id=actor_id, reason=reason, now=now,
    )  # fmt: skip
    _write_outcomes(lines, found, dict(zip((line.pk for line in coming), lots, strict=True)))
    return close(note, DeliveryState.BOOKED, actor_id=actor_id, now=now)


def _lock_known(lines: Sequence[DeliveryLine]) -> dict[tuple[int, str], Lot]:
    """Lock the lots that are here already; their stock rows are locked."""
    ids = [lot.pk for lot in selectors.known_lots(lines).values()]
    rows = Lot.objects.filter(pk__in=ids).order_by("pk").select_for_update()
    return {(lot.variant_id, lot.code): lot for lot in rows}


def _check(lines: Sequence[DeliveryLine], found: Mapping[int, Verdict]) -> None:
    """Refuse the whole note for the sake of one line, and name them all.

    Raises:
        DeliveryNotReady: Some lines can't be booked.
    """
    problems = [
        {"line_id": line.pk, "sku": line.variant.sku, "code": problem.code, "detail": str(problem)}
        for line in lines
        for problem in found[line.pk].problems
    ]
    if problems:
        names = dict.fromkeys(str(problem["sku"]) for problem in problems)
        raise DeliveryNotReady(lines=", ".join(names), problems=problems)


def _arrival(note: DeliveryNote, line: DeliveryLine, verdict: Verdict) -> Arrival:
    """Return what a line brings.

    Raises:
        DeliveryNotReady: Its dates are not known, which the check before has ruled out.
    """
    if line.made_on is None or line.expires_on is None:
        raise DeliveryNotReady(lines=line.variant.sku, problems=[])
    return Arrival(
        variant_id=line.variant_id, code=line.code, made_on=line.made_on,
        expires_on=line.expires_on, quantity=line.quantity, supplier=note.supplier,
        cost=line.cost, shelf=line.shelf, quarantine=verdict.quarantine,
    )  # fmt: skip


def _write_outcomes(
    lines: Sequence[DeliveryLine], found: Mapping[int, Verdict], lots: Mapping[int, Lot]
) -> None:
    for line in lines:
        line.outcome = found[line.pk].outcome or LineOutcome.RETURNED
        line.lot = lots.get(line.pk)
    DeliveryLine.objects.bulk_update(lines, ["outcome", "lot"])
