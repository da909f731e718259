"""What is newest where clocks are wrong."""

import pytest

from series.storage.newest import Newest
from series.storage.rollups import Row


@pytest.mark.parametrize(
    ("points", "newest"),
    [
        ([(5, 5)], (5, 5, 0)),
        ([(5, 5), (6, 6)], (6, 6, 1)),
        ([(5, 5), (4, 6)], (5, 5, 0)),
        ([(5, 5), (5, 6)], (5, 5, 1)),
        ([(15, 5)], (15, 5, 0)),
        ([(15, 5), (6, 6)], (15, 6, 1)),
        ([(15, 5), (16, 6), (7, 7), (4, 8)], (16, 7, 2)),
        ([(15, 5), (16, 20)], (16, 16, 1)),
        ([(50, 50), (6, 6)], (50, 6, 1)),
        ([(50, 50), (6, 6), (7, 7)], (50, 7, 2)),
    ],
    ids=[
        "one",
        "one after the other",
        "a late one",
        "another value for the same time",
        "a clock that is ahead",
        "which is put right",
        "and then a late one",
        "which time has caught up with",
        "our clock was set back",
        "and goes on",
    ],
)
def test_is_the_newest_by_arrival_where_a_clock_is_ahead(
    points: list[tuple[int, int]], newest: tuple[int, int, float]
) -> None:
    """Points as (time, when it arrived); the value of each is its index."""
    rows = [(Row(1, time, float(index)), now) for index, (time, now) in enumerate(points)]
    found = Newest.first(*rows[0])
    for row, now in rows[1:]:
        found = found.followed_by(row, now)
    assert found[:3] == newest
