"""Pictures that the shop draws above its messages: uploaded once, and never missed."""

import pytest
from django.utils import timezone

from apps.notifications import services
from apps.notifications.dto import MessageContent
from apps.notifications.gateways import pictures
from apps.notifications.models import LiveCard, Message, MessageState
from bot.gallery import Gallery
from bot.models import SentPicture
from bot.simulator.client import ANNA, JOHN
from tests.factories import CustomerFactory

pytestmark = pytest.mark.django_db

PACKED, COMING = "delivery:packed:ru", "delivery:out_for_delivery:ru"


def tell(person, text, *, drawn=PACKED) -> None:
    services.queue_message(
        content=MessageContent(text, drawn=drawn), recipient_id=person.pk, card_key="order:1"
    )
    services.deliver_due(now=timezone.now())


def card(sim, who=ANNA):
    return [m for m in sim.person(who).messages() if m["from"]["is_bot"]][-1]


class TestACard:
    def test_has_its_words_under_the_picture_and_is_edited_with_it(self, anna, sim):
        tell(anna, "Собран")
        first = card(sim)
        tell(anna, "Едем", drawn=COMING)

        second = card(sim)
        assert (first["caption"], second["caption"]) == ("Собран", "Едем")
        assert first["message_id"] == second["message_id"]
        assert first["photo"][-1]["file_id"] != second["photo"][-1]["file_id"]
        assert LiveCard.objects.get().has_photo
        assert sim.refusals() == []

    def test_brings_each_picture_to_telegram_once(self, anna, sim, monkeypatch):
        tell(anna, "Собран")
        monkeypatch.setattr(Gallery, "draw", lambda *_: pytest.fail("drawn again"))
        sim.person(JOHN).starts()

        tell(CustomerFactory(telegram_id=JOHN), "Packed")

        assert card(sim, JOHN)["photo"] == card(sim)["photo"]
        assert SentPicture.objects.count() == 1

    def test_of_words_alone_becomes_one_with_a_picture_and_back_in_a_new_message(self, anna, sim):
        tell(anna, "Собран", drawn="")
        assert card(sim)["text"] == "Собран"
        tell(anna, "Едем", drawn=COMING)
        assert card(sim)["caption"] == "Едем"
        assert LiveCard.objects.get().has_photo

        tell(anna, "слово " * 300, drawn="")

        assert card(sim)["text"].startswith("слово")
        assert not LiveCard.objects.get().has_photo
        assert not Message.objects.exclude(state=MessageState.SENT).exists()

    @pytest.mark.parametrize("name", ["delivery:packed:ru", "delivery:lost:ru", "nonsense"])
    def test_is_sent_in_words_where_the_picture_can_not_be_drawn(
        self, anna, sim, monkeypatch, name, caplog
    ):
        monkeypatch.setattr("bot.order_pictures._font", _font_from_disk)

        tell(anna, "Собран", drawn=name)
        tell(anna, "Едем", drawn=name)

        assert card(sim)["text"] == "Едем"
        assert "can't be drawn" in caplog.text
        assert not Message.objects.exclude(state=MessageState.SENT).exists()

    def test_is_sent_anew_where_telegram_has_forgotten_the_picture(self, anna, sim):
        Gallery().remember(PACKED, "AgAC-of-another-bot")

        tell(anna, "Собран")

        assert card(sim)["caption"] == "Собран"
        assert Gallery().known(PACKED) == card(sim)["photo"][-1]["file_id"]

    def test_is_sent_in_words_where_telegram_takes_no_picture(self, anna, sim, monkeypatch):
        monkeypatch.setattr(Gallery, "draw", lambda *_: b"no picture at all")

        tell(anna, "Собран")

        assert card(sim).get("text") == "Собран"

    def test_asks_one_question_for_its_picture(self, db, django_assert_num_queries):
        Gallery().remember(PACKED, "AgAC")

        with django_assert_num_queries(1):
            assert next(pictures.ways(MessageContent("x", drawn=PACKED))) == "AgAC"


def _font_from_disk(*_args, **_more):
    raise OSError("no such font")
