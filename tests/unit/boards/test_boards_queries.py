"""Panels that show what a query means: which lines, under which names, their values, and that new ones come by
themselves."""

from collections.abc import Callable
from datetime import datetime, timedelta
from html import unescape
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from boards.models import Board, Panel, PanelSeries
from boards.panels import draw
from boards.ranges import View, text_of
from series.models import Series
from series.queries import Query
from series.samples import Sample
from series.storage.reducers import Reducer
from series.storage.write import write
from tests.unit.boards.conftest import KINDS_OF_SERIES, THEN, values

pytestmark = [pytest.mark.django_db, pytest.mark.database]
Make = Callable[..., Any]


@pytest.fixture(autouse=True)
def _now(at: Callable[[datetime], None]) -> None:
    at(THEN + timedelta(seconds=60))


@pytest.fixture
def make(board: Board) -> Callable[..., Panel]:
    """A panel of a query."""

    def make_it(query: Query, kind: str = "line", label: str = "", **options: Any) -> Panel:
        panel = Panel.objects.create(board=board, title="Some", kind=kind, options=options)
        PanelSeries.objects.create(panel=panel, query=query.json(), label=label)
        return panel

    return make_it


def send(name: str, tags: dict[str, str], *numbers: float, every: float = 10.0) -> None:
    write(Sample(name, tags, THEN + timedelta(seconds=every * n), value) for n, value in enumerate(numbers))


def hosts() -> None:
    send("cpu", {"host": "a", "os": "linux"}, 1, 2, 3)
    send("cpu", {"host": "b", "os": "linux"}, 10, 20, 30)
    send("ram", {"host": "a"}, 7)


def drawn(panel: Panel, asked: Callable[[str], list[dict[str, Any]]]) -> dict[str, Any]:
    """What its chart was asked for."""
    calls = asked(panel.kind)
    found = draw(panel)
    assert found["state"] == "", found["note"]
    return calls[-1]


def test_a_selector_shows_each_of_its_series_by_what_tells_them_apart(make: Make, asked: Make) -> None:
    hosts()
    chart = drawn(make(Query("cpu{os=linux}"), window=30.0), asked)
    assert {name: [v for v in line if v is not None][-1] for name, line in values(chart).items()} == {"a": 3, "b": 30}


def test_a_new_series_appears_by_itself(make: Make) -> None:
    hosts()
    panel = make(Query("cpu"), kind="table", x_axis="names")
    assert "c" not in [row[0] for row in draw(panel)["chart"].data().rows]
    send("cpu", {"host": "c"}, 5)
    assert {"a linux", "b linux", "c"} == {str(row[0]) for row in draw(panel)["chart"].data().rows}


def test_beyond_the_most_lines_it_says_how_many_there_are(make: Make) -> None:
    write(Sample("cpu", {"host": f"{n:02}"}, THEN, 1.0) for n in range(36))
    found = draw(make(Query("cpu")))
    assert found["caption"].endswith("+ 12 more")
    assert "cpu{host=00} · " not in found["caption"]


@pytest.mark.parametrize("kind", KINDS_OF_SERIES)
def test_every_kind_draws_a_query(make: Make, kind: str) -> None:
    hosts()
    for query in (
        Query("cpu"),
        Query("cpu", Reducer.MAX),
        Query("cpu", combine="sum", divided_by=Query("cpu", combine="sum")),
    ):
        assert draw(make(query, kind))["state"] in ("", "partial")


def test_a_figure_of_a_function_is_of_the_window(make: Make, asked: Make) -> None:
    send("jobs", {}, 5, 1, 3, every=10.0)
    assert drawn(make(Query("jobs", Reducer.MAX), "gauge"), asked)["it"] == 5
    assert drawn(make(Query("jobs", Reducer.SUM), "stat", window=60.0), asked)["it"] == 9
    assert drawn(make(Query("jobs", Reducer.SUM), "stat", window=20.0), asked)["it"] == 4


def test_a_figure_without_a_function_is_of_the_newest_values(make: Make, asked: Make) -> None:
    hosts()
    assert drawn(make(Query("cpu", combine="sum", factor=2.0), "gauge"), asked)["it"] == 66
    ratio = Query("cpu{host=b}", divided_by=Query("cpu", combine="sum"), factor=100.0)
    assert drawn(make(ratio, "gauge"), asked)["it"] == 100 * 30 / 33


def test_a_series_that_is_shown_twice_is_no_reason_to_compute_nothing(make: Make, asked: Make) -> None:
    hosts()
    panel = make(Query("ram"), "bar", x_axis="names")
    PanelSeries.objects.create(panel=panel, series=Series.objects.get(name="ram"), label="RAM")
    PanelSeries.objects.create(panel=panel, query=Query("cpu", combine="sum").json(), label="sum")
    (line,) = values(drawn(panel, asked)).values()
    assert line == [7, 7, 33]


def test_what_is_divided_by_zero_now_is_no_panel_without_data(make: Make, asked: Make) -> None:
    send("bytes", {}, 10, 20, 30)
    send("jobs", {}, 1, 2, 0)
    query = Query("bytes", divided_by=Query("jobs"))
    (line,) = values(drawn(make(query, window=30.0), asked)).values()
    assert [value for value in line if value is not None][-1] == 10, "what was is there"
    assert drawn(make(query, "gauge"), asked)["it"] is None
    assert drawn(make(query, "stat"), asked)["it"] is None
    (item,) = drawn(make(query, "status"), asked)["it"]
    assert (item.level, item.word) == ("off", "No data")


def test_a_figure_is_not_of_what_is_gone(make: Make, asked: Make, at: Make) -> None:
    """As in the line that leads up to it: a value lasts as long as its series is not late."""
    at(THEN + timedelta(seconds=21))
    hosts()
    send("cpu", {"host": "gone"}, 1000)
    assert drawn(make(Query("cpu", combine="sum"), "gauge"), asked)["it"] == 1033, "nobody knows when it would be late"
    Series.objects.update(expected_interval=2.0)
    assert drawn(make(Query("cpu", combine="sum"), "gauge"), asked)["it"] == 33
    ratio = Query("cpu{host=a}", divided_by=Query("cpu", combine="mean"))
    assert drawn(make(ratio, "gauge"), asked)["it"] == 3 / 16.5
    found = draw(make(Query("cpu", combine="sum", by=("host",)), "bar", x_axis="names"))
    assert [row[1] for row in found["chart"].data().rows] == [3, 30, 1000], "it is alone, and late"
    assert found["note"] == "1 of 3 series is late: gone"


def test_the_end_of_a_line_is_of_its_bucket_where_its_divisor_is(make: Make, asked: Make) -> None:
    send("bytes", {}, 12, 12, 12, every=10.0)
    for n in range(6):
        write([Sample("requests", {}, THEN + timedelta(seconds=4 * n), 1.0)])
    query = Query("bytes", divided_by=Query("requests", Reducer.COUNT))
    (line,) = values(drawn(make(query, window=60.0, fixed_window=True), asked)).values()
    assert [value for value in line if value is not None][-1] == 12, "and not 12 by all requests of the window"


def test_a_moment_that_is_over_has_no_series_that_came_later(make: Make, at: Make) -> None:
    """Its board is what it was, byte by byte: lines, their names, and how many more there are."""
    send("cpu", {"host": "a", "os": "linux"}, 1, 2, 3)
    panels = [make(Query("cpu")), make(Query("cpu"), "table", x_axis="names"), make(Query("cpu", combine="sum"))]
    moment = THEN + timedelta(seconds=60)
    before = [str(draw(panel)["chart"]) for panel in panels]
    at(moment + timedelta(seconds=60))
    write([Sample("cpu", {"host": "b"}, moment + timedelta(seconds=30), 5.0)])
    assert [str(draw(panel, View(at=text_of(moment)))["chart"]) for panel in panels] == before
    assert str(draw(panels[0])["chart"]) != before[0]


def test_a_moment_that_is_over_has_series_whose_points_came_afterwards(make: Make, at: Make) -> None:
    at(THEN + timedelta(days=1))
    hosts()
    found = draw(make(Query("cpu"), "table", x_axis="names"), View(at=text_of(THEN + timedelta(seconds=60))))
    assert {str(row[0]) for row in found["chart"].data().rows} == {"a", "b"}


def test_amounts_stand_for_their_buckets_alone(make: Make, asked: Make) -> None:
    send("jobs", {}, 1, 2, 3, every=10.0)
    chart = drawn(make(Query("jobs", Reducer.SUM), "bar", window=30.0), asked)
    assert sum(value for line in values(chart).values() for value in line if value is not None) == 6
    assert drawn(make(Query("jobs", Reducer.SUM), "stat", window=30.0), asked)["previous"] is None
    assert drawn(make(Query("jobs", Reducer.MAX), "stat", window=21.0), asked)["previous"] == 1


def test_a_label_stands_before_what_tells_lines_apart(make: Make, asked: Make) -> None:
    hosts()
    assert list(values(drawn(make(Query("cpu"), label="CPU", window=30.0), asked))) == ["CPU a", "CPU b"]
    assert list(values(drawn(make(Query("cpu", combine="mean"), label="CPU", window=30.0), asked))) == ["CPU"]
    assert list(values(drawn(make(Query("cpu", Reducer.MAX, combine="mean"), window=30.0), asked))) == ["mean max cpu"]
    assert list(values(drawn(make(Query("c*{host=a}"), window=30.0), asked))) == ["cpu{host=a,os=linux}"]


def test_where_nothing_is_meant_yet_it_says_what_to_send(make: Make) -> None:
    found = draw(make(Query("orders{shop=*,till=2}")))
    assert found["state"] == "empty"
    assert """{"series": "orders", "value": 12.5, "tags": {"shop": "a", "till": "2"}}""" in unescape(
        str(found["chart"])
    )


@pytest.mark.parametrize("stored", [[], {}, {"selector": "cpu{"}, {"selector": "cpu", "function": "?"}])
def test_a_stored_query_that_is_none_is_said_and_not_raised(make: Make, stored: object) -> None:
    panel = make(Query("cpu"))
    PanelSeries.objects.update(query=stored)
    assert draw(panel)["state"] == "error"


def test_a_row_is_a_series_or_a_query(make: Make) -> None:
    panel = make(Query("cpu"))
    series = Series.objects.create(name="cpu")
    for wrong in ({"series": series, "query": {"selector": "cpu"}}, {}):
        with pytest.raises(IntegrityError), transaction.atomic():
            PanelSeries.objects.create(panel=panel, **wrong)


@pytest.mark.django_db(transaction=True)
def test_whose_series_gets_points_is_drawn_anew(make: Make, announced: set[str]) -> None:
    hosts()
    panel, other = make(Query("cpu", divided_by=Query("ram", combine="sum"))), make(Query("disk"))
    for name, tags in (("cpu", {"host": "new"}), ("ram", {"host": "a"}), ("cpu", {"host": "new"})):
        announced.clear()
        send(name, tags, 1.0)
        assert announced - {"boards-offers"} == {f"boards-panel-{panel.pk}", f"boards-card-{panel.board_id}"}, name
    PanelSeries.objects.filter(panel=other).update(query=Query("cpu{host=new}").json())
    announced.clear()
    send("cpu", {"host": "new"}, 2.0)
    both = {f"boards-panel-{pk}" for pk in (panel.pk, other.pk)}
    assert announced == {*both, f"boards-card-{panel.board_id}"}, "what a panel asks may change"
    announced.clear()
    Series.objects.get(name="ram").delete()
    left = {f"boards-panel-{panel.pk}", f"boards-card-{panel.board_id}", "boards-offers"}
    assert announced == left, "a series that is deleted leaves its panels"


@pytest.mark.django_db(transaction=True)
def test_a_series_whose_making_was_undone_leaves_nothing(make: Make, announced: set[str]) -> None:
    panel = make(Query("cpu"))
    with transaction.atomic():
        send("disk", {}, 1.0)
        transaction.set_rollback(True)
    announced.clear()
    send("cpu", {}, 1.0)
    assert f"boards-panel-{panel.pk}" in announced, "it may have the key of the one that was undone"
