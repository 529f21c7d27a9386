"""People whom the shop knows from before: the simulated Telegram lets the bot write to them."""

import asyncio
import json

import pytest

from bot.simulator.__main__ import regulars_of
from bot.simulator.client import ANNA, OLGA
from bot.simulator.core import DEFAULT_TOKEN, Simulator
from bot.simulator.errors import BotApiError
from bot.simulator.keeper import restore, snapshot
from bot.simulator.methods import METHODS
from bot.simulator.params import Params
from tools.run import DEMO_PEOPLE


def write_to(sim, chat_id):
    call = Params({"chat_id": chat_id, "text": "Скидка"}, {})
    return asyncio.run(METHODS["sendmessage"](sim, call))


@pytest.fixture
def regulars():
    return regulars_of(DEMO_PEOPLE)


@pytest.fixture
def sim(regulars):
    return Simulator(DEFAULT_TOKEN, regulars)


class TestRegulars:
    def test_are_all_people_of_the_demo_who_have_telegram(self, regulars):
        kept = json.loads(DEMO_PEOPLE.read_text("utf-8"))
        people = [one for row in kept.values() for one in row if one.get("telegram_id")]

        assert {one.id for one in regulars} == {one["telegram_id"] for one in people}
        assert len(regulars) == 33

    def test_can_be_written_to_and_strangers_can_not(self, sim, regulars):
        for one in regulars:
            assert write_to(sim, one.id)["chat"]["id"] == one.id

        for stranger in (ANNA, 999):
            with pytest.raises(BotApiError, match="chat not found"):
                write_to(sim, stranger)
        with pytest.raises(BotApiError, match="chat not found"):
            write_to(Simulator(), regulars[0].id)

    def test_are_here_after_a_restart_and_keep_their_chats(self, sim, regulars):
        write_to(sim, regulars[0].id)
        sim.world.chats[regulars[1].id].blocked = True
        saved = json.loads(json.dumps(snapshot(sim)))

        again = Simulator(DEFAULT_TOKEN, regulars)
        restore(again, saved)
        assert len(again.world.chats[regulars[0].id].messages) == 1
        assert again.world.chats[regulars[1].id].blocked

        older = json.loads(json.dumps(snapshot(Simulator())))
        restore(again, older)
        assert write_to(again, regulars[0].id)

    def test_leave_the_staff_as_they_are_but_for_their_start(self, sim):
        olga = sim.world.people[OLGA]

        assert (olga.role, olga.username) == ("staff", "olga_manager")
        assert write_to(sim, OLGA)

    def test_are_here_after_a_reset(self, sim, regulars):
        sim.reset()

        assert write_to(sim, regulars[0].id)
