"""How many somebody means who types it: 3, “3 шт.”, “три”, “x3”, “a dozen”."""

import re

from bot.errors import NotWholePacks

_ENGLISH = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen "
    "fifteen sixteen seventeen eighteen nineteen twenty"
)
_RUSSIAN = (
    "ноль один два три четыре пять шесть семь восемь девять десять одиннадцать двенадцать "
    "тринадцать четырнадцать пятнадцать шестнадцать семнадцать восемнадцать девятнадцать двадцать"
)
_WORDS = {
    word: number for words in (_ENGLISH, _RUSSIAN) for number, word in enumerate(words.split())
} | {
    "none": 0, "нисколько": 0, "одна": 1, "одну": 1, "одно": 1, "две": 2,
    "двое": 2, "трое": 3, "пара": 2, "пару": 2, "пары": 2, "couple": 2, "pair": 2, "a couple": 2,
    "a pair": 2, "полдюжины": 6, "half a dozen": 6, "half dozen": 6, "десяток": 10, "дюжина": 12,
    "дюжину": 12, "dozen": 12, "a dozen": 12, "one dozen": 12,
}  # fmt: skip
_PARTS = {"half", "a half", "половина", "половину", "полтора", "полторы", "пол"}
# What people write beside the number.
_AROUND = re.compile(
    r"^(?:[x×х*+]\s*)?(.+?)(?:\s*[x×х*])?"
    r"(?:\s*(?:шт|штук[аиу]?|пачек|пачк[аиу]|упак|упаков(?:ок|к[аиу])"
    r"|packs?|pcs?|pieces?|of them))?"
    r"\.?$"
)
_WHOLE = re.compile(r"\d{1,6}")
# Less than nothing, a part, far too many, or a weight.
_OTHER_NUMBER = re.compile(r"[-−–]?\d[\d\s]*(?:[.,/]\d+)?(?:\s*(?:kg|g|кг|г|гр|грамм))?")


def read_quantity(text: str) -> int | None:
    """Return how many packs a text asks for; None where it speaks of something else.

    Raises:
        NotWholePacks: It is a number, but none that packs can be counted by.
    """
    plain = " ".join(text.lower().replace("ё", "е").split())
    found = _AROUND.match(plain)
    if found is None or len(plain) > 40:
        return None
    said = found[1].strip()
    if said in _WORDS:
        return _WORDS[said]
    if _WHOLE.fullmatch(said):
        return int(said)
    if said in _PARTS or _OTHER_NUMBER.fullmatch(said):
        raise NotWholePacks
    return None
