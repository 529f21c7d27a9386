"""What a person agrees to, or refuses."""

from apps.core.transactions import retrying_atomic
from apps.users.models import Consent, ConsentKind


@retrying_atomic
def set_offers(*, user_id: int, wanted: bool) -> None:
    """Remember whether a person wants offers in the chat; orders are told of in any case."""
    Consent.objects.update_or_create(
        person_id=user_id, kind=ConsentKind.OFFERS, defaults={"is_given": wanted}
    )
