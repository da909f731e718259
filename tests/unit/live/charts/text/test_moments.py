"""Instants and amounts of time as people read them."""

from datetime import UTC, datetime, timedelta, timezone, tzinfo
from math import inf, nan
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from live.charts.text.moments import _zone_name as uncached
from live.charts.text.moments import moment, relative, until_relative_changes, zone_name

NARROW = "\u202f"
MINUS = "\u2212"
DASH = "\u2013"


AT = datetime(2026, 11, 29, 14, 35, 20, 250_000, tzinfo=UTC).timestamp()


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("ms", "14:35:20.250"),
        ("s", "14:35:20"),
        ("m", "14:35"),
        ("weekday", "Sun 29"),
        ("weekday m", "Sun 29 14:35"),
        ("date", "Nov 29"),
        ("day", "Nov 29, 2026"),
        ("month", "Nov"),
        ("year", "2026"),
    ],
)
def test_moments(kind, text):
    assert moment(AT, UTC, kind) == text


def test_moments_are_in_the_zone_and_the_locale():
    assert moment(AT, ZoneInfo("Europe/Berlin"), "m") == "15:35"
    assert moment(AT, UTC, "date", "de") == "29. Nov."
    assert moment(AT, UTC, "ms", "de") == "14:35:20,250"


class Nameless(tzinfo):
    def utcoffset(self, dt):
        return timedelta(0)

    def dst(self, dt):
        return timedelta(0)

    def tzname(self, dt):
        return None


@pytest.mark.parametrize(
    ("zone", "name"),
    [
        (UTC, "UTC"),
        (ZoneInfo("Europe/Berlin"), "CET"),
        (ZoneInfo("America/Sao_Paulo"), f"UTC{MINUS}3"),
        (ZoneInfo("Asia/Kathmandu"), "UTC+5:45"),
        (timezone(timedelta(hours=2)), "UTC+02:00"),
        (Nameless(), "UTC"),
    ],
)
def test_zone_names(zone, name):
    assert zone_name(AT, zone) == name


def test_a_time_that_comes_twice_has_its_zone():
    berlin = ZoneInfo("Europe/Berlin")
    first = datetime(2026, 10, 25, 2, 30, tzinfo=berlin).timestamp()
    both = [first, first + 3600]
    assert [moment(at, berlin, "day-of-week s") for at in both] == ["Sun 02:30:00 CEST", "Sun 02:30:00 CET"]
    assert [moment(at, berlin, "day") for at in both] == ["Oct 25, 2026", "Oct 25, 2026"]
    assert [moment(at, berlin, "m", with_zone=False) for at in both] == ["02:30", "02:30"]
    assert moment(first - 3600, berlin, "m") == "01:30" and moment(first + 7200, berlin, "m") == "03:30"
    assert moment(first - 3600, berlin, "m", with_zone=True) == "01:30 CEST"
    skipped = datetime(2026, 3, 29, 1, 59, tzinfo=berlin).timestamp()
    assert [moment(skipped + 60 * i, berlin, "m") for i in range(2)] == ["01:59", "03:00"]


def test_a_zone_that_has_one_name_before_and_after_is_told_apart_by_its_offset():
    moscow = ZoneInfo("Europe/Moscow")
    first = datetime(2014, 10, 26, 1, 30, tzinfo=moscow).timestamp()
    assert [moment(first + 3600 * i, moscow, "m") for i in range(3)] == ["01:30 UTC+4", "01:30 UTC+3", "02:30"]


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (-5, "0 sec"),
        (9.9, "0 sec"),
        (45, "40 sec"),
        (119.9, "110 sec"),
        (120, "2 min"),
        (7199, "119 min"),
        (7200, "2 hr"),
        (172_799, "47 hr"),
        (172_800, "2 days"),
    ],
)
def test_an_amount_of_time_is_told_in_one_unit_and_rounded_down(seconds, words):
    assert relative(seconds) == words
    assert relative(seconds, "de") != ""


@given(st.sampled_from(sorted(available_timezones())), st.integers(0, 2_500_000_000))
def test_a_zone_is_called_what_it_was_at_the_instant(zone, at):
    assert zone_name(at, ZoneInfo(zone)) == uncached.__wrapped__(at, ZoneInfo(zone))


def test_a_zone_has_its_name_to_the_second():
    autumn = datetime(2026, 10, 25, 1, tzinfo=UTC).timestamp()
    names = [zone_name(autumn + seconds, ZoneInfo("Europe/Berlin")) for seconds in (-1, -0.001, 0, 1)]
    assert names == ["CEST", "CEST", "CET", "CET"]


@given(st.floats(0, 1e8))
def test_it_is_known_when_an_amount_reads_differently(seconds):
    wait = until_relative_changes(seconds)
    assert 0 < wait <= 86_400
    assert relative(seconds + wait * 0.98) == relative(seconds)
    assert relative(seconds + wait + 0.01) != relative(seconds)


@pytest.mark.parametrize("seconds", [nan, inf, -inf])
def test_no_amount_of_time_is_a_dash(seconds):
    assert relative(seconds) == "\u2013"
    assert until_relative_changes(seconds) == inf


@pytest.mark.parametrize("seconds", [1e11, 1e18, 1e300])
def test_an_endless_amount_of_time(seconds):
    assert "\u00d710" in relative(seconds)
    assert until_relative_changes(seconds) == inf


def test_before_now_the_next_change_is_after_ten_seconds_of_age():
    assert until_relative_changes(-5) == 15
