"""What staff are told of integrations. Telegram HTML: everything from others is escaped."""

from html import escape

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from apps.integrations.models import Endpoint
from apps.notifications.dto import Button, MessageContent

_URL = 300


def switched_off(endpoint: Endpoint) -> MessageContent:
    """Return the news that an endpoint is sent nothing any more, and why."""
    whose = endpoint.key.name if endpoint.key else _("the shop's own")
    rows = (
        "🔌 <b>" + _("A webhook endpoint was switched off") + "</b>",
        escape(endpoint.url[:_URL], quote=False),
        escape(whose, quote=False),
        _("Why: %s") % endpoint.get_disabled_reason_display(),
    )
    path = reverse("admin:integrations_endpoint_change", args=(endpoint.pk,))
    button = Button(_("Look at it"), url=f"{settings.PUBLIC_URL}{path}")
    return MessageContent("\n".join(rows), ((button,),))
