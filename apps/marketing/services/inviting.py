"""Invite friends: whose link somebody came by, and what their first order brings to both."""

import secrets
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import translation

from apps.core.transactions import retrying_atomic
from apps.marketing import texts
from apps.marketing.dto import Invitation
from apps.marketing.models import Referral
from apps.notifications import services as notifications
from apps.notifications.dto import BulkMessage
from apps.orders import selectors as orders
from apps.promotions import services as promotions
from apps.promotions.dto import Reward, Scope
from apps.users import selectors as users
from apps.users.dto import CustomerCard
from apps.users.errors import PersonNotFound

# So many rewards in so many days are a friend's; more are a trade.
MOST_REWARDS = 10
_WHILE = timedelta(days=30)
_VALID = timedelta(days=60)
# Letters and digits that nobody mistakes for one another.
_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
_AT_ONCE = 200


@retrying_atomic
def accept_invitation(*, friend_id: int, token: str) -> Invitation | None:
    """Remember by whose link somebody came, if they are new here; None where it brings nothing.

    A link that is nobody's, one's own, or of somebody who left is no error: the person came.
    """
    inviter = _inviter(token)
    if inviter is None or inviter.id == friend_id or not settings.REFERRAL_REWARD:
        return None
    if orders.has_ordered(customer_id=friend_id):
        return None
    known = Referral.objects.filter(friend_id=friend_id).first()
    if known is None:
        try:
            with transaction.atomic():
                Referral.objects.create(inviter_id=inviter.id, friend_id=friend_id)
        except IntegrityError:
            # They invited the inviter, or came by two links at once.
            return None
    elif known.inviter_id != inviter.id or known.decided_at is not None:
        return None
    return Invitation(inviter.first_name, settings.REFERRAL_REWARD)


def reward_referrals(*, now: datetime) -> int:
    """Give both their codes where a friend's first order has arrived; return how many were decided.

    Each pair is a transaction of its own; two sweeps at once reward nobody twice.
    """
    decided, after = 0, 0
    while waiting := list(
        Referral.objects.waiting().filter(pk__gt=after).order_by("pk")[:_AT_ONCE]
    ):
        first = orders.first_delivered(customer_ids=[row.friend_id for row in waiting])
        for row in waiting:
            if row.friend_id in first:
                decided += _reward(referral_id=row.pk, order_id=first[row.friend_id].pk, now=now)
        after = waiting[-1].pk
    return decided


@retrying_atomic
def _reward(*, referral_id: int, order_id: int, now: datetime) -> bool:
    referral = _held(referral_id)
    if referral is None:
        return False
    people = users.customer_cards(user_ids=[referral.inviter_id, referral.friend_id])
    inviter, friend = people[referral.inviter_id], people[referral.friend_id]
    is_same = bool(friend.phone) and friend.phone == inviter.phone
    if settings.REFERRAL_REWARD and not is_same:
        referral.friend_code = _code(now)
        if inviter.is_active and not _has_enough(inviter.id, now):
            referral.inviter_code = _code(now)
    referral.order_id, referral.decided_at = order_id, now
    referral.save()
    _tell(referral, inviter, friend)
    return True


def _held(referral_id: int) -> Referral | None:
    """Return an invitation that nobody has decided, unless another sweep is about to."""
    rows = Referral.objects.waiting().filter(pk=referral_id)
    return rows.select_for_update(skip_locked=True).first()


def _has_enough(inviter_id: int, now: datetime) -> bool:
    lately = Referral.objects.rewarded().filter(inviter_id=inviter_id, decided_at__gt=now - _WHILE)
    return lately.count() >= MOST_REWARDS


def _code(now: datetime) -> promotions.PromoCode:
    """Make a code that one person uses once; nobody could guess it."""
    with translation.override(settings.LANGUAGE_CODE):
        note = texts.invitation_note()
    return promotions.save_promo_code(
        code="FR" + "".join(secrets.choice(_LETTERS) for _ in range(10)),
        note=note,
        scope=Scope.CART,
        reward=Reward.AMOUNT,
        value=settings.REFERRAL_REWARD,
        minimum_total=settings.REFERRAL_REWARD * 2,
        starts_at=now,
        ends_at=now + _VALID,
        uses_limit=1,
        per_customer=1,
    )


def _tell(referral: Referral, inviter: CustomerCard, friend: CustomerCard) -> None:
    messages = []
    for person, code, is_inviter in (
        (inviter, referral.inviter_code, True),
        (friend, referral.friend_code, False),
    ):
        if code is None or person.telegram_id is None:
            continue
        with translation.override(person.language):
            content = texts.reward(code.code, until=code.ends_at, is_inviter=is_inviter)
        role = "inviter" if is_inviter else "friend"
        key = f"referral:{referral.pk}:{role}"
        messages.append(BulkMessage(person.id, person.telegram_id, content, key))
    notifications.queue_messages(messages=messages)


def _inviter(token: str) -> CustomerCard | None:
    try:
        return users.customer_by_public_id(public_id=UUID(hex=token))
    except (ValueError, PersonNotFound):
        return None
