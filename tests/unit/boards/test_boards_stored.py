"""A board is made into objects once, and again as soon as anything of it is stored differently."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from boards import stored
from boards.models import Board, Panel, PanelSeries
from boards.stored import stored_board
from series.models import Latest, Series
from series.storage.statements import execute

Make = Any
pytestmark = pytest.mark.django_db


def names(board: Board) -> list[str]:
    return [line.name for lines in stored_board(board.pk).lines.values() for line in lines]


def test_what_has_not_changed_is_read_and_not_made_again(make_panel: Make, points: Make, board: Board) -> None:
    points("cpu", [1.0])
    make_panel("cpu")
    first = stored_board(board.pk)
    points("cpu", [2.0])
    with CaptureQueriesContext(connection) as queries:
        assert stored_board(board.pk) is first
    assert len(queries) == len(stored.STATEMENTS)


@pytest.mark.parametrize(
    "change",
    [
        lambda: Board.objects.update(title="Another"),
        lambda: Panel.objects.update(title="Another"),
        lambda: Panel.objects.update(options={"unit": "V"}),
        lambda: Panel.objects.all().delete(),
        lambda: PanelSeries.objects.update(label="Another"),
        lambda: PanelSeries.objects.all().delete(),
        lambda: Series.objects.update(expected_interval=7.0),
        lambda: execute(f'UPDATE "{Latest._meta.db_table}" SET learned_interval = 7', []),
        lambda: Panel.objects.create(board=Board.objects.get(), title="New", kind="stat"),
    ],
)
def test_what_any_program_changes_is_seen(
    make_panel: Make, points: Make, board: Board, change: Callable[[], object]
) -> None:
    points("cpu", [1.0])
    make_panel("cpu", kind="stat")
    first = stored_board(board.pk)
    change()
    assert stored_board(board.pk) is not first


def test_a_line_that_is_renamed_has_its_new_name(make_panel: Make, points: Make, board: Board) -> None:
    points("cpu", [1.0])
    make_panel("cpu")
    assert names(board) == ["Cpu"]
    PanelSeries.objects.update(label="Processor")
    assert names(board) == ["Processor"]


def test_what_changes_while_it_is_read_is_not_remembered(
    make_panel: Make, board: Board, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_panel(kind="stat")
    rows = stored._rows

    def rows_before_a_change(pk: int) -> stored.Rows:
        read = rows(pk)
        Board.objects.update(title=f"{Board.objects.get().title}!")
        return read

    monkeypatch.setattr(stored, "_rows", rows_before_a_change)
    title = stored_board(board.pk).board.title
    monkeypatch.undo()
    assert stored_board(board.pk).board.title == Board.objects.get().title != title


def test_a_board_that_is_gone_is_gone(make_panel: Make, board: Board) -> None:
    make_panel(kind="stat")
    pk = board.pk
    stored_board(pk)
    board.delete()
    with pytest.raises(Board.DoesNotExist):
        stored_board(pk)


def test_so_many_are_remembered_and_no_more(board: Board, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stored, "MAX_REMEMBERED", 2)
    for number in range(5):
        stored_board(Board.objects.create(title="B", slug=f"b{number}").pk)
    assert len(stored._remembered) <= 2
