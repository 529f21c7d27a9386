"""SMS, by one POST of JSON to whatever service `SMS_URL` names."""

import httpx
from django.conf import settings

from apps.notifications.errors import DeliveryError, MessageRefused, RecipientUnreachable

_TIMEOUT = httpx.Timeout(5.0)


class HttpSmsGateway:
    """POST `{"to": "+79000000000", "text": "…"}`; any 2xx means that it was taken."""

    def send(self, *, phone: str, text: str) -> None:
        """Send a plain text to a number in E.164 form."""
        if not settings.SMS_URL or not phone:
            raise RecipientUnreachable("no SMS service or no phone number")
        try:
            answer = httpx.post(
                settings.SMS_URL, json={"to": phone, "text": text[:600]}, timeout=_TIMEOUT
            )
        except httpx.HTTPError as error:
            raise DeliveryError(type(error).__name__) from error
        if answer.status_code >= 500 or answer.status_code == 429:
            raise DeliveryError(f"the SMS service answered {answer.status_code}")
        if not answer.is_success:
            raise MessageRefused(f"the SMS service answered {answer.status_code}")
