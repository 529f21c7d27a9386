"""Who calls: a program with a key of ours. It is no person, and no person is behind it."""

from typing import Any

from rest_framework.authentication import BaseAuthentication
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from apps.core.credentials import credentials_of
from apps.core.time import now
from apps.integrations import selectors, services
from apps.integrations.dto import Integration
from apps.integrations.errors import InvalidApiKey, ScopeMissing


class Program:
    """What stands where the person stands elsewhere: it holds no permission of anybody's.

    `pk` is what the limits count by.
    """

    is_authenticated = True
    is_active = True
    is_anonymous = is_staff = is_superuser = False

    def __init__(self, key_id: int) -> None:
        self.pk = f"key:{key_id}"

    def has_perm(self, permission: str, obj: object = None) -> bool:
        """Hold nothing: keys have scopes."""
        return False


class ApiKeyAuthentication(BaseAuthentication):
    """Accept `Authorization: Api-Key ffb_…`; `request.auth` is the integration.

    Only the doors for integrations name it: all others don't know what a key is.
    """

    def authenticate(self, request: Request) -> tuple[Program, Integration] | None:
        """Return the program behind the key, or nothing for an anonymous call.

        Raises:
            InvalidApiKey: There is a key, but it is not good.
        """
        key = credentials_of(request, scheme="api-key")
        if key is None:
            return None
        if not key:
            raise InvalidApiKey
        moment = now()
        found = selectors.integration_behind(key=key, now=moment)
        if found.is_use_to_be_noted(moment):
            services.note_use(key_id=found.key_id, now=moment)
        return Program(found.key_id), found

    def authenticate_header(self, request: Request) -> str:
        """Name the scheme that a 401 asks for."""
        return 'Api-Key realm="integrations"'


class HoldsScope(BasePermission):
    """Let programs in whose key has the scope that the view names for the method."""

    def has_permission(self, request: Request, view: Any) -> bool:
        """Look the method up in the view's `scopes`; a person, or another method, is refused.

        Raises:
            ScopeMissing: The key is good, but not for this.
        """
        needed = view.scopes.get(request.method)
        if needed is None or not isinstance(request.auth, Integration):
            return False
        if needed not in request.auth.scopes:
            raise ScopeMissing(scope=needed.value)
        return True


def key_of(request: Request) -> int:
    """Return the id of the key that calls.

    Raises:
        InvalidApiKey: No program calls.
    """
    if not isinstance(request.auth, Integration):
        raise InvalidApiKey
    return request.auth.key_id
