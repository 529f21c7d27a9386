"""The table of methods, which the HTTP door looks up."""

from collections.abc import Awaitable, Callable
from typing import Any

from bot.simulator.core import Simulator
from bot.simulator.params import Params

Method = Callable[[Simulator, Params], Awaitable[Any]]

# Telegram compares names of methods without regard to case.
METHODS: dict[str, Method] = {}


def method(function: Method) -> Method:
    """Offer `send_message` as `sendMessage`."""
    METHODS[function.__name__.replace("_", "")] = function
    return function
