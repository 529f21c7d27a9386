"""Who calls: an access token names a session of the API; a password opens the admin."""

from typing import Any
from uuid import UUID

from django.contrib.auth.backends import ModelBackend
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from rest_framework.authentication import BaseAuthentication
from rest_framework.request import Request

from apps.core.client_address import client_address
from apps.core.credentials import credentials_of
from apps.core.time import now
from apps.users import selectors, services
from apps.users.errors import InvalidToken, SignInLocked, WrongPassword
from apps.users.models import User


class SessionTokenAuthentication(BaseAuthentication):
    """Accept `Authorization: Bearer <access token>`; `request.auth` is the session's id."""

    def authenticate(self, request: Request) -> tuple[User, UUID] | None:
        """Return the person and their session, or nothing for an anonymous call.

        Raises:
            InvalidToken: There is a token, but it is not good.
        """
        access = credentials_of(request, scheme="bearer")
        if access is None:
            return None
        if not access:
            raise InvalidToken
        return selectors.person_behind(access=access)

    def authenticate_header(self, request: Request) -> str:
        """Name the scheme that a 401 asks for."""
        return 'Bearer realm="api"'


class GuardedPasswordBackend(ModelBackend):
    """Django's back end for the admin's sign-in, with the shop's guard against guessing."""

    def authenticate(
        self,
        request: HttpRequest | None,
        username: str | None = None,
        password: str | None = None,
        **kwargs: Any,
    ) -> User | None:
        """Return the member of staff, or nobody.

        Raises:
            ValidationError: Too many wrong passwords; the sign-in form shows the sentence.
        """
        if not username or not password:
            return None
        try:
            user_id = services.check_staff_password(
                username=username,
                password=password,
                address=client_address(request) if request else "",
                now=now(),
            )
        except WrongPassword:
            return None
        except SignInLocked as error:
            raise ValidationError(str(error), code=error.code) from error
        return User.objects.get(pk=user_id)
