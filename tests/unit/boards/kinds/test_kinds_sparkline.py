"""Sparklines."""

from collections.abc import Callable
from typing import Any

import pytest

from boards.panels import draw

pytestmark = [pytest.mark.django_db, pytest.mark.database]
Make = Callable[..., Any]


def test_a_sparkline_begins_with_the_first_value(make_panel: Make, points: Make, asked: Make) -> None:
    points("cpu", [1.0, 2.0, 3.0])
    calls = asked("sparkline")
    draw(make_panel("cpu", kind="sparkline", window=60, minimum=0.0))
    assert list(calls[0]["it"]) == [1.0, 2.0, 3.0]
    assert calls[0]["minimum"] == 0.0
