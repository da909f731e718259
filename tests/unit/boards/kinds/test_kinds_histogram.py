"""Histograms."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from boards.kinds import histogram
from boards.panels import draw
from tests.unit.boards.conftest import THEN

pytestmark = [pytest.mark.django_db, pytest.mark.database]
Make = Callable[..., Any]


def test_a_histogram_is_of_all_points_of_the_window(
    make_panel: Make, points: Make, asked: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    points("a", [9.0, 1.0, 2.0, 3.0], every=10)
    points("b", [4.0], at=THEN + timedelta(seconds=15))
    calls = asked("histogram")
    draw(make_panel("a", "b", kind="histogram", window=25, bins=7))
    assert sorted(calls[0]["it"]) == [1.0, 2.0, 3.0, 4.0]
    assert calls[0]["bins"] == 7
    monkeypatch.setattr(histogram, "MAX_VALUES", 2)
    draw(make_panel("a", "b", kind="histogram", window=25))
    assert sorted(calls[1]["it"]) == [2.0, 3.0]
    assert calls[1]["bins"] is None
