"""When a series is late."""

from datetime import UTC, datetime, timedelta

import pytest

from series.freshness import MAX_INTERVAL_SECONDS, overdue_at, valid_interval

THEN = datetime(2026, 1, 31, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    ("interval", "patience"), [(60.0, 150.0), (1.0, 5.0), (0.1, 5.0), (2.0, 5.0), (2.1, 5.25), (86_400.0, 216_000.0)]
)
def test_a_point_is_overdue_after_two_and_a_half_intervals_but_not_within_seconds(
    interval: float, patience: float
) -> None:
    assert overdue_at(THEN, interval) == THEN + timedelta(seconds=patience)


def test_a_point_that_nobody_expects_is_never_overdue() -> None:
    assert overdue_at(THEN, 0.0) is None


@pytest.mark.parametrize("seconds", [None, 0.0, -1.0, float("inf"), float("nan"), MAX_INTERVAL_SECONDS + 1])
def test_an_interval_that_cannot_be_waited_for_is_none(seconds: float | None) -> None:
    assert valid_interval(seconds) == 0.0


@pytest.mark.parametrize("seconds", [0.1, 60.0, MAX_INTERVAL_SECONDS])
def test_an_interval_that_can_be_waited_for_is_itself(seconds: float) -> None:
    assert valid_interval(seconds) == seconds
