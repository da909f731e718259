"""Gauges."""

from collections.abc import Callable
from typing import Any

import pytest

from boards.panels import draw

pytestmark = [pytest.mark.django_db, pytest.mark.database]
Make = Callable[..., Any]


def test_a_gauge_goes_from_0_to_100_unless_told(make_panel: Make, points: Make, asked: Make) -> None:
    points("cpu", [0.5])
    calls = asked("gauge")
    for fields in ({}, dict(maximum=200.0), dict(unit="ratio"), dict(minimum=100.0), dict(minimum=5.0, maximum=5.0)):
        draw(make_panel("cpu", kind="gauge", **fields))
    ends = [(call["minimum"], call["maximum"]) for call in calls]
    assert ends == [(0, 100), (0, 200), (0, 1), (0, 100), (0, 100)]
