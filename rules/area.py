"""A polygon on the map."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

Ring = tuple[tuple[float, float], ...]
DECIMALS = 6  # a tenth of a metre


def _shapely() -> Any:
    """Loaded for the first polygon: it takes longer than all the rest of a command."""
    import shapely

    return shapely


class BadArea(ValueError):
    """Not a polygon on the map; the text says what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Area:
    """One polygon; points are longitude and latitude (WGS 84), as in GeoJSON. The first ring is its edge, the others
    are holes."""

    rings: tuple[Ring, ...]

    @classmethod
    def parse(cls, text: str) -> Area:
        """`-73.64,45.69;-73.60,45.69;-73.60,45.72`, holes after a `|`; what `str` of an area gives. Raises BadArea."""
        try:
            rings = [[tuple(map(float, point.split(","))) for point in ring.split(";")] for ring in text.split("|")]
        except ValueError:
            raise BadArea("is no polygon: give the name of a GeoJSON file") from None
        return cls._checked(rings)

    @classmethod
    def _checked(cls, rings: Sequence[Sequence[Sequence[float]]]) -> Area:
        if not rings or any(len(point) < 2 for ring in rings for point in ring) or any(len(ring) < 3 for ring in rings):
            raise BadArea("is no polygon: each ring needs three points of longitude and latitude")
        area = cls(tuple(_ring(ring) for ring in rings))
        if not all(-180 <= lon <= 180 and -90 <= lat <= 90 for ring in area.rings for lon, lat in ring):
            raise BadArea("lies off the map: points are longitude, then latitude, in degrees")
        shapely, shape = _shapely(), area._shape()
        if not shape.is_valid:
            raise BadArea(f"is not a simple polygon ({shapely.is_valid_reason(shape)}): draw it again")
        return area

    def __str__(self) -> str:
        return "|".join(";".join(f"{lon!r},{lat!r}" for lon, lat in ring) for ring in self.rings)

    def _shape(self) -> Any:
        return _shapely().Polygon(self.rings[0], self.rings[1:])

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """West, south, east, north."""
        west, south, east, north = self._shape().bounds
        return west, south, east, north

    def holds(self, longitudes: Sequence[float], latitudes: Sequence[float]) -> list[bool]:
        """Which of these points lie inside or on the edge."""
        found = _shapely().intersects_xy(self._shape(), list(longitudes), list(latitudes))
        return [bool(each) for each in found]


def read_geojson(text: str) -> list[Area]:
    """Every polygon of a GeoJSON file (RFC 7946): a geometry, a feature or a collection. Raises BadArea."""
    try:
        areas = [Area._checked(rings) for rings in _polygons(json.loads(text))]
    except (ValueError, TypeError, KeyError, AttributeError, OverflowError) as error:
        if isinstance(error, BadArea):
            raise
        raise BadArea("is not GeoJSON: save the area as GeoJSON in longitude and latitude") from error
    if not areas:
        raise BadArea("holds no polygon: draw an area, not a point or a line")
    return areas


def _polygons(data: Any) -> Iterator[Sequence[Sequence[Sequence[float]]]]:
    match data["type"]:
        case "FeatureCollection":
            yield from _each(data["features"])
        case "GeometryCollection":
            yield from _each(data["geometries"])
        case "Feature":
            yield from _polygons(data["geometry"])
        case "Polygon":
            yield data["coordinates"]
        case "MultiPolygon":
            yield from data["coordinates"]


def _each(items: Iterable[Any]) -> Iterator[Sequence[Sequence[Sequence[float]]]]:
    for item in items:
        yield from _polygons(item)


def _ring(points: Iterable[Sequence[float]]) -> Ring:
    ring = tuple((round(float(point[0]), DECIMALS), round(float(point[1]), DECIMALS)) for point in points)
    return ring[:-1] if len(ring) > 3 and ring[0] == ring[-1] else ring
