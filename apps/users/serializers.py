"""People and addresses as JSON."""

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from apps.users import selectors
from apps.users.dto import AddressCard, CustomerCard, SignIn
from apps.users.models import Language, Session


class ProfileSerializer(serializers.Serializer[CustomerCard]):
    """The caller."""

    public_id = serializers.UUIDField(read_only=True)
    first_name = serializers.CharField(max_length=100)
    last_name = serializers.CharField(max_length=100, allow_blank=True)
    language = serializers.ChoiceField(choices=Language.choices)
    phone = serializers.CharField(
        max_length=30, allow_blank=True, help_text=_("Kept as +79001234567; empty removes it.")
    )
    email = serializers.EmailField(allow_blank=True)
    roles = serializers.SerializerMethodField(help_text=_("Of staff; customers have none."))

    def get_roles(self, card: CustomerCard) -> list[str]:
        """Return the caller's roles in the shop."""
        return sorted(selectors.roles_of(user_id=card.id))


class ConsentsSerializer(serializers.Serializer[Any]):
    """What a person agrees to."""

    offers = serializers.BooleanField(help_text=_("Offers of the shop, in the chat with the bot."))


class TelegramSignInSerializer(serializers.Serializer[Any]):
    """The Mini App's launch data, exactly as Telegram gave it."""

    init_data = serializers.CharField(max_length=8192, trim_whitespace=False)


class StaffSignInSerializer(serializers.Serializer[Any]):
    """A member of staff's name and password."""

    username = serializers.CharField(max_length=60)
    password = serializers.CharField(max_length=128, trim_whitespace=False, write_only=True)


class RefreshSerializer(serializers.Serializer[Any]):
    """A refresh token; it can be exchanged once."""

    refresh = serializers.CharField(max_length=2000)


class TokenPairSerializer(serializers.Serializer[SignIn]):
    """A new pair: access for five minutes, refresh for thirty days."""

    access = serializers.CharField(read_only=True)
    refresh = serializers.CharField(read_only=True)
    user = ProfileSerializer(read_only=True)


class SignOutSerializer(serializers.Serializer[Any]):
    """Which sessions end."""

    everywhere = serializers.BooleanField(default=False)


class SessionSerializer(serializers.Serializer[Session]):
    """A sign-in of the caller's that is still good."""

    id = serializers.UUIDField()
    user_agent = serializers.CharField(help_text=_("What the device's program calls itself."))
    created_at = serializers.DateTimeField()
    last_used_at = serializers.DateTimeField(help_text=_("When it was last renewed."))
    is_current = serializers.SerializerMethodField(help_text=_("The one that asks."))

    def get_is_current(self, session: Session) -> bool:
        """Return whether it is the caller's own."""
        return bool(session.pk == self.context["request"].auth)


class AddressSerializer(serializers.Serializer[AddressCard]):
    """An address of the caller's: its parts, and how they stand on the box."""

    public_id = serializers.UUIDField(read_only=True)
    label = serializers.CharField(  # type: ignore[assignment]
        max_length=40, required=False, allow_blank=True
    )
    one_line = serializers.CharField(read_only=True)
    details = serializers.CharField(read_only=True)
    city = serializers.CharField(max_length=80, required=False, allow_blank=True)
    street = serializers.CharField(max_length=200)
    flat = serializers.CharField(max_length=20, required=False, allow_blank=True)
    entrance = serializers.CharField(max_length=20, required=False, allow_blank=True)
    floor = serializers.CharField(max_length=20, required=False, allow_blank=True)
    comment = serializers.CharField(max_length=300, required=False, allow_blank=True)
    latitude = serializers.DecimalField(
        max_digits=9,
        decimal_places=6,
        min_value=Decimal(-90),
        max_value=Decimal(90),
        required=False,
        allow_null=True,
    )
    longitude = serializers.DecimalField(
        max_digits=9,
        decimal_places=6,
        min_value=Decimal(-180),
        max_value=Decimal(180),
        required=False,
        allow_null=True,
    )
