"""One option: what it takes, what counts as not set, and how stored values are read."""

from collections.abc import Callable
from typing import Any

import pytest
from django import forms
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from boards.kinds import every
from boards.options import STACKED, UNIT, WINDOW, X_AXIS, Option, Values
from boards.panels import draw
from live import charts
from series.durations import DurationField, DurationRange
from tests.unit.boards.conftest import THEN, values

Make = Callable[..., Any]


def database(test: Callable[..., None]) -> Callable[..., None]:
    """Mark a test that needs the database."""
    return pytest.mark.database(pytest.mark.django_db(test))


SIZE: Option[int] = Option("size", 3, forms.IntegerField, "Size", min_value=1, max_value=9)
VALUES = st.none() | st.booleans() | st.integers() | st.floats() | st.text()
JSON = st.recursive(VALUES, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner))


@pytest.mark.parametrize("value", [None, ""])
def test_an_option_that_is_not_set_has_its_default(value: Any) -> None:
    assert SIZE.clean(value) == 3


@pytest.mark.parametrize("value", [0, 10, "5", 2.5, True, [], {}])
def test_an_option_refuses_what_it_cannot_be(value: Any) -> None:
    with pytest.raises(ValidationError):
        SIZE.clean(value)


def test_an_option_takes_what_it_can_be() -> None:
    assert [SIZE.clean(value) for value in (1, 9)] == [1, 9]
    assert STACKED.clean(False) is False and STACKED.clean(True) is True


def test_an_option_is_never_required_in_a_form() -> None:
    assert not SIZE.field.required and not SIZE.field.widget.is_required and SIZE.field.label == "Size"


def test_values_are_read_by_their_option() -> None:
    values = Values({}, {"unit": "ms", "stacked": True})
    assert (values[UNIT], values[STACKED], values[X_AXIS]) == ("ms", True, "time")


def test_what_is_stored_and_invalid_counts_as_not_set() -> None:
    values = Values({}, {"unit": "x" * 21, "stacked": "yes", "x_axis": ["names"], "window": -5})
    assert (values[UNIT], values[STACKED], values[X_AXIS], values[WINDOW]) == ("", False, "time", 300)


@pytest.mark.parametrize("stored", [None, [], "nonsense", 5])
def test_options_that_are_no_object_are_none(stored: Any) -> None:
    assert Values({}, stored)[WINDOW] == 300


def test_a_kind_has_a_shared_option_with_a_default_of_its_own() -> None:
    own: Option[float] = Option("window", 600, DurationField, "Window", validators=[DurationRange(1, 900)])
    assert Values({"window": own}, {})[WINDOW] == 600
    assert Values({"window": own}, {"window": 901})[WINDOW] == 600


@given(JSON)
def test_whatever_is_stored_every_option_of_every_kind_can_be_read(value: Any) -> None:
    for kind in every():
        values = kind.values(dict.fromkeys(kind.by_name, value))
        assert all(option.clean(values[option]) == values[option] for option in kind.options)
        kind.problems(values), kind.caption(values)


# How those that several kinds share come to the chart.


@database
@pytest.mark.parametrize("kind", ["line", "area"])
def test_lines_lie_over_the_window(make_panel: Make, points: Make, asked: Make, kind: str) -> None:
    points("in", [1.0, 2.0, 3.0])
    points("out", [4.0, 5.0, 6.0])
    calls = asked(kind)
    options = dict(unit="B/s", minimum=0.0, maximum=9.0, minimum_range=4.0, show_extremes=True, warn_at=7.0, bad_at=8.0)
    draw(make_panel("in", "out", kind=kind, window=3, **options))
    (call,) = calls
    assert values(call) == {"In": [1.0, 2.0, 3.0], "Out": [4.0, 5.0, 6.0]}
    assert (call["start"], call["step"]) == (THEN.timestamp(), 1)
    assert (call["unit"], call["minimum"], call["maximum"], call["title"]) == ("B/s", 0.0, 9.0, "Some")
    assert (call["minimum_range"], call["show_extremes"]) == (4.0, True)
    assert call["thresholds"] == [charts.Threshold(7.0, "warn"), charts.Threshold(8.0, "bad")]


@database
def test_where_up_is_good_the_bands_lie_below(make_panel: Make, points: Make, asked: Make) -> None:
    points("cpu", [1.0])
    calls = asked("line")
    draw(make_panel("cpu", warn_at=7.0, bad_at=5.0, good="up"))
    assert calls[0]["thresholds"] == [charts.Threshold(7.0, "warn", False), charts.Threshold(5.0, "bad", False)]


@database
@pytest.mark.parametrize("kind", ["line", "area", "bar"])
def test_over_names_lie_the_newest_values(make_panel: Make, points: Make, asked: Make, kind: str) -> None:
    points("mon", [1.0, 2.0])
    points("tue", [3.0, 4.0])
    calls = asked(kind)
    draw(make_panel("mon", "tue", "wed", kind=kind, x_axis="names"))
    (call,) = calls
    assert call["categories"] == ["Mon", "Tue", "Wed"]
    assert values(call) == {"": [2.0, 4.0, None]}
    assert "start" not in call
