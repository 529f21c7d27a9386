"""Broadcasts in the admin: written, looked at, sent, watched, by those who may."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from apps.core.time import now as present
from apps.marketing import services
from apps.marketing.dto import BroadcastDraft, BroadcastState
from apps.marketing.models import Broadcast
from tests.admin.conftest import desk_of
from tests.catalog.exchange_support import picture
from tests.factories import CustomerFactory, StaffFactory

pytestmark = pytest.mark.django_db

LIST, ADD = (reverse(f"admin:marketing_broadcast_{page}") for page in ("changelist", "add"))
TEXTS = {"title": "Акция", "text_ru": "Скидка", "text_en": "Sale"}


@pytest.fixture
def desk():
    return desk_of(StaffFactory(role="marketing"))


@pytest.fixture
def row() -> Broadcast:
    CustomerFactory.create_batch(2)
    return services.save_broadcast(draft=BroadcastDraft(**TEXTS), actor_id=StaffFactory().pk)


def page_of(row):
    return reverse("admin:marketing_broadcast_change", args=(row.pk,))


def buttons(desk, row):
    return [deed.name for deed, _url in desk.get(page_of(row)).context["deeds"]]


def do(desk, row, deed, **fields):
    address = reverse("admin:marketing_broadcast_do", args=(row.pk, deed))
    state = desk.get(page_of(row)).context["state"]
    answer = desk.post(address, {"state": state, **fields}, follow=True)
    row.refresh_from_db()
    return " ".join(str(message) for message in answer.context["messages"])


class TestWriting:
    def test_keeps_a_draft_with_its_picture(self, desk):
        upload = SimpleUploadedFile("a.png", picture())

        desk.post(ADD, {**TEXTS, "picture": upload})

        row = Broadcast.objects.get()
        assert row.picture.name.endswith(".jpg")
        desk.post(page_of(row), {**TEXTS, "title": "Другая"})
        row.refresh_from_db()
        assert (row.title, bool(row.picture)) == ("Другая", True)
        desk.post(page_of(row), {**TEXTS, "picture-clear": "on"})
        row.refresh_from_db()
        assert not row.picture

    def test_says_in_the_form_what_is_wrong(self, desk):
        answer = desk.post(ADD, {**TEXTS, "picture": SimpleUploadedFile("a.png", b"<svg>")})

        assert answer.status_code == 200
        assert answer.context["errors"]
        assert not Broadcast.objects.exists()


class TestSending:
    def test_shows_whom_it_reaches_before_it_goes(self, desk, row):
        assert buttons(desk, row) == ["preview", "send"]

        page = desk.get(reverse("admin:marketing_broadcast_do", args=(row.pk, "send")))

        assert "2 people" in page.context["deed"].question

    def test_is_paused_let_go_on_and_stopped_by_buttons(self, desk, row):
        do(desk, row, "send", starts_at_0="", starts_at_1="")
        assert (row.state, row.recipients) == (BroadcastState.SCHEDULED, 2)
        assert buttons(desk, row) == ["pause", "cancel"]
        do(desk, row, "pause")
        assert buttons(desk, row) == ["resume", "cancel"]
        do(desk, row, "resume")
        do(desk, row, "cancel")

        assert row.state == BroadcastState.CANCELLED
        assert buttons(desk, row) == []

    def test_counts_while_it_goes(self, desk, row):
        do(desk, row, "send")
        Broadcast.objects.update(state="sending", started_at=present(), sent=1)

        told = desk.get(reverse("admin:marketing_broadcast_progress", args=(row.pk,))).json()

        assert (told["done"], told["total"], told["is_moving"]) == (1, 2, True)
        assert "data-progress" in desk.get(page_of(row)).content.decode()

    def test_refuses_a_button_pressed_upon_other_words(self, desk, row):
        state = desk.get(page_of(row)).context["state"]
        row.save()

        address = reverse("admin:marketing_broadcast_do", args=(row.pk, "send"))
        desk.post(address, {"state": state})

        row.refresh_from_db()
        assert row.state == BroadcastState.DRAFT

    def test_is_not_for_support(self, row):
        desk = desk_of(StaffFactory(role="support"))

        assert desk.get(LIST).status_code == 403
        assert desk.get(page_of(row)).status_code == 403

    def test_lists_with_few_questions(self, desk, row, django_assert_max_num_queries):
        for _ in range(5):
            services.save_broadcast(draft=BroadcastDraft(**TEXTS), actor_id=StaffFactory().pk)

        with django_assert_max_num_queries(12):
            desk.get(LIST)
