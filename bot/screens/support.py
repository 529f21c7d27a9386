"""The conversation with support, as the customer reads it."""

from django.utils.translation import gettext as _

from bot import texts


def invitation() -> str:
    """Return the invitation to write to the shop."""
    text = texts.title(_("Write to us")) + "\n"
    return text + _(
        "Tell us in your own words what you need, and add a picture if it helps. A person answers "
        "you right here."
    )


def heard() -> str:
    """Return that the first words have arrived."""
    return _("We have it, thank you. Somebody answers you here; add whatever else comes to mind.")
