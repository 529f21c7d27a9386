"""The log of the bot's calls, and the faults that tests inject into them."""

import time
from collections import deque
from dataclasses import dataclass
from typing import Any, Literal

from bot.simulator.errors import BotApiError, ControlError, too_many_requests

Json = dict[str, Any]
FaultKind = Literal["error", "latency", "drop"]


@dataclass
class Fault:
    """Something that shall go wrong with a method, so many times."""

    method: str
    kind: FaultKind
    times: int = 1
    code: int = 500
    description: str = ""
    retry_after: int = 1
    seconds: float = 1.0
    chat_id: int | None = None

    def error(self) -> BotApiError:
        """Return the refusal that this fault stands for."""
        if self.code == 429:
            return too_many_requests(self.retry_after)
        words = {403: "Forbidden: bot was blocked by the user", 500: "Internal Server Error"}
        return BotApiError(self.code, self.description or words.get(self.code, "Bad Request"))


class Journal:
    """What the bot has called, newest last, and which faults still wait."""

    def __init__(self) -> None:
        self.calls: deque[Json] = deque(maxlen=5000)
        self.faults: list[Fault] = []
        self._count = 0

    def clear(self) -> None:
        """Drop the log and the faults."""
        self.calls.clear()
        self.faults.clear()

    def record(self, *, method: str, params: Json, code: int, answer: Any) -> None:
        """Note one call; a poll without trouble is not worth a line."""
        if method.lower() == "getupdates" and code == 200:
            return
        self._count += 1
        self.calls.append(
            {
                "seq": self._count,
                "at": time.time(),
                "method": method,
                "params": params,
                "code": code,
                "answer": answer,
            }
        )

    def inject(self, spec: Json) -> Fault:
        """Plan a fault.

        Raises:
            ControlError: The plan is not understood.
        """
        try:
            fault = Fault(**spec)
        except TypeError as error:
            raise ControlError(f"no such fault: {error}") from error
        if fault.kind not in {"error", "latency", "drop"}:
            raise ControlError("a fault is an error, a latency or a drop")
        self.faults.append(fault)
        return fault

    def take_fault(self, method: str, chat_id: Any) -> Fault | None:
        """Use up one planned fault that fits a call."""
        for fault in self.faults:
            fits = fault.method in {"*", method} or fault.method.lower() == method.lower()
            if fault.method == "*" and method.lower() == "getupdates":
                fits = False
            if fault.chat_id is not None and str(fault.chat_id) != str(chat_id):
                fits = False
            if fits:
                fault.times -= 1
                if fault.times <= 0:
                    self.faults.remove(fault)
                return fault
        return None
