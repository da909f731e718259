"""Which values there are, and the tiles of a board for those that are chosen."""

from typing import Any

import pytest
from django.http import QueryDict
from django.utils import timezone

from boards import fragments
from boards.models import Board, Panel, PanelSeries
from boards.variables.choices import choices
from boards.variables.tiles import MAX_REPEATS, tile_key, tiles_of, unknown_words
from boards.variables.values import values_in
from live import changes
from live.rendering.render import render
from series.samples import Sample
from series.storage.write import write
from tests.unit.live.screens import collect_elements

pytestmark = pytest.mark.django_db


def send(*hosts: str, name: str = "cpu", **tags: str) -> None:
    write(Sample(name, {"host": host, **tags}, timezone.now(), 12.5) for host in hosts)


def panel_of(board: Board, selector: str, **columns: Any) -> Panel:
    panel = Panel.objects.create(board=board, **{"title": "CPU", "kind": "stat", **columns})
    PanelSeries.objects.create(panel=panel, query={"selector": selector})
    return panel


@pytest.fixture
def board() -> Board:
    return Board.objects.create(title="Hosts", slug="hosts", variables=[{"name": "host"}])


def html_of(tile: Any) -> str:
    if tile.tile:
        return render(fragments.repeated_panel.key(pk=tile.panel.pk, tile=tile.tile, values=tile.values)).html
    return render(fragments.panel.key(pk=tile.panel.pk, values=tile.values)).html


def test_the_values_are_those_of_the_tags_that_its_panels_mean(board: Board) -> None:
    panel_of(board, "cpu{host=$host}")
    panel_of(board, "memory{instance=$host}")
    send("web-10", "web-2", "")
    send("elsewhere", name="disk")
    write([Sample("memory", {"instance": "db", "host": "no"}, timezone.now(), 1.0)])
    assert choices(board) == {"host": ["db", "web-2", "web-10"]}


def test_a_panel_shows_what_is_chosen(board: Board) -> None:
    panel = panel_of(board, "cpu{host=$host}", kind="table")
    send("web-1", "web-2")
    every, one, both = (
        render(fragments.panel.key(pk=panel.pk, values=values)).html
        for values in ("", "host=web-1", "host=web-1&host=web-2")
    )
    assert "web-1" in every
    assert "web-2" in every
    assert "web-1" in one
    assert "web-2" not in one
    assert "web-2" in both


def test_a_default_is_chosen_until_another_is_or_all_are(board: Board) -> None:
    board.variables = [{"name": "host", "default": "web-1"}]
    board.save()
    panel = panel_of(board, "cpu{host=$host}", kind="table")
    send("web-1", "web-2")
    default, every = (render(fragments.panel.key(pk=panel.pk, values=values)).html for values in ("", "host=%2A"))
    assert "web-2" not in default
    assert "web-2" in every


def test_a_value_that_is_not_there_is_said_and_not_drawn(board: Board) -> None:
    panel = panel_of(board, "cpu{host=$host}")
    assert tiles_of(board, "host=web-9").unknown == ""  # nothing has come yet, and its panel says how to send some
    send("web-1")
    assert tiles_of(board, "host=web-9") == ([], "There is no host web-9.")
    some = tiles_of(board, "host=web-9&host=web-1")
    assert some.unknown == "There is no host web-9."
    assert [tile.panel for tile in some.tiles] == [panel]
    assert "There is no host web-9." in render(fragments.panel.key(pk=panel.pk, values="host=web-9")).html
    assert unknown_words(board, "host=web-1") == ""
    assert "There is no host web-9." in render(fragments.board.key(pk=board.pk, values="host=web-9")).html


def test_a_variable_that_is_not_declared_any_more_is_said(board: Board) -> None:
    panel = panel_of(board, "cpu{host=$host}", repeat="host")
    send("web-1")
    Board.objects.update(variables=[{"name": "rack"}])
    html = render(fragments.panel.key(pk=panel.pk)).html
    assert "There is no variable $host here; there is $rack." in html
    assert [tile.tile for tile in tiles_of(Board.objects.get(), "").tiles] == [""]


def test_a_panel_is_repeated_for_all_values_or_for_those_that_are_chosen(board: Board) -> None:
    panel = panel_of(board, "cpu{host=$host}", repeat="host", width=3, height=2)
    alone = panel_of(board, "memory{host=$host}")
    assert [tile.tile for tile in tiles_of(board, "").tiles] == ["", ""]  # no value yet
    send("web-1", "web-2", "web-3")
    tiles = tiles_of(board, "").tiles
    assert [tile.values for tile in tiles] == ["host=web-1", "host=web-2", "host=web-3", ""]
    assert [tile.panel for tile in tiles] == [panel] * 3 + [alone]
    html = html_of(tiles[1])
    assert "web-2 · CPU" in html
    assert f"/panels/{panel.pk}?as=table&amp;host=web-2" in html
    assert [tile.values for tile in tiles_of(board, "host=web-3&host=web-1").tiles[:2]] == ["host=web-1", "host=web-3"]


def test_no_more_are_drawn_than_can_be_watched(board: Board) -> None:
    panel_of(board, "cpu{host=$host}", repeat="host")
    send(*(f"web-{number}" for number in range(MAX_REPEATS + 2)))
    tiles = tiles_of(board, "").tiles
    assert len(tiles) == MAX_REPEATS
    assert tiles[-1].more == 2
    assert "2 more values are left out" in render(fragments.board.key(pk=board.pk)).html


ODD = ['"><b>', "a,b", "a{b}=c", "$host", "*.eu", "Zürich 日本", r"\d|x", "a'b", "&host=x", "x" * 200, "日" * 200]


@pytest.mark.parametrize("value", ODD)
def test_odd_values_are_tiles_of_their_own(board: Board, value: str) -> None:
    panel_of(board, "cpu{host=$host}", repeat="host", kind="stat")
    send(value, "other")
    tiles = tiles_of(board, "").tiles
    assert len(tiles) == 2
    (tile,) = (one for one in tiles if one.tile == tile_key(value))
    html = html_of(tile)
    assert "No data" not in html
    assert "12.5" in html
    assert '<b>"' not in html
    assert len(fragments.repeated_panel.key(pk=tile.panel.pk, tile=tile.tile).element) < 100
    assert QueryDict(tile.values)["host"] == value
    assert values_in(QueryDict(tile.values), ["host"]) == tile.values


@pytest.fixture
def announced(monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any) -> Any:
    heard: set[str] = set()
    monkeypatch.setattr(changes, "listeners", [collect_elements(heard)])

    def during(act: Any) -> set[str]:
        heard.clear()
        with django_capture_on_commit_callbacks(execute=True):
            act()
        return set(heard)

    return during


def element_of(panel: Panel, value: str) -> str:
    return fragments.repeated_panel.key(pk=panel.pk, tile=tile_key(value)).element


def test_a_point_changes_the_tile_of_its_value_and_no_other(board: Board, announced: Any) -> None:
    panel = panel_of(board, "cpu{host=$host}", repeat="host")
    send("web-1", "web-2")
    heard = announced(lambda: send("web-2"))
    assert element_of(panel, "web-2") in heard
    assert element_of(panel, "web-1") not in heard
    assert fragments.board.key(pk=board.pk).element not in heard


def test_a_new_value_changes_the_board_its_wall_and_its_picker(board: Board, announced: Any) -> None:
    panel_of(board, "cpu{host=$host}", repeat="host")
    send("web-1")
    heard = announced(lambda: send("web-2"))
    assert {f"boards-{page}-{board.pk}" for page in ("board", "wall")} | {f"boards-picker-{board.pk}-host"} <= heard


def test_what_is_in_all_tiles_changes_them_all(board: Board, announced: Any) -> None:
    panel = panel_of(board, "cpu{host=$host}", repeat="host")
    PanelSeries.objects.create(panel=panel, query={"selector": "total{host=a}"})
    send("web-1", "web-2")
    tiles = {element_of(panel, "web-1"), element_of(panel, "web-2")}
    assert tiles <= announced(lambda: send("a", name="total"))
    assert tiles <= announced(panel.save)
    assert tiles <= announced(board.save)
    assert tiles <= announced(panel.lines.all()[1].delete)
