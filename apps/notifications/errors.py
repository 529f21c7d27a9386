"""What can go wrong with a button or a message."""

from django.utils.translation import gettext_lazy as _

from apps.core.errors import Kind, ShopError


class StaleButton(ShopError):
    """The button is older than the shop, or never was ours."""

    kind = Kind.CONFLICT
    code = "stale_button"
    message = _("This button is out of date. Here is the menu again.")


class DeliveryError(Exception):
    """A channel did not take a message; these never reach a person."""


class RetryLater(DeliveryError):
    """The message was surely not sent: everybody, or this one chat, waits so many seconds."""

    def __init__(self, seconds: float, *, is_for_all: bool = True) -> None:
        super().__init__(f"retry in {seconds:g} s")
        self.seconds = seconds
        self.is_for_all = is_for_all


class RecipientUnreachable(DeliveryError):
    """The person blocked the bot, or the chat is gone."""


class MessageRefused(DeliveryError):
    """The channel will never take this message."""


class CardGone(DeliveryError):
    """The message that was to be edited is no longer there."""
