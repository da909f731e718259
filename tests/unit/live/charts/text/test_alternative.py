"""What a screen reader says instead of the picture."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from live.charts.text.alternative import MAX_CLAUSES, Naming, gaps, name, text_alternative, trend
from live.charts.values import Series, clean

some = st.lists(st.none() | st.floats(-1e300, 1e300), min_size=1, max_size=50)


def of(values):
    return clean(values, len(values))


def say(*lines, title="", unit="", locale="en", at="at", labels=()):
    series = [
        Series(labels[i] if labels else f"w{i}" if len(lines) > 1 else "", values) for i, values in enumerate(lines)
    ]
    naming = Naming(lambda i: f"#{i}", "all day", at)
    words = text_alternative(title, series, [of(values) for values in lines[:8]], unit, locale, naming)
    return words.replace("\u202f", " ")


@pytest.mark.parametrize(
    ("values", "course"),
    [
        ([1, 2, 3], ""),
        ([1, 2, 3, 4], "rising"),
        ([4, 3, 2, 1], "falling"),
        ([1, 9, 5, 1], "steady"),
        ([5, 5, 5, 5], "steady"),
        ([0, 10, 0, 1], "steady"),
        ([0, 10, 0, 1.01], "rising"),
        ([1, None, None, 4], ""),
        ([1, None, 2, 3, None, 4], "rising"),
        ([None], ""),
        ([0, 0, 9, 9, 0, 0, 9, 9], "rising"),
    ],
)
def test_the_trend(values, course):
    assert trend(of(values)) == course


def test_gaps():
    assert gaps(of([1, 2])) == []
    assert gaps(of([None, 1, None, None, 2, None])) == [(0, 0), (2, 3), (5, 5)]
    assert gaps(of([None, None])) == [(0, 1)]


def test_a_name_is_short_enough_to_be_said():
    assert name("x" * 80) == "x" * 80
    assert name("x" * 81) == "x" * 79 + "…"


def test_one_line_over_time():
    assert say([41, 12, 93, 70], title="CPU", unit="%") == (
        "CPU, all day: now 70 %, lowest 12 % at #1, highest 93 % at #2, rising"
    )
    assert say([1]) == "all day: now 1"
    assert say([1, 1]) == "all day: now 1, all 1"
    assert say([1, 2, None]) == "all day: last 2 at #1, lowest 1 at #0, highest 2 at #1; no data #2"
    assert say([None, None]) == "all day: no data"
    assert say([None, 3]) == "all day: now 3, all 3; no data #0"


def test_one_line_over_categories_has_no_now_and_no_trend():
    assert say([1, 2, 3, 4], at="") == "all day: lowest 1 for #0, highest 4 for #3"
    assert say([5], at="") == "all day: 5 for #0"
    assert say([5, 5], at="") == "all day: all 5"
    assert say([5, None, 6], at="") == "all day: lowest 5 for #0, highest 6 for #2; no data for #1"
    assert say([None], at="") == "all day: no data"


def test_gaps_are_named_and_then_counted():
    assert say([1, None] * 3).endswith("; no data #1, #3, #5")
    assert say([1, None] * 5).endswith("; no data #1, #3, #5 and 2 more times")
    assert say([1, None, None, 1]).endswith("; no data #1\u2013#2")


def test_the_name_of_one_line_is_said_unless_it_is_the_title():
    assert say([1], labels=["in"]) == "all day: in now 1"
    assert say([1], labels=["in"], title="in") == "in, all day: now 1"
    assert say([1], title="t" * 99).startswith("t" * 79 + "…, all day")


def test_several_lines_have_a_clause_each():
    assert say([1, 2], [3, None]) == "all day: w0 2, 1 to 2; w1 \u2013, 3 to 3"
    assert say([1, 2], [None, None], at="") == "all day: w0 1 to 2; w1 no data"
    assert say([100, 200], [1, 2], unit="ms") == "in ms, all day: w0 200, 100 to 200; w1 2, 1 to 2"
    assert "900 ms to 12 s" in say([900, 12000], [1, 2], unit="ms")
    assert say([1, 2, 3, 4], [4, 3, 2, 1]).endswith("w0 4, 1 to 4, rising; w1 1, 1 to 4, falling")


def test_many_lines_are_counted():
    assert say(*[[i] for i in range(6)]).endswith("w5 5, 5 to 5")
    assert say(*[[i] for i in range(7)]).endswith("w5 5, 5 to 5; and 1 more")
    assert say(*[[i] for i in range(40)]).endswith("w5 5, 5 to 5; and 34 more")


def test_numbers_are_in_the_locale():
    assert say([1.5, 2.25], locale="de") == "all day: now 2,25, lowest 1,5 at #0, highest 2,25 at #1"


@given(st.lists(some, min_size=1, max_size=10), st.text(max_size=99), st.sampled_from(["", "at"]))
def test_anything_is_said_briefly(lines, title, at):
    words = say(*lines, title=title, at=at)
    assert len(words) < 200 + MAX_CLAUSES * 160
    assert not words.endswith(": ")
    assert "nan" not in words.removeprefix(name(title))
    assert "None" not in words.removeprefix(name(title))


@given(some)
def test_every_missing_value_is_in_a_gap(values):
    missing = {i for first, last in gaps(of(values)) for i in range(first, last + 1)}
    assert missing == {i for i, v in enumerate(values) if v is None}


@given(some)
def test_what_is_turned_around_turns_the_trend_around(values):
    opposite = {"rising": "falling", "falling": "rising", "steady": "steady", "": ""}
    assert trend(of([None if v is None else -v for v in values])) == opposite[trend(of(values))]
