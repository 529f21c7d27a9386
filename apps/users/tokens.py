"""Access and refresh tokens: written and read here, signed by simplejwt's back end."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Self, cast
from uuid import UUID

from django.conf import settings
from django.utils.crypto import salted_hmac
from rest_framework_simplejwt.exceptions import TokenError
from rest_framework_simplejwt.tokens import Token

from apps.users.errors import InvalidToken
from apps.users.models import User

_MAXIMUM_LENGTH = 2000


class _Access(Token):
    token_type = "access"  # noqa: S105
    lifetime = cast(timedelta, settings.SIMPLE_JWT["ACCESS_TOKEN_LIFETIME"])


class _Refresh(Token):
    token_type = "refresh"  # noqa: S105
    lifetime = cast(timedelta, settings.SIMPLE_JWT["REFRESH_TOKEN_LIFETIME"])


@dataclass(frozen=True)
class AccessClaims:
    """Whom an access token stands for, in which session, and with which powers."""

    user: UUID
    session: UUID
    version: int
    powers: str

    def sign(self) -> str:
        """Return the token as it is sent."""
        token = _Access()
        token["sub"], token["sid"] = str(self.user), str(self.session)
        token["ver"], token["pow"] = self.version, self.powers
        return str(token)

    @classmethod
    def read(cls, text: str) -> Self:
        """Return what a token says.

        Raises:
            InvalidToken: It is not an access token of ours, or it has expired.
        """
        claims = _payload(_Access, text)
        try:
            user, session = UUID(claims["sub"]), UUID(claims["sid"])
            return cls(user, session, int(claims["ver"]), str(claims["pow"]))
        except (KeyError, ValueError, TypeError, AttributeError) as error:
            raise InvalidToken from error


@dataclass(frozen=True)
class RefreshClaims:
    """Which refresh token it is, and a mark of the password it was given for."""

    id: UUID
    password_mark: str

    def sign(self) -> str:
        """Return the token as it is sent."""
        token = _Refresh()
        token["jti"], token["pwd"] = self.id.hex, self.password_mark
        return str(token)

    @classmethod
    def read(cls, text: str) -> Self:
        """Return what a token says.

        Raises:
            InvalidToken: It is not a refresh token of ours, or it has expired.
        """
        claims = _payload(_Refresh, text)
        try:
            return cls(UUID(claims["jti"]), claims["pwd"])
        except (KeyError, ValueError, TypeError, AttributeError) as error:
            raise InvalidToken from error


def _payload(kind: type[Token], text: str) -> dict[str, Any]:
    """Verify signature, algorithm, audience, issuer, age and type."""
    if len(text) > _MAXIMUM_LENGTH:
        raise InvalidToken
    try:
        payload: dict[str, Any] = kind(cast(Token, text)).payload
    except (TokenError, ValueError, RecursionError) as error:
        raise InvalidToken from error
    return payload


def mark(*facts: object) -> str:
    """Return a short keyed mark of some facts; it changes when they do and tells nothing."""
    return salted_hmac("frozenfood.tokens", repr(facts)).hexdigest()[:16]


def powers_mark(user: User, group_ids: Iterable[int]) -> str:
    """Return a mark that changes with a person's roles and password: older tokens end then.

    `group_ids` are in ascending order.
    """
    return mark(user.is_staff, user.is_superuser, list(group_ids), user.password)
