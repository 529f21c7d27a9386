"""What a customer says of an order: stars first, then perhaps words and a picture.

Low marks are brought to the staff group, in one card an order, which follows what is added.
"""

import uuid
from collections.abc import Collection
from datetime import datetime, timedelta

from django.conf import settings
from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import translation

from apps.catalog.pictures import renditions_of
from apps.core.storage import private
from apps.core.transactions import retrying_atomic
from apps.marketing import texts
from apps.marketing.dto import ReviewCard
from apps.marketing.errors import InvalidStars, NotDelivered, ReviewClosed, ReviewNotFound
from apps.marketing.models import Review
from apps.marketing.models.reviews import LEAST_STARS, MOST_STARS, WORDS_LENGTH
from apps.marketing.selectors import card_of_review
from apps.notifications import services as notifications
from apps.orders import selectors as orders
from apps.orders.dto import OrderStatus, Reference

LOW_STARS = 3
# So long a customer may think again.
_CHANGEABLE = timedelta(days=14)


@retrying_atomic
def rate_order(
    *,
    customer_id: int,
    order_id: Reference,
    stars: int,
    words: str | None = None,
    now: datetime,
) -> ReviewCard:
    """Give an order so many stars; words replace those before, None leaves them.

    Raises:
        OrderNotFound: There is no such order, or it is somebody else's.
        NotDelivered: It has not arrived.
        InvalidStars: Not one to five.
        ReviewClosed: It was given long ago.
    """
    if not LEAST_STARS <= stars <= MOST_STARS:
        raise InvalidStars
    order = orders.own_order(customer_id=customer_id, order_id=order_id)
    if order.status != OrderStatus.DELIVERED:
        raise NotDelivered(number=order.number)
    Review.objects.bulk_create([Review(order_id=order.pk)], ignore_conflicts=True)
    review = _locked(order.pk)
    _check_open(review, now)
    review.stars, review.given_at = stars, review.given_at or now
    if words is not None:
        review.words = _kept(words)
    return _save(review, now)


@retrying_atomic
def add_words(*, customer_id: int, order_id: int, words: str, now: datetime) -> ReviewCard:
    """Say something more of an order that has its stars.

    Raises:
        OrderNotFound, ReviewNotFound: There is no such order, or it has no stars yet.
        ReviewClosed: They were given long ago.
    """
    review = _own(customer_id, order_id, now)
    review.words = _kept("\n".join(part for part in (review.words, words.strip()) if part))
    return _save(review, now)


def add_photo(
    *, customer_id: int, order_id: int, content: bytes, telegram_file: str, now: datetime
) -> ReviewCard:
    """Keep a picture of what arrived, encoded anew; it replaces the last.

    Raises:
        BadPicture, PictureTooLarge: The file is no picture, or too large a one.
        OrderNotFound, ReviewNotFound: There is no such order, or it has no stars yet.
        ReviewClosed: They were given long ago.
    """
    # Before the work with the picture, and once more with its name.
    retrying_atomic(_own)(customer_id, order_id, now)
    name = private().save(
        f"reviews/{uuid.uuid4().hex}.webp", ContentFile(renditions_of(content).large)
    )
    try:
        return _hang(customer_id, order_id, name, telegram_file, now)
    except BaseException:
        private().delete(name)
        raise


def forget_files(names: Collection[str]) -> None:
    """Delete pictures of reviews once the transaction that let them go has committed."""
    kept = [name for name in names if name]
    transaction.on_commit(lambda: _delete(kept), robust=True)


def _delete(names: Collection[str]) -> None:
    for name in names:
        private().delete(name)


@retrying_atomic
def _hang(
    customer_id: int, order_id: int, name: str, telegram_file: str, now: datetime
) -> ReviewCard:
    review = _own(customer_id, order_id, now)
    forget_files([review.photo])
    review.photo, review.telegram_photo = name, telegram_file[:200]
    return _save(review, now)


def _own(customer_id: int, order_id: int, now: datetime) -> Review:
    """Return a customer's own review of an order, locked."""
    orders.own_order(customer_id=customer_id, order_id=order_id)
    review = _locked(order_id)
    if review.stars is None:
        raise ReviewNotFound
    _check_open(review, now)
    return review


def _locked(order_id: int) -> Review:
    rows = Review.objects.select_for_update(of=("self",)).select_related("order")
    review = rows.filter(order_id=order_id).first()
    if review is None:
        raise ReviewNotFound
    return review


def _check_open(review: Review, now: datetime) -> None:
    if review.given_at is not None and review.given_at < now - _CHANGEABLE:
        raise ReviewClosed(number=review.order.number)


def _kept(words: str) -> str:
    """Return words fit to be kept: without NUL and halves of letters, and not endless."""
    clean = "".join(c for c in words if c != "\0" and not "\ud800" <= c <= "\udfff")
    return clean.strip()[:WORDS_LENGTH]


def _save(review: Review, now: datetime) -> ReviewCard:
    if (review.stars or MOST_STARS) <= LOW_STARS:
        review.told_at = review.told_at or now
    review.save()
    card = card_of_review(review)
    if review.told_at is not None and settings.TELEGRAM_STAFF_CHAT_ID:
        _tell_staff(review, card)
    return card


def _tell_staff(review: Review, card: ReviewCard) -> None:
    order = orders.staff_card(order_id=review.order_id)
    # The staff group reads the shop's own language.
    with translation.override(settings.LANGUAGE_CODE):
        content = texts.low_mark(card, order, photo=review.telegram_photo)
    notifications.queue_message(
        content=content,
        chat_id=settings.TELEGRAM_STAFF_CHAT_ID,
        card_key=f"review:{review.order_id}",
    )
