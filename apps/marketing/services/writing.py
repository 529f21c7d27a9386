"""Write a broadcast, look at it, and let it go: then stop, go on, or end it."""

import logging
import uuid
from datetime import datetime

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import translation

from apps.catalog.pictures import jpeg_of
from apps.core.jobs import enqueue_on_commit
from apps.core.text import is_clean, one_line
from apps.core.transactions import retrying_atomic
from apps.marketing import selectors, texts
from apps.marketing.dto import LONGEST_CAPTION, LONGEST_TEXT, BroadcastDraft, BroadcastState
from apps.marketing.errors import (
    BroadcastEndsTooSoon,
    BroadcastIdleDays,
    BroadcastNotFound,
    BroadcastNotOpen,
    BroadcastTextMissing,
    BroadcastTextTooLong,
    BroadcastTwoButtons,
    NobodyInSegment,
    NoWorkChat,
)
from apps.marketing.jobs import MarketingJob
from apps.marketing.models import Broadcast
from apps.notifications import services as notifications
from apps.users import selectors as users

logger = logging.getLogger(__name__)

S = BroadcastState
_MOST_DAYS = 1000
_WRITTEN = (
    "title", "text_ru", "text_en", "picture", "picture_file_id", "button_product",
    "button_category", "button_code", "bought", "idle_days", "language", "zone",
)  # fmt: skip


def save_broadcast(
    *, broadcast_id: int | None = None, draft: BroadcastDraft, actor_id: int
) -> Broadcast:
    """Write a broadcast, or write one anew that nobody has sent yet.

    Raises:
        BroadcastNotFound: There is none with this id.
        BroadcastNotOpen: It was sent, or is about to be.
        BroadcastTextMissing: There is no text in Russian.
        BroadcastTextTooLong: Telegram would not take it.
        BroadcastTwoButtons: More than one button was chosen.
        BroadcastIdleDays: The segment counts no days, or too many.
        PictureTooLarge: The picture has more than 10 MB or 24 megapixels.
        BadPicture: It is no JPEG, PNG or WebP by its content, or damaged.
    """
    # The file is written before the row and outside its transaction.
    path = _kept_picture(draft.picture) if draft.picture else ""
    try:
        return _save(broadcast_id=broadcast_id, draft=draft, path=path, actor_id=actor_id)
    except Exception:
        if path:
            default_storage.delete(path)
        raise


@retrying_atomic
def _save(
    *, broadcast_id: int | None, draft: BroadcastDraft, path: str, actor_id: int
) -> Broadcast:
    row = Broadcast(created_by_id=actor_id) if broadcast_id is None else _locked(broadcast_id)
    _refuse_unless(row, S.DRAFT)
    if draft.picture is not None:
        if before := row.picture.name:
            transaction.on_commit(lambda: default_storage.delete(before))
        row.picture, row.picture_file_id = path, ""
    row.title = one_line(draft.title, limit=100) or "—"
    row.text_ru, row.text_en = _clean(draft.text_ru), _clean(draft.text_en)
    row.button_product_id = draft.button_product_id
    row.button_category_id = draft.button_category_id
    row.button_code_id = draft.button_code_id
    row.bought_id, row.zone_id = draft.bought_id, draft.zone_id
    row.idle_days, row.language = draft.idle_days, draft.language
    _check(row)
    row.save(update_fields=None if row.pk is None else (*_WRITTEN, "updated_at"))
    return row


def _check(row: Broadcast) -> None:
    if not row.text_ru:
        raise BroadcastTextMissing
    most = LONGEST_CAPTION if row.picture else LONGEST_TEXT
    for text in (row.text_ru, row.text_en):
        length = texts.telegram_length(text)
        if length > most:
            raise BroadcastTextTooLong(maximum=most, length=length)
    buttons = (row.button_product_id, row.button_category_id, row.button_code_id)
    if sum(button is not None for button in buttons) > 1:
        raise BroadcastTwoButtons
    if row.idle_days is not None and not 1 <= row.idle_days <= _MOST_DAYS:
        raise BroadcastIdleDays


@retrying_atomic
def preview_broadcast(*, broadcast_id: int, actor_id: int) -> int:
    """Send the broadcast to the member of staff alone, once in each language it has.

    Returns how many messages that are.

    Raises:
        BroadcastNotFound: There is none with this id.
        NoWorkChat: They have no Telegram account linked.
    """
    row = _found(broadcast_id)
    chat_id = users.work_chat(user_id=actor_id)
    if chat_id is None:
        raise NoWorkChat
    languages = ["ru", "en"] if row.text_en else ["ru"]
    for language in languages:
        with translation.override(language):
            notifications.queue_message(content=texts.broadcast(row), chat_id=chat_id)
    return len(languages)


@retrying_atomic
def schedule_broadcast(
    *,
    broadcast_id: int,
    actor_id: int,
    starts_at: datetime | None = None,
    ends_at: datetime | None = None,
    now: datetime,
) -> Broadcast:
    """Let a broadcast go at a moment, or at once; in quiet hours it waits for their end.

    Whoever has quiet hours of their own when it comes to them gets it when those are over. After
    `ends_at` nobody gets it any more; without one it ends once it has come to everybody.

    Raises:
        BroadcastNotFound: There is none with this id.
        BroadcastNotOpen: It is no draft any more.
        BroadcastEndsTooSoon: Its time would be over before it begins.
        NobodyInSegment: Nobody would get it.
    """
    row = _locked(broadcast_id)
    _refuse_unless(row, S.DRAFT)
    row.starts_at = max(starts_at, now) if starts_at else now
    if ends_at is not None and ends_at <= row.starts_at:
        raise BroadcastEndsTooSoon
    row.ends_at = ends_at
    row.recipients = selectors.audience_count(broadcast=row, now=now)
    if not row.recipients:
        raise NobodyInSegment
    row.sent_by_id, row.state = actor_id, S.SCHEDULED
    row.save(update_fields=["recipients", "starts_at", "ends_at", "sent_by", "state", "updated_at"])
    enqueue_on_commit(MarketingJob.SEND_BROADCASTS)
    logger.info("Broadcast scheduled", extra={"broadcast": row.pk, "people": row.recipients})
    return row


@retrying_atomic
def pause_broadcast(*, broadcast_id: int) -> Broadcast:
    """Stop a broadcast where it is; the few messages in hand still arrive.

    Raises:
        BroadcastNotFound: There is none with this id.
        BroadcastNotOpen: It is not on its way.
    """
    return _move(broadcast_id, S.PAUSED, S.SCHEDULED, S.SENDING)


@retrying_atomic
def resume_broadcast(*, broadcast_id: int) -> Broadcast:
    """Let a paused broadcast go on where it stopped: nobody gets it twice.

    Raises:
        BroadcastNotFound: There is none with this id.
        BroadcastNotOpen: It is not paused.
    """
    row = _locked(broadcast_id)
    target = S.SENDING if row.started_at else S.SCHEDULED
    row = _move(broadcast_id, target, S.PAUSED)
    enqueue_on_commit(MarketingJob.SEND_BROADCASTS)
    return row


@retrying_atomic
def cancel_broadcast(*, broadcast_id: int, now: datetime) -> Broadcast:
    """End a broadcast for good; who has got it has got it.

    Raises:
        BroadcastNotFound: There is none with this id.
        BroadcastNotOpen: It is over, or never began.
    """
    return _move(broadcast_id, S.CANCELLED, S.SCHEDULED, S.SENDING, S.PAUSED, finished_at=now)


@retrying_atomic
def remove_broadcast(*, broadcast_id: int) -> None:
    """Throw a draft away.

    Raises:
        BroadcastNotFound: There is none with this id.
        BroadcastNotOpen: It is no draft any more: what was sent stays in the history.
    """
    row = _locked(broadcast_id)
    _refuse_unless(row, S.DRAFT)
    row.delete()


def _move(
    broadcast_id: int, target: BroadcastState, *sources: BroadcastState,
    finished_at: datetime | None = None,
) -> Broadcast:  # fmt: skip
    row = _locked(broadcast_id)
    _refuse_unless(row, *sources)
    row.state, row.finished_at, row.last_error = target, finished_at, ""
    row.save(update_fields=["state", "finished_at", "last_error", "updated_at"])
    return row


def _refuse_unless(row: Broadcast, *states: BroadcastState) -> None:
    if row.state not in states:
        raise BroadcastNotOpen(status=str(row.get_state_display()))


def _found(broadcast_id: int) -> Broadcast:
    rows = Broadcast.objects.select_related("button_product", "button_category", "button_code")
    row = rows.filter(pk=broadcast_id).first()
    if row is None:
        raise BroadcastNotFound
    return row


def _locked(broadcast_id: int) -> Broadcast:
    row = Broadcast.objects.select_for_update().filter(pk=broadcast_id).first()
    if row is None:
        raise BroadcastNotFound
    return row


def _clean(text: str) -> str:
    """Return a text of several lines without what Telegram or PostgreSQL would trip over."""
    kept = text if is_clean(text) else "".join(c for c in text if is_clean(c))
    return kept.replace("\r\n", "\n").strip()


def _kept_picture(content: bytes) -> str:
    name = f"broadcasts/{uuid.uuid4().hex}.jpg"
    return default_storage.save(name, ContentFile(jpeg_of(content)))
