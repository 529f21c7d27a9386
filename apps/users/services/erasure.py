"""What the shop knows of a person, handed out or forgotten."""

from datetime import datetime
from typing import Any

from django.contrib.auth.hashers import make_password
from django.utils.translation import gettext_noop

from apps.core.models import IdempotencyRecord
from apps.core.transactions import retrying_atomic
from apps.users import personal_data, selectors
from apps.users.errors import PersonNotFound, StaffAccount
from apps.users.history import STAFF_HISTORY
from apps.users.models import Address, Consent, QuietHours, Session, StaffLink, User
from apps.users.services.sessions import end_all_sessions


def export_person(*, user_id: int) -> dict[str, Any]:
    """Return everything the shop knows of a person, by app, as JSON can carry it.

    Raises:
        PersonNotFound: Nobody has this id.
    """
    if not User.objects.filter(pk=user_id).exists():
        raise PersonNotFound
    return {source.name: source.export(user_id) for source in personal_data.sources()}


@retrying_atomic
def erase_person(*, user_id: int, now: datetime, actor_id: int | None = None) -> None:
    """Forget a person: profile and addresses go, money facts stay under the row's pseudonym.

    The history of the account keeps that it was forgotten and by whom: without an actor it was
    the person's own wish.

    Raises:
        PersonNotFound: Nobody has this id, or they are erased already.
        StaffAccount: It is a member of staff, whose acts must stay signed.
    """
    user = User.objects.select_for_update().filter(pk=user_id, erased_at__isnull=True).first()
    if user is None:
        raise PersonNotFound
    if user.is_staff:
        raise StaffAccount
    for source in personal_data.sources():
        source.erase(user_id, now)
    _remember_erasure(user_id=user_id, actor_id=actor_id or user_id)


def _remember_erasure(*, user_id: int, actor_id: int) -> None:
    pseudonym: Any = User.objects.get(pk=user_id)
    pseudonym._history_user = User(pk=actor_id)
    pseudonym._change_reason = gettext_noop("the person was forgotten")
    STAFF_HISTORY.create_historical_record(pseudonym, "~")


def export_own(user_id: int) -> dict[str, Any]:
    """Return this app's share: the profile, the addresses, the devices."""
    card = selectors.customer_card(user_id=user_id)
    sessions = Session.objects.filter(user_id=user_id).order_by("created_at")
    return {
        "profile": {
            "public_id": str(card.public_id),
            "telegram_id": card.telegram_id,
            "first_name": card.first_name,
            "last_name": card.last_name,
            "phone": card.phone,
            "email": card.email,
            "language": card.language,
        },
        "addresses": [
            {"label": address.label, "address": address.one_line, "details": address.details}
            for address in selectors.addresses(customer_id=user_id)
        ],
        "consents": _wishes(user_id),
        "sessions": [
            {"started": session.created_at.isoformat(), "device": session.user_agent}
            for session in sessions
        ],
    }


def _wishes(user_id: int) -> dict[str, Any]:
    told = selectors.wishes(user_id=user_id)
    return {
        "offers": told.offers, "stock": told.stock, "reminders": told.reminders,
        "quiet_hours": [told.quiet.starts, told.quiet.ends],
    }  # fmt: skip


def erase_own(user_id: int, now: datetime) -> None:
    """Forget this app's share; the empty row is the pseudonym that orders point to."""
    Address.objects.filter(customer_id=user_id).delete()
    Consent.objects.filter(person_id=user_id).delete()
    QuietHours.objects.filter(person_id=user_id).delete()
    end_all_sessions(user_id=user_id, now=now)
    Session.objects.filter(user_id=user_id).update(user_agent="")
    # Who worked here once did so in an account of theirs, too.
    StaffLink.objects.filter(user_id=user_id).delete()
    # Answers kept for repeated requests quote names and addresses.
    IdempotencyRecord.objects.filter(owner_id=user_id).delete()
    User.objects.filter(pk=user_id).update(
        telegram_id=None,
        username=None,
        first_name="",
        last_name="",
        phone="",
        email="",
        password=make_password(None),
        blocked_bot_at=None,
        is_active=False,
        erased_at=now,
    )
