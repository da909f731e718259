"""Summaries of points, without a database."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from series.storage.rollups import (
    HOUR_MICROSECONDS,
    MINUTE_MICROSECONDS,
    Row,
    Summary,
    bit_of,
    coarser,
    increase_of,
    summaries,
    values_of,
)

# Whole numbers, whose sums are the same in any order.
VALUES = st.integers(-100, 100).map(float)
ROWS = st.dictionaries(
    st.tuples(st.integers(1, 3), st.integers(0, 4 * HOUR_MICROSECONDS)), VALUES, min_size=1, max_size=40
).map(lambda points: sorted(Row(*key, value) for key, value in points.items()))


def test_of_a_minute() -> None:
    rows = [Row(7, 0, 3.0), Row(7, 10, -1.0), Row(7, MINUTE_MICROSECONDS - 1, 2.0), Row(7, MINUTE_MICROSECONDS, 9.0)]
    assert dict(summaries(rows, MINUTE_MICROSECONDS)) == {
        (7, 0): Summary(3, 4.0, -1.0, 3.0, 2.0, MINUTE_MICROSECONDS - 1, 1 << 2 | 1 << 3 | 1 << 62, 3.0, 0, -1.0 + 3.0),
        (7, MINUTE_MICROSECONDS): Summary(
            1, 9.0, 9.0, 9.0, 9.0, MINUTE_MICROSECONDS, 1 << 9, 9.0, MINUTE_MICROSECONDS, 0.0
        ),
    }


@given(ROWS)
def test_of_hours_are_those_of_their_minutes_together(rows: list[Row]) -> None:
    minutes = summaries(rows, MINUTE_MICROSECONDS)
    assert list(coarser(minutes, HOUR_MICROSECONDS)) == list(summaries(rows, HOUR_MICROSECONDS))


@given(ROWS, st.randoms(use_true_random=False))
def test_merge_one_after_the_other_wherever_one_begins(rows: list[Row], random: Random) -> None:
    rows = [row for row in rows if row.series == rows[0].series]
    (whole,) = (summary for _stretch, summary in summaries(rows, 5 * HOUR_MICROSECONDS))
    parts = [summary for row in rows for _stretch, summary in summaries([row], MINUTE_MICROSECONDS)]
    while len(parts) > 1:
        index = random.randrange(len(parts) - 1)
        two = parts[index : index + 2]
        random.shuffle(two)
        parts[index : index + 2] = [two[0].merged(two[1])]
    assert parts == [whole]


def test_of_points_among_each_other_do_not_merge() -> None:
    summary_of = {time: next(summaries([Row(7, time, 1.0)], MINUTE_MICROSECONDS))[1] for time in (1, 2, 3)}
    with pytest.raises(ValueError, match="not one after the other"):
        summary_of[1].merged(summary_of[3]).merged(summary_of[2])
    with pytest.raises(ValueError, match="not one after the other"):
        summary_of[1].merged(summary_of[1])


@pytest.mark.parametrize(
    ("values", "increase"),
    [
        ([5.0], 0.0),
        ([5.0, 5.0, 7.0], 2.0),
        ([5.0, 8.0, 2.0, 3.0], 3.0 + 2.0 + 1.0),
        ([5.0, 0.0, 0.0, 4.0, 3.0], 0.0 + 4.0 + 3.0),
        ([1e16, 3e16, 0.25], 2e16 + 0.25),
        ([0.1, 0.2, 0.3, 0.7, 0.1, 0.4], 0.7 - 0.1 + 0.4),
    ],
)
def test_a_counter_grows_from_nothing_where_it_was_reset(values: list[float], increase: float) -> None:
    assert increase_of(values) == increase


@pytest.mark.parametrize("value", [0.0, 1.0, 17.0, 61.0])
def test_small_whole_numbers_are_seen(value: float) -> None:
    assert set(values_of(bit_of(value) | bit_of(2.0) | bit_of(0.5))) == {value, 2.0}


@pytest.mark.parametrize("value", [-1.0, 0.5, 62.0, 63.0, 1e300, -1e300])
def test_all_others_are_seen_as_others(value: float) -> None:
    assert bit_of(value) == 1 << 62
    assert list(values_of(bit_of(value))) == []
