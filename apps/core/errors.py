"""The tree of refusals: what the shop says no to, and why."""

from enum import StrEnum
from typing import Any, ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Kind(StrEnum):
    """What sort of refusal it is; `core/problems.py` gives each an HTTP status."""

    INVALID = "invalid"
    UNAUTHENTICATED = "unauthenticated"
    FORBIDDEN = "forbidden"
    NOT_FOUND = "not_found"
    CONFLICT = "conflict"
    MISMATCH = "mismatch"
    TOO_MANY = "too_many"
    UNAVAILABLE = "unavailable"


class ShopError(Exception):
    """A refusal that was foreseen: it has a stable code and a sentence for a person.

    A subclass names one fact. `message` may hold `{placeholders}` that the keyword arguments
    fill; the arguments are also part of the answer (`extra`), so keep them plain values.
    """

    kind: ClassVar[Kind] = Kind.INVALID
    code: ClassVar[str] = "invalid"
    message: ClassVar[str | Promise] = _("This can't be done.")
    retry_after: int | None = None

    def __init__(self, **facts: Any) -> None:
        super().__init__(facts)
        self.facts = facts

    def __str__(self) -> str:
        return str(self.message).format(**self.facts)


class NotFound(ShopError):
    """There is no such thing, or it belongs to somebody else."""

    kind = Kind.NOT_FOUND
    code = "not_found"
    message = _("We couldn't find that.")


class NotAllowed(ShopError):
    """The person's role does not include this."""

    kind = Kind.FORBIDDEN
    code = "permission_denied"
    message = _("You are not allowed to do this.")


class InvalidInput(ShopError):
    """A value can't be used."""

    kind = Kind.INVALID
    code = "invalid"
    message = _("This value can't be used: {field}.")


class Busy(ShopError):
    """Too many people wanted the same rows at once; trying again will do."""

    kind = Kind.UNAVAILABLE
    code = "busy"
    message = _("The shop is very busy right now. Please try again in a moment.")
    retry_after = 1


class IdempotencyKeyMissing(ShopError):
    """The request must carry an Idempotency-Key header."""

    kind = Kind.INVALID
    code = "idempotency_key_missing"
    message = _("Send an Idempotency-Key header of 8 to 100 letters, digits and dashes.")


class IdempotencyKeyReused(ShopError):
    """The key came with another body before."""

    kind = Kind.MISMATCH
    code = "idempotency_key_reused"
    message = _("This Idempotency-Key was already used for a different request.")


class IdempotencyKeyInUse(ShopError):
    """The first request with this key is still running."""

    kind = Kind.CONFLICT
    code = "idempotency_key_in_use"
    message = _("The same request is still being carried out. Please try again in a moment.")
    retry_after = 1


class TooManyRequests(ShopError):
    """The person asks faster than the limit allows."""

    kind = Kind.TOO_MANY
    code = "throttled"
    message = _("Too many requests. Please wait a little.")

    def __init__(self, *, retry_after: int) -> None:
        super().__init__()
        self.retry_after = retry_after
