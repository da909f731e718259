"""When a series is late."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError

from series.freshness import MAX_INTERVAL_SECONDS, Expectation, check_interval, expectation, valid_interval

THEN = datetime(2026, 1, 31, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    ("interval", "seconds"), [(60.0, 150.0), (1.0, 5.0), (0.1, 5.0), (2.0, 5.0), (2.1, 5.25), (86_400.0, 216_000.0)]
)
def test_a_point_is_overdue_after_two_and_a_half_intervals_but_not_within_seconds(
    interval: float, seconds: float
) -> None:
    assert expectation(interval).overdue_at(THEN) == THEN + timedelta(seconds=seconds)


@pytest.mark.parametrize(
    ("interval", "seconds"), [(0.1, 30.1), (1.0, 31.0), (10.0, 40.0), (20.0, 50.0), (60.0, 150.0), (3600.0, 9000.0)]
)
def test_after_a_learned_interval_it_is_overdue_later(interval: float, seconds: float) -> None:
    learned = expectation(None, learned=interval)
    assert learned.is_learned
    assert learned.overdue_at(THEN) == THEN + timedelta(seconds=seconds)


@pytest.mark.parametrize("grace", [0.0, 7.0, 86_400.0])
def test_a_grace_of_its_own_comes_instead(grace: float) -> None:
    due = THEN + timedelta(seconds=60 + grace)
    assert expectation(60.0, grace).overdue_at(THEN) == due
    assert expectation(None, grace, 60.0).overdue_at(THEN) == due


def test_what_a_series_says_counts_and_not_what_was_learned() -> None:
    assert expectation(60.0, learned=1.0) == expectation(60.0)
    assert expectation(0.0, 9.0, learned=1.0) == Expectation()


def test_a_point_that_nobody_expects_is_never_overdue() -> None:
    for nothing in (expectation(None), expectation(0.0), expectation(None, 5.0, None)):
        assert nothing == Expectation()
        assert nothing.overdue_at(THEN) is None


@pytest.mark.parametrize("seconds", [None, 0.0, -1.0, float("inf"), float("nan"), MAX_INTERVAL_SECONDS + 1])
def test_an_interval_that_cannot_be_waited_for_is_none(seconds: float | None) -> None:
    assert valid_interval(seconds) == 0.0
    assert expectation(60.0, seconds or None) == expectation(60.0), "nor a grace"


@pytest.mark.parametrize("seconds", [0.1, 60.0, MAX_INTERVAL_SECONDS])
def test_an_interval_that_can_be_waited_for_is_itself(seconds: float) -> None:
    assert valid_interval(seconds) == seconds


@pytest.mark.parametrize("seconds", [0.0, 0.1, 60.0, MAX_INTERVAL_SECONDS])
def test_an_interval_or_never_may_be_said(seconds: float) -> None:
    check_interval(seconds)


@pytest.mark.parametrize("seconds", [0.01, -1.0, float("inf"), MAX_INTERVAL_SECONDS + 1])
def test_nothing_else_may_be_said(seconds: float) -> None:
    with pytest.raises(ValidationError, match="0.1 s to 366 d"):
        check_interval(seconds)
