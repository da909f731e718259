"""What clocks show, and when: through changes of an hour, half an hour and a whole day, at midnight, too."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from live.charts.axes.clock import bucket_start, instant, offset, shown
from live.charts.axes.ticks import DAY, HOUR

BERLIN = ZoneInfo("Europe/Berlin")
ZONES = ["UTC", "Europe/Berlin", "America/St_Johns", "Australia/Lord_Howe", "Pacific/Apia", "America/Sao_Paulo"]


def at(*clock: int, zone: ZoneInfo = BERLIN, fold: int = 0) -> float:
    return datetime(*clock, tzinfo=zone, fold=fold).timestamp()  # type: ignore[misc,arg-type]


def face(*clock: int) -> float:
    """The seconds that a clock shows."""
    return datetime(*clock, tzinfo=UTC).timestamp()  # type: ignore[misc,arg-type]


def test_a_clock_is_ahead_of_utc() -> None:
    assert (offset(at(2026, 3, 28), BERLIN), offset(at(2026, 3, 30), BERLIN)) == (HOUR, 2 * HOUR)
    assert offset(0, ZoneInfo("America/St_Johns")) == -3.5 * HOUR
    assert shown(at(2026, 3, 30, 7, 15), BERLIN) == face(2026, 3, 30, 7, 15)


def test_of_an_hour_that_comes_twice_it_is_the_first() -> None:
    first, second = at(2026, 10, 25, 2, 30), at(2026, 10, 25, 2, 30, fold=1)
    assert second - first == HOUR
    assert shown(first, BERLIN) == shown(second, BERLIN) == face(2026, 10, 25, 2, 30)
    assert instant(face(2026, 10, 25, 2, 30), BERLIN) == first


def test_of_an_hour_that_is_skipped_it_is_as_much_later() -> None:
    assert instant(face(2026, 3, 29, 2, 30), BERLIN) == at(2026, 3, 29, 3, 30)


def test_a_day_begins_at_its_midnight_or_when_it_begins() -> None:
    assert bucket_start(at(2026, 10, 25, 23, 59), 86400, BERLIN) == face(2026, 10, 25)
    # Midnight was skipped there: the day began at one.
    paulo = ZoneInfo("America/Sao_Paulo")
    noon = at(2018, 11, 4, 12, zone=paulo)
    assert bucket_start(noon, 86400, paulo) == face(2018, 11, 4)
    assert instant(bucket_start(noon, 86400, paulo), paulo) == at(2018, 11, 4, 1, zone=paulo)


@given(st.sampled_from(ZONES), st.integers(0, 2_000_000_000))
def test_what_it_shows_leads_back(name: str, seconds: int) -> None:
    zone = ZoneInfo(name)
    back = instant(shown(seconds, zone), zone)
    assert shown(back, zone) == shown(seconds, zone)
    assert back == seconds or 0 < seconds - back <= HOUR, "the first of the two"


@pytest.mark.parametrize("name", ZONES)
def test_days_follow_each_other(name: str) -> None:
    zone = ZoneInfo(name)
    start = bucket_start(face(2011, 1, 15), 86400, zone)
    days = [datetime.fromtimestamp(instant(start + day * DAY, zone), zone).date() for day in range(3650)]
    # Apia crossed the date line, and had no 30 December.
    twice = {day for day, before in zip(days[1:], days, strict=False) if day == before}
    assert twice == ({datetime(2011, 12, 31).date()} if name == "Pacific/Apia" else set())
    assert days[-1] - days[0] == timedelta(days=3649)
