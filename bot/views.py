"""The webhook: keep the update, wake the bot, say 200. Everything else is the bot process's."""

import json
import logging
from hmac import compare_digest

from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST
from psycopg_pool import PoolTimeout

from bot.inbox import store_updates

logger = logging.getLogger(__name__)


@csrf_exempt
@require_POST
def telegram_webhook(request: HttpRequest) -> HttpResponse:
    """Store an update before it is acknowledged (core.telegram.org/bots/api#setwebhook)."""
    secret = settings.TELEGRAM_WEBHOOK_SECRET
    given = request.headers.get("X-Telegram-Bot-Api-Secret-Token", "")
    if not secret or not compare_digest(given.encode(), secret.encode()):
        return HttpResponse(status=403)
    try:
        update = json.loads(request.body)
    except ValueError:
        return HttpResponse(status=400)
    if not isinstance(update, dict) or not isinstance(update.get("update_id"), int):
        return HttpResponse(status=400)
    try:
        store_updates(updates=[update])
    except (OperationalError, InterfaceError, PoolTimeout) as error:
        # Telegram keeps it and comes again.
        logger.warning("An update can't be stored now: %s", error)
        return HttpResponse(status=503, headers={"Retry-After": "5"})
    return HttpResponse()
