"""Delivery notes: opened when the lorry comes, written down as it is unloaded, or sent away."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.formats import date_format

from apps.catalog.services.history import signed
from apps.core.text import one_line
from apps.core.time import now as present
from apps.core.time import shop_date
from apps.core.transactions import retrying_atomic
from apps.inventory.cold_chain import COLDEST, WARMEST, is_plausible
from apps.inventory.dto import DeliveryState
from apps.inventory.errors import (
    DeliveryChanged,
    DeliveryClosed,
    DeliveryKnown,
    DeliveryNotFound,
    InvalidDelivery,
    InvalidTemperature,
    ReasonMissing,
)
from apps.inventory.models import DeliveryNote

_HEAD = frozenset({"number", "supplier", "arrived_at", "temperature", "vehicle", "comment"})


@retrying_atomic
def open_delivery(
    *,
    number: str,
    supplier: str,
    arrived_at: datetime,
    temperature: Decimal | None = None,
    vehicle: str = "",
    comment: str = "",
    actor_id: int | None,
    now: datetime,
) -> DeliveryNote:
    """Begin a delivery note; its lines are saved one by one, and booked together.

    Raises:
        InvalidDelivery: Number or supplier is missing, or the arrival lies ahead.
        InvalidTemperature: No thermometer shows this.
        DeliveryKnown: The supplier's note with this number is here already.
    """
    note = DeliveryNote(opened_by_id=actor_id)
    values = {"number": number, "supplier": supplier, "arrived_at": arrived_at,
              "temperature": temperature, "vehicle": vehicle, "comment": comment}  # fmt: skip
    return _save(note, values, actor_id, now)


@retrying_atomic
def change_delivery(
    *, note_id: int, actor_id: int | None, now: datetime, **changes: Any
) -> DeliveryNote:
    """Correct the head of a draft: number, supplier, arrived_at, temperature, vehicle, comment.

    Raises:
        DeliveryNotFound, DeliveryClosed: There is no such draft.
        And what `open_delivery` raises.
    """
    if unknown := changes.keys() - _HEAD:
        raise TypeError(f"No such field: {', '.join(sorted(unknown))}")
    note = _save(lock_draft(note_id), changes, actor_id, now)
    touch(note)
    return note


@retrying_atomic
def discard_delivery(*, note_id: int) -> None:
    """Throw a draft away that was begun by mistake.

    Raises:
        DeliveryNotFound, DeliveryClosed: There is no such draft.
    """
    lock_draft(note_id).delete()


@retrying_atomic
def refuse_delivery(
    *, note_id: int, reason: str, actor_id: int | None, now: datetime
) -> DeliveryNote:
    """Send the whole delivery back: nothing of it is received, and why is kept.

    Raises:
        DeliveryNotFound, DeliveryClosed: There is no such draft.
        ReasonMissing: Nobody said why.
    """
    reason = one_line(reason, limit=200)
    if not reason:
        raise ReasonMissing
    note = lock_draft(note_id)
    note.refusal = reason
    return close(note, DeliveryState.REFUSED, actor_id=actor_id, now=now)


def lock_draft(note_id: int, *, revision: int | None = None) -> DeliveryNote:
    """Lock a draft: of two who close the same note, the second finds it closed.

    Raises:
        DeliveryNotFound: There is no such note.
        DeliveryClosed: It was booked or refused.
        DeliveryChanged: It is not the revision that was looked at.
    """
    note = DeliveryNote.objects.drafts().select_for_update().filter(pk=note_id).first()
    if note is None:
        closed = DeliveryNote.objects.filter(pk=note_id).first()
        if closed is None:
            raise DeliveryNotFound
        raise DeliveryClosed(number=closed.number, status=str(closed.get_state_display()))
    if revision is not None and note.revision != revision:
        raise DeliveryChanged(number=note.number)
    return note


def touch(note: DeliveryNote) -> None:
    """Count a change of a locked draft or of its lines."""
    DeliveryNote.objects.filter(pk=note.pk).update(revision=F("revision") + 1, updated_at=present())
    note.revision += 1


def close(
    note: DeliveryNote, state: DeliveryState, *, actor_id: int | None, now: datetime
) -> DeliveryNote:
    """Close a locked draft for good."""
    note.state, note.closed_by_id, note.closed_at = state, actor_id, now
    signed(note, actor_id).save(
        update_fields=["state", "closed_by", "closed_at", "refusal", "updated_at"]
    )
    return note


def check_temperature(temperature: Decimal | None) -> None:
    """Refuse a temperature that no thermometer shows.

    Raises:
        InvalidTemperature: It is outside the range, or has more than one decimal.
    """
    if temperature is not None and not is_plausible(temperature):
        raise InvalidTemperature(
            temperature=str(temperature), coldest=int(COLDEST), warmest=int(WARMEST)
        )


def _save(
    note: DeliveryNote, values: dict[str, Any], actor_id: int | None, now: datetime
) -> DeliveryNote:
    for name, value in values.items():
        field = DeliveryNote._meta.get_field(name)
        limit = getattr(field, "max_length", None)
        setattr(note, name, one_line(value, limit=limit) if limit else value)
    if not note.number or not note.supplier or note.arrived_at > now:
        raise InvalidDelivery
    check_temperature(note.temperature)
    try:
        with transaction.atomic():
            signed(note, actor_id).save()
    except IntegrityError as error:
        raise _known(note) from error
    return note


def _known(note: DeliveryNote) -> DeliveryKnown:
    """Return the refusal that names the note which is here already."""
    other = DeliveryNote.objects.filter(
        supplier__iexact=note.supplier, number__iexact=note.number
    ).exclude(state=DeliveryState.REFUSED).exclude(pk=note.pk).first()  # fmt: skip
    return DeliveryKnown(
        number=note.number,
        status=str(other.get_state_display()) if other else "",
        arrived=date_format(shop_date(other.arrived_at), "SHORT_DATE_FORMAT") if other else "",
        delivery_id=other.pk if other else None,
    )
