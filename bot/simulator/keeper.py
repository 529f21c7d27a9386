"""The memory across restarts: one JSON file, written atomically a moment after a change."""

import asyncio
import json
import logging
from dataclasses import asdict
from pathlib import Path

from bot.simulator.core import Simulator
from bot.simulator.world import Chat, Json, Person, Stored

logger = logging.getLogger(__name__)

_PAUSE = 0.7


class Keeper:
    """Saves the simulator's state, and brings it back."""

    def __init__(self, sim: Simulator, path: Path) -> None:
        self._sim = sim
        self._path = path
        self._saved_at_sequence = 0
        sim.files.folder = path.with_name(path.name + ".files")

    def load(self) -> None:
        """Bring back the saved state; a broken file is set aside, not obeyed."""
        if not self._path.exists():
            return
        try:
            restore(self._sim, json.loads(self._path.read_text(encoding="utf-8")))
        except (ValueError, KeyError, TypeError) as error:
            logger.warning("The saved chats cannot be read and are set aside: %s", error)
            self._path.replace(self._path.with_name(self._path.name + ".broken"))

    def save(self) -> None:
        """Write the state."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        partial = self._path.with_name(self._path.name + ".part")
        partial.write_text(json.dumps(snapshot(self._sim), ensure_ascii=False), encoding="utf-8")
        partial.replace(self._path)

    async def run(self) -> None:
        """Save for ever, at most once in a while."""
        while True:
            await self._sim.bus.signal.wait(60.0)
            await asyncio.sleep(_PAUSE)
            sequence = self._sim.bus.sequence
            if sequence != self._saved_at_sequence:
                self._saved_at_sequence = sequence
                try:
                    self.save()
                except OSError as error:
                    logger.warning("The chats cannot be saved: %s", error)


def snapshot(sim: Simulator) -> Json:
    """Return everything that must survive a restart."""
    chats = []
    for chat in sim.world.chats.values():
        row = {k: v for k, v in vars(chat).items() if k != "messages"}
        chats.append(row | {"messages": [asdict(stored) for stored in chat.messages.values()]})
    return {
        "version": 1,
        "people": [asdict(person) for person in sim.world.people.values()],
        "chats": chats,
        "profile": sim.world.profile,
        "counters": sim.world.counters(),
        "next_update_id": sim.updates.next_id,
        "pending": sim.updates.pending,
        "allowed": sim.updates.allowed,
        "webhook": {"url": sim.webhook.url, "secret": sim.webhook.secret},
        "files": sim.files.dump(),
    }


def restore(sim: Simulator, saved: Json) -> None:
    """Take over a snapshot.

    Raises:
        KeyError, TypeError: It is not one of ours.
    """
    chats = {}
    for row in saved["chats"]:
        messages = [Stored(**stored) for stored in row.pop("messages")]
        by_id = {stored.message["message_id"]: stored for stored in messages}
        chats[row["id"]] = Chat(**row, messages=by_id)
    sim.world.people = {row["id"]: Person(**row) for row in saved["people"]}
    sim.world.chats = chats
    sim.world.welcome_regulars()
    sim.world.profile = saved["profile"]
    sim.world.restore_counters(saved["counters"])
    sim.updates.next_id = max(sim.updates.next_id, int(saved["next_update_id"]))
    sim.updates.pending = saved["pending"]
    sim.updates.allowed = saved["allowed"]
    sim.webhook.set(saved["webhook"]["url"], secret=saved["webhook"]["secret"], max_connections=40)
    sim.files.load(saved["files"])
