"""What customers said of their orders."""

from apps.marketing.dto import ReviewCard
from apps.marketing.errors import ReviewNotFound
from apps.marketing.models import Review
from apps.orders import selectors as orders
from apps.orders.dto import Reference


def own_review(*, customer_id: int, order_id: Reference) -> ReviewCard:
    """Return what a customer said of one of their own orders.

    Raises:
        OrderNotFound: There is no such order, or it is somebody else's.
        ReviewNotFound: They said nothing of it yet.
    """
    order = orders.own_order(customer_id=customer_id, order_id=order_id)
    review = Review.objects.given().filter(order_id=order.pk).select_related("order").first()
    if review is None:
        raise ReviewNotFound
    return card_of_review(review)


def review_photo(*, review_id: int) -> str:
    """Return the name of a review's picture in the private storage.

    Raises:
        ReviewNotFound: There is no such review, or it has none.
    """
    names = Review.objects.filter(pk=review_id).exclude(photo="").values_list("photo", flat=True)
    name = names.first()
    if name is None:
        raise ReviewNotFound
    return name


def card_of_review(review: Review) -> ReviewCard:
    """Return a review that was given as a plain value.

    Raises:
        ReviewNotFound: It was only asked for yet.
    """
    if review.stars is None or review.given_at is None:
        raise ReviewNotFound
    return ReviewCard(
        order_id=review.order_id,
        number=review.order.number,
        stars=review.stars,
        words=review.words,
        has_photo=bool(review.photo),
        given_at=review.given_at,
    )
