"""Who a person is: made on first sight, refreshed by Telegram, corrected by themselves."""

from datetime import datetime
from typing import TypedDict, Unpack

import phonenumbers
from django.conf import settings

from apps.core.text import one_line
from apps.core.transactions import retrying_atomic
from apps.users import cards
from apps.users.dto import CustomerCard
from apps.users.errors import InvalidPhone, PersonNotFound, UnknownLanguage
from apps.users.models import Language, User

NAME_LENGTH = 100
# Whoever's Telegram speaks one of these reads Russian sooner than English.
_READ_RUSSIAN = frozenset({"ru", "uk", "be", "kk", "ky", "uz", "tg", "tk", "hy", "az", "tt", "ba"})


class ProfileFields(TypedDict, total=False):
    """What a person may change about themselves."""

    first_name: str
    last_name: str
    language: str
    phone: str
    email: str


def ensure_customer(
    *, telegram_id: int, first_name: str, last_name: str = "", language_code: str = ""
) -> CustomerCard:
    """Return the customer behind a Telegram account, making one on first sight.

    A name that the person chose in the shop stays; otherwise it follows Telegram. The language is
    taken from Telegram once. Whoever writes to the bot has not blocked it.

    One query for somebody who is known and has not changed: this runs with every update of the
    bot's.
    """
    names = {
        "first_name": one_line(first_name, limit=NAME_LENGTH),
        "last_name": one_line(last_name, limit=NAME_LENGTH),
    }
    user = User.objects.filter(telegram_id=telegram_id).first()
    if user is not None and not _news_of(user, names):
        return cards.customer_card(user)
    return _make_or_refresh(telegram_id, names, language_for(language_code))


@retrying_atomic
def _make_or_refresh(telegram_id: int, names: dict[str, str], language: Language) -> CustomerCard:
    user, is_new = User.objects.get_or_create(
        telegram_id=telegram_id, defaults={**names, "language": language}
    )
    if not is_new and (changed := _news_of(user, names)):
        for field, value in changed.items():
            setattr(user, field, value)
        user.save(update_fields=[*changed, "updated_at"])
    return cards.customer_card(user, is_new=is_new)


def language_for(language_code: str) -> Language:
    """Return in which of our languages to speak to somebody whose Telegram speaks that one."""
    code = language_code.lower().replace("_", "-").split("-")[0]
    return Language.RUSSIAN if code in _READ_RUSSIAN else Language.ENGLISH


def _news_of(user: User, names: dict[str, str]) -> dict[str, str | None]:
    """Return the fields that differ from what Telegram says, with what it says."""
    changed: dict[str, str | None] = {}
    if not user.named_self:
        changed |= {name: said for name, said in names.items() if getattr(user, name) != said}
    if user.blocked_bot_at is not None:
        changed["blocked_bot_at"] = None
    return changed


def change_language(*, user_id: int, language: str) -> CustomerCard:
    """Speak to a person in another language from now on.

    Raises:
        UnknownLanguage: The shop does not speak it.
        PersonNotFound: Nobody has this id.
    """
    return update_profile(user_id=user_id, language=language)


def save_phone(*, user_id: int, phone: str) -> CustomerCard:
    """Keep a person's phone number, in whatever way they wrote it.

    Raises:
        InvalidPhone: It is not the number of any phone.
        PersonNotFound: Nobody has this id.
    """
    if not phone.strip():
        raise InvalidPhone
    return update_profile(user_id=user_id, phone=phone)


@retrying_atomic
def update_profile(*, user_id: int, **fields: Unpack[ProfileFields]) -> CustomerCard:
    """Change what a person may change about themselves; an empty phone removes it.

    Raises:
        InvalidPhone: The phone is not the number of any phone.
        UnknownLanguage: The shop does not speak the language.
        PersonNotFound: Nobody has this id.
    """
    user = User.objects.select_for_update().filter(pk=user_id, erased_at__isnull=True).first()
    if user is None:
        raise PersonNotFound
    if "first_name" in fields:
        user.first_name = one_line(fields["first_name"], limit=NAME_LENGTH)
    if "last_name" in fields:
        user.last_name = one_line(fields["last_name"], limit=NAME_LENGTH)
    if "language" in fields:
        if fields["language"] not in Language.values:
            raise UnknownLanguage
        user.language = fields["language"]
    if "phone" in fields:
        user.phone = e164(fields["phone"]) if fields["phone"].strip() else ""
    if "email" in fields:
        user.email = fields["email"].strip()
    user.named_self = user.named_self or "first_name" in fields or "last_name" in fields
    user.save(update_fields=[*fields, "named_self", "updated_at"])
    return cards.customer_card(user)


def e164(text: str) -> str:
    """Return a phone number as +79001234567, however a person wrote it.

    Raises:
        InvalidPhone: It is not the number of any phone.
    """
    digits = text.strip()
    # Telegram's contacts come without the plus, which makes a foreign number look local.
    for candidate in (digits, f"+{digits}"):
        try:
            number = phonenumbers.parse(candidate, settings.PHONENUMBER_DEFAULT_REGION)
        except phonenumbers.NumberParseException:
            continue
        if phonenumbers.is_valid_number(number) and number.extension is None:
            return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    raise InvalidPhone


@retrying_atomic
def mark_unreachable(*, user_id: int, now: datetime) -> None:
    """Remember that Telegram refuses our messages to this person."""
    User.objects.filter(pk=user_id, blocked_bot_at__isnull=True).update(blocked_bot_at=now)


@retrying_atomic
def mark_reachable(*, user_id: int) -> None:
    """Remember that Telegram takes our messages to this person again."""
    User.objects.filter(pk=user_id, blocked_bot_at__isnull=False).update(blocked_bot_at=None)
