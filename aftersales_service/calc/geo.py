"""Distances on the globe, without the ORM."""

from math import asin, cos, radians, sin, sqrt

EARTH_RADIUS_KM = 6371.0


def distance_km(start, end):
    """Return the great-circle distance between two places in kilometres.

    :param start: ``(latitude, longitude)`` in degrees, or None when unknown
    :param end: the same
    :return: float, or None when a place is unknown

    >>> round(distance_km((25.04, 102.72), (25.04, 102.72)), 1)
    0.0
    >>> round(distance_km((39.90, 116.40), (31.23, 121.47)))
    1067
    >>> distance_km(None, (31.23, 121.47)) is None
    True
    """
    if not start or not end:
        return None
    (lat1, lon1), (lat2, lon2) = (
        (radians(latitude), radians(longitude)) for latitude, longitude in (start, end)
    )
    half = (
        sin((lat2 - lat1) / 2) ** 2
        + cos(lat1) * cos(lat2) * sin((lon2 - lon1) / 2) ** 2
    )
    return 2 * EARTH_RADIUS_KM * asin(min(1.0, sqrt(half)))


def as_place(latitude, longitude):
    """Return a place, or None where nobody has looked up the coordinates.

    >>> as_place(0.0, 0.0) is None
    True
    >>> as_place(25.04, 102.72)
    (25.04, 102.72)
    """
    return (latitude, longitude) if latitude or longitude else None
