"""Who the bot is, what has happened, and what it may look up."""

from typing import Any

from bot.simulator.core import Simulator
from bot.simulator.errors import BotApiError, bad_request
from bot.simulator.methods.common import known_chat
from bot.simulator.methods.registry import method
from bot.simulator.params import Params
from bot.simulator.world import Json


@method
async def get_me(sim: Simulator, params: Params) -> Json:
    """Return the bot's own account."""
    return sim.bot | {
        "can_join_groups": True,
        "can_read_all_group_messages": False,
        "supports_inline_queries": True,
        "can_connect_to_business": False,
        "has_main_web_app": False,
    }


@method
async def get_updates(sim: Simulator, params: Params) -> list[Json]:
    """Return what has happened, waiting for it as long as the bot asks.

    Raises:
        BotApiError: A webhook is set, or a second poller has come.
    """
    if sim.webhook.url:
        raise BotApiError(
            409,
            "Conflict: can't use getUpdates method while webhook is active; "
            "use deleteWebhook to delete the webhook first",
        )
    sim.updates.allow(params.json("allowed_updates"))
    return await sim.updates.poll(
        offset=params.integer("offset"),
        limit=min(max(params.integer("limit", 100), 1), 100),
        seconds=min(max(params.integer("timeout"), 0), 50),
    )


@method
async def set_webhook(sim: Simulator, params: Params) -> bool:
    """Deliver updates to an address from now on; an empty one stops it."""
    sim.webhook.set(
        params.text("url"),
        secret=params.text("secret_token"),
        max_connections=params.integer("max_connections", 40),
    )
    sim.updates.allow(params.json("allowed_updates"))
    if params.boolean("drop_pending_updates"):
        sim.updates.clear()
    return True


@method
async def delete_webhook(sim: Simulator, params: Params) -> bool:
    """Stop delivering updates."""
    sim.webhook.set("", secret="", max_connections=40)
    if params.boolean("drop_pending_updates"):
        sim.updates.clear()
    return True


@method
async def get_webhook_info(sim: Simulator, params: Params) -> Json:
    """Return how deliveries go."""
    return sim.webhook.info()


@method
async def log_out(sim: Simulator, params: Params) -> bool:
    """Accept the wish to leave the cloud server; there is no other one here."""
    return True


@method
async def close(sim: Simulator, params: Params) -> bool:
    """Accept the wish to close the bot's instance."""
    return True


@method
async def get_file(sim: Simulator, params: Params) -> Json:
    """Return where a file can be downloaded.

    Raises:
        BotApiError: No such file, or one over Telegram's 20 MB.
    """
    stored = sim.files.get(params.text("file_id"))
    if stored is None:
        raise bad_request("wrong file_id or the file is temporarily unavailable")
    if stored.size > 20 * 1024 * 1024:
        raise bad_request("file is too big")
    return {
        "file_id": stored.file_id,
        "file_unique_id": stored.unique_id,
        "file_size": stored.size,
        "file_path": stored.path,
    }


@method
async def get_chat(sim: Simulator, params: Params) -> Json:
    """Return a chat with its pinned message."""
    chat = known_chat(sim, params)
    view = sim.world.chat_view(chat) | {
        "accent_color_id": 1,
        "max_reaction_count": 11,
        "accepted_gift_types": {
            "unlimited_gifts": False,
            "limited_gifts": False,
            "unique_gifts": False,
            "premium_subscription": False,
            "gifts_from_channels": False,
        },
    }
    if chat.pinned and (pinned := chat.find(chat.pinned[-1])):
        view["pinned_message"] = pinned.message
    return view


@method
async def get_chat_member(sim: Simulator, params: Params) -> Json:
    """Return what a person, or the bot, is in a chat.

    Raises:
        BotApiError: Nobody of that id is there.
    """
    chat = known_chat(sim, params)
    user_id = params.integer("user_id")
    if user_id == sim.bot_id:
        return _member(sim.bot, "administrator" if not chat.is_private else "member")
    if user_id not in chat.members:
        raise bad_request("member not found")
    first = chat.members[0] == user_id and not chat.is_private
    return _member(sim.world.people[user_id].user(), "creator" if first else "member")


@method
async def get_chat_administrators(sim: Simulator, params: Params) -> list[Json]:
    """Return a group's creator; bots are not listed."""
    chat = known_chat(sim, params)
    if chat.is_private:
        raise bad_request("there are no administrators in the private chat")
    return [_member(sim.world.people[chat.members[0]].user(), "creator")]


@method
async def get_chat_member_count(sim: Simulator, params: Params) -> int:
    """Return how many take part in a chat, the bot included."""
    return len(known_chat(sim, params).members) + 1


def _member(user: Json, status: str) -> Json:
    member: dict[str, Any] = {"user": user, "status": status}
    if status == "creator":
        member["is_anonymous"] = False
    if status == "administrator":
        rights = ("can_manage_chat", "can_delete_messages", "can_pin_messages")
        others = (
            "can_manage_video_chats",
            "can_restrict_members",
            "can_promote_members",
            "can_change_info",
            "can_invite_users",
            "can_post_stories",
            "can_edit_stories",
            "can_delete_stories",
            "can_be_edited",
            "is_anonymous",
        )
        member |= dict.fromkeys(rights, True) | dict.fromkeys(others, False)
    return member
