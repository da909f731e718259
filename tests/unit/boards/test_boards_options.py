"""One option: what it takes, what counts as not set, and how stored values are read."""

from typing import Any

import pytest
from django import forms
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from boards.common_options import STACKED, UNIT, WINDOW, X_AXIS
from boards.durations import DurationField, DurationRange
from boards.kinds import every
from boards.options import Option, Values

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
