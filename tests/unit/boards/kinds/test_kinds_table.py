"""Tables."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from boards.panels import draw
from tests.unit.boards.conftest import THEN, labelled

pytestmark = [pytest.mark.django_db, pytest.mark.database]
Make = Callable[..., Any]


def test_a_table_has_the_rows_that_have_values(make_panel: Make, points: Make, asked: Make) -> None:
    points("in", [1.0, None, None, 2.0, 3.0])
    points("out", [None, None, None, 4.0, None])
    calls = asked("table")
    draw(make_panel("in", "out", kind="table", window=60, rows=7))
    (call,) = calls
    series = {each.label: list(each.values) for each in call["it"]}
    assert series == {"In": [1.0, 2.0, 3.0], "Out": [None, 4.0, None]}
    assert call["times"] == [THEN.timestamp() + second for second in (0, 3, 4)]
    assert call["most"] == 7
    draw(make_panel("in", kind="table"))
    assert calls[1]["most"] == 10


def test_a_table_over_names_has_a_row_for_each(make_panel: Make, points: Make, asked: Make) -> None:
    points("in", [1.0])
    points("out", [4.0])
    calls = asked("table")
    draw(labelled(make_panel("in", "out", kind="table", x_axis="names"), ("Now", "In"), ("Now", "Out")))
    assert calls[0]["names"] == ["In", "Out"]
    assert [(each.label, list(each.values)) for each in calls[0]["it"]] == [("Now", [1.0, 4.0])]


def test_states_are_texts_in_a_table(make_panel: Make, points: Make) -> None:
    points("door", ["open", "closed", None, "ajar"])
    points("in", [1.0, None, 2.0, 3.0])
    chart = draw(make_panel("door", "in", kind="table", window=60))["chart"]
    assert [row[1:] for row in chart.data().rows] == [["ajar", 3.0], [None, 2.0], ["closed", None], ["open", 1.0]]
    assert "<td>ajar</td><td>3</td>" in chart.html()
    wide = draw(make_panel("door", "in", kind="table", window=60_000))["chart"]
    assert [row[1:] for row in wide.data().rows] == [["ajar", 3.0]]
    points("door", [5 * "x"], at=THEN - timedelta(seconds=300))
    points("door", ["open"], at=THEN - timedelta(seconds=301))
    wide = draw(make_panel("door", kind="table", window=60_000))["chart"]
    assert [row[1:] for row in wide.data().rows] == [["ajar"], ["open, xxxxx"]]


def test_states_are_texts_in_a_table_over_names(make_panel: Make, points: Make) -> None:
    points("door", ["open", "closed"])
    points("in", [1.0])
    chart = draw(labelled(make_panel("door", "in", kind="table", x_axis="names"), ("Now", "D"), ("Now", "In")))["chart"]
    assert chart.data().rows == [["D", "closed"], ["In", 1.0]]
