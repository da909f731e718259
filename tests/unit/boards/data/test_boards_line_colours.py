"""A line keeps its colour, whatever comes and goes beside it."""

from collections.abc import Callable
from typing import Any

import pytest

from boards.data.line_colours import MAX_COLOURS, colours_of, next_colour
from boards.models import Panel, PanelSeries
from boards.panels import draw
from series.models import Series
from series.samples import Sample
from series.storage.write import write
from tests.unit.boards.conftest import THEN

Make = Callable[..., Any]


def test_a_new_line_has_the_first_free_colour_or_that_of_its_label() -> None:
    assert next_colour("", []) == 1
    assert next_colour("c", [("a", 1), ("b", 3)]) == 2
    assert next_colour("b", [("a", 1), ("b", 3)]) == 3
    assert next_colour("", [("", 1), ("", 2)]) == 3
    assert next_colour("i", [(str(colour), colour) for colour in range(1, MAX_COLOURS + 1)]) == 0


def test_what_a_query_means_keeps_its_colours_when_a_series_comes() -> None:
    all_of_them = colours_of(range(8), [])
    assert all_of_them == list(range(1, MAX_COLOURS + 1))
    for size in range(8):
        assert colours_of(range(size), []) == all_of_them[:size]
    assert not {1, 2} & set(colours_of(range(5), [1, 2]))
    assert colours_of([0], range(1, MAX_COLOURS + 1)) == [0]


@pytest.mark.django_db
@pytest.mark.database
def test_what_a_query_leaves_out_keeps_its_colour_for_it(make_panel: Make) -> None:
    for host in "abc":
        write([Sample("cpu", {"host": host}, THEN, 1.0), Sample("other", {"host": host}, THEN, 1.0)])
    panel = make_panel(kind="line", window=3600)
    row = PanelSeries.objects.create(panel=panel, query={"selector": "cpu{host=*}"})
    assert drawn_colours(panel) == {"a": "s1", "b": "s2", "c": "s3"}
    row.query = {"selector": "cpu{host!=a}"}
    row.save()
    assert drawn_colours(panel) == {"b": "s2", "c": "s3"}


def drawn_colours(panel: Panel) -> dict[str, str]:
    """The token of each line in the legend."""
    html = draw(panel)["chart"].html()
    items = html.partition("</ul>")[0].split('<li class="')[1:]
    return {item.partition(">")[2].partition("<")[0]: item.partition('"')[0] for item in items}


@pytest.mark.django_db
@pytest.mark.database
@pytest.mark.parametrize("fields", [{"kind": "line"}, {"kind": "area", "stacked": True}, {"kind": "bar"}])
def test_removing_the_first_changes_no_other(make_panel: Make, points: Make, fields: dict[str, Any]) -> None:
    names = ["ant", "bee", "cat", "dog", "eel"]
    panel = make_panel(*names, **fields)
    for name in names:
        points(name, [1.0, 2.0, 3.0])
    before = drawn_colours(panel)
    assert before == {name.title(): f"s{number}" for number, name in enumerate(names, 1)}
    panel.lines.get(label="Ant").delete()
    del before["Ant"]
    assert drawn_colours(panel) == before
    points("fox", [1.0, 2.0, 3.0])
    fox = Series.objects.get(name="fox")
    PanelSeries.objects.create(panel=panel, series=fox, label="Fox", position=9)
    assert drawn_colours(panel) == before | {"Fox": "s1"}, "the one that is free"


@pytest.mark.django_db
@pytest.mark.database
def test_a_slice_keeps_its_colour(make_panel: Make, points: Make) -> None:
    panel = make_panel("ant", "bee", kind="donut")
    for name in ("ant", "bee"):
        points(name, [1.0])
    panel.lines.get(label="Ant").delete()
    assert 'class="s2"' in draw(panel)["chart"].html()


@pytest.mark.django_db
@pytest.mark.database
def test_series_without_a_label_are_told_apart(make_panel: Make) -> None:
    panel = make_panel(kind="line", window=3600)
    for code in ("200", "500"):
        tags = {"code": code, "instance": "web-1"}
        write([Sample("http_requests_total", tags, THEN, 1.0)])
    for position, series in enumerate(Series.objects.order_by("pk")):
        PanelSeries.objects.create(panel=panel, series=series, position=position)
    drawn = draw(panel)
    assert drawn_colours(panel) == {"code=200": "s1", "code=500": "s2"}
    assert drawn["caption"] == "last 1 h · http_requests_total{instance=web-1}"
    heads = list(drawn["chart"].data().head)
    assert heads[1:] == [f"http_requests_total{{code={code},instance=web-1}}" for code in ("200", "500")]
