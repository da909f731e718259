"""What the panels of a page are drawn from is read at once."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from boards.data.panels_read import PanelRead, panels_read
from boards.fragments import panel, repeated_panel
from boards.models import Board, Panel, PanelSeries
from live import html_of
from live.rendering.snapshots import snapshot
from series.models import Series
from series.storage.statements import execute
from series.tables import Latest

pytestmark = [pytest.mark.django_db, pytest.mark.database]
Make = Callable[..., Any]


def queries_of(panels: list[Panel]) -> int:
    with CaptureQueriesContext(connection) as queries:
        html = html_of(*(panel.key(pk=one.pk) for one in panels))
    assert html.count("<figure") >= len(panels)
    return len(queries)


def read_of(made: Panel) -> PanelRead:
    [read] = panels_read([panel.parameters.question([made.pk, "", "", "", ""])]).values()
    return read


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
    read = read_of(made)
    assert read.newest == {} and len(read.objects()[1]) == 1


def test_a_panel_that_was_deleted_is_gone_and_no_other(make_panel: Make, settings: Any) -> None:
    settings.LIVE_STRICT = False
    html = html_of(panel.key(pk=make_panel(kind="stat").pk), panel.key(pk=0), repeated_panel.key(pk=0, tile="a"))
    assert html.count("no longer here") == 2


def test_what_belongs_to_a_panel_is_read_with_it_in_the_order_of_its_rows(make_panel: Make, points: Make) -> None:
    made = make_panel("cpu", "ram", kind="line")
    PanelSeries.objects.create(panel=made, query={"selector": "cpu*"}, position=0)
    points("cpu", [1.0])
    read_panel, read_rows = read_of(made).objects()
    saved = Panel.objects.select_related("board").get(pk=made.pk)
    rows = list(saved.lines.select_related("series__latest"))
    with CaptureQueriesContext(connection) as queries:
        assert read_panel.__dict__.keys() == saved.__dict__.keys()
        assert (read_panel.options, read_panel.board.variables) == (saved.options, saved.board.variables)
        assert [(row.pk, row.panel.pk) for row in read_rows] == [(row.pk, made.pk) for row in rows]
        assert [row.series and row.series.tags for row in read_rows] == [row.series and row.series.tags for row in rows]
        latest = [[hasattr(row.series, "latest") for row in its if row.series] for its in (read_rows, rows)]
    assert latest == [[True, False]] * 2 and not queries


def test_objects_are_made_again_only_where_what_is_stored_of_them_differs(make_panel: Make, points: Make) -> None:
    made = make_panel("cpu", kind="line")
    first = read_of(made)
    points("cpu", [1.0])
    with_points = read_of(made)
    assert first.newest == {} and [one.number for one in with_points.newest.values()] == [1.0]
    # From the first point on there is something that may be learned.
    objects = with_points.objects()
    points("cpu", [1.0, 2.0])
    later = read_of(made)
    assert later.newest != with_points.newest and later.objects() is objects
    changes: list[Callable[[], Any]] = [
        lambda: Panel.objects.filter(pk=made.pk).update(title="Other"),
        lambda: Board.objects.filter(pk=made.board_id).update(time_zone="Asia/Tokyo"),
        lambda: made.lines.update(label="other"),
        lambda: Series.objects.filter(name="cpu").update(expected_interval=7.0),
        lambda: execute(f'UPDATE "{Latest._meta.db_table}" SET learned_interval = %s', [8.0]),
    ]
    seen = [objects]
    for change in changes:
        change()
        seen.append(read_of(made).objects())
        assert seen[-1] is not seen[-2]
    changed, [row] = seen[-1]
    assert (changed.title, changed.board.time_zone, row.label) == ("Other", "Asia/Tokyo", "other")
    assert row.series and row.series.expected_interval == 7.0 and row.series.latest.learned_interval == 8.0


def test_what_was_read_can_be_compared(make_panel: Make, points: Make) -> None:
    made = make_panel("cpu", kind="line")
    points("cpu", [1.0])
    before = snapshot((read_of(made),))
    assert before is not None and before == snapshot((read_of(made),))
    points("cpu", [1.0, 2.0])
    assert before != snapshot((read_of(made),))
