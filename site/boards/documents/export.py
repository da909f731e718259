"""A board that is stored, as a document."""

from collections.abc import Iterable
from typing import Any

from boards.documents.canonical import Document, canonical
from boards.documents.columns import BOARD, GROUPS, LINE, OWNER, PANEL, VERSION
from boards.documents.series import series_value
from boards.models import Board, Panel, PanelSeries


def document_of(board: Board) -> Document:
    """A board with its panels as plain data, in its canonical form: two boards are equal if these are."""
    panels = board.panels.prefetch_related("lines__series")
    parts: Document = {OWNER: board.owner.get_username() if board.owner else None}
    parts |= {name: list(getattr(board, name).values_list("name", flat=True)) for name in GROUPS}
    parts |= {"variables": board.variables, "panels": [_panel(panel) for panel in panels]}
    return canonical(_columns(board, BOARD) | parts)


def file_of(documents: Iterable[Document]) -> Document:
    """One document of several boards; of one board its own."""
    boards = list(documents)
    if len(boards) == 1:
        return boards[0]
    rest = [{name: value for name, value in board.items() if name != "version"} for board in boards]
    return {"version": VERSION, "boards": rest}


def _columns(row: Any, names: dict[str, str]) -> Document:
    return {name: getattr(row, column) for name, column in names.items()}


def _panel(panel: Panel) -> Document:
    return _columns(panel, PANEL) | {"options": panel.options, "lines": [_line(line) for line in panel.lines.all()]}


def _line(line: PanelSeries) -> Document:
    shown = (
        {"query": line.query} if line.series is None else {"series": series_value(line.series.name, line.series.tags)}
    )
    return shown | _columns(line, LINE)
