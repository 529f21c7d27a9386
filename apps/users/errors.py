"""What the users app says no to, and why."""

from django.utils.translation import gettext_lazy as _

from apps.core.errors import Kind, NotFound, ShopError


class PersonNotFound(NotFound):
    """Nobody has this id."""

    code = "person_not_found"
    message = _("We couldn't find this person.")


class AddressNotFound(NotFound):
    """There is no such address, or it belongs to somebody else."""

    code = "address_not_found"
    message = _("We couldn't find this address.")


class InvalidPhone(ShopError):
    """The text is not the number of any phone."""

    kind = Kind.INVALID
    code = "invalid_phone"
    message = _("This doesn't look like a phone number. Example: +7 900 123-45-67")


class InvalidAddress(ShopError):
    """The address can't be used as it stands."""

    kind = Kind.INVALID
    code = "invalid_address"
    message = _("Please write the street and the house.")


class TooManyAddresses(ShopError):
    """The person keeps as many addresses as we store."""

    kind = Kind.CONFLICT
    code = "too_many_addresses"
    message = _("You can keep {maximum} addresses. Please remove one first.")


class UnknownLanguage(ShopError):
    """The shop does not speak this language."""

    kind = Kind.INVALID
    code = "unknown_language"
    message = _("The shop doesn't speak this language yet.")


class InvalidInitData(ShopError):
    """The Mini App's data was not signed by our bot."""

    kind = Kind.UNAUTHENTICATED
    code = "invalid_init_data"
    message = _("Telegram didn't confirm who you are. Please open the shop from the chat again.")


class InitDataExpired(ShopError):
    """The Mini App's data was signed too long ago."""

    kind = Kind.UNAUTHENTICATED
    code = "init_data_expired"
    message = _("This page was open for too long. Please open the shop from the chat again.")


class WrongPassword(ShopError):
    """The user name or the password is wrong; which one stays unsaid."""

    kind = Kind.UNAUTHENTICATED
    code = "wrong_password"
    message = _("The user name or the password is wrong.")


class SignInLocked(ShopError):
    """Too many wrong passwords for this name from this address."""

    kind = Kind.TOO_MANY
    code = "sign_in_locked"
    message = _("Too many attempts to sign in. Please try again in a few minutes.")

    def __init__(self, *, retry_after: int) -> None:
        super().__init__()
        self.retry_after = retry_after


class AccountClosed(ShopError):
    """The person may not sign in any more."""

    kind = Kind.UNAUTHENTICATED
    code = "account_closed"
    message = _("This account is closed. Please call the shop.")


class InvalidToken(ShopError):
    """The token is not ours, has expired, or its session has ended."""

    kind = Kind.UNAUTHENTICATED
    code = "invalid_token"
    message = _("Your session has ended. Please sign in again.")


class SessionNotFound(ShopError):
    """The person has no such session, or it is somebody else's."""

    kind = Kind.NOT_FOUND
    code = "session_not_found"
    message = _("You are not signed in there.")


class StaffAccount(ShopError):
    """A member of staff can't erase their own account."""

    kind = Kind.CONFLICT
    code = "staff_account"
    message = _("This is a staff account: the owner of the shop closes it.")


class LinkSpent(ShopError):
    """The code was used, is too old, was replaced by a newer one, or was never ours."""

    kind = Kind.CONFLICT
    code = "staff_link_spent"
    message = _("This link was used already, or it is too old. Ask for a new one.")


class NotStaff(ShopError):
    """Only active members of staff work in a chat."""

    kind = Kind.CONFLICT
    code = "not_staff"
    message = _("Only somebody who works here can be linked.")


class UnknownConsent(ShopError):
    """There is no such kind of news."""

    code = "unknown_consent"
    message = _("We send no such news.")


class InvalidQuietHours(ShopError):
    """A clock shows 0 to 23 o'clock."""

    code = "invalid_quiet_hours"
    message = _("Quiet hours begin and end at 0 to 23 o'clock.")
