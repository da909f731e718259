"""What all panels of a page are drawn from, read at once: the panels themselves, what they show, and what is newest of
that. A board of 100 panels asked four times for each.

A panel is drawn with each point, and edited now and then. So its rows are read each time, and made into objects only
where they differ from those of which objects are there: that takes Django several times as long as reading them.
"""

from collections.abc import Collection, Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple, TypeVar

from django.db import connection
from django.db.models import Field, Model

from boards.models import Board, Panel, PanelSeries
from series.models import Series
from series.storage.newest import Newest
from series.storage.query import newest_of
from series.storage.statements import fetch
from series.tables import Latest

Instance = TypeVar("Instance", bound=Model)
# As the database has it.
Row = tuple[Any, ...]

# Panels of a process whose objects are remembered.
MAX_REMEMBERED = 2_000
# Of ``Latest``, which has the newest values too: all that an object is made of.
LEARNED = ("series_id", "learned_interval")
# Of ``Series``, which nothing of a panel shows: SQLite parses each time that it reads, and most rows have one.
UNREAD = {"creator", "created"}


class PanelRead(NamedTuple):
    """A panel with its board, its rows with their series, and by the keys of these what is newest of those that have a
    point."""

    panel: Row
    lines: tuple[Row, ...]
    newest: Mapping[int, Newest]

    def objects(self) -> tuple[Panel, Sequence[PanelSeries]]:
        """The panel and its rows. They are shared: to be read only."""
        return _objects(self.panel, self.lines)

    def newest_of(self, ids: Collection[int]) -> dict[int, Newest]:
        """What is newest of these; what a query means, and not a panel's row, is read now."""
        rows = {row[_LINE_SERIES] for row in self.lines}
        if not rows.issuperset(ids):
            return newest_of(ids)
        return {pk: self.newest[pk] for pk in ids if pk in self.newest}


def panels_read(keys: Collection[Any]) -> dict[Any, PanelRead]:
    """For ``load_many``: of keys that have a ``pk``, those whose panels are there."""
    pks = list({key.pk for key in keys})
    places = ", ".join(["%s"] * len(pks))
    panels = {row[_PANEL_KEY]: row for row in fetch(PANELS.format(places), pks)}
    lines: dict[int, list[Row]] = {pk: [] for pk in panels}
    newest: dict[int, dict[int, Newest]] = {pk: {} for pk in panels}
    for row in fetch(LINES.format(places), pks) if panels else ():
        line, values = row[:_LINE_SIZE], row[_LINE_SIZE:]
        # One that was made since.
        if (pk := line[_LINE_PANEL]) in lines:
            lines[pk].append(line)
            if values[0] is not None:
                newest[pk][line[_LINE_SERIES]] = Newest(*values)
    return {key: PanelRead(panels[key.pk], tuple(lines[key.pk]), newest[key.pk]) for key in keys if key.pk in panels}


@lru_cache(MAX_REMEMBERED)
def _objects(panel_row: Row, line_rows: tuple[Row, ...]) -> tuple[Panel, Sequence[PanelSeries]]:
    size = len(_fields(Panel))
    panel = _instance(Panel, panel_row[:size])
    panel.board = _instance(Board, panel_row[size:])
    rows = []
    for row in line_rows:
        of_line, rest = row[: len(_fields(PanelSeries))], row[len(_fields(PanelSeries)) :]
        of_series, learned = rest[: -len(LEARNED)], rest[-len(LEARNED) :]
        line = _instance(PanelSeries, of_line)
        line.panel, line.series = panel, _instance(Series, of_series) if of_series[0] is not None else None
        if line.series is not None:
            latest = Latest.from_db(connection.alias, LEARNED, learned) if learned[0] else None
            # As select_related has it: what is not there is not asked for again.
            Series._meta.get_field("latest").set_cached_value(line.series, latest)
        rows.append(line)
    return panel, rows


def _instance(model: type[Instance], row: Row) -> Instance:
    fields = _fields(model)
    compiler = model._default_manager.all().query.get_compiler(connection=connection)
    converters = compiler.get_converters([field.get_col(model._meta.db_table) for field in fields])
    (values,) = compiler.apply_converters([row], converters) if converters else (row,)
    return model.from_db(connection.alias, [field.attname for field in fields], values)


def _fields(model: type[Model]) -> "Sequence[Field[Any, Any]]":
    return [field for field in model._meta.concrete_fields if model is not Series or field.name not in UNREAD]


def _columns(model: type[Model], alias: str) -> str:
    return ", ".join(f'{alias}."{field.column}"' for field in _fields(model))


def _index(model: type[Model], name: str) -> int:
    return [field.attname for field in _fields(model)].index(name)


PANELS = (
    f'SELECT {_columns(Panel, "it")}, {_columns(Board, "board")} FROM "{Panel._meta.db_table}" AS it'
    f' JOIN "{Board._meta.db_table}" AS board ON board.id = it.board_id WHERE it.id IN ({{}})'
)
LINES = (
    f"SELECT {_columns(PanelSeries, 'it')}, {_columns(Series, 'series')},"
    f" {', '.join(f'latest.{name}' for name in (*LEARNED, *Newest._fields))}"
    f' FROM "{PanelSeries._meta.db_table}" AS it'
    f' LEFT JOIN "{Series._meta.db_table}" AS series ON series.id = it.series_id'
    f' LEFT JOIN "{Latest._meta.db_table}" AS latest ON latest.series_id = it.series_id'
    " WHERE it.panel_id IN ({}) ORDER BY it.position, it.id"
)
_PANEL_KEY = _index(Panel, "id")
_LINE_PANEL, _LINE_SERIES = _index(PanelSeries, "panel_id"), _index(PanelSeries, "series_id")
_LINE_SIZE = len(_fields(PanelSeries)) + len(_fields(Series)) + len(LEARNED)
