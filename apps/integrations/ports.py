"""What the outside must do for this app."""

from collections.abc import Mapping
from typing import Protocol

from apps.integrations.dto import Answer


class Sender(Protocol):
    """POSTs a body to an address of a stranger's choosing."""

    def post(self, url: str, *, body: bytes, headers: Mapping[str, str]) -> Answer:
        """Send it once, following no redirect, and tell what came of it; never raises."""
        ...
