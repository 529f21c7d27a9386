"""Questions about messages."""

from collections.abc import Collection

from apps.notifications.models import LiveCard, Message, MessageState


def live_card_id(*, chat_id: int, card_key: str) -> int | None:
    """Return the id of the message that shows a card in a chat, if there is one."""
    return (
        LiveCard.objects.filter(chat_id=chat_id, card_key=card_key)
        .values_list("telegram_message_id", flat=True)
        .first()
    )


def card_at(*, chat_id: int, message_id: int) -> str:
    """Return the key of the card that a message of a chat shows; empty where it shows none."""
    cards = LiveCard.objects.filter(chat_id=chat_id, telegram_message_id=message_id)
    return cards.order_by("-pk").values_list("card_key", flat=True).first() or ""


def backlog() -> dict[str, int]:
    """Return how many messages wait and how many failed, for operators."""
    return {
        state: Message.objects.filter(state=state).count()
        for state in (MessageState.PENDING, MessageState.FAILED)
    }


def states_of(*, dedupe_keys: Collection[str]) -> dict[str, str]:
    """Return how far the messages sent once under these names have come; unknown ones are left."""
    rows = Message.objects.filter(dedupe_key__in=dedupe_keys)
    return {key: state for key, state in rows.values_list("dedupe_key", "state") if key}
