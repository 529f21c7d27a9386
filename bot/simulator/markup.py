"""Keyboards under messages: what Telegram accepts and what it refuses.

https://core.telegram.org/bots/api#inlinekeyboardbutton
"""

from typing import Any
from urllib.parse import urlsplit

from bot.simulator.errors import bad_request
from bot.simulator.params import Params

MAXIMUM_BUTTONS = 100
MAXIMUM_IN_ROW = 8
_ACTIONS = (
    "url",
    "callback_data",
    "web_app",
    "login_url",
    "switch_inline_query",
    "switch_inline_query_current_chat",
    "switch_inline_query_chosen_chat",
    "copy_text",
    "callback_game",
    "pay",
)
_QUERIES = {"switch_inline_query", "switch_inline_query_current_chat"}
_REPLY_ACTIONS = (
    "request_contact",
    "request_location",
    "request_poll",
    "request_users",
    "request_chat",
    "web_app",
)
_LOOPBACK = {"localhost", "127.0.0.1", "::1"}


def is_loopback_url(url: str) -> bool:
    """Tell whether a URL leads to this very machine."""
    return (urlsplit(url).hostname or "") in _LOOPBACK


def check_url(url: str, *, what: str, https_only: bool) -> None:
    """Check the address of a button.

    Raises:
        BotApiError: Telegram would refuse it.
    """
    parts = urlsplit(url)
    if parts.scheme in {"tg", "tel", "mailto"} and not https_only:
        return
    if not parts.hostname:
        raise bad_request(f"{what} '{url}' is invalid: URL host is empty")
    # Telegram wants HTTPS and a public host; the demo's own pages live on loopback over HTTP.
    if is_loopback_url(url):
        return
    if https_only and parts.scheme != "https":
        raise bad_request(f"{what} '{url}' is invalid: Only HTTPS links are allowed")
    if parts.scheme not in {"http", "https"} or "." not in parts.hostname:
        raise bad_request(f"{what} '{url}' is invalid: Wrong HTTP URL")


def read_markup(params: Params, *, private: bool, invoice: bool = False) -> dict[str, Any] | None:
    """Return the checked `reply_markup`, or None when there is none.

    Raises:
        BotApiError: It breaks one of Telegram's rules.
    """
    markup = params.json("reply_markup")
    if markup is None:
        return None
    if not isinstance(markup, dict):
        raise bad_request("object expected as reply markup")
    if "inline_keyboard" in markup:
        rows = _inline_rows(markup["inline_keyboard"], private=private, invoice=invoice)
        return {"inline_keyboard": rows} if rows else None
    if "keyboard" in markup:
        return {**markup, "keyboard": _reply_rows(markup["keyboard"], private=private)}
    if markup.get("remove_keyboard") or markup.get("force_reply"):
        return markup
    return None


def read_inline_markup(params: Params, *, private: bool) -> dict[str, Any] | None:
    """Return the checked markup of a message that may carry only an inline keyboard.

    Raises:
        BotApiError: It is another kind of keyboard, or breaks a rule.
    """
    markup = read_markup(params, private=private)
    if markup is not None and "inline_keyboard" not in markup:
        raise bad_request("inline keyboard expected")
    return markup


def _rows(value: Any, what: str) -> list[list[Any]]:
    if not isinstance(value, list) or not all(isinstance(row, list) for row in value):
        raise bad_request(f'Field "{what}" must be an Array of Arrays')
    rows = [row for row in value if row]
    if sum(map(len, rows)) > MAXIMUM_BUTTONS or any(len(row) > MAXIMUM_IN_ROW for row in rows):
        raise bad_request("REPLY_MARKUP_TOO_LONG")
    return rows


def _inline_rows(value: Any, *, private: bool, invoice: bool) -> list[list[dict[str, Any]]]:
    rows = _rows(value, "inline_keyboard")
    checked = [[_inline_button(button, private=private) for button in row] for row in rows]
    pay = [(r, c) for r, row in enumerate(checked) for c, b in enumerate(row) if b.get("pay")]
    if pay and (not invoice or pay != [(0, 0)]):
        raise bad_request("BUTTON_TYPE_INVALID")
    if invoice and checked and not pay:
        raise bad_request("REPLY_MARKUP_BUY_EMPTY")
    return checked


def _inline_button(button: Any, *, private: bool) -> dict[str, Any]:
    prefix = "can't parse inline keyboard button: "
    if not isinstance(button, dict):
        raise bad_request(f"{prefix}InlineKeyboardButton must be an Object")
    text = button.get("text")
    if not isinstance(text, str):
        raise bad_request(f'{prefix}Can\'t find field "text"')
    if not text.strip():
        raise bad_request("inline keyboard button text must be non-empty")
    actions = [a for a in _ACTIONS if button.get(a) is not None and button.get(a) is not False]
    if not actions:
        raise bad_request(f"{prefix}Text buttons are unallowed in the inline keyboard")
    if len(actions) > 1:
        raise bad_request(f"{prefix}exactly one action is allowed, got {', '.join(actions)}")
    _check_action(actions[0], button[actions[0]], private=private)
    return button


def _check_action(action: str, value: Any, *, private: bool) -> None:
    if action == "callback_data":
        if not isinstance(value, str) or not 1 <= len(value.encode()) <= 64:
            raise bad_request("BUTTON_DATA_INVALID")
    elif action in {"url", "login_url"}:
        url = value if isinstance(value, str) else str(value.get("url", ""))
        check_url(url, what="inline keyboard button URL", https_only=False)
    elif action == "web_app":
        _check_web_app(value, private=private, what="inline keyboard button Web App URL")
    elif action == "copy_text":
        text = value.get("text") if isinstance(value, dict) else None
        if not isinstance(text, str) or not 1 <= len(text) <= 256:
            raise bad_request("BUTTON_COPY_TEXT_INVALID")
    elif action in _QUERIES and (not isinstance(value, str) or len(value) > 256):
        raise bad_request("BUTTON_INVALID")


def _check_web_app(value: Any, *, private: bool, what: str) -> None:
    if not private:
        raise bad_request("BUTTON_TYPE_INVALID")
    url = value.get("url", "") if isinstance(value, dict) else ""
    check_url(str(url), what=what, https_only=True)


def _reply_rows(value: Any, *, private: bool) -> list[list[dict[str, Any]]]:
    rows = [
        [_reply_button(button, private=private) for button in r] for r in _rows(value, "keyboard")
    ]
    if not rows:
        raise bad_request("reply keyboard must contain at least one button")
    return rows


def _reply_button(button: Any, *, private: bool) -> dict[str, Any]:
    if isinstance(button, str):
        button = {"text": button}
    if not isinstance(button, dict) or not isinstance(button.get("text"), str):
        raise bad_request("can't parse keyboard button: KeyboardButton must be an Object")
    if not button["text"].strip():
        raise bad_request("keyboard button text must be non-empty")
    actions = [a for a in _REPLY_ACTIONS if button.get(a)]
    if len(actions) > 1:
        raise bad_request("can't parse keyboard button: exactly one action is allowed")
    if actions and not private:
        names = {"request_contact": "phone number", "request_location": "location"}
        what = names.get(actions[0], "this action")
        raise bad_request(f"{what} can be requested in private chats only")
    if actions == ["web_app"]:
        _check_web_app(button["web_app"], private=private, what="keyboard button Web App URL")
    return button
