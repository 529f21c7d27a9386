"""The methods of the Bot API, by area; importing the areas registers their methods."""

from bot.simulator.methods import answering, editing, getting, media, payments, profile, sending
from bot.simulator.methods.registry import METHODS

__all__ = [
    "METHODS",
    "answering",
    "editing",
    "getting",
    "media",
    "payments",
    "profile",
    "sending",
]
