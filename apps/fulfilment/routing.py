"""The order of a round: windows first, and within a window always to the nearest door. Pure."""

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from itertools import groupby

from apps.delivery.areas import distance_km
from apps.fulfilment.dto import Place

Point = tuple[Decimal, Decimal]


def nearest_first(places: Iterable[Place], *, start: Point | None) -> list[int]:
    """Return orders' ids in the order in which to drive to them, from where the van stands.

    Earlier windows come first. A place that no map knows comes at the end of its window.
    """
    here = start
    way: list[int] = []
    by_window = sorted(places, key=_window)
    for _window_start, group in groupby(by_window, key=lambda place: place.starts_at):
        known: list[Place] = []
        unknown: list[Place] = []
        for place in group:
            (unknown if _point(place) is None else known).append(place)
        while known:
            nearest = min(known, key=lambda place: (_distance(here, place), place.order_id))
            known.remove(nearest)
            way.append(nearest.order_id)
            here = _point(nearest)
        way += [place.order_id for place in unknown]
    return way


def _window(place: Place) -> tuple[bool, datetime | None, int]:
    return place.starts_at is None, place.starts_at, place.order_id


def _point(place: Place) -> Point | None:
    if place.latitude is None or place.longitude is None:
        return None
    return place.latitude, place.longitude


def _distance(here: Point | None, place: Place) -> Decimal:
    point = _point(place)
    return distance_km(*here, *point) if here and point else Decimal(0)
