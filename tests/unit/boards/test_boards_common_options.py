"""How the options that several kinds share come to the chart."""

from collections.abc import Callable
from typing import Any

import pytest

from boards.panels import draw
from live import charts
from tests.unit.boards.conftest import THEN, values

pytestmark = [pytest.mark.django_db, pytest.mark.database]
Make = Callable[..., Any]


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


def test_where_up_is_good_the_bands_lie_below(make_panel: Make, points: Make, asked: Make) -> None:
    points("cpu", [1.0])
    calls = asked("line")
    draw(make_panel("cpu", warn_at=7.0, bad_at=5.0, good="up"))
    assert calls[0]["thresholds"] == [charts.Threshold(7.0, "warn", False), charts.Threshold(5.0, "bad", False)]


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
