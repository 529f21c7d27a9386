"""How the bot presents itself: commands, name, descriptions, menu button."""

import re
from typing import Any

from bot.simulator.core import Simulator
from bot.simulator.errors import bad_request
from bot.simulator.markup import check_url
from bot.simulator.methods.registry import method
from bot.simulator.params import Params
from bot.simulator.world import Chat, Json

_SCOPES = {
    "default",
    "all_private_chats",
    "all_group_chats",
    "all_chat_administrators",
    "chat",
    "chat_administrators",
    "chat_member",
}


@method
async def set_my_commands(sim: Simulator, params: Params) -> bool:
    """Set the list behind the "/" button for a scope and a language."""
    commands = params.objects("commands")
    if len(commands) > 100:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    for command in commands:
        if not re.fullmatch(r"/?[a-z0-9_]{1,32}", str(command.get("command", ""))):
            raise bad_request("BOT_COMMAND_INVALID")
        if not 1 <= len(str(command.get("description", "")).strip()) <= 256:
            raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
    saved = [
        {"command": c["command"].lstrip("/"), "description": c["description"]} for c in commands
    ]
    sim.world.profile.setdefault("commands", {})[_command_key(sim, params)] = saved
    sim.bus.emit("profile")
    return True


@method
async def get_my_commands(sim: Simulator, params: Params) -> list[Json]:
    """Return the list of exactly one scope and language."""
    commands: list[Json] = sim.world.profile.get("commands", {}).get(_command_key(sim, params), [])
    return commands


@method
async def delete_my_commands(sim: Simulator, params: Params) -> bool:
    """Remove the list of one scope and language."""
    sim.world.profile.get("commands", {}).pop(_command_key(sim, params), None)
    sim.bus.emit("profile")
    return True


@method
async def set_my_name(sim: Simulator, params: Params) -> bool:
    """Set the bot's name in a language."""
    return _set_text(sim, params, "name", 64)


@method
async def get_my_name(sim: Simulator, params: Params) -> Json:
    """Return the bot's name in a language."""
    return {"name": localised(sim, "name", params.text("language_code")) or sim.bot["first_name"]}


@method
async def set_my_description(sim: Simulator, params: Params) -> bool:
    """Set what an empty chat with the bot says."""
    return _set_text(sim, params, "description", 512)


@method
async def get_my_description(sim: Simulator, params: Params) -> Json:
    """Return what an empty chat with the bot says."""
    return {"description": localised(sim, "description", params.text("language_code"))}


@method
async def set_my_short_description(sim: Simulator, params: Params) -> bool:
    """Set what the bot's profile says."""
    return _set_text(sim, params, "short_description", 120)


@method
async def get_my_short_description(sim: Simulator, params: Params) -> Json:
    """Return what the bot's profile says."""
    text = localised(sim, "short_description", params.text("language_code"))
    return {"short_description": text}


@method
async def set_chat_menu_button(sim: Simulator, params: Params) -> bool:
    """Set the button beside the text field, for one chat or for all."""
    button = params.json("menu_button") or {"type": "default"}
    if not isinstance(button, dict) or button.get("type") not in {"commands", "web_app", "default"}:
        raise bad_request("MenuButton has unsupported type")
    if button["type"] == "web_app":
        if not str(button.get("text", "")).strip():
            raise bad_request("MenuButton text must be non-empty")
        url = (button.get("web_app") or {}).get("url", "")
        check_url(str(url), what="menu button Web App URL", https_only=True)
    sim.world.profile.setdefault("menu", {})[_menu_key(sim, params)] = button
    sim.bus.emit("profile")
    return True


@method
async def get_chat_menu_button(sim: Simulator, params: Params) -> Json:
    """Return the button beside the text field."""
    return menu_button(sim, _menu_key(sim, params))


def menu_button(sim: Simulator, key: str) -> Json:
    """Return a private chat's button, falling back to the one for all."""
    menus: dict[str, Json] = sim.world.profile.get("menu", {})
    own = menus.get(key, {"type": "default"})
    if own["type"] != "default":
        return own
    common = menus.get("", {"type": "commands"})
    return common if common["type"] != "default" else {"type": "commands"}


def localised(sim: Simulator, name: str, language: str) -> str:
    """Return a text of the bot in a language, falling back to the one for all."""
    texts: dict[str, str] = sim.world.profile.get(name, {})
    return texts.get(language) or texts.get("") or ""


def commands_for(sim: Simulator, chat: Chat, user_id: int, language: str) -> list[Json]:
    """Return the commands that somebody sees in a chat, by Telegram's order of scopes."""
    lists: dict[str, list[Json]] = sim.world.profile.get("commands", {})
    scopes = [f"chat:{chat.id}", "all_private_chats" if chat.is_private else "all_group_chats"]
    if not chat.is_private:
        scopes.insert(0, f"chat_member:{chat.id}:{user_id}")
    for scope in [*scopes, "default"]:
        for code in (language, ""):
            if found := lists.get(f"{scope}/{code}"):
                return found
    return []


def _command_key(sim: Simulator, params: Params) -> str:
    scope: Any = params.json("scope") or {"type": "default"}
    kind = scope.get("type") if isinstance(scope, dict) else None
    if kind not in _SCOPES:
        raise bad_request("BotCommandScope has unsupported type")
    if str(kind).startswith("chat"):
        _check_scope_chat(sim, scope)
    parts = [str(kind)] + [str(scope[n]) for n in ("chat_id", "user_id") if n in scope]
    return f"{':'.join(parts)}/{_language(params)}"


def _check_scope_chat(sim: Simulator, scope: Json) -> None:
    """Refuse a scope of a chat that the bot has never met."""
    chat = sim.world.chats.get(int(scope.get("chat_id") or 0))
    if chat is None or not chat.started:
        raise bad_request("chat not found")


def _menu_key(sim: Simulator, params: Params) -> str:
    chat_id = params.integer("chat_id")
    if not chat_id:
        return ""
    chat = sim.world.chats.get(chat_id)
    if chat is None or not chat.is_private:
        raise bad_request("chat not found")
    return str(chat_id)


def _set_text(sim: Simulator, params: Params, name: str, limit: int) -> bool:
    text = params.text(name)
    if len(text) > limit:
        raise bad_request(f"BOT_{name.upper()}_TOO_LONG")
    sim.world.profile.setdefault(name, {})[_language(params)] = text
    sim.bus.emit("profile")
    return True


def _language(params: Params) -> str:
    code = params.text("language_code")
    if code and not re.fullmatch(r"[a-z]{2}", code):
        raise bad_request("LANG_CODE_INVALID")
    return code
