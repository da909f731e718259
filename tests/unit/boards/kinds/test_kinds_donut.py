"""Donuts."""

from collections.abc import Callable
from typing import Any

import pytest

from boards.panels import draw

pytestmark = [pytest.mark.django_db, pytest.mark.database]
Make = Callable[..., Any]


def test_a_donut_has_a_slice_for_each_series_that_has_a_value(make_panel: Make, points: Make, asked: Make) -> None:
    points("a", [1.0, 2.0])
    points("b", [3.0])
    calls = asked("donut")
    draw(make_panel("a", "none", "b", kind="donut"))
    assert calls[0]["it"] == [("A", 2.0), ("B", 3.0)]
