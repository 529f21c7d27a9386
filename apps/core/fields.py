"""Fields of the API that several apps read."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from apps.core.errors import ShopError
from apps.core.time import from_wall

_FIRST_YEAR, _LAST_YEAR = 2000, 2999


class MomentField(serializers.DateTimeField):
    """A moment; one without an offset is meant on the shop's clock.

    Clocks of the nineteenth century went by seconds, which no offset can tell (RFC 3339, 5.6), and
    the edges of the calendar lie beyond it in another zone.
    """

    default_error_messages = {
        "year": _("The year must be between {first} and {last}."),
    }

    def enforce_timezone(self, value: datetime) -> datetime:
        """Refuse an hour that the shop's clock skips or shows twice, and years far away."""
        if not _FIRST_YEAR <= value.year <= _LAST_YEAR:
            self.fail("year", first=_FIRST_YEAR, last=_LAST_YEAR)
        if value.tzinfo is not None:
            return value
        try:
            return from_wall(value)
        except ShopError as error:
            raise serializers.ValidationError(str(error), code=error.code) from error
