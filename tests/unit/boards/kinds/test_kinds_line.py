"""Lines."""

from collections.abc import Callable
from typing import Any

import pytest

from boards.panels import draw
from tests.unit.live.charts.markup import parsed

pytestmark = [pytest.mark.django_db, pytest.mark.database]
Make = Callable[..., Any]


def test_a_logarithmic_line(make_panel: Make, points: Make, asked: Make) -> None:
    points("cpu", [0.0, 1.0, 1e6, -5.0])
    calls = asked("line")
    parsed(draw(make_panel("cpu", logarithmic=True))["chart"])
    assert calls[0]["log"] is True
