"""Formatted text: Telegram's HTML, and the entities it finds by itself.

The wording of the errors follows TDLib's parser, which the public Bot API uses.
https://core.telegram.org/bots/api#html-style
"""

import re
from dataclasses import dataclass, field
from typing import Any

from bot.simulator.errors import BotApiError, bad_request

Entity = dict[str, Any]

_TAGS = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "tg-spoiler": "spoiler",
    "span": "spoiler",
    "a": "text_link",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
    "tg-emoji": "custom_emoji",
}
_NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
_REFERENCE = re.compile(r"&(?:#(\d{1,7})|#x([0-9a-fA-F]{1,6})|(lt|gt|amp|quot));?")
_ATTRIBUTE = re.compile(r"""\s*([^\s=>/"']+)\s*(?:=\s*(?:"([^"]*)"|'([^']*)'|([^\s>"']+)))?""")
_DETECTED = (
    ("url", re.compile(r"(?<![\w@])(?:https?://|t\.me/)[^\s<>\"]+[^\s<>\".,:;!?)\]]")),
    ("email", re.compile(r"(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)*\.[A-Za-z]{2,}")),
    ("bot_command", re.compile(r"(?<![\w/<>])/[A-Za-z0-9_]{1,64}(?:@\w{3,32})?(?![\w/])")),
    ("mention", re.compile(r"(?<![\w@])@[A-Za-z]\w{3,31}")),
    ("hashtag", re.compile(r"(?<![\w#&])#[^\W\d]\w*")),
    ("phone_number", re.compile(r"(?<![\w+])\+\d[\d\s()-]{8,16}\d")),
)


@dataclass(frozen=True)
class FormattedText:
    """Plain text with its entities, whose offsets count UTF-16 code units."""

    text: str
    entities: list[Entity] = field(default_factory=list)


def utf16_length(text: str) -> int:
    """Return the length as Telegram counts it, in UTF-16 code units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def parse_html(source: str) -> FormattedText:
    """Parse Telegram's HTML.

    Raises:
        BotApiError: The markup is one that Telegram refuses.
    """
    return _HtmlParser(source).parse()


def with_detected(formatted: FormattedText) -> FormattedText:
    """Add the links, commands and mentions that Telegram finds in plain text."""
    taken = [(e["offset"], e["offset"] + e["length"]) for e in formatted.entities]
    opaque = [
        (e["offset"], e["offset"] + e["length"])
        for e in formatted.entities
        if e["type"] in {"code", "pre", "text_link", "text_mention"}
    ]
    found: list[Entity] = []
    for kind, pattern in _DETECTED:
        for match in pattern.finditer(formatted.text):
            start = utf16_length(formatted.text[: match.start()])
            end = start + utf16_length(match.group())
            if any(start < right and left < end for left, right in opaque):
                continue
            opaque.append((start, end))
            if (start, end) in taken and kind == "phone_number":
                continue
            found.append({"type": kind, "offset": start, "length": end - start})
    entities = sorted([*formatted.entities, *found], key=lambda e: (e["offset"], -e["length"]))
    return FormattedText(formatted.text, entities)


def trimmed(formatted: FormattedText) -> FormattedText:
    """Cut white space off both ends, as Telegram does, and move the entities along."""
    text = formatted.text.strip()
    lead = utf16_length(formatted.text) - utf16_length(formatted.text.lstrip())
    limit = utf16_length(text)
    entities = []
    for entity in formatted.entities:
        start = max(0, entity["offset"] - lead)
        end = min(limit, entity["offset"] + entity["length"] - lead)
        if end > start:
            entities.append({**entity, "offset": start, "length": end - start})
    return FormattedText(text, entities)


@dataclass
class _OpenTag:
    name: str
    kind: str
    offset: int
    extra: Entity


class _HtmlParser:
    def __init__(self, source: str) -> None:
        self.source = source
        self.position = 0
        self.parts: list[str] = []
        self.length = 0
        self.stack: list[_OpenTag] = []
        self.entities: list[Entity] = []

    def parse(self) -> FormattedText:
        while self.position < len(self.source):
            character = self.source[self.position]
            if character == "<":
                self._tag()
            elif character == "&":
                self._reference()
            else:
                self._plain()
        if self.stack:
            name = self.stack[-1].name
            raise self._error(f'Can\'t find end tag corresponding to start tag "{name}"')
        self.entities.sort(key=lambda e: (e["offset"], -e["length"]))
        return FormattedText("".join(self.parts), self.entities)

    def _plain(self) -> None:
        ends = (self.source.find(mark, self.position) for mark in "<&")
        end = min((e for e in ends if e >= 0), default=len(self.source))
        self._emit(self.source[self.position : end])
        self.position = end

    def _emit(self, text: str) -> None:
        self.parts.append(text)
        self.length += utf16_length(text)

    def _error(self, reason: str) -> BotApiError:
        return bad_request(f"can't parse entities: {reason}")

    def _byte(self, position: int) -> int:
        return len(self.source[:position].encode())

    def _reference(self) -> None:
        match = _REFERENCE.match(self.source, self.position)
        if match is None:
            self._emit("&")
            self.position += 1
            return
        decimal, hexadecimal, named = match.groups()
        code = int(decimal) if decimal else int(hexadecimal, 16) if hexadecimal else 0
        if named is None and (code == 0 or code > 0x10FFFF or 0xD800 <= code <= 0xDFFF):
            self._emit("&")
            self.position += 1
            return
        self._emit(_NAMED[named] if named else chr(code))
        self.position = match.end()

    def _tag(self) -> None:
        if self.source.startswith("</", self.position):
            self._end_tag()
        else:
            self._start_tag()

    def _end_tag(self) -> None:
        begin = self.position
        close = self.source.find(">", begin)
        if not self.stack:
            raise self._error(f"Unexpected end tag at byte offset {self._byte(begin)}")
        if close < 0:
            raise self._error(f"Unclosed end tag at byte offset {self._byte(begin)}")
        name = self.source[begin + 2 : close].strip().lower()
        opened = self.stack.pop()
        if name and name != opened.name:
            raise self._error(
                f"Unmatched end tag at byte offset {self._byte(begin)}, "
                f'expected "</{opened.name}>", found "</{name}>"'
            )
        self.position = close + 1
        self._close(opened)

    def _close(self, opened: _OpenTag) -> None:
        length = self.length - opened.offset
        if length == 0:
            return
        entity: Entity = {"type": opened.kind, "offset": opened.offset, "length": length}
        extra = dict(opened.extra)
        if opened.kind == "text_link":
            url = extra.get("url") or "".join(self.parts)[-length:]
            if mention := re.fullmatch(r"tg://user\?id=(\d+)", url):
                entity |= {"type": "text_mention", "user_id": int(mention.group(1))}
                extra = {}
            elif not re.match(r"(https?://|tg://|mailto:|tel:)?[^\s/]+\S*$", url):
                return
            else:
                extra = {"url": url if "://" in url or ":" in url else f"http://{url}/"}
        self.entities.append(entity | extra)

    def _start_tag(self) -> None:
        begin = self.position
        end = begin + 1
        while (
            end < len(self.source)
            and self.source[end] not in "/=>"
            and not (self.source[end].isspace())
        ):
            end += 1
        name = self.source[begin + 1 : end].lower()
        if end >= len(self.source):
            raise self._error(f"Unclosed start tag at byte offset {self._byte(begin)}")
        if name not in _TAGS:
            raise self._error(f'Unsupported start tag "{name}" at byte offset {self._byte(begin)}')
        attributes, self.position = self._attributes(begin, end)
        self.stack.append(_OpenTag(name, *self._meaning(name, attributes, begin)))

    def _attributes(self, begin: int, position: int) -> tuple[dict[str, str], int]:
        found: dict[str, str] = {}
        while True:
            position += len(self.source[position:]) - len(self.source[position:].lstrip())
            if position >= len(self.source):
                raise self._error(f"Unclosed start tag at byte offset {self._byte(begin)}")
            if self.source[position] == ">":
                return found, position + 1
            if self.source[position] == "/":
                position += 1
                continue
            match = _ATTRIBUTE.match(self.source, position)
            if match is None or match.end() == position:
                raise self._error(f"Unclosed start tag at byte offset {self._byte(begin)}")
            name, double, single, bare = match.groups()
            value = next((v for v in (double, single, bare) if v is not None), "")
            found[name.lower()] = _unescape(value)
            position = match.end()

    def _meaning(
        self, name: str, attributes: dict[str, str], begin: int
    ) -> tuple[str, int, Entity]:
        extra: Entity = {}
        kind = _TAGS[name]
        if name == "span" and attributes.get("class") != "tg-spoiler":
            raise self._error(
                f'Tag "span" must have class "tg-spoiler" at byte offset {self._byte(begin)}'
            )
        if name == "a":
            extra["url"] = attributes.get("href", "")
        elif name == "tg-emoji":
            extra["custom_emoji_id"] = attributes.get("emoji-id", "")
        elif name == "blockquote" and "expandable" in attributes:
            kind = "expandable_blockquote"
        elif name == "code" and self.stack and self.stack[-1].kind == "pre":
            language = attributes.get("class", "")
            if language.startswith("language-"):
                self.stack[-1].extra["language"] = language.removeprefix("language-")
        return kind, self.length, extra


def _unescape(value: str) -> str:
    def decoded(match: re.Match[str]) -> str:
        decimal, hexadecimal, named = match.groups()
        return _NAMED[named] if named else chr(int(decimal or hexadecimal, 10 if decimal else 16))

    return _REFERENCE.sub(decoded, value)
