"""Rows of people turned into plain values."""

from django.utils.translation import gettext as _

from apps.users.dto import AddressCard, CustomerCard
from apps.users.models import Address, User


def customer_card(user: User, *, is_new: bool = False) -> CustomerCard:
    """Return a person as a plain value."""
    return CustomerCard(
        id=user.pk,
        public_id=user.public_id,
        telegram_id=user.telegram_id,
        language=user.language,
        first_name=user.first_name,
        last_name=user.last_name,
        phone=str(user.phone or ""),
        email=user.email,
        is_active=user.is_active,
        can_be_reached=user.telegram_id is not None and user.blocked_bot_at is None,
        is_new=is_new,
    )


def address_card(address: Address) -> AddressCard:
    """Return an address as a plain value in the reader's language."""
    parts = [
        _("entrance %s") % address.entrance if address.entrance else "",
        _("floor %s") % address.floor if address.floor else "",
        address.comment,
    ]
    return AddressCard(
        id=address.pk,
        public_id=address.public_id,
        label=address.label,
        one_line=address.one_line,
        details=", ".join(part for part in parts if part),
        latitude=address.latitude,
        longitude=address.longitude,
        city=address.city,
        street=address.street,
        flat=address.flat,
        entrance=address.entrance,
        floor=address.floor,
        comment=address.comment,
    )
