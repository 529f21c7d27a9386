"""The bot process: fetch or await updates, handle them, stop cleanly."""

import asyncio
import contextlib
import logging
import signal
from collections.abc import Coroutine
from typing import Any

from django.conf import settings
from telegram.error import InvalidToken, TelegramError

from apps.core.time import now
from bot import services
from bot.application import build_application, handle_update
from bot.bridge import call_service, close_connections
from bot.inbox import recognise_lanes, remove_old_updates
from bot.listener import Listener
from bot.poller import ALLOWED_UPDATES, Poller
from bot.processor import Processor
from bot.routes import ShopApplication
from bot.setup import introduce
from bot.watch import flush_for_ever

logger = logging.getLogger(__name__)

_LONGEST_PAUSE = 30.0
_TIDY_SECONDS = 3600.0
_LOOK_SECONDS = 60.0


async def run() -> None:
    """Serve customers until SIGTERM or SIGINT."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    application = build_application()
    serving = asyncio.create_task(_serve(application))
    stopping = asyncio.create_task(stop.wait())
    await asyncio.wait({serving, stopping}, return_when=asyncio.FIRST_COMPLETED)
    for task in (serving, stopping):
        task.cancel()
    try:
        with contextlib.suppress(asyncio.CancelledError):
            await serving
    finally:
        await application.shutdown()
        await call_service(close_connections)
    logger.info("The bot has stopped")


async def _serve(application: ShopApplication) -> None:
    await _initialise(application)
    processor = Processor(lambda payload: handle_update(application, payload))
    listener = Listener(processor.wake)
    work: list[Coroutine[Any, Any, None]] = [
        processor.run(), listener.run(), _tidy(), flush_for_ever(),
    ]  # fmt: skip
    if settings.TELEGRAM_MODE == "polling":
        await _insist(lambda: application.bot.delete_webhook(drop_pending_updates=False))
        work.append(Poller(listener).run())
    else:
        await _insist(lambda: _set_webhook(application))
        work.append(_keep_webhook(application))
    work.append(_introduce(application))
    logger.info("The bot serves as @%s by %s", application.bot.username, settings.TELEGRAM_MODE)
    # Whatever fails for good ends the process: the supervisor starts it anew.
    async with asyncio.TaskGroup() as group:
        for job in work:
            group.create_task(job)


async def _initialise(application: ShopApplication) -> None:
    """Wait until Telegram says who we are."""
    try:
        await _insist(application.initialize)
    except InvalidToken:
        raise SystemExit(
            "Telegram does not know TELEGRAM_BOT_TOKEN: take it from @BotFather."
        ) from None


async def _insist(call: Any) -> None:
    """Make a call to Telegram until it goes through.

    Raises:
        InvalidToken: It never will.
    """
    pause = 1.0
    while True:
        try:
            await call()
        except InvalidToken:
            raise
        except TelegramError as error:
            logger.warning("Telegram can't be reached: %s. Trying again in %g s", error, pause)
            await asyncio.sleep(pause)
            pause = min(pause * 2, _LONGEST_PAUSE)
        else:
            return


def _webhook_url() -> str:
    return f"{settings.PUBLIC_URL}/webhooks/telegram/"


async def _keep_webhook(application: ShopApplication) -> None:
    """Look now and then whether updates still come here: a poller with our token ends it."""
    while True:
        await asyncio.sleep(_LOOK_SECONDS)
        try:
            info = await application.bot.get_webhook_info()
        except TelegramError as error:
            logger.warning("Telegram does not say where it sends updates: %s", error)
            continue
        if info.url != _webhook_url():
            logger.warning(
                "Somebody else took this bot's updates, with the same token: stop the other one. "
                "The webhook is set again"
            )
            await _insist(lambda: _set_webhook(application))
        elif info.last_error_message and info.pending_update_count:
            logger.warning("Telegram can't deliver updates to the webhook: %s (%s wait)",
                           info.last_error_message, info.pending_update_count)  # fmt: skip


async def _set_webhook(application: ShopApplication) -> None:
    await application.bot.set_webhook(
        _webhook_url(),
        secret_token=settings.TELEGRAM_WEBHOOK_SECRET,
        allowed_updates=ALLOWED_UPDATES,
    )


async def _introduce(application: ShopApplication) -> None:
    """Set what Telegram shows around the chat; nobody waits for it, and nothing hangs on it."""
    try:
        await introduce(application.bot)
    except Exception as error:
        logger.warning("Telegram keeps the old introduction: %s", error)


async def _tidy() -> None:
    """Delete what Telegram has long forgotten too, and learn who has become a customer."""
    while True:
        try:
            await call_service(recognise_lanes)
            removed = await call_service(remove_old_updates, now=now())
            await call_service(services.forget_pictures, now=now())
            if removed:
                logger.info("%s old updates deleted", removed)
        except Exception as error:
            logger.warning("Old updates stay for now: %s", error)
        await asyncio.sleep(_TIDY_SECONDS)
