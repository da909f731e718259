"""What the panels of a page are drawn from is read at once."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from boards.data.panels_read import NewestRead, panels_read
from boards.fragments import panel, repeated_panel
from boards.models import Panel, PanelSeries
from live import html_of

pytestmark = [pytest.mark.django_db, pytest.mark.database]
Make = Callable[..., Any]


def queries_of(panels: list[Panel]) -> int:
    with CaptureQueriesContext(connection) as queries:
        html = html_of(*(panel.key(pk=one.pk) for one in panels))
    assert html.count("<figure") >= len(panels)
    return len(queries)


def test_another_panel_takes_one_query_more_for_its_points(make_panel: Make, points: Make) -> None:
    panels = [make_panel(f"cpu{n}", f"ram{n}", kind="line") for n in range(12)]
    for n in range(12):
        points(f"cpu{n}", [1.0, 2.0, 3.0])
        points(f"ram{n}", [4.0, 5.0, 6.0])
    queries_of(panels)
    few, many = queries_of(panels[:2]), queries_of(panels)
    assert (many - few) / 10 <= 1


def test_it_is_the_same_for_a_panel_that_is_read_alone(make_panel: Make, points: Make) -> None:
    one, other = make_panel("cpu", kind="stat"), make_panel("ram", kind="table")
    points("cpu", [1.0, 2.0])
    points("ram", [3.0, 4.0])
    keys = [panel.key(pk=one.pk), panel.key(pk=other.pk)]
    assert html_of(*keys) == html_of(keys[0]) + html_of(keys[1])


def test_what_a_query_means_is_read_when_it_is_known(make_panel: Make, points: Make) -> None:
    made = make_panel(kind="stat")
    PanelSeries.objects.create(panel=made, query={"selector": "cpu*"})
    points("cpu1", [41.0, 42.0])
    assert ">42<" in html_of(panel.key(pk=made.pk))
    [(_, read)] = panels_read([panel.parameters.question([made.pk, "", "", "", ""])]).items()
    assert read.newest == NewestRead(frozenset(), {}) and len(read.rows) == 1


def test_a_panel_that_was_deleted_is_gone_and_no_other(make_panel: Make, settings: Any) -> None:
    settings.LIVE_STRICT = False
    html = html_of(panel.key(pk=make_panel(kind="stat").pk), panel.key(pk=0), repeated_panel.key(pk=0, tile="a"))
    assert html.count("no longer here") == 2


def test_what_belongs_to_a_panel_is_read_with_it_in_the_order_of_its_rows(make_panel: Make, points: Make) -> None:
    made = make_panel("cpu", "ram", kind="line")
    PanelSeries.objects.create(panel=made, query={"selector": "cpu*"}, position=0)
    points("cpu", [1.0])
    [(_, read)] = panels_read([panel.parameters.question([made.pk, "", "", "", ""])]).items()
    saved = Panel.objects.select_related("board").get(pk=made.pk)
    rows = list(saved.lines.select_related("series__latest"))
    with CaptureQueriesContext(connection) as queries:
        assert read.panel.__dict__.keys() == saved.__dict__.keys()
        assert (read.panel.options, read.panel.board.variables) == (saved.options, saved.board.variables)
        assert [(row.pk, row.panel.pk) for row in read.rows] == [(row.pk, made.pk) for row in rows]
        assert [row.series and row.series.tags for row in read.rows] == [row.series and row.series.tags for row in rows]
        latest = [[hasattr(row.series, "latest") for row in its if row.series] for its in (read.rows, rows)]
    assert latest == [[True, False]] * 2 and not queries
