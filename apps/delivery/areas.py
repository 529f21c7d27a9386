"""Areas on the globe, as GeoJSON polygons (RFC 7946): read, found good, measured."""

import json
import re
from collections.abc import Iterator
from decimal import Decimal
from math import asin, cos, pi, radians, sin, sqrt
from typing import Any

from apps.delivery.errors import (
    AreaBroken,
    AreaFarAway,
    AreaNotClosed,
    AreaSwapped,
    AreaTooDetailed,
    AreaTooSmall,
    AreaUnreadable,
)

Area = dict[str, Any]

MAX_LENGTH = 200_000
MAX_POINTS = 2_000
# Frozen food goes no further in a day; a point beyond was typed the wrong way round.
MAX_KM = Decimal(300)
MIN_KM2 = Decimal("0.010")

_EARTH_KM = 6371.0088  # The mean radius, IUGG.
_PLACES = 6  # A decimetre.
_KM = Decimal("0.001")


def read_area(text: str) -> Area:
    """Return the polygons that a GeoJSON text holds as one geometry.

    A Feature or a FeatureCollection is unwrapped: map editors copy those.

    Raises:
        AreaUnreadable: It is no GeoJSON, or holds something else than polygons.
        AreaNotClosed: A ring does not end where it began.
        AreaTooDetailed: It has too many points.
    """
    if len(text) > MAX_LENGTH:
        raise AreaTooDetailed(maximum=MAX_POINTS)
    try:
        polygons = [_rings(found) for found in _polygons(json.loads(text))]
    except (
        ValueError,
        TypeError,
        KeyError,
        AttributeError,
        OverflowError,
        RecursionError,
    ) as error:
        raise AreaUnreadable from error
    if not polygons:
        raise AreaUnreadable
    if sum(len(ring) for rings in polygons for ring in rings) > MAX_POINTS:
        raise AreaTooDetailed(maximum=MAX_POINTS)
    if len(polygons) == 1:
        return {"type": "Polygon", "coordinates": polygons[0]}
    return {"type": "MultiPolygon", "coordinates": polygons}


def measured(area: Area, *, latitude: Decimal, longitude: Decimal) -> Decimal:
    """Return how big an area around a centre is, in square kilometres.

    Raises:
        AreaSwapped: Its points are far from the centre unless their numbers change places.
        AreaFarAway: A point lies too far from the centre.
        AreaBroken: Its outline crosses itself, or a hole lies outside.
        AreaTooSmall: No house fits in.
    """
    centre, points = (latitude, longitude), list(_points(area))
    if _reaches_beyond(centre, points):
        swapped = [(lat, lon) for lon, lat in points]
        raise AreaFarAway(km=MAX_KM) if _reaches_beyond(centre, swapped) else AreaSwapped
    # Not at the top: it brings numpy, which a shop that draws no areas never needs.
    import shapely
    from shapely.geometry import shape
    from shapely.validation import explain_validity

    geometry = shape(area)
    if not geometry.is_valid:
        raise AreaBroken(where=_where(explain_validity(geometry)))
    km2 = Decimal(str(shapely.transform(geometry, _equal_area).area)).quantize(_KM)
    if km2 < MIN_KM2:
        raise AreaTooSmall
    return km2


def circle_km2(radius_km: Decimal) -> Decimal:
    """Return how big a circle is, in square kilometres."""
    return (Decimal(str(pi)) * radius_km * radius_km).quantize(_KM)


def covers(area: Area, *, latitude: Decimal, longitude: Decimal) -> bool:
    """Tell whether a point lies in an area, its edge included."""
    import shapely
    from shapely.geometry import shape

    return bool(shape(area).covers(shapely.Point(float(longitude), float(latitude))))


def distance_km(from_lat: Decimal, from_lon: Decimal, to_lat: Decimal, to_lon: Decimal) -> Decimal:
    """Return the length of the great circle between two points (haversine), to the metre."""
    phi, psi = radians(from_lat), radians(to_lat)
    half_north, half_east = (psi - phi) / 2, radians(to_lon - from_lon) / 2
    chord = sin(half_north) ** 2 + cos(phi) * cos(psi) * sin(half_east) ** 2
    return Decimal(str(2 * _EARTH_KM * asin(sqrt(min(1.0, chord))))).quantize(_KM)


def _polygons(found: Any) -> Iterator[Any]:
    """Yield the coordinates of each polygon in a GeoJSON object."""
    kind = found["type"]
    if kind == "FeatureCollection":
        for feature in found["features"]:
            yield from _polygons(feature)
    elif kind == "Feature":
        yield from _polygons(found["geometry"])
    elif kind == "Polygon":
        yield found["coordinates"]
    elif kind == "MultiPolygon":
        yield from found["coordinates"]
    else:
        raise AreaUnreadable


def _rings(coordinates: Any) -> list[list[list[float]]]:
    rings = [[_position(position) for position in ring] for ring in coordinates]
    if not rings or any(len(ring) < 3 for ring in rings):
        raise AreaUnreadable
    if any(ring[0] != ring[-1] or len(ring) < 4 for ring in rings):
        raise AreaNotClosed
    return rings


def _position(position: Any) -> list[float]:
    # A height may follow; nobody needs it.
    first, second = (round(float(number), _PLACES) for number in position[:2])
    if isinstance(position, str) or not (abs(first) <= 180 and abs(second) <= 180):
        raise AreaUnreadable
    return [first, second]


def _points(area: Area) -> Iterator[tuple[Decimal, Decimal]]:
    """Yield longitude and latitude of every point."""
    polygons = area["coordinates"] if area["type"] == "MultiPolygon" else [area["coordinates"]]
    for rings in polygons:
        for ring in rings:
            for longitude, latitude in ring:
                yield Decimal(str(longitude)), Decimal(str(latitude))


def _reaches_beyond(centre: tuple[Decimal, Decimal], points: list[tuple[Decimal, Decimal]]) -> bool:
    return any(abs(lat) > 90 or distance_km(*centre, lat, lon) > MAX_KM for lon, lat in points)


def _equal_area(degrees: Any) -> Any:
    """Lay points flat in kilometres so that areas stay (Lambert's cylinder)."""
    import numpy as np

    flat = np.radians(degrees)
    return _EARTH_KM * np.column_stack((flat[:, 0], np.sin(flat[:, 1])))


def _where(explained: str) -> str:
    """Return the place in what GEOS says, latitude first, as people read coordinates."""
    found = re.search(r"\[(\S+) (\S+)\]", explained)
    return f"{float(found[2]):.5f}, {float(found[1]):.5f}" if found else "?"
