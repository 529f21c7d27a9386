import asyncio
import hashlib
import hmac
import io
import json
import time
from urllib.parse import parse_qsl

import httpx
import pytest
from PIL import Image
from telegram import (
    BotCommand,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputMediaPhoto,
    KeyboardButton,
    LabeledPrice,
    MenuButtonWebApp,
    ReplyKeyboardMarkup,
    WebAppInfo,
)
from telegram.error import BadRequest, Conflict, Forbidden, InvalidToken, RetryAfter

from bot.simulator.client import ANNA, JOHN, OLGA, STAFF_GROUP_ID
from tests.simulator.conftest import make_bot, with_bot
from tests.simulator_support import TOKEN, running_simulator


def picture(width=640, height=480, color="#4aa3df", kind="PNG") -> bytes:
    output = io.BytesIO()
    Image.new("RGB", (width, height), color).save(output, kind)
    return output.getvalue()


def keys(*rows):
    return InlineKeyboardMarkup([[InlineKeyboardButton(*key) for key in row] for row in rows])


def refused(sim, job, error=BadRequest) -> str:
    with pytest.raises(error) as caught:
        with_bot(sim, job)
    return caught.value.message


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


class TestSendMessage:
    def test_shows_formatted_text(self, sim, anna):
        with_bot(sim, lambda bot: bot.send_message(ANNA, "<b>Привет</b>!", parse_mode="HTML"))

        assert anna.sees("Привет")["entities"] == [{"type": "bold", "offset": 0, "length": 6}]

    @pytest.mark.parametrize(
        ("text", "reason"),
        [
            ("x" * 4097, "Message is too long"),
            (" ", "Message text is empty"),
            ("<br>", "Can't parse entities: unsupported start tag"),
        ],
    )
    def test_refuses_bad_text(self, sim, anna, text, reason):
        message = refused(sim, lambda bot: bot.send_message(ANNA, text, parse_mode="HTML"))

        assert message.lower().startswith(reason.lower())
        assert [m for m in anna.messages() if m["from"]["is_bot"]] == []

    def test_counts_characters_after_parsing(self, sim, anna):
        text = "<b>" + "x" * 4096 + "</b>"

        with_bot(sim, lambda bot: bot.send_message(ANNA, text, parse_mode="HTML"))

        assert len(anna.sees()["text"]) == 4096

    def test_knows_nobody_who_has_not_started(self, sim):
        assert refused(sim, lambda bot: bot.send_message(JOHN, "Hi")) == "Chat not found"
        assert refused(sim, lambda bot: bot.send_message(5, "Hi")) == "Chat not found"

    def test_is_forbidden_once_blocked(self, sim, anna):
        anna.blocks()

        reason = refused(sim, lambda bot: bot.send_message(ANNA, "Hi"), Forbidden)

        assert reason == "Forbidden: bot was blocked by the user"

    def test_refuses_lone_surrogates(self, sim, anna):
        body = json.dumps({"chat_id": ANNA, "text": "\ud800"})
        headers = {"Content-Type": "application/json"}

        answer = httpx.post(f"{sim.base_url}/bot{TOKEN}/sendMessage", content=body, headers=headers)

        assert answer.json()["description"] == "Bad Request: strings must be encoded in UTF-8"


class TestButtons:
    @pytest.mark.parametrize(
        ("button", "reason"),
        [
            ({"text": "x", "callback_data": "я" * 33}, "BUTTON_DATA_INVALID"),
            ({"text": "x", "callback_data": ""}, "BUTTON_DATA_INVALID"),
            ({"text": " ", "callback_data": "a"}, "text must be non-empty"),
            ({"text": "x"}, "Text buttons are unallowed in the inline keyboard"),
            ({"text": "x", "callback_data": "a", "url": "https://x.org"}, "exactly one action"),
            ({"text": "x", "url": "nowhere"}, "URL host is empty"),
            ({"text": "x", "web_app": {"url": "http://x.org"}}, "Only HTTPS links are allowed"),
            ({"text": "x", "pay": True}, "BUTTON_TYPE_INVALID"),
        ],
    )
    def test_refuses_bad_ones(self, sim, anna, button, reason):
        body = {"chat_id": ANNA, "text": "x", "reply_markup": {"inline_keyboard": [[button]]}}

        answer = httpx.post(f"{sim.base_url}/bot{TOKEN}/sendMessage", json=body).json()

        assert answer["error_code"] == 400
        assert reason in answer["description"]

    def test_takes_64_bytes_of_data(self, sim, anna):
        markup = keys([("x", None, "я" * 32)])

        with_bot(sim, lambda bot: bot.send_message(ANNA, "x", reply_markup=markup))

        assert anna.buttons() == ["x"]

    def test_allows_a_mini_app_on_loopback(self, sim, anna):
        button = InlineKeyboardButton("x", web_app=WebAppInfo("http://127.0.0.1:8000/app/"))
        markup = InlineKeyboardMarkup([[button]])

        with_bot(sim, lambda bot: bot.send_message(ANNA, "x", reply_markup=markup))

        assert anna.buttons() == ["x"]

    def test_refuses_101_buttons_and_9_in_a_row(self, sim, anna):
        many = keys(*[[("x", None, "a")]] * 101)
        wide = keys([("x", None, "a")] * 9)

        for markup in (many, wide):
            reason = refused(sim, lambda b, m=markup: b.send_message(ANNA, "x", reply_markup=m))
            assert reason.lower() == "reply_markup_too_long"


class TestEditing:
    def send(self, sim, **extra):
        return with_bot(sim, lambda bot: bot.send_message(ANNA, "one", **extra)).message_id

    def test_changes_in_place_and_keeps_the_history(self, sim, anna):
        message_id = self.send(sim)

        with_bot(sim, lambda bot: bot.edit_message_text("two", ANNA, message_id))

        last = anna.messages(history=True)[-1]
        assert (last["text"], last["edits"]) == ("two", 1)
        assert last["history"][0]["text"] == "one"

    def test_refuses_what_changes_nothing(self, sim, anna):
        message_id = self.send(sim, reply_markup=keys([("x", None, "a")]))
        same = {"reply_markup": keys([("x", None, "a")])}

        reason = refused(sim, lambda b: b.edit_message_text("one", ANNA, message_id, **same))

        assert reason.startswith("Message is not modified")
        with_bot(sim, lambda bot: bot.edit_message_text("one", ANNA, message_id))
        assert "reply_markup" not in anna.sees("one")

    def test_refuses_missing_foreign_and_textless_messages(self, sim, anna):
        own = anna.messages()[0]["message_id"]
        photo = with_bot(sim, lambda bot: bot.send_photo(ANNA, picture())).message_id
        keyboard = ReplyKeyboardMarkup([[KeyboardButton("k")]])
        locked = self.send(sim, reply_markup=keyboard)

        def reason(message_id):
            return refused(sim, lambda bot: bot.edit_message_text("x", ANNA, message_id))

        assert reason(10**6) == "Message to edit not found"
        assert reason(own) == "Message can't be edited"
        assert reason(photo) == "There is no text in the message to edit"
        assert reason(locked) == "Message can't be edited"

    def test_swaps_photos(self, sim, anna):
        photo = with_bot(sim, lambda bot: bot.send_photo(ANNA, picture(), caption="a")).message_id
        media = InputMediaPhoto(picture(color="red"), caption="<i>b</i>", parse_mode="HTML")

        with_bot(sim, lambda bot: bot.edit_message_media(media, ANNA, photo))

        assert anna.sees("b")["caption_entities"][0]["type"] == "italic"
        with_bot(sim, lambda bot: bot.edit_message_caption(ANNA, photo, caption="c"))
        assert anna.sees("c")["edits"] == 2

    def test_deletes_once(self, sim, anna):
        message_id = self.send(sim)

        with_bot(sim, lambda bot: bot.delete_message(ANNA, message_id))

        reason = refused(sim, lambda bot: bot.delete_message(ANNA, message_id))
        assert reason == "Message to delete not found"
        assert anna.messages(history=True)[-1]["deleted"]


class TestPhotos:
    def test_makes_sizes_and_serves_them(self, sim, anna):
        async def send(bot):
            sent = await bot.send_photo(ANNA, picture(1600, 900), caption="x")
            file = await bot.get_file(sent.photo[-1].file_id)
            return sent.photo, bytes(await file.download_as_bytearray())

        sizes, data = with_bot(sim, send)

        assert [size.width for size in sizes] == [90, 320, 800, 1280]
        assert Image.open(io.BytesIO(data)).size == (1280, 720)

    def test_sends_again_by_id(self, sim, anna):
        first = with_bot(sim, lambda bot: bot.send_photo(ANNA, picture()))

        again = with_bot(sim, lambda bot: bot.send_photo(ANNA, first.photo[0].file_id))

        assert again.photo == first.photo

    @pytest.mark.parametrize(
        ("data", "reason"),
        [
            (b"not a picture", "image_process_failed"),
            (picture(4200, 200), "photo_invalid_dimensions"),
            (picture(9000, 1001), "photo_invalid_dimensions"),
        ],
    )
    def test_refuses_what_is_no_photo(self, sim, anna, data, reason):
        assert refused(sim, lambda bot: bot.send_photo(ANNA, data)).lower() == reason

    def test_asks_nothing_of_the_outside(self, sim, anna):
        reason = refused(sim, lambda bot: bot.send_photo(ANNA, "https://example.com/x.png"))

        assert reason == "Failed to get http url content"

    def test_refuses_long_captions(self, sim, anna):
        reason = refused(sim, lambda bot: bot.send_photo(ANNA, picture(), caption="x" * 1025))

        assert reason == "Message caption is too long"

    def test_groups_albums(self, sim, anna):
        media = [InputMediaPhoto(picture(color=c)) for c in ("red", "green", "blue")]

        sent = with_bot(sim, lambda bot: bot.send_media_group(ANNA, media))

        assert len({message.media_group_id for message in sent}) == 1


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


class TestProfile:
    def test_commands_by_language(self, sim, anna):
        async def dress(bot):
            await bot.set_my_commands([BotCommand("start", "Start")])
            await bot.set_my_commands([BotCommand("start", "Начать")], language_code="ru")
            await bot.set_my_description("Магазин", language_code="ru")
            web = WebAppInfo("http://localhost:8000/app/")
            await bot.set_chat_menu_button(menu_button=MenuButtonWebApp("Магазин", web))

        with_bot(sim, dress)

        face = sim.get("interface", user=ANNA)
        assert face["commands"][0]["description"] == "Начать"
        assert face["description"] == "Магазин"
        assert face["menu_button"]["text"] == "Магазин"
        assert sim.get("interface", user=JOHN)["commands"][0]["description"] == "Start"

    def test_refuses_capital_commands(self, sim):
        job = lambda bot: bot.set_my_commands([("Start", "x")])  # noqa: E731

        assert refused(sim, job).lower() == "bot_command_invalid"


class TestPayments:
    def invoice(self, sim):
        return with_bot(
            sim,
            lambda bot: bot.send_invoice(
                ANNA,
                "Заказ",
                "Пельмени",
                "order-1",
                "RUB",
                [LabeledPrice("Заказ", 150000)],
                provider_token="provider",
            ),
        )

    def test_asks_the_bot_then_tells_it(self, sim, anna):
        message = self.invoice(sim)

        async def serve(bot):
            seen = await bot.get_updates()
            paying = asyncio.create_task(asyncio.to_thread(anna.pays, message.message_id))
            updates = await bot.get_updates(offset=seen[-1].update_id + 1, timeout=5)
            query = updates[0].pre_checkout_query
            await query.get_bot().answer_pre_checkout_query(query.id, ok=True)
            return query, await paying, await bot.get_updates(offset=updates[0].update_id + 1)

        query, outcome, after = with_bot(sim, serve)

        assert (query.invoice_payload, query.total_amount) == ("order-1", 150000)
        assert outcome["status"] == "paid"
        assert after[0].message.successful_payment.invoice_payload == "order-1"

    def test_fails_when_the_bot_is_silent(self, sim, anna):
        message = self.invoice(sim)
        sim.post("settings", precheckout=0.2)

        assert anna.pays(message.message_id)["reason"] == "BOT_PRECHECKOUT_TIMEOUT"


class TestInitData:
    def test_is_signed_as_telegram_documents(self, sim):
        fields = dict(parse_qsl(sim.init_data(ANNA), strict_parsing=True))

        signature = fields.pop("hash")
        check = "\n".join(f"{name}={fields[name]}" for name in sorted(fields))
        secret = hmac.digest(b"WebAppData", TOKEN.encode(), hashlib.sha256)
        assert hmac.digest(secret, check.encode(), hashlib.sha256).hex() == signature
        assert json.loads(fields["user"])["id"] == ANNA
        assert abs(int(fields["auth_date"]) - time.time()) < 60

    def test_launch_address_carries_it(self, sim):
        url = sim.get("web-app", user=ANNA, url="http://localhost/app/", theme="dark")["url"]

        fragment = dict(parse_qsl(url.partition("#")[2]))
        assert "hash=" in fragment["tgWebAppData"]
        assert json.loads(fragment["tgWebAppThemeParams"])["bg_color"] == "#212121"


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
