"""Who calls the API: an access token that names a session."""

from rest_framework.authentication import BaseAuthentication
from rest_framework.request import Request


class SessionTokenAuthentication(BaseAuthentication):
    """Accept a Bearer access token."""

    def authenticate(self, request: Request) -> None:
        """Return nobody."""
