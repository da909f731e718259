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


@pytest.mark.parametrize(
    ("arrivals", "delay"),
    [
        ([(5, 5)], 0),
        ([(5, 1005)], 1000),
        ([(9, 5)], 0),
        ([(5, 1005), (1006, 1006)], 900),
        ([(5, 1005), (6, 1006), (1007, 1007)], 900),
        ([(5, 1005), (1006, 2006), (2007, 2007), (2008, 2008)], 810),
    ],
)
def test_the_delay_is_the_longest_of_late(arrivals: list[tuple[int, int]], delay: int) -> None:
    """Arrivals as (the first time of what came together, when it came)."""
    newest = Newest.first(Row(1, *arrivals[0][:1], 0.0), arrivals[0][1])
    for first, now in arrivals:
        newest = newest.with_delay(first, now)
    assert newest.delay == delay
