import io
import json

import httpx
import pytest
from PIL import Image
from telegram import (
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputMediaPhoto,
    KeyboardButton,
    ReplyKeyboardMarkup,
    WebAppInfo,
)
from telegram.error import Forbidden

from bot.simulator.client import ANNA, JOHN
from tests.simulator.conftest import with_bot
from tests.simulator.support import keys, picture, refused
from tests.simulator_support import TOKEN


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
