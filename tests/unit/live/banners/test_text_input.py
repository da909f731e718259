"""Times as they are typed."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from live.banners.text_input import parse_time

NOW = datetime(2026, 6, 1, 12, 0, 30, tzinfo=UTC)


@pytest.fixture
def berlin() -> Iterator[None]:
    with timezone.override("Europe/Berlin"):
        yield


@pytest.mark.usefixtures("berlin")
@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("+25m", NOW + timedelta(minutes=25)),
        ("+2h", NOW + timedelta(hours=2)),
        ("+3d", NOW + timedelta(days=3)),
        (" 14:30 ", datetime(2026, 6, 1, 12, 30, tzinfo=UTC)),
        ("14:00", datetime(2026, 6, 2, 12, 0, tzinfo=UTC)),
        ("0:15", datetime(2026, 6, 1, 22, 15, tzinfo=UTC)),
        ("2026-01-31T14:30", datetime(2026, 1, 31, 13, 30, tzinfo=UTC)),
        ("2026-01-31 14:30", datetime(2026, 1, 31, 13, 30, tzinfo=UTC)),
        ("2026-01-31T14:30:00Z", datetime(2026, 1, 31, 14, 30, tzinfo=UTC)),
        ("2026-10-25T02:30+01:00", datetime(2026, 10, 25, 1, 30, tzinfo=UTC)),
        ("2026-10-25T02:30+02:00", datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),
    ],
)
def test_the_moment_that_is_meant(text: str, found: datetime) -> None:
    assert parse_time(text, NOW) == found
    assert parse_time(text, NOW).utcoffset() == timedelta()


@pytest.mark.parametrize(
    "text", ["", "soon", "25:00", "12:60", "+5", "+5x", "+-5m", "2026-13-01", "-5m", "+999999d" * 2]
)
def test_what_is_no_time_says_what_is_one(text: str) -> None:
    with pytest.raises(ValueError, match="is no time; write one such as 14:30, "):
        parse_time(text, NOW)


@pytest.mark.usefixtures("berlin")
@pytest.mark.parametrize("text", ["2026-10-25T02:30", "2026-03-29T02:30"])
def test_a_time_that_comes_twice_or_not_at_all_needs_its_offset(text: str) -> None:
    with pytest.raises(ValueError, match="is not one moment in Europe/Berlin: the clocks change then"):
        parse_time(text, NOW)


@pytest.mark.usefixtures("berlin")
def test_the_next_half_past_two_is_asked_for_of_the_day_that_is_meant() -> None:
    night = datetime(2026, 3, 28, 23, 30, tzinfo=UTC)  # 29 March, 00:30: there is no half past two today
    with pytest.raises(ValueError, match="'02:30' is not one moment"):
        parse_time("02:30", night)
    # In the afternoon tomorrow's is meant.
    assert parse_time("02:30", night + timedelta(hours=15)) == datetime(2026, 3, 30, 0, 30, tzinfo=UTC)


@given(st.text())
def test_whatever_is_typed_is_a_time_or_a_sentence(text: str) -> None:
    try:
        assert parse_time(text, NOW).tzinfo is UTC
    except ValueError as error:
        assert str(error).endswith(".")
