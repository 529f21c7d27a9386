"""What support refuses."""

from django.utils.translation import gettext_lazy as _

from apps.core.errors import Kind, NotFound, ShopError


class ConversationNotFound(NotFound):
    """There is no such conversation, or it is somebody else's."""

    code = "conversation_not_found"
    message = _("There is no such conversation.")


class NothingSaid(ShopError):
    """Only words and pictures are passed on."""

    code = "nothing_said"
    message = _("We can pass on words and pictures only. Please write it.")


class ConversationClosed(ShopError):
    """Somebody closed it before."""

    kind = Kind.CONFLICT
    code = "conversation_closed"
    message = _("This conversation is closed already.")


class CustomerUnreachable(ShopError):
    """The customer blocked the bot, so no answer arrives."""

    kind = Kind.CONFLICT
    code = "customer_unreachable"
    message = _("{name} has blocked the bot, so the answer can't arrive. Phone: {phone}.")


class TooMuchSaid(ShopError):
    """A person writes so many remarks in a while at most."""

    kind = Kind.TOO_MANY
    code = "too_much_said"
    retry_after = 60
    message = _("That is a lot at once. Please give us a minute to read it.")
