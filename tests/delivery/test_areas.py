"""GeoJSON areas: read as people paste them, refused where they can't be meant, measured."""

import json
from decimal import Decimal

import pytest

from apps.delivery import areas, errors

CENTRE = {"latitude": Decimal("55.75"), "longitude": Decimal("37.62")}
# About 12.5 km across and 11.1 km high.
SQUARE = [[37.5, 55.7], [37.7, 55.7], [37.7, 55.8], [37.5, 55.8], [37.5, 55.7]]
HOLE = [[37.58, 55.74], [37.62, 55.74], [37.62, 55.76], [37.58, 55.76], [37.58, 55.74]]


def polygon(*rings):
    return {"type": "Polygon", "coordinates": list(rings)}


def collection(*geometries):
    features = [{"type": "Feature", "properties": {}, "geometry": one} for one in geometries]
    return {"type": "FeatureCollection", "features": features}


class TestReadArea:
    @pytest.mark.parametrize(
        "pasted",
        [
            polygon(SQUARE),
            polygon([[*point, 120] for point in SQUARE]),
            {"type": "Feature", "geometry": polygon(SQUARE)},
            collection(polygon(SQUARE)),
            {"type": "MultiPolygon", "coordinates": [[SQUARE]]},
        ],
    )
    def test_unwraps_what_map_editors_copy(self, pasted):
        assert areas.read_area(json.dumps(pasted)) == polygon(SQUARE)

    def test_joins_the_polygons_of_a_collection(self):
        area = areas.read_area(json.dumps(collection(polygon(SQUARE), polygon(HOLE))))

        assert area == {"type": "MultiPolygon", "coordinates": [[SQUARE], [HOLE]]}

    @pytest.mark.parametrize(
        "text",
        [
            "", "{", "[]", "null", "7", "[" * 100_000, '{"type": "Polygon"}',
            '{"type": "Point", "coordinates": [1, 2]}', '{"type": "Feature", "geometry": null}',
            '{"type": "Polygon", "coordinates": []}',
            '{"type": "Polygon", "coordinates": [[1, 2]]}',
            '{"type": "Polygon", "coordinates": [["12", "34", "56", "12"]]}',
            '{"type": "Polygon", "coordinates": [[[NaN, 1], [2, 2], [3, 3], [NaN, 1]]]}',
            '{"type": "Polygon", "coordinates": [[[1e999, 1], [2, 2], [3, 3], [1e999, 1]]]}',
            '{"type": "FeatureCollection", "features": []}',
        ],
    )  # fmt: skip
    def test_refuses_what_is_no_polygon(self, text):
        with pytest.raises(errors.AreaUnreadable):
            areas.read_area(text)

    def test_refuses_an_open_ring(self):
        with pytest.raises(errors.AreaNotClosed):
            areas.read_area(json.dumps(polygon(SQUARE[:-1])))

    def test_refuses_more_points_than_anybody_drives_by(self):
        ring = [[37 + n / 10_000, 55.0] for n in range(areas.MAX_POINTS)]

        with pytest.raises(errors.AreaTooDetailed):
            areas.read_area(json.dumps(polygon([*ring, ring[0]])))
        with pytest.raises(errors.AreaTooDetailed):
            areas.read_area(" " * (areas.MAX_LENGTH + 1))


class TestMeasured:
    def test_is_the_size_on_the_globe_without_the_holes(self):
        whole = areas.measured(polygon(SQUARE), **CENTRE)
        holed = areas.measured(polygon(SQUARE, HOLE), **CENTRE)

        assert whole == pytest.approx(Decimal("139.3"), abs=Decimal("0.3"))
        assert whole - holed == pytest.approx(Decimal("5.57"), abs=Decimal("0.02"))

    def test_says_where_the_outline_crosses_itself(self):
        bow = [SQUARE[0], SQUARE[2], SQUARE[1], SQUARE[3], SQUARE[0]]

        with pytest.raises(errors.AreaBroken) as refusal:
            areas.measured(polygon(bow), **CENTRE)

        assert refusal.value.facts == {"where": "55.75000, 37.60000"}

    def test_finds_latitude_written_first(self):
        swapped = [[lat, lon] for lon, lat in SQUARE]

        with pytest.raises(errors.AreaSwapped):
            areas.measured(polygon(swapped), **CENTRE)

    def test_refuses_another_country(self):
        away = [[lon - 30, lat] for lon, lat in SQUARE]

        with pytest.raises(errors.AreaFarAway):
            areas.measured(polygon(away), **CENTRE)

    def test_refuses_an_area_that_holds_no_house(self):
        tiny = [[37.6, 55.75], [37.6001, 55.75], [37.6001, 55.7501], [37.6, 55.75]]

        with pytest.raises(errors.AreaTooSmall):
            areas.measured(polygon(tiny), **CENTRE)


class TestCovers:
    @pytest.mark.parametrize(
        ("lat", "lon", "inside"),
        [("55.71", "37.51", True), ("55.7", "37.6", True), ("55.75", "37.6", False),
         ("55.69", "37.6", False), ("37.6", "55.75", False)],
    )  # fmt: skip
    def test_holds_the_edge_and_no_hole(self, lat, lon, inside):
        area = polygon(SQUARE, HOLE)

        assert areas.covers(area, latitude=Decimal(lat), longitude=Decimal(lon)) is inside


class TestDistanceKm:
    def test_is_that_of_the_great_circle(self):
        kremlin = (Decimal("55.751999"), Decimal("37.617734"))
        hermitage = (Decimal("59.939864"), Decimal("30.314566"))

        assert areas.distance_km(*kremlin, *hermitage) == pytest.approx(Decimal("634.4"), abs=1)
        assert areas.distance_km(*kremlin, *kremlin) == 0

    def test_is_half_the_globe_to_the_other_side(self):
        far = areas.distance_km(Decimal(90), Decimal(0), Decimal(-90), Decimal(0))

        assert far == pytest.approx(Decimal("20015.1"), abs=Decimal("0.1"))
