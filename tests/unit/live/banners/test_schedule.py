"""When a banner is seen and what is said of its times, on ordinary days and on those on which the clocks change."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from live.banners import schedule
from live.banners.models import Banner

BERLIN = ZoneInfo("Europe/Berlin")
NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
MICROSECOND = timedelta(microseconds=1)


@pytest.fixture
def berlin() -> Iterator[None]:
    with timezone.override(BERLIN):
        yield


def banner(
    starts: datetime, ends: datetime | None = None, announce_minutes_before: int = 0, level: str = "info"
) -> Banner:
    return Banner(level=level, text="x", starts=starts, ends=ends, announce_minutes_before=announce_minutes_before)


def said(one: Banner, now: datetime) -> str:
    """All that is said of its times, without markup."""
    words = schedule.in_words(one, now)
    parts = [words.begins_in, words.starts, words.ends]
    return " | ".join(part.partition(">")[2].removesuffix("</time>") if ">" in part else part for part in parts)


class TestShown:
    def test_from_its_start_up_to_its_end(self) -> None:
        one = banner(NOON, NOON + HOUR)
        moments = [NOON - MICROSECOND, NOON, NOON + HOUR - MICROSECOND, NOON + HOUR]
        assert [schedule.is_shown(one, moment) for moment in moments] == [False, True, True, False]

    def test_from_when_it_is_announced(self) -> None:
        one = banner(NOON, announce_minutes_before=25)
        moments = [NOON - 25 * MINUTE - MICROSECOND, NOON - 25 * MINUTE, NOON + 9000 * HOUR]
        assert [schedule.is_shown(one, moment) for moment in moments] == [False, True, True]

    def test_each_moment_at_which_that_changes_is_named_before_it_comes(self) -> None:
        both = [banner(NOON, NOON + HOUR, announce_minutes_before=30), banner(NOON + 10 * MINUTE)]
        now, seen = NOON - HOUR, []
        while moment := schedule.next_change(both, now):
            assert moment > now
            seen.append((moment - NOON) // MINUTE)
            now = moment
        assert seen == [-30, 0, 10, 60]
        assert schedule.next_change([], NOON) is None

    def test_the_most_severe_come_first_then_what_has_begun_then_the_newest(self) -> None:
        order = [
            banner(NOON - 2 * HOUR, level="outage"),
            banner(NOON + HOUR, level="outage", announce_minutes_before=90),
            banner(NOON - HOUR, level="degraded"),
            banner(NOON - HOUR, level="maintenance"),
            banner(NOON - HOUR),
            banner(NOON - 2 * HOUR),
        ]
        shuffled = order[::-1]
        assert sorted(shuffled, key=lambda one: schedule.urgency(one, NOON)) == order


class TestWords:
    @pytest.mark.parametrize(
        ("left", "words", "then"),
        [
            (timedelta(seconds=1), "1 min", timedelta()),
            (MINUTE, "1 min", timedelta()),
            (MINUTE + MICROSECOND, "2 min", MINUTE),
            (25 * MINUTE, "25 min", 24 * MINUTE),
            (90 * MINUTE, "90 min", 89 * MINUTE),
            (91 * MINUTE, "2 h", 90 * MINUTE),
            (5 * HOUR, "5 h", 4 * HOUR),
            (48 * HOUR, "48 h", 47 * HOUR),
            (48 * HOUR + MINUTE, "3 days", 48 * HOUR),
            (240 * HOUR, "10 days", 216 * HOUR),
        ],
    )
    def test_count_down_and_say_when_they_change(self, left: timedelta, words: str, then: timedelta) -> None:
        assert schedule.countdown(NOON, NOON - left) == (words, NOON - then)

    def test_before_in_and_without_an_end(self) -> None:
        one = banner(NOON, NOON + 2 * HOUR, announce_minutes_before=25)
        assert said(one, NOON - 25 * MINUTE) == "25 min | 12:00 UTC | 14:00 UTC"
        assert said(one, NOON) == " | 12:00 UTC | 14:00 UTC"
        assert said(banner(NOON), NOON) == " | 12:00 UTC | "

    def test_one_that_was_ended_before_its_start_does_not_start_any_more(self) -> None:
        assert (
            said(banner(NOON, NOON - MINUTE, announce_minutes_before=60), NOON - 10 * MINUTE)
            == " | 12:00 UTC | 11:59 UTC"
        )

    def test_another_day_has_its_date_and_another_year_its_year(self) -> None:
        one = banner(NOON, NOON + 24 * HOUR)
        assert said(one, NOON) == " | 12:00 UTC | Tue 2 Jun, 12:00 UTC"
        assert said(banner(NOON), NOON + 365 * 24 * HOUR) == " | Mon 1 Jun 2026, 12:00 UTC | "
        assert "Mon 1 Jun 2026, 12:00 UTC" in schedule.clock(NOON)

    @pytest.mark.parametrize(
        ("zone", "words"),
        [
            ("Europe/Berlin", "14:00 CEST"),
            ("America/Sao_Paulo", "09:00 UTC-3"),
            ("Asia/Kathmandu", "17:45 UTC+5:45"),
            ("UTC", "12:00 UTC"),
        ],
    )
    def test_the_zone_has_its_name_or_its_offset(self, zone: str, words: str) -> None:
        with timezone.override(zone):
            assert said(banner(NOON), NOON) == f" | {words} | "


@pytest.mark.usefixtures("berlin")
class TestTheClocksChange:
    # On 25 October 2026 at 03:00 CEST it is 02:00 CET: half past two comes twice, an hour apart.
    FIRST, SECOND = datetime(2026, 10, 25, 0, 30, tzinfo=UTC), datetime(2026, 10, 25, 1, 30, tzinfo=UTC)
    # On 29 March 2026 at 02:00 CET it is 03:00 CEST: there is no half past two.
    BEFORE, AFTER = datetime(2026, 3, 29, 0, 59, 59, tzinfo=UTC), datetime(2026, 3, 29, 1, tzinfo=UTC)

    def test_the_hour_that_comes_twice_is_told_apart(self) -> None:
        one = banner(self.FIRST, self.SECOND)
        assert said(one, self.FIRST) == " | 02:30 CEST | 02:30 CET"

    def test_an_hour_is_an_hour(self) -> None:
        one = banner(self.FIRST, self.SECOND, announce_minutes_before=60)
        assert schedule.next_change([one], self.FIRST - 2 * HOUR) == self.FIRST - HOUR
        assert schedule.next_change([one], self.FIRST - HOUR) == self.FIRST
        assert schedule.next_change([one], self.FIRST) == self.SECOND
        assert schedule.is_shown(one, self.SECOND - MICROSECOND)
        assert not schedule.is_shown(one, self.SECOND)
        # Written as somebody in Berlin reads it, with the second of the two: the same moment.
        in_berlin = datetime(2026, 10, 25, 2, 30, tzinfo=BERLIN, fold=1)
        assert schedule.next_change([banner(self.FIRST, in_berlin)], self.FIRST) == self.SECOND
        assert not schedule.is_shown(banner(self.FIRST, in_berlin), self.SECOND)

    def test_the_countdown_counts_real_minutes_over_both_switches(self) -> None:
        night = datetime(2026, 10, 25, 2, 15, tzinfo=UTC)  # 03:15 CET, and 65 minutes before it was 03:10 CEST - 1 h
        assert said(banner(night, announce_minutes_before=90), night - 65 * MINUTE).startswith("65 min | 03:15 CET")
        spring = self.AFTER + 30 * MINUTE  # 03:30 CEST, three quarters of an hour after 01:45 CET
        assert said(banner(spring, announce_minutes_before=90), self.AFTER - 15 * MINUTE).startswith(
            "45 min | 03:30 CEST"
        )

    def test_the_next_day_begins_at_midnight_there_on_days_of_23_and_25_hours(self) -> None:
        for day, hours in ((datetime(2026, 3, 29), 23), (datetime(2026, 10, 25), 25), (datetime(2026, 6, 1), 24)):
            begins = day.replace(tzinfo=BERLIN).astimezone(UTC)
            assert schedule.next_day(begins, BERLIN) == begins + hours * HOUR
            assert schedule.next_day(begins - MICROSECOND, BERLIN) == begins


SWITCHES = [datetime(2026, 10, 25, 1, tzinfo=UTC), datetime(2026, 3, 29, 1, tzinfo=UTC), NOON]
SECONDS = st.integers(-4 * 86400, 4 * 86400).map(lambda seconds: timedelta(seconds=seconds))


@given(st.sampled_from(SWITCHES), SECONDS, SECONDS, st.integers(1, 200_000), st.floats(0, 1, exclude_max=True))
def test_what_is_said_stays_true_until_the_moment_that_is_named(
    around: datetime, start: timedelta, at: timedelta, lasts: int, part: float
) -> None:
    with timezone.override(BERLIN):
        one, now = banner(around + start, around + start + timedelta(seconds=lasts)), around + at
        changes = schedule.in_words(one, now).changes
        assert changes > now
        # Rounding must not reach the moment itself.
        assert said(one, min(now + (changes - now) * part, changes - timedelta(microseconds=1))) == said(one, now)
        # ... and at that moment it is said otherwise, or it is over.
        assert said(one, changes) != said(one, now) or changes in (one.starts, one.ends) or at_midnight(changes)


def at_midnight(moment: datetime) -> bool:
    return moment.astimezone(BERLIN).strftime("%H:%M:%S") == "00:00:00"
