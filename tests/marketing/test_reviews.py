"""What customers say of their orders: asked once, given once, low marks brought to staff."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from apps.core.storage import private
from apps.core.time import now as present
from apps.marketing import errors, selectors, services
from apps.marketing.models import Review
from apps.notifications.models import Message
from apps.orders.errors import OrderNotFound
from apps.orders.models import OrderEvent
from apps.users import services as users
from tests.bot.test_courier import a_picture
from tests.factories import CustomerFactory, OrderFactory

pytestmark = pytest.mark.django_db


def delivered(customer=None, **more):
    """An order that has just arrived."""
    order = OrderFactory(status="delivered", customer=customer or CustomerFactory(**more))
    OrderEvent.objects.create(
        order=order, from_status="out_for_delivery", to_status="delivered", actor_kind="courier"
    )
    return order


def ask(*, hours=4):
    return services.ask_reviews(now=present() + timedelta(hours=hours))


def rate(order, stars, *, customer=None, **more):
    return services.rate_order(
        customer_id=(customer or order.customer).pk, order_id=order.pk, stars=stars,
        **{"now": present(), **more},
    )  # fmt: skip


class TestAskReviews:
    def test_asks_once_some_hours_after_the_delivery(self):
        order = delivered(language="en")

        assert [ask(hours=1), ask(), ask()] == [0, 1, 0]

        message = Message.objects.get()
        assert order.number in message.body["text"]
        assert message.is_bulk
        first = message.body["buttons"][0]
        assert [key["data"] for key in first] == [f"1:rate:{order.pk}:{n}" for n in range(1, 6)]

    def test_asks_nobody_who_wants_no_reminders_or_is_away(self):
        refuser, blocked = delivered(), delivered(blocked_bot_at=present())
        users.set_consent(user_id=refuser.customer_id, kind="reminders", wanted=False)

        ask()

        assert not Message.objects.exists()
        assert Review.objects.filter(order__in=(refuser, blocked)).count() == 2

    def test_leaves_alone_what_was_rated_came_back_or_is_old(self):
        rate(delivered(), 5)
        back = delivered()
        type(back).objects.filter(pk=back.pk).update(status="returned")
        delivered()

        assert ask(hours=24 * 4) == 0

    def test_asks_the_same_number_of_questions(self, django_assert_max_num_queries):
        for _ in range(5):
            delivered()

        with django_assert_max_num_queries(14):
            assert ask() == 5


class TestRateOrder:
    def test_keeps_one_review_that_may_change(self):
        order = delivered()

        rate(order, 2)
        card = rate(order, 5, words="Sorry, my mistake")

        assert (card.stars, card.words) == (5, "Sorry, my mistake")
        assert Review.objects.count() == 1

    def test_brings_low_marks_to_the_staff_group_and_keeps_them_up_to_date(self, staff_group):
        order = delivered()

        rate(order, 2)
        services.add_words(
            customer_id=order.customer_id, order_id=order.pk, words="<b>thawed", now=present()
        )

        first, second = Message.objects.order_by("pk")
        assert first.card_key == second.card_key == f"review:{order.pk}"
        assert first.chat_id == staff_group
        assert "&lt;b&gt;thawed" in second.body["text"]
        assert order.contact_phone in second.body["text"]

    def test_leaves_the_group_alone_with_praise(self, staff_group):
        rate(delivered(), 4)

        assert not Message.objects.exists()

    @pytest.mark.parametrize(
        ("stars", "error"), [(0, errors.InvalidStars), (6, errors.InvalidStars)]
    )
    def test_refuses_other_stars(self, stars, error):
        with pytest.raises(error):
            rate(delivered(), stars)

        assert not Review.objects.exists()

    def test_refuses_what_has_not_arrived_or_is_a_strangers(self):
        with pytest.raises(errors.NotDelivered):
            rate(OrderFactory(), 5)
        with pytest.raises(OrderNotFound):
            rate(delivered(), 5, customer=CustomerFactory())

        assert not Review.objects.exists()

    def test_refuses_a_second_thought_after_two_weeks(self):
        order = delivered()
        rate(order, 1)

        with pytest.raises(errors.ReviewClosed):
            rate(order, 5, now=present() + timedelta(days=15))

        assert Review.objects.get().stars == 1


class TestTheTable:
    def test_refuses_a_second_review_six_stars_and_words_without_stars(self):
        order = delivered()
        rate(order, 5)
        bad = (
            {"order": order},
            {"order": delivered(), "stars": 6, "given_at": present()},
            {"order": delivered(), "words": "good"},
        )

        for fields in bad:
            with pytest.raises(IntegrityError), transaction.atomic():
                Review.objects.create(**fields)


class TestAddPhoto:
    def add(self, order, content):
        return services.add_photo(
            customer_id=order.customer_id, order_id=order.pk, content=content,
            telegram_file="AgAC", now=present(),
        )  # fmt: skip

    def test_keeps_it_for_staff_only(self, staff_group):
        order = delivered()
        rate(order, 1)

        assert self.add(order, a_picture()).has_photo

        review = Review.objects.get()
        assert private().open(selectors.review_photo(review_id=review.pk)).read(4) == b"RIFF"
        assert Message.objects.latest("pk").body["photo"] == "AgAC"

    def test_refuses_it_before_the_stars(self):
        with pytest.raises(errors.ReviewNotFound):
            self.add(delivered(), a_picture())


class TestAPerson:
    def test_takes_words_and_pictures_along(self, staff_group, django_capture_on_commit_callbacks):
        order = delivered()
        rate(order, 2, words="thawed")
        TestAddPhoto().add(order, a_picture())
        name = Review.objects.get().photo

        (told,) = users.export_person(user_id=order.customer_id)["reviews"]
        with django_capture_on_commit_callbacks(execute=True):
            users.erase_person(user_id=order.customer_id, now=present())

        assert (told["stars"], told["words"], told["photo"]) == (2, "thawed", True)
        review = Review.objects.get()
        assert (review.stars, review.words, review.photo) == (2, "", "")
        assert not private().exists(name)
        assert not Message.objects.exists()


class TestApi:
    def path(self, order):
        return f"/api/v1/orders/{order.public_id}/review/"

    def test_gives_and_shows_ones_own(self, customer, customer_api):
        order = delivered(customer)

        assert customer_api.get(self.path(order)).status_code == 204
        assert customer_api.get(self.path(delivered())).status_code == 404
        given = customer_api.put(self.path(order), {"stars": 4, "words": "ok"}, format="json")

        assert given.status_code == 200
        assert customer_api.get(self.path(order)).json()["stars"] == 4

    @pytest.mark.parametrize("body", [{}, {"stars": 0}, {"stars": 6}, {"stars": "x"}])
    def test_refuses_nonsense(self, customer, customer_api, body):
        order = delivered(customer)

        assert customer_api.put(self.path(order), body, format="json").status_code == 400
        assert not Review.objects.exists()

    def test_hides_the_orders_of_strangers(self, customer_api):
        order = delivered()

        answer = customer_api.put(self.path(order), {"stars": 5}, format="json")

        assert answer.status_code == 404
        assert not Review.objects.exists()
