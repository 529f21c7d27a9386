import asyncio
import io
import json
import time

import httpx
import pytest
from PIL import Image
from telegram.error import Conflict, InvalidToken, RetryAfter

from bot.simulator.client import ANNA, OLGA, STAFF_GROUP_ID
from tests.simulator.conftest import make_bot, with_bot
from tests.simulator.support import keys, picture, refused
from tests.simulator_support import TOKEN, running_simulator


class TestIdentity:
    def test_tells_who_the_bot_is(self, sim):
        assert with_bot(sim, lambda bot: bot.get_me()).username == "FrozenFoodBot"

    def test_refuses_a_wrong_token(self, sim):
        with pytest.raises(InvalidToken):
            with_bot(sim, lambda bot: bot.get_me(), token="1234567:wrong-token-wrong-token-wrong-t")

    def test_answers_404_to_unknown_methods(self, sim):
        answer = httpx.post(f"{sim.base_url}/bot{TOKEN}/sendNothing")

        assert answer.status_code == 404
        assert answer.json()["error_code"] == 404


class TestUpdates:
    def test_hands_out_each_until_it_is_confirmed(self, sim, anna):
        first = with_bot(sim, lambda bot: bot.get_updates())
        again = with_bot(sim, lambda bot: bot.get_updates())

        assert first == again
        assert first[-1].message.text == "/start"
        after = first[-1].update_id + 1
        assert with_bot(sim, lambda bot: bot.get_updates(offset=after)) == ()

    def test_waits_for_news(self, sim, anna):
        with_bot(sim, lambda bot: bot.get_updates(offset=-1))

        async def poll(bot):
            seen = await bot.get_updates()
            later = asyncio.create_task(bot.get_updates(offset=seen[-1].update_id + 1, timeout=5))
            await asyncio.sleep(0.3)
            await asyncio.to_thread(anna.says, "news")
            return await later

        assert with_bot(sim, poll)[0].message.text == "news"

    def test_ends_the_first_poller_when_a_second_comes(self, sim):
        async def both(bot):
            first = asyncio.create_task(bot.get_updates(timeout=5))
            await asyncio.sleep(0.3)
            other = make_bot(sim)
            await other.get_updates(timeout=0)
            return await first

        with pytest.raises(Conflict):
            with_bot(sim, both)

    def test_says_who_blocked_the_bot(self, sim, anna):
        anna.blocks()

        last = with_bot(sim, lambda bot: bot.get_updates())[-1]

        assert last.my_chat_member.new_chat_member.status == "kicked"

    def test_brings_contacts_locations_and_the_staff_group(self, sim, anna):
        anna.shares_contact()
        anna.shares_location(55.75, 37.62)
        sim.person(OLGA, chat_id=STAFF_GROUP_ID).says("Привет")

        updates = with_bot(sim, lambda bot: bot.get_updates())

        assert updates[1].message.contact.user_id == ANNA
        assert updates[2].message.location.latitude == 55.75
        assert updates[3].message.chat.type == "supergroup"
        assert updates[3].message.from_user.id == OLGA


class TestEditing:
    def test_of_ones_own_words_is_told(self, sim, anna):
        sent = anna.says("dumplngs")
        anna._do("edit", message_id=sent["message_id"], text="dumplings")

        last = with_bot(sim, lambda bot: bot.get_updates())[-1]

        assert last.edited_message.text == "dumplings"
        assert anna.messages()[-1]["edits"] == 1

    def test_of_anybody_elses_is_refused(self, sim, anna):
        sent = with_bot(sim, lambda bot: bot.send_message(ANNA, "mine"))

        with pytest.raises(AssertionError, match="one's own messages"):
            anna._do("edit", message_id=sent.message_id, text="theirs")


class TestCallbacks:
    def press(self, sim, anna):
        markup = keys([("Каталог", None, "catalog")])
        message = with_bot(sim, lambda bot: bot.send_message(ANNA, "x", reply_markup=markup))
        body = {"user_id": ANNA, "message_id": message.message_id, "row": 0, "column": 0}
        return sim.post("press", **body)["callback_query_id"]

    def test_round_trip(self, sim, anna):
        query_id = self.press(sim, anna)
        query = with_bot(sim, lambda bot: bot.get_updates())[-1].callback_query

        assert (query.id, query.data, query.message.text) == (query_id, "catalog", "x")
        with_bot(sim, lambda bot: bot.answer_callback_query(query_id, "ok", show_alert=True))
        events = sim.get("wait", after=sim.get("wait")["seq"] - 1)["events"]
        assert (events[-1]["text"], events[-1]["alert"]) == ("ok", True)

    def test_refuses_long_and_late_answers(self, sim, anna):
        query_id = self.press(sim, anna)
        assert refused(sim, lambda bot: bot.answer_callback_query(query_id, "x" * 201))
        sim.post("settings", callback=0.05)
        late = self.press(sim, anna)
        time.sleep(0.1)

        reason = refused(sim, lambda bot: bot.answer_callback_query(late))

        assert reason.startswith("Query is too old")


class TestFaults:
    def test_429_tells_how_long_to_wait(self, sim, anna):
        sim.fault("sendMessage", "error", code=429, retry_after=7)

        async def send(bot):
            await bot.send_message(ANNA, "x")

        with pytest.raises(RetryAfter) as caught:
            with_bot(sim, send)
        assert caught.value._retry_after.total_seconds() == 7
        with_bot(sim, send)

    def test_drop_does_the_deed_without_an_answer(self, sim, anna):
        sim.fault("sendMessage", "drop")
        url = f"{sim.base_url}/bot{TOKEN}/sendMessage"

        with pytest.raises(httpx.TransportError):
            httpx.post(url, json={"chat_id": ANNA, "text": "sent"})

        assert anna.sees("sent")

    def test_the_log_holds_no_token(self, sim, anna):
        with_bot(sim, lambda bot: bot.send_message(ANNA, "x"))

        assert TOKEN not in json.dumps(sim.calls())
        assert sim.calls("sendMessage")[-1]["params"]["text"] == "x"
        assert sim.refusals() == []


class TestMemory:
    def test_survives_a_restart(self, tmp_path):
        state = tmp_path / "chats.json"
        with running_simulator(state=state) as sim:
            anna = sim.person(ANNA)
            anna.starts()
            sent = with_bot(sim, lambda bot: bot.send_photo(ANNA, picture(), caption="kept"))
            updates = with_bot(sim, lambda bot: bot.get_updates())

        with running_simulator(state=state) as sim:
            anna = sim.person(ANNA)
            assert anna.sees("kept")["message_id"] == sent.message_id
            assert with_bot(sim, lambda bot: bot.get_updates()) == updates
            again = anna.says("hello")
            assert again["message_id"] > sent.message_id
            file = sim._http.get(f"/sim/files/{sent.photo[-1].file_id}")
            assert Image.open(io.BytesIO(file.content)).size == (640, 480)
