"""What people like."""

from collections.abc import Sequence
from datetime import datetime

from apps.catalog import selectors as catalog
from apps.catalog.dto import Availability
from apps.marketing.dto import FavouriteCard
from apps.marketing.models import Favourite, FavouriteQuerySet


def own_favourites(*, customer_id: int) -> FavouriteQuerySet:
    """Return what a person likes, the newest first, still open to pages."""
    return Favourite.objects.filter(customer_id=customer_id).newest_first()


def is_favourite(*, customer_id: int, product_id: int) -> bool:
    """Tell whether a person likes a product."""
    return own_favourites(customer_id=customer_id).filter(product_id=product_id).exists()


def favourite_cards(*, favourites: Sequence[Favourite], now: datetime) -> list[FavouriteCard]:
    """Return favourites as a person reads them, with three queries at most.

    What left the shop stays on the list, by its name and as `is_gone`.
    """
    ids = [row.product_id for row in favourites]
    shown = {card.id: card for card in catalog.product_cards(product_ids=ids, now=now)}
    names = catalog.product_names(product_ids=[pk for pk in ids if pk not in shown])
    cards = []
    for row in favourites:
        card = shown.get(row.product_id)
        # A product may lose its last pack while it stands on the shelf.
        packs = card.variants if card else ()
        slug, name = (card.slug, card.name) if card else names[row.product_id]
        cards.append(
            FavouriteCard(
                product_id=row.product_id,
                slug=slug,
                name=name,
                added_at=row.added_at,
                variants=packs,
                image=card.image.small if card and card.image else "",
                is_gone=not packs,
                is_sold_out=all(pack.availability == Availability.NONE for pack in packs),
            )
        )
    return cards
