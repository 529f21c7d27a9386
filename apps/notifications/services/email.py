"""E-mail: the same message as a letter."""

import html
import re
from smtplib import SMTPException, SMTPRecipientsRefused

from django.conf import settings
from django.core.mail import EmailMultiAlternatives

from apps.notifications.dto import MessageContent
from apps.notifications.errors import DeliveryError, RecipientUnreachable

_TAG = re.compile(r"<[^>]*>")


def plain_text(markup: str) -> str:
    """Return Telegram HTML as plain text."""
    return html.unescape(_TAG.sub("", markup))


def send_email(*, address: str, content: MessageContent) -> None:
    """Send a message as a letter, with a plain and an HTML part.

    Raises:
        RecipientUnreachable: There is no address, or the server refuses it.
        DeliveryError: The server did not take it this time.
    """
    if not address:
        raise RecipientUnreachable("no e-mail address")
    text = plain_text(content.text)
    subject = (content.subject or text.strip().splitlines()[0])[:120]
    letter = EmailMultiAlternatives(f"{settings.SHOP_NAME}: {subject}", text, to=[address])
    letter.attach_alternative(content.text.replace("\n", "<br>"), "text/html")
    try:
        letter.send()
    except SMTPRecipientsRefused as error:
        raise RecipientUnreachable(str(error)) from error
    except (SMTPException, OSError) as error:
        raise DeliveryError(str(error)) from error
