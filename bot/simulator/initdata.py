"""Signed launch data for Mini Apps.

https://core.telegram.org/bots/webapps#validating-data-received-via-the-mini-app
"""

import hashlib
import hmac
import json
import secrets
import time
from urllib.parse import quote, urlencode

from bot.simulator.world import Json, Person

LIGHT = {
    "bg_color": "#ffffff",
    "text_color": "#000000",
    "hint_color": "#707579",
    "link_color": "#3390ec",
    "button_color": "#3390ec",
    "button_text_color": "#ffffff",
    "secondary_bg_color": "#f4f4f5",
    "header_bg_color": "#ffffff",
    "bottom_bar_bg_color": "#ffffff",
    "accent_text_color": "#3390ec",
    "section_bg_color": "#ffffff",
    "section_header_text_color": "#3390ec",
    "section_separator_color": "#e4e4e5",
    "subtitle_text_color": "#707579",
    "destructive_text_color": "#df3f40",
}
DARK = {
    "bg_color": "#212121",
    "text_color": "#ffffff",
    "hint_color": "#aaaaaa",
    "link_color": "#8774e1",
    "button_color": "#8774e1",
    "button_text_color": "#ffffff",
    "secondary_bg_color": "#181818",
    "header_bg_color": "#212121",
    "bottom_bar_bg_color": "#212121",
    "accent_text_color": "#8774e1",
    "section_bg_color": "#212121",
    "section_header_text_color": "#8774e1",
    "section_separator_color": "#303030",
    "subtitle_text_color": "#aaaaaa",
    "destructive_text_color": "#ff595a",
}


def signed_init_data(
    token: str, person: Person, *, start_param: str = "", query_id: str = "", auth_date: int = 0
) -> str:
    """Return the query string that Telegram would hand to a Mini App."""
    user: Json = person.user() | {"allows_write_to_pm": True}
    user.pop("is_bot")
    fields = {
        "query_id": query_id,
        "user": json.dumps(user, ensure_ascii=False, separators=(",", ":")),
        "auth_date": str(auth_date or int(time.time())),
        "start_param": start_param,
    }
    fields = {name: value for name, value in fields.items() if value}
    # Third parties check `signature` with Telegram's public key, which nobody can do here;
    # it is part of the string that `hash` covers.
    fields["signature"] = secrets.token_urlsafe(64)[:86]
    check = "\n".join(f"{name}={fields[name]}" for name in sorted(fields))
    key = hmac.new(b"WebAppData", token.encode(), hashlib.sha256).digest()
    fields["hash"] = hmac.new(key, check.encode(), hashlib.sha256).hexdigest()
    return urlencode(fields, quote_via=quote)


def launch_url(url: str, init_data: str, *, dark: bool) -> str:
    """Return the address with the fragment that Telegram's web client adds."""
    fragment = urlencode(
        {
            "tgWebAppData": init_data,
            "tgWebAppVersion": "9.1",
            "tgWebAppPlatform": "web",
            "tgWebAppThemeParams": json.dumps(DARK if dark else LIGHT, separators=(",", ":")),
        },
        quote_via=quote,
    )
    base, _, existing = url.partition("#")
    return f"{base}#{existing}&{fragment}" if existing else f"{base}#{fragment}"
