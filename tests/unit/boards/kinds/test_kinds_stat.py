"""One number."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from boards import fragments
from boards.panels import draw
from live.rendering.render import render
from tests.unit.boards.conftest import THEN

pytestmark = [pytest.mark.django_db, pytest.mark.database]
Make = Callable[..., Any]


@pytest.mark.parametrize("kind", ["stat", "gauge"])
def test_the_newest_value_of_the_first_series(make_panel: Make, points: Make, asked: Make, kind: str) -> None:
    points("cpu", [1.0, 2.0])
    points("disk", [5.0, 6.0])
    calls = asked(kind)
    draw(make_panel("cpu", "disk", kind=kind, unit="%", warn_at=1.0, bad_at=3.0))
    assert calls[0]["it"] == 2.0
    assert calls[0]["unit"] == "%"


def test_a_figure_is_compared_with_the_beginning_of_its_window_only_if_there_was_one(
    make_panel: Make, points: Make, asked: Make
) -> None:
    panel = make_panel("cpu", kind="stat", window=60, good="down", warn_at=9.0)
    calls = asked("stat")
    points("cpu", [10.0], at=THEN)
    points("cpu", [10.0], at=THEN - timedelta(seconds=20))
    draw(panel)
    assert calls[0]["previous"] is None
    assert len(calls[0]["trend"]) == 0, "two points are no line"
    assert (calls[0]["good"], calls[0]["level"]) == ("down", "warn")
    points("cpu", [5.0], at=THEN - timedelta(seconds=58))
    draw(panel)
    assert (calls[1]["previous"], calls[1]["previous_label"]) == (5.0, "1 min ago")
    assert calls[1]["trend"][0] == 5.0 and calls[1]["trend"][-1] == 10.0


def test_a_state_is_its_text_and_not_a_number(make_panel: Make, points: Make) -> None:
    points("door", ["open", "closed"])
    points("job", ["ok", "failed"])
    (door, job) = (draw(make_panel(name, kind="stat"))["chart"] for name in ("door", "job"))
    assert '<p class="chart-value">closed</p>' in door.html() and "chart-delta" not in door.html()
    assert door.text_alternative == "Some: closed"
    assert "closed" in door.svg(title="Some")
    assert door.data().rows == [("Some", "closed")]
    assert job.text_alternative == "Some: failed, Critical"


def test_an_integer_is_shown_exactly(make_panel: Make, points: Make) -> None:
    points("counter", [2**53 + 1])
    chart = draw(make_panel("counter", kind="stat", unit="B"))["chart"]
    assert "9,007,199,254,740,993" in chart.html() and "9,007,199,254,740,993" in chart.svg()
    assert chart.data().rows[0] == ("Some", 2**53 + 1)


@pytest.mark.parametrize(("window", "words"), [(86_400, "yesterday"), (7 * 86_400, "last week"), (3600, "1 h ago")])
def test_a_figure_says_in_words_what_it_is_compared_with(
    make_panel: Make, points: Make, window: int, words: str
) -> None:
    points("cpu", [10.0, 12.0], every=window - 1)
    assert f"vs. {words}<" in draw(make_panel("cpu", kind="stat", window=window))["chart"].html()


@pytest.mark.parametrize("kind", ["stat", "gauge", "status", "line", "area"])
def test_what_is_critical_looks_so_until_it_is_late(make_panel: Make, points: Make, at: Make, kind: str) -> None:
    panel = make_panel("cpu", kind=kind, warn_at=5.0, bad_at=9.0, interval=60.0, window=3600)
    levels = []
    for minute, value in enumerate([1.0, 6.0, 10.0]):
        moment = THEN + timedelta(minutes=minute)
        at(moment)
        points("cpu", [value], at=moment)
        levels.append(draw(panel)["level"])
    assert levels == ["", "warn", "bad"]
    html = render(fragments.panel.key(pk=panel.pk)).html
    assert " chart-bad" in html and "Critical" in html
    at(THEN + timedelta(hours=1))
    html = render(fragments.panel.key(pk=panel.pk)).html
    assert " chart-bad" not in html and "Critical" not in html and "58 min old" in html
    assert "Last data 58 min ago (10:02:00), expected every 1 min" in html, "in full for who cannot see the clock"
