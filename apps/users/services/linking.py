"""The way from the admin into the chat: a code that is good for one account and ten minutes."""

import secrets
from datetime import datetime, timedelta

from django.utils.crypto import salted_hmac

from apps.core.transactions import retrying_atomic
from apps.users import cards
from apps.users.dto import CustomerCard
from apps.users.errors import LinkSpent, NotStaff
from apps.users.models import StaffLink, User

LIFETIME = timedelta(minutes=10)
# 32 letters, so that "staff_" and the code fit a deep link (64, core.telegram.org/bots/features).
_BYTES = 24
_MAXIMUM = 64


@retrying_atomic
def make_staff_link(*, user_id: int, actor_id: int, now: datetime) -> str:
    """Return a code that lets a member of staff work in their own Telegram account.

    A code that was made before and not used yet is good for nothing any more.

    Raises:
        NotStaff: The person does not work here.
    """
    if not User.objects.get_queryset().staff().filter(pk=user_id).exists():
        raise NotStaff
    unused = StaffLink.objects.filter(user_id=user_id, used_at__isnull=True, ended_at__isnull=True)
    unused.update(ended_at=now)
    code = secrets.token_urlsafe(_BYTES)
    StaffLink.objects.create(
        user_id=user_id, digest=_digest(code), made_by_id=actor_id, expires_at=now + LIFETIME
    )
    return code


@retrying_atomic
def link_staff(*, code: str, telegram_id: int, now: datetime) -> CustomerCard:
    """Let whoever brings a code work in this Telegram account, and return who they are.

    The person's link to another account ends, and so does the account's to another person.

    Raises:
        LinkSpent: The code is none, was used, or is too old.
        NotStaff: The person does not work here any more.
    """
    fresh = StaffLink.objects.filter(
        digest=_digest(code[:_MAXIMUM]), used_at__isnull=True, ended_at__isnull=True,
        expires_at__gt=now,
    )  # fmt: skip
    link = fresh.select_for_update().first()
    if link is None:
        raise LinkSpent
    user = User.objects.get_queryset().staff().filter(pk=link.user_id).first()
    if user is None:
        raise NotStaff
    living = StaffLink.objects.filter(used_at__isnull=False, ended_at__isnull=True)
    living.filter(telegram_id=telegram_id).update(ended_at=now)
    living.filter(user=user).update(ended_at=now)
    StaffLink.objects.filter(pk=link.pk).update(telegram_id=telegram_id, used_at=now)
    return cards.customer_card(user)


@retrying_atomic
def unlink_staff(*, user_id: int, now: datetime) -> None:
    """Let a member of staff work in Telegram no more, and no code bring them back."""
    StaffLink.objects.filter(user_id=user_id, ended_at__isnull=True).update(ended_at=now)


def _digest(code: str) -> str:
    return salted_hmac("frozenfood.staff_link", code, algorithm="sha256").hexdigest()
