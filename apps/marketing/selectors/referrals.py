"""Who invited whom, and what came of it."""

from django.conf import settings

from apps.marketing.dto import InviteCard
from apps.marketing.models import Referral
from apps.users import selectors as users


def invite_card(*, customer_id: int) -> InviteCard:
    """Return a person's own link and what it has brought."""
    person = users.customer_card(user_id=customer_id)
    invited = Referral.objects.filter(inviter_id=customer_id)
    return InviteCard(
        token=person.public_id.hex,
        reward=settings.REFERRAL_REWARD,
        invited=invited.count(),
        rewarded=invited.rewarded().count(),
    )
