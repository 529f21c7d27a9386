"""Keep a person's favourites."""

from datetime import datetime

from apps.catalog import selectors as catalog
from apps.core.locks import hold
from apps.core.transactions import retrying_atomic
from apps.marketing.errors import TooManyFavourites
from apps.marketing.models import Favourite

MOST_FAVOURITES = 200


@retrying_atomic
def add_favourite(*, customer_id: int, product_id: int, now: datetime) -> Favourite:
    """Put a product on a person's list of favourites; one that stands there stays where it is.

    Raises:
        ProductNotFound: Customers don't see it.
        TooManyFavourites: They like two hundred products already.
    """
    catalog.product_detail(product_id=product_id, now=now)
    # One heart of a person's after another, so that the limit holds.
    hold(f"marketing.favourites/{customer_id}")
    own = Favourite.objects.filter(customer_id=customer_id)
    known = own.filter(product_id=product_id).first()
    if known is not None:
        return known
    if own.count() >= MOST_FAVOURITES:
        raise TooManyFavourites(maximum=MOST_FAVOURITES)
    return Favourite.objects.create(customer_id=customer_id, product_id=product_id, added_at=now)


@retrying_atomic
def drop_favourite(*, customer_id: int, product_id: int) -> None:
    """Take a product off a person's list, whether it stood there or not."""
    Favourite.objects.filter(customer_id=customer_id, product_id=product_id).delete()
