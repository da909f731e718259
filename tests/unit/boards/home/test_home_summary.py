"""A board in a few words: the worst of its panels by the rules of their tiles, its figures, its small line."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from boards.home.summary import Figure, Summary, summary
from boards.models import Board, Panel, PanelSeries
from boards.panels import draw
from boards.stored import stored_board
from series.models import Series

pytestmark = [pytest.mark.django_db, pytest.mark.database]
Make = Callable[..., Any]
LIMITS = {"warn_at": 80.0, "bad_at": 95.0}


def now(points: Make, name: str, *values: float, every: float = 1.0) -> None:
    points(name, list(values), every=every, at=timezone.now() - timedelta(seconds=every * (len(values) - 1)))


@pytest.mark.parametrize("kind", ["stat", "gauge", "status", "timeline", "line", "area"])
@pytest.mark.parametrize(("value", "level"), [(10.0, "ok"), (80.0, "warn"), (95.0, "bad")])
def test_a_panel_is_as_bad_as_its_tile_says(
    make_panel: Make, points: Make, board: Board, kind: str, value: float, level: str
) -> None:
    panel = make_panel("cpu", kind=kind, **LIMITS)
    now(points, "cpu", 50.0, value)
    about = summary(stored_board(board.pk))
    assert (about.critical, about.warnings, about.late) == (level == "bad", level == "warn", 0)
    drawn = draw(panel)
    if kind == "timeline":  # each of its rows says so
        assert {"ok": "OK", "warn": "Warning", "bad": "Critical"}[level] in drawn["chart"].text_alternative
    else:
        assert drawn["level"] == (level if level != "ok" else "")


def test_panels_are_counted_and_not_their_series(make_panel: Make, points: Make, board: Board) -> None:
    make_panel("cpu", "ram", kind="status", **LIMITS)
    make_panel("cpu", kind="stat", **LIMITS)
    make_panel("ram", kind="stat", good="up", warn_at=95.0, bad_at=80.0)
    make_panel("cpu", kind="area", stacked=True, **LIMITS)
    now(points, "cpu", 99.0)
    now(points, "ram", 90.0)
    about = summary(stored_board(board.pk))
    assert (about.critical, about.warnings) == (2, 1), "the limits of a stack are its sum's"


def test_what_is_late_is_late_and_neither_good_nor_bad(
    make_panel: Make, points: Make, board: Board, at: Callable[..., None]
) -> None:
    make_panel("cpu", kind="stat", interval=10.0, **LIMITS)
    now(points, "cpu", 99.0)
    about = summary(stored_board(board.pk))
    assert (about.critical, about.late) == (1, 0)
    assert about.next_change is not None, "the clock alone makes it late"
    at(about.next_change)
    late = summary(stored_board(board.pk))
    assert (late.critical, late.late) == (0, 1)
    assert late.figures == (Figure("Some", "99", "", True),)


def test_states_have_levels(make_panel: Make, points: Make, board: Board) -> None:
    make_panel("door", kind="status", states="0 = Shut, ok\n1 = Open, bad")
    points("pump", ["running", "failed"])
    make_panel("pump", kind="status")
    now(points, "door", 0.0, 1.0)
    assert summary(stored_board(board.pk)).critical == 2
    assert [figure.text for figure in summary(stored_board(board.pk)).figures] == ["1", "failed"]


def test_single_values_come_first_and_three_are_shown(make_panel: Make, points: Make, board: Board) -> None:
    make_panel("a", "b", kind="bar", x_axis="names")
    make_panel("cpu", kind="stat", unit="%", **LIMITS)
    for name, value in {"a": 1.0, "b": 2.0, "cpu": 96.0}.items():
        now(points, name, 0.0, value)
    Panel.objects.filter(kind="stat").update(title="CPU")
    assert summary(stored_board(board.pk)).figures == (
        Figure("CPU", "96\N{NARROW NO-BREAK SPACE}%", "bad"),
        Figure("A", "1"),
        Figure("B", "2"),
    )
    make_panel("a", kind="gauge")
    assert [figure.label for figure in summary(stored_board(board.pk)).figures] == ["CPU", "Some", "A"]


def test_a_line_is_drawn_of_three_points_and_more(make_panel: Make, points: Make, board: Board) -> None:
    make_panel("cpu", kind="stat")
    now(points, "cpu", 1.0, 2.0, every=10)
    assert summary(stored_board(board.pk)).trend is None
    now(points, "cpu", 1.0, 2.0, 5.0, every=10)
    trend = summary(stored_board(board.pk)).trend
    assert trend is not None and "last 5" in trend.text_alternative


def test_values_over_names_are_a_line_too(make_panel: Make, points: Make, board: Board) -> None:
    make_panel("a", "b", "c", kind="bar", x_axis="names")
    for name, value in {"a": 1.0, "b": 9.0, "c": 4.0}.items():
        now(points, name, value)
    trend = summary(stored_board(board.pk)).trend
    assert trend is not None and "lowest 1, highest 9" in trend.text_alternative


def test_what_cannot_be_drawn_is_said(make_panel: Make, board: Board) -> None:
    make_panel(kind="stat")
    broken = make_panel(kind="stat")
    PanelSeries.objects.create(panel=broken, query={"selector": "cpu{"})
    Panel.objects.create(board=board, title="Odd", kind="hologram")
    about = summary(stored_board(board.pk))
    assert (about.panels, about.broken, about.has_data) == (3, 2, False)
    assert summary(stored_board(Board.objects.create(title="Empty", slug="empty").pk)) == Summary()


def test_a_card_takes_as_many_queries_for_many_panels_as_for_few(
    make_panel: Make, points: Make, board: Board, django_assert_max_num_queries: Any
) -> None:
    for number in range(12):
        make_panel(*(f"cpu{number}.{part}" for part in range(5)), kind="status", **LIMITS)
        make_panel(f"cpu{number}.0", kind="stat", **LIMITS)
    panel = make_panel(kind="line")
    PanelSeries.objects.create(panel=panel, query={"selector": "cpu*"})
    for series in Series.objects.all():
        now(points, series.name, 1.0, 2.0, 3.0, every=10)
    stored_board(board.pk)
    with django_assert_max_num_queries(8):
        assert summary(stored_board(board.pk)).trend is not None
