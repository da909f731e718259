"""Bars."""

from collections.abc import Callable
from typing import Any

import pytest

from boards.panels import draw
from tests.unit.boards.conftest import values

pytestmark = [pytest.mark.django_db, pytest.mark.database]
Make = Callable[..., Any]


def test_bars_over_time_are_few_and_each_the_mean_of_its_time(make_panel: Make, points: Make, asked: Make) -> None:
    points("cpu", [1.0, 3.0, 5.0, 7.0, 9.0, 11.0], every=5)
    calls = asked("bar")
    draw(make_panel("cpu", kind="bar", window=480, horizontal=True))
    (call,) = calls
    assert (call["step"], call["horizontal"]) == (10, True)
    assert values(call)["Cpu"][-3:] == [2.0, 6.0, 10.0]
    assert len(values(call)["Cpu"]) == 48


def test_a_bar_is_never_narrower_than_what_is_expected(make_panel: Make, points: Make, asked: Make) -> None:
    points("cpu", [1.0, 3.0], every=60)
    calls = asked("bar")
    draw(make_panel("cpu", kind="bar", window=300, interval=60.0))
    assert calls[0]["step"] == 60
    assert values(calls[0])["Cpu"][-2:] == [1.0, 3.0]
