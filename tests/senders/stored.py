"""What is in the database of a board that runs."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from tests.servers import Site

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
QUERY = """
    SELECT identity, time, COALESCE(text, exact, value) FROM series_point AS point
    JOIN series_series AS series ON series.id = point.series_id
    LEFT JOIN series_statetext AS state
    ON state.series_id = series.id AND code = value AND value_type = 'text'
    WHERE substr(name, 1, length(:start)) = :start ORDER BY identity, time
"""


class Stored(NamedTuple):
    """A point. ``series``: its identity, such as ``cpu{host=a}``. ``value``: a text where it holds texts."""

    series: str
    time: datetime
    value: float | str


def points(site: Site, start: str) -> list[Stored]:
    """All points of the series whose names begin so."""
    with closing(sqlite3.connect(f"file:{site.folder}/db.sqlite3?mode=ro", uri=True)) as database:
        rows = database.execute(QUERY, {"start": start}).fetchall()
    return [Stored(identity, EPOCH + timedelta(microseconds=time), value) for identity, time, value in rows]


def values(site: Site, start: str) -> list[tuple[str, float | str]]:
    """The same without their times."""
    return [(point.series, point.value) for point in points(site, start)]
