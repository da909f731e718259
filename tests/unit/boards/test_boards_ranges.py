"""What stretch of time a board shows, as its address says it."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ValidationError
from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as st

from boards.ranges import MAX_SECONDS, MIN_SECONDS, Stretch, View, check_range, text_of

BERLIN = ZoneInfo("Europe/Berlin")
# A Wednesday.
NOW = datetime(2026, 11, 25, 11, 30, tzinfo=UTC)


def view(query: str) -> View:
    return View.from_query(QueryDict(query).dict(), BERLIN, NOW)


def stretch(query: str, default: str = "") -> Stretch:
    return view(query).stretch(BERLIN, default, NOW)


class TestAnAddress:
    @pytest.mark.parametrize(
        ("query", "expected"),
        [
            ("", View()),
            ("range=6h", View("6h")),
            ("range=360min&tz=UTC", View("6h", tz="UTC")),
            ("range=2 d", View("2d")),
            ("range=today", View("today")),
            ("from=2026-11-24T00:00&to=2026-11-25T00:00", View("2026-11-23T23:00:00Z/2026-11-24T23:00:00Z")),
            (
                "from=2026-11-24T00:00&to=2026-11-25T00:00&tz=UTC",
                View("2026-11-24T00:00:00Z/2026-11-25T00:00:00Z", tz="UTC"),
            ),
            ("from=2026-11-24T00:00+02:00&to=2026-11-24T03:00Z", View("2026-11-23T22:00:00Z/2026-11-24T03:00:00Z")),
            ("at=2026-11-25T03:12", View(at="2026-11-25T02:12:00Z")),
            ("at=2026-11-25T03:12:01.5", View(at="2026-11-25T02:12:01.500Z")),
            ("at=-15min&range=1h", View("1h", at="2026-11-25T11:15:00Z")),
        ],
    )
    def test_is_a_view(self, query: str, expected: View) -> None:
        assert view(query.replace("+", "%2B")) == view(query) == expected
        assert view(expected.query.lstrip("?")) == expected
        assert view(f"as=csv{expected.more_query}") == expected

    @pytest.mark.parametrize(
        ("query", "words"),
        [
            ("range=soon", "“soon” is not a range; one looks like 6h, 7d, today or week."),
            ("range=59s", "A range must be 1 min to 1830 d long."),
            ("range=1831d", "A range must be 1 min to 1830 d long."),
            ("range=99999999999999999999999999d", "A range must be"),
            ("range=2026-11-24T00:00/soon", "“soon” is not a moment"),
            ("from=2026-11-25T00:00&to=2026-11-25T00:00", "The range must end after it begins."),
            ("from=2026-11-25T00:00", "“” is not a moment; one looks like 2026-11-25T03:12."),
            ("at=2026-13-25T00:00", "“2026-13-25T00:00” is not a moment"),
            ("at=0001-01-01T00:00", "is not a moment"),
            ("at=0001-01-03T00:00", "is not a moment"),
            ("at=1969-12-31T23:59Z", "is not a moment"),
            ("at=-100000d", "is not a moment"),
            ("from=0999-01-01T00:00&to=0999-01-02T00:00", "“0999-01-01T00:00” is not a moment"),
            ("range=9999-12-31T00:00Z/9999-12-31T23:59Z", "is not a moment"),
            ("at=2026-11-25T11:31Z", "What was at a time in the future is not known yet."),
            ("at=-soon", "“soon” is not a range"),
            ("at=-99999999999d", "is not a moment"),
            ("tz=Mars", "“Mars” is no time zone; one looks like Europe/Berlin."),
        ],
    )
    def test_that_says_nothing_is_refused_in_words(self, query: str, words: str) -> None:
        with pytest.raises(ValidationError) as refused:
            view(query)
        assert words in refused.value.messages[0]

    @given(
        st.dictionaries(
            st.sampled_from(["range", "at", "tz", "from", "to"]), st.text() | st.from_regex(r"-?[0-9]{1,30}[a-zT:/ ]*")
        )
    )
    def test_of_any_text_is_a_view_or_refused(self, query: dict[str, str]) -> None:
        try:
            found = View.from_query(query, BERLIN, NOW)
        except ValidationError:
            return
        assert found.stretch(BERLIN, "", NOW).now <= NOW
        assert View.from_query(QueryDict(found.query.lstrip("?")).dict(), BERLIN, NOW) == found

    @given(st.integers(MIN_SECONDS, MAX_SECONDS))
    def test_a_range_has_one_way_of_writing(self, seconds: int) -> None:
        text = check_range(f"{seconds}s")
        assert check_range(text) == text
        assert View(text).stretch(BERLIN, "", NOW).seconds == seconds


class TestWhatItShows:
    def test_nothing_is_said(self) -> None:
        assert stretch("") == Stretch(BERLIN, NOW)

    def test_the_board_has_a_range(self) -> None:
        assert stretch("", "6 h").seconds == 6 * 3600
        assert stretch("range=1h", "6 h").seconds == 3600
        assert stretch("", "no range") == Stretch(BERLIN, NOW), "a program may have stored it"

    def test_another_zone(self) -> None:
        assert stretch("tz=Asia/Tokyo").zone == ZoneInfo("Asia/Tokyo")

    @pytest.mark.parametrize(
        ("query", "start", "end"),
        [
            ("range=today", datetime(2026, 11, 25), datetime(2026, 11, 26)),
            ("range=week", datetime(2026, 11, 23), datetime(2026, 11, 30)),
            ("range=today&at=2026-10-25T12:00", datetime(2026, 10, 25), datetime(2026, 10, 26)),
            ("range=week&at=2026-10-25T12:00", datetime(2026, 10, 19), datetime(2026, 10, 26)),
        ],
    )
    def test_days_are_those_of_the_clock(self, query: str, start: datetime, end: datetime) -> None:
        shown = stretch(query)
        assert (shown.start, shown.end) == (start.replace(tzinfo=BERLIN), end.replace(tzinfo=BERLIN))
        assert shown.is_live is ("at=" not in query)

    def test_a_day_that_has_25_hours(self) -> None:
        assert stretch("range=today&at=2026-10-25T12:00").seconds == 25 * 3600

    def test_a_moment(self) -> None:
        shown = stretch("at=2026-11-25T03:12&range=6h")
        assert shown == Stretch(BERLIN, datetime(2026, 11, 25, 2, 12, tzinfo=UTC), False, 6 * 3600)

    def test_a_time_that_is_over_is_shown_as_it_was_at_its_end(self) -> None:
        shown = stretch("from=2026-11-24T00:00Z&to=2026-11-24T12:00Z")
        assert (shown.now, shown.is_live) == (datetime(2026, 11, 24, 12, tzinfo=UTC), False)

    def test_a_time_that_is_not_over_goes_on(self) -> None:
        ends = text_of(NOW + timedelta(hours=1))
        shown = stretch(f"from=2026-11-24T00:00Z&to={ends}")
        assert (shown.now, shown.is_live, shown.end) == (NOW, True, NOW + timedelta(hours=1))
