"""What a person agrees to, or refuses, and when they want to be left alone."""

from apps.core.transactions import retrying_atomic
from apps.users.errors import InvalidQuietHours, UnknownConsent
from apps.users.models import Consent, ConsentKind, QuietHours

_HOURS = range(24)


@retrying_atomic
def set_offers(*, user_id: int, wanted: bool) -> None:
    """Remember whether a person wants offers in the chat; orders are told of in any case."""
    set_consent(user_id=user_id, kind=ConsentKind.OFFERS, wanted=wanted)


@retrying_atomic
def set_consent(*, user_id: int, kind: str, wanted: bool) -> None:
    """Remember whether a person wants one kind of news; orders are told of in any case.

    Raises:
        UnknownConsent: There is no such kind.
    """
    if kind not in ConsentKind.values:
        raise UnknownConsent
    Consent.objects.update_or_create(person_id=user_id, kind=kind, defaults={"is_given": wanted})


@retrying_atomic
def allow_again(*, user_id: int, kind: str) -> None:
    """Take back a no to a kind of news, because the person has just asked for some of it."""
    Consent.objects.filter(person_id=user_id, kind=kind, is_given=False).update(is_given=True)


@retrying_atomic
def set_quiet_hours(*, user_id: int, starts: int, ends: int) -> None:
    """Remember when a person wants to hear of nothing but their orders; equal hours: never.

    Raises:
        InvalidQuietHours: A clock shows no such hour.
    """
    if starts not in _HOURS or ends not in _HOURS:
        raise InvalidQuietHours
    QuietHours.objects.update_or_create(
        person_id=user_id, defaults={"starts": starts, "ends": ends}
    )
