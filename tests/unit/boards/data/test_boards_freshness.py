"""What a panel says about late and missing data, and until when that stands."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from boards import fragments
from boards.data.freshness import MAX_HATCHED_PART
from boards.models import Board, PanelSeries
from boards.panels import draw
from live.rendering.render import render
from series.freshness import MIN_LATE_AFTER_SECONDS
from series.models import Point, Series
from series.samples import Sample
from series.storage.query import latest
from series.storage.statements import execute
from series.storage.write import write
from tests.unit.boards.conftest import THEN

pytestmark = [pytest.mark.django_db, pytest.mark.database]
Make = Callable[..., Any]


def test_late_is_said_and_when_it_will_be(make_panel: Make, points: Make, at: Make) -> None:
    panel = make_panel("cpu", interval=60.0, window=3600)
    points("cpu", [1.0])
    due = THEN + timedelta(seconds=150)
    at(due - timedelta(seconds=1))
    fresh = draw(panel)
    assert (fresh["state"], fresh["note"], fresh["next_change"]) == ("", "", due)
    at(THEN + timedelta(minutes=14, seconds=7))
    late = draw(panel)
    assert late["state"] == "stale"
    assert late["note"] == "Last data 14 min ago (10:00:00), expected every 1 min"
    assert late["next_change"] == THEN + timedelta(minutes=15)
    assert late["note"] in render(fragments.panel.key(pk=panel.pk)).html


def test_few_seconds_have_no_number(make_panel: Make, points: Make, at: Make) -> None:
    panel = make_panel("cpu", interval=1.0)
    points("cpu", [1.0])
    at(THEN + timedelta(seconds=6))
    found = draw(panel)
    assert found["note"] == "Last data seconds ago (10:00:00), expected every 1 s"
    assert found["next_change"] == THEN + timedelta(seconds=10)
    at(found["next_change"])
    assert draw(panel)["note"] == "Last data 10 sec ago (10:00:00), expected every 1 s"


def test_until_the_next_change_nothing_changes(make_panel: Make, points: Make, at: Make) -> None:
    panel = make_panel("cpu", interval=1.0)
    points("cpu", [1.0, 2.0])
    moment = THEN + timedelta(seconds=1 + MIN_LATE_AFTER_SECONDS)
    for _ in range(40):
        at(moment)
        first = draw(panel)
        assert first["state"] == "stale"
        assert first["next_change"] > moment
        at(first["next_change"] - timedelta(microseconds=1))
        again = draw(panel)
        assert str(again["chart"]) == str(first["chart"])
        assert {**again, "chart": None} == {**first, "chart": None}
        moment = first["next_change"]
        at(moment)
        assert draw(panel)["note"] != first["note"]


def test_a_late_chart_is_hatched_up_to_a_quarter_of_its_window(
    make_panel: Make, points: Make, at: Make, asked: Make
) -> None:
    panel = make_panel("cpu", interval=1.0, window=300)
    points("cpu", [1.0] * 300)
    last = THEN + timedelta(seconds=299)
    calls = asked("line")
    for late, hatched in ((0, None), (30, 40), (60, 70), (100, 75), (1e7, MAX_HATCHED_PART * 300)):
        at(last + timedelta(seconds=late))
        draw(panel)
        assert calls[-1]["now"] == (hatched and last.timestamp() + hatched)


def test_the_date_is_said_when_the_last_data_is_a_day_old(make_panel: Make, points: Make, at: Make) -> None:
    Board.objects.update(time_zone="Asia/Tokyo")
    panel = make_panel("cpu", interval=1.0)
    points("cpu", [1.0], at=THEN)
    at(THEN + timedelta(hours=23))
    assert "(19:00:00)" in render(fragments.panel.key(pk=panel.pk)).html
    at(THEN + timedelta(days=2))
    assert "2 days ago (Jan 31 19:00:00)" in render(fragments.panel.key(pk=panel.pk)).html


def test_nothing_is_late_that_nobody_expects(make_panel: Make, points: Make, at: Make) -> None:
    panel = make_panel("cpu")
    points("cpu", [1.0])
    at(THEN + timedelta(days=400))
    found = draw(panel)
    assert (found["state"], found["note"], found["next_change"]) == ("", "", None)


def test_each_series_is_late_by_its_own_interval(make_panel: Make, points: Make, at: Make) -> None:
    panel = make_panel("quick", interval=10.0)
    slow = Series.objects.create(name="slow", expected_interval=60.0, grace=90.0)
    hand = Series.objects.create(name="hand", expected_interval=0.0)
    PanelSeries.objects.create(panel=panel, series=slow, position=1)
    points("quick", [1.0])
    points("slow", [1.0])
    found = []
    for seconds in (24, 25, 149, 150):
        at(THEN + timedelta(seconds=seconds))
        drawn = draw(panel)
        found.append((drawn["state"], drawn["note"]))
    late = "1 of 2 series is late: Quick"
    last = "Last data 2 min ago (10:00:00), expected every 10 s"
    assert found == [("", ""), ("partial", late), ("partial", late), ("stale", last)]
    PanelSeries.objects.create(panel=panel, series=hand, position=2)
    points("hand", [1.0])
    found = draw(panel)
    assert (found["state"], found["note"]) == ("partial", "2 of 3 series are late: Quick, slow")
    assert found["next_change"] is None


def test_the_interval_is_that_of_what_came_last(make_panel: Make, points: Make, at: Make) -> None:
    panel = make_panel("quick", interval=10.0)
    slow = Series.objects.create(name="slow", expected_interval=60.0)
    PanelSeries.objects.create(panel=panel, series=slow, position=1)
    points("quick", [1.0])
    points("slow", [1.0], at=THEN + timedelta(seconds=1))
    at(THEN + timedelta(minutes=11))
    assert draw(panel)["note"] == "Last data 10 min ago (10:00:01), expected every 1 min"


def test_a_learned_interval_is_named_so_and_waited_for_longer(make_panel: Make, points: Make, at: Make) -> None:
    panel = make_panel("cpu", window=3600)
    points("cpu", [1.0])
    execute("UPDATE series_latest SET learned_interval = %s", [10.0])
    due = THEN + timedelta(seconds=40)
    at(due - timedelta(seconds=1))
    fresh = draw(panel)
    assert (fresh["state"], fresh["note"], fresh["next_change"]) == ("", "", due)
    at(THEN + timedelta(minutes=5))
    note = "Last data 5 min ago (10:00:00), expected every 10 s (learned from its rhythm)"
    assert (draw(panel)["state"], draw(panel)["note"]) == ("stale", note)
    Series.objects.update(expected_interval=0.0)
    assert draw(panel)["note"] == ""


@pytest.mark.parametrize("kind", ["stat", "gauge", "status", "table"])
@pytest.mark.parametrize("value", [1.0, 99.0])
def test_late_is_neither_fine_nor_critical(make_panel: Make, points: Make, at: Make, kind: str, value: float) -> None:
    options = {} if kind == "table" else {"warn_at": 50.0, "bad_at": 90.0, "good": "down"}
    panel = make_panel("cpu", kind=kind, interval=1.0, **options)
    points("cpu", [50.0, *[value] * 299])
    tones = re.compile(r'class="[^"]*\b(ok|warn|bad)\b')
    for seconds, is_late in ((300, False), (3000, True)):
        at(THEN + timedelta(seconds=seconds))
        drawn = draw(panel)
        assert drawn["state"] == ("stale" if is_late else "")
        assert bool(tones.search(str(drawn["chart"]))) == (not is_late and kind != "table")
        words = str(drawn["chart"].data()) + drawn["chart"].text_alternative
        assert not (is_late and re.search("OK|ritical", words))


def test_a_line_is_broken_by_the_interval_of_its_own_series(make_panel: Make, points: Make, asked: Make) -> None:
    panel = make_panel("quick", interval=1.0, window=60)
    slow = Series.objects.create(name="slow", expected_interval=10.0)
    PanelSeries.objects.create(panel=panel, series=slow, position=1)
    for name in ("quick", "slow"):
        points(name, [*[1.0] * 20, *[None] * 19, *[1.0] * 20])
    calls = asked("line")
    draw(panel)
    quick, whole = (list(series.values)[-40:] for series in calls[0]["series"])
    assert None in quick and None not in whole


def test_series_without_data_are_named(make_panel: Make, points: Make) -> None:
    panel = make_panel("a", "b", "c", "d", "e")
    points("a", [1.0])
    points("c", [1.0])
    points("d", [1.0])
    found = draw(panel)
    assert (found["state"], found["note"]) == ("partial", "2 of 5 series have no data: B, E")
    points("b", [1.0])
    assert draw(panel)["note"] == "1 of 5 series has no data: E"
    points("e", [1.0])
    assert draw(panel)["state"] == ""


def test_series_that_are_late_while_others_are_not_are_named(make_panel: Make, points: Make, at: Make) -> None:
    panel = make_panel("a", "b", "c", interval=10.0)
    points("a", [1.0], at=THEN + timedelta(seconds=50))
    points("b", [1.0])
    at(THEN + timedelta(seconds=20))
    first = draw(panel)
    assert first["note"] == "1 of 3 series has no data: C"
    assert first["next_change"] == THEN + timedelta(seconds=25)
    at(THEN + timedelta(seconds=60))
    found = draw(panel)
    assert found["note"] == "1 of 3 series has no data: C · 1 of 3 series is late: B"
    assert found["next_change"] == THEN + timedelta(seconds=75)
    at(THEN + timedelta(seconds=75))
    assert draw(panel)["state"] == "stale"


def test_not_every_name_is_in_a_note(make_panel: Make, points: Make) -> None:
    panel = make_panel("first", "x" * 90, *"abcd")
    points("first", [1.0])
    assert draw(panel)["note"] == f"5 of 6 series have no data: X{'x' * 38}…, A, B, 2 more"


@pytest.mark.parametrize("kind", ["stat", "gauge", "sparkline", "heatmap"])
def test_only_the_series_that_is_shown_can_be_missing(make_panel: Make, points: Make, kind: str) -> None:
    panel = make_panel("a", "b", kind=kind)
    points("a", [1.0])
    assert draw(panel)["state"] == ""
    assert draw(make_panel("other", "a", kind=kind))["state"] == "empty"


def send(name: str, value: float) -> None:
    """A point without a time of its own, that arrives now."""
    write([Sample(name, {}, timezone.now(), value, has_own_time=False)])


def shown(panel: Any) -> float:
    draw(panel)
    (value,) = latest(panel.lines.values_list("series", flat=True)).values()
    return value[1]


@pytest.mark.parametrize("back", [1, 30, 60, 599, 600, 601, 3600, 86_400, 400 * 86_400])
def test_after_a_clock_that_was_set_back_what_comes_is_shown_at_once(make_panel: Make, at: Make, back: int) -> None:
    panel = make_panel("cpu", kind="table", interval=1.0)
    for second in range(5):
        at(THEN + timedelta(seconds=second))
        send("cpu", 100.0 + second)
    assert shown(panel) == 104
    for second in range(1, 8):
        at(THEN + timedelta(seconds=second + 4 - back))
        send("cpu", float(second))
        assert shown(panel) == second
    assert Point.objects.count() == 12, "and nothing is lost"


@pytest.mark.parametrize(
    ("back", "words"),
    [
        (59, ""),
        (90, "The newest data is 2 min in the future. Is a clock wrong?"),
        (500, "The newest data is 9 min in the future. Is a clock wrong?"),
        (3600, "The newest data is 1 h in the future. Is a clock wrong?"),
        (8000, "The newest data is 3 h in the future. Is a clock wrong?"),
        (5 * 86_400, "The newest data is 5 d in the future. Is a clock wrong?"),
    ],
)
def test_data_in_the_future_is_said_and_until_when_that_stands(
    make_panel: Make, points: Make, at: Make, back: int, words: str
) -> None:
    panel = make_panel("cpu", kind="stat")
    points("cpu", [1.0])
    now = THEN - timedelta(seconds=back)
    points("cpu", [2.0], at=now)
    at(now)
    found = draw(panel)
    assert (found["note"], found["state"]) == (words, "partial" if words else "")
    if words:
        at(found["next_change"] - timedelta(microseconds=1))
        assert draw(panel)["note"] == words, "up to that moment"
        at(found["next_change"])
        assert draw(panel)["note"] != words


def test_where_all_data_is_in_the_future_a_panel_shows_it_and_says_so(make_panel: Make, points: Make, at: Make) -> None:
    panel = make_panel("cpu", kind="stat")
    points("cpu", [1.0])
    at(THEN - timedelta(hours=3))
    assert shown(panel) == 1 and "3 h in the future" in draw(panel)["note"]


def test_once_a_senders_clock_is_right_again_what_it_sends_is_now_and_can_be_late(make_panel: Make, at: Make) -> None:
    panel = make_panel("cpu", kind="stat", interval=1.0)
    ahead = timedelta(minutes=6)
    for second in range(3):
        now = THEN + timedelta(seconds=second)
        at(now)
        write([Sample("cpu", {}, now + ahead, 100.0 + second)])
        assert shown(panel) == 100 + second
        assert draw(panel)["note"] == "The newest data is 6 min in the future. Is a clock wrong?"
    at(THEN + timedelta(seconds=4))
    write([Sample("cpu", {}, THEN + timedelta(seconds=4), 7.0)])
    assert shown(panel) == 7
    at(THEN + timedelta(seconds=30))
    assert draw(panel)["state"] == "stale"


def test_a_series_of_somebody_whose_clock_is_ahead_takes_what_comes_without_a_time(make_panel: Make, at: Make) -> None:
    panel = make_panel("cpu", kind="table")
    at(THEN)
    write([Sample("cpu", {}, THEN + timedelta(minutes=5), 1.0)])
    send("cpu", 2.0)
    send("ram", 3.0)
    assert shown(panel) == 2
    assert Point.objects.get(series__name="ram").time == THEN, "and only that series is concerned"
    write([Sample("cpu", {}, THEN, 4.0)])
    assert shown(panel) == 4, "the newest by arrival"
