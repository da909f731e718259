"""A board as a document and back: nothing is lost, and nothing is there that would be so anyway."""

from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import models
from hypothesis import HealthCheck, given, settings

from boards import kinds
from boards.bootstrap import make_machine, make_week
from boards.documents import yaml_text
from boards.documents.apply import apply
from boards.documents.check import check
from boards.documents.columns import columns_of
from boards.documents.export import document_of, file_of
from boards.editing.history import snapshots
from boards.models import Board, Panel, PanelSeries
from series.models import Series
from tests.unit.boards.documents.random_boards import BOARD, PANELS, SLUG, store

pytestmark = [pytest.mark.django_db, pytest.mark.database]
NOBODY = AnonymousUser()
RANDOM = settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
# Why a column is in no document.
LEFT_OUT = {
    Board: {"id": "of one installation", "imported_digest": "of a document, and not of the board"},
    Panel: {
        "id": "of one installation; the key stands for it",
        "board": "the panel is in its board",
        "position": "the order of the list",
        "version": "of one installation's history",
    },
    PanelSeries: {
        "id": "of one installation",
        "panel": "the line is in its panel",
        "position": "the order of the list",
    },
}
# Columns with a form of their own.
PARTS: dict[type[models.Model], set[str]] = {
    Board: {"variables", "owner", "view_groups", "edit_groups"},
    Panel: {"options"},
    PanelSeries: {"series", "query"},
}


@pytest.mark.parametrize("model", [Board, Panel, PanelSeries])
def test_every_column_is_in_the_document_or_left_out_for_a_reason(model: type[models.Model]) -> None:
    exported = {field.name for field in columns_of(model).values()} | PARTS[model]
    relations = {field.name for field in model._meta.many_to_many}
    assert {field.name for field in model._meta.concrete_fields} | relations == exported | LEFT_OUT[model].keys()
    assert not exported & LEFT_OUT[model].keys()


def read(text: str) -> Any:
    """What a text of YAML says, which is right."""
    read = yaml_text.Text(text)
    assert not read.problems
    return read.data


def contents(board: Board) -> Any:
    """Everything that is stored of a board, without keys and without what a document has in one form only."""
    panels = []
    for panel in snapshots(board.pk).values():
        lines = [{name: line[name] for name in line if name != "id"} for line in panel["lines"]]
        kind = kinds.registry[panel["kind"]]
        values = {option.name: kind.values(panel["options"])[option] for option in kind.options}
        as_read = {name: text.replace("\r\n", "\n") if isinstance(text, str) else text for name, text in values.items()}
        ignored = {"board_id": None, "position": None, "options": as_read, "lines": lines}
        panels.append((panel["position"], panel | ignored))
    people = [list(getattr(board, name).order_by("name")) for name in ("view_groups", "edit_groups")]
    rows = Board.objects.filter(pk=board.pk).values("owner", *(field.name for field in columns_of(Board).values()))
    return [rows.get(), *people], [panel for _position, panel in sorted(panels, key=lambda pair: pair[0])]


@RANDOM
@given(address=SLUG, columns=BOARD, panels=PANELS)
def test_random_boards_come_back_exactly(address: str, columns: dict[str, Any], panels: list[dict[str, Any]]) -> None:
    Board.objects.all().delete()
    board = store(address, columns, panels)
    before, document = contents(board), document_of(board)
    text = yaml_text.write(document)
    board.delete()
    Series.objects.all().delete()
    assert read(text) == document
    assert check(document) == []
    (applied,) = apply(read(text), NOBODY)
    assert document_of(Board.objects.get()) == document == applied.after
    after = contents(Board.objects.get())
    assert comparable(after) == comparable(before)
    assert not apply(document, NOBODY)[0].has_changed


def comparable(contents: Any) -> Any:
    """Series and queries by what they are, not by their keys."""
    board, panels = contents
    for panel in panels:
        for line in panel["lines"]:
            line["series_id"] = line["series_id"] is None
            line["query"] = line["query"] and {"factor": 1.0, "offset": 0.0} | line["query"]
    return board, panels


def test_both_first_boards_go_into_an_empty_installation() -> None:
    make_machine()
    make_week()
    documents = [document_of(board) for board in Board.objects.all()]
    text = yaml_text.write(file_of(documents))
    Board.objects.all().delete()
    Series.objects.all().delete()
    applied = apply(read(text), NOBODY)
    assert [one.after for one in applied] == documents
    assert yaml_text.write(file_of(document_of(board) for board in Board.objects.all())) == text


def test_a_document_is_short() -> None:
    make_week()
    assert (
        yaml_text.write(document_of(Board.objects.get()))
        == """\
version: 1
address: this-week
title: This week
note: Change a number and watch every open browser.
view_by: public
position: 1
panels:
  - key: week
    title: Week
    kind: line
    width: 12
    editable: true
    options:
      x_axis: names
      minimum: 0
    lines:
      - series: week{day=Mon}
        label: Mon
      - series: week{day=Tue}
        label: Tue
      - series: week{day=Wed}
        label: Wed
      - series: week{day=Thu}
        label: Thu
      - series: week{day=Fri}
        label: Fri
      - series: week{day=Sat}
        label: Sat
      - series: week{day=Sun}
        label: Sun
"""
    )


def test_what_a_program_stored_that_is_invalid_is_exported_as_it_is(board: Board) -> None:
    panel = Panel.objects.create(board=board, title="A", kind="gone", options={"window": -1, "x": [1]})
    PanelSeries.objects.create(panel=panel, query={"selector": "}"})
    Panel.objects.create(board=board, title="B", options=[1])
    (pk,) = Series.objects.make({"odd": ("a\nb", {})}).values()
    panel = Panel.objects.create(board=board, title="C", options={"window": -1.0})
    PanelSeries.objects.create(panel=panel, series_id=pk)
    Board.objects.update(variables=[{"name": "a b"}])
    board.refresh_from_db()
    assert document_of(board)["variables"] == [{"name": "a b"}]
    first, second, third = document_of(board)["panels"]
    assert third["options"] == {"window": -1}
    assert third["lines"] == [{"series": {"name": "a\nb", "tags": {}}}]
    assert first["options"] == {"window": -1, "x": [1]} and first["lines"] == [{"query": {"selector": "}"}}]
    assert second["options"] == [1]
    assert {str(problem).partition(":")[0] for problem in check(document_of(board))} == {
        "panels[0].kind",
        "panels[0].options.x",
        "panels[0].lines[0].query.selector",
        "panels[1].options",
        "panels[2].options.window",
        "panels[2].lines[0].series",
        "variables[0]",
    }
