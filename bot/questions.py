"""Questions of staff: which are meant for the bot, and which goods they name."""

import re

from django.conf import settings
from telegram import Update

# Commands that the staff group gets an answer to; all others are a customer's.
GROUP_COMMANDS = frozenset({"stats", "stock", "low"})
# Nobody asks longer; whatever is longer is no question of this kind.
_LONGEST = 120
_ASKS = re.compile(
    r"(?:(?:а|и|and|so)\s+)?"
    r"(?:how\s+(?:many|much)|stock\s+of|сколько|остат(?:ок|ки)|есть\s+ли)\b\s*(.*)",
    re.IGNORECASE | re.DOTALL,
)
# Words around the goods that say nothing of them.
_FILLERS = frozenset(
    {
        *("of", "the", "do", "we", "you", "have", "got", "has", "are", "is", "there", "left"),
        *("now", "still", "in", "stock", "packs", "pieces", "units", "any"),
        *("у", "нас", "на", "в", "складе", "наличии", "запасе", "остатке", "по", "осталось"),
        *("остался", "осталась", "остались", "есть", "ещё", "еще", "сейчас", "штук", "шт"),
        *("пачек", "пачки", "упаковок", "кг", "имеется", "лежит"),
    }
)


def stock_question(text: str) -> str:
    """Return the goods that a question for stock names: "how many pelmeni?" is about pelmeni.

    Empty where the text is no such question.
    """
    found = _ASKS.fullmatch(text.strip()) if len(text) <= _LONGEST else None
    if found is None:
        return ""
    words = [word.strip("?!.,:;«»“”\"'()") for word in found[1].split()]
    words = [word for word in words if word]
    while words and words[0].lower() in _FILLERS:
        words.pop(0)
    while words and words[-1].lower() in _FILLERS:
        words.pop()
    return " ".join(words)


def is_staff_question(update: Update) -> bool:
    """Tell whether a message in the staff group is meant for the bot; nobody answers chatter."""
    chat, message = update.effective_chat, update.message
    if chat is None or message is None or chat.id != settings.TELEGRAM_STAFF_CHAT_ID:
        return False
    text = message.text or ""
    if text.startswith("/"):
        return text[1:].partition(" ")[0].partition("@")[0].lower() in GROUP_COMMANDS
    return bool(stock_question(text))
