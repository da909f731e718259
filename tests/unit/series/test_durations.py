"""Lengths of time in words and back."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from series.durations import DAY, DurationField, DurationRange, duration, seconds_of


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0.5, "0.5 s"),
        (1, "1 s"),
        (45, "45 s"),
        (60, "1 min"),
        (90, "90 s"),
        (300, "5 min"),
        (3600, "1 h"),
        (9000, "2.5 h"),
        (86400, "24 h"),
        (90000, "25 h"),
        (604800, "7 d"),
        (100_000, "100000 s"),
        (2**31 - 1, "2147483647 s"),
    ],
)
def test_a_duration_in_words_and_back(seconds: float, words: str) -> None:
    assert duration(seconds) == words
    assert seconds_of(words) == seconds


@given(st.integers(1, 400 * DAY))
def test_a_duration_written_in_words_is_read_back_exactly(seconds: int) -> None:
    assert seconds_of(duration(seconds)) == seconds


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("5min", 300), ("1 h 30 min", 5400), ("1,5 D", 129_600), ("PT5M", 300), ("p7d", 604_800), ("P1DT12H", 129_600)],
)
def test_a_duration_is_read_as_people_and_standards_write_it(text: str, seconds: float) -> None:
    assert seconds_of(text) == seconds


@pytest.mark.parametrize("text", ["300", "five", "5 weeks", "-5 min", "5 min!", "P1Y", "P", "min", "5 minutes ago"])
def test_a_text_that_is_no_duration_is_refused_in_words(text: str) -> None:
    with pytest.raises(ValidationError, match="is not a length of time; one looks like 5 min, 24 h or 7 d"):
        DurationField().clean(text)


@pytest.mark.parametrize("text", ["9" * 400 + " d", "P" + "9" * 30 + "D"])
def test_a_duration_beyond_all_numbers_is_refused(text: str) -> None:
    with pytest.raises(ValidationError):
        DurationField(validators=[DurationRange(1, DAY)]).clean(text)


@pytest.mark.parametrize(("seconds", "fits"), [(59, False), (60, True), (DAY, True), (DAY + 1, False)])
def test_a_range_of_durations_is_said_in_words(seconds: float, fits: bool) -> None:
    check = DurationRange(60, DAY)
    if fits:
        check(seconds)
    else:
        with pytest.raises(ValidationError, match="It must be 1 min to 24 h."):
            check(seconds)
    assert check == DurationRange(60, DAY) and check != DurationRange(1, DAY)


@pytest.mark.parametrize(("value", "shown"), [(300, "5 min"), (None, None), ("as typed", "as typed")])
def test_a_field_shows_words_and_never_seconds(value: Any, shown: Any) -> None:
    field = DurationField()
    assert field.prepare_value(value) == shown
    assert not field.has_changed(300, "5 min") and field.has_changed(300, "6 min")
