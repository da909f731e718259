"""Panels and whole boards as drawings that stand alone: the charts of the page, drawn by the same writers.

A board is one drawing with all of its panels where they are in its grid: they share its colours and gradients, so that
no name in it is there twice.
"""

from dataclasses import replace
from datetime import datetime
from typing import Any, NamedTuple

from django.conf import settings
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from boards.layout import COLUMNS, cells_of
from boards.models import Board, Panel
from boards.panels import draw
from boards.ranges import View
from boards.variables.declared import variables_of
from boards.variables.tiles import tiles_of, titled
from boards.variables.values import chosen_values
from live.charts import Chart
from live.charts.output.canvas import Canvas, Theme
from live.charts.text import moments

# Of a board, in pixels: those of its page in a window of this width (static/boards/boards.css).
WIDTH, GUTTER, GAP, ROW = 1280, 24, 16, 76
TITLE_BASELINE, NOTE_BASELINE, HEAD = 46, 70, 64
NOTE_HEIGHT = 22
TIME_ROOM = 320


class Picture(NamedTuple):
    """An SVG file, and its size in pixels."""

    svg: str
    width: float
    height: float


def drawn(panel: Panel, view: View) -> dict[str, Any]:
    """The panel's chart, in the site's language as on every page: see ``live.rendering.render.render``."""
    with translation.override(settings.LANGUAGE_CODE), timezone.override(None):
        return draw(panel, view)


def panel_svg(panel: Panel, view: View, theme: Theme, width: int, height: int) -> str:
    """One panel, of this size in pixels."""
    chart, words = _tile(panel, view)
    return chart.svg(**words, width=width, height=height, theme=theme)


def board_svg(board: Board, view: View, theme: Theme) -> Picture:
    """A whole board, as wide as its page and as long as it has to be."""
    tiles, unknown = tiles_of(board, view.values)
    panels = [titled(tile.panel, tile.values) for tile in tiles]
    cells = cells_of(panels)
    note = note_of(board, view)
    top = HEAD + (NOTE_HEIGHT if note else 0)
    rows = max([cell.row + cell.height for cell in cells], default=1)
    canvas = Canvas(WIDTH, top + rows * (ROW + GAP) - GAP + GUTTER, theme)
    canvas.rect(0, 0, canvas.width, canvas.height, "page")
    when = moment_of(board, view, timezone.now())
    right = WIDTH - GUTTER
    canvas.text(right, TITLE_BASELINE, when, size=13, token="muted", anchor="end", room=TIME_ROOM)
    canvas.text(GUTTER, TITLE_BASELINE, board.title, size=24, weight=600, room=right - GUTTER - TIME_ROOM)
    canvas.text(GUTTER, NOTE_BASELINE, note, size=14, token="muted", room=right - GUTTER)
    column = (WIDTH - 2 * GUTTER + GAP) / COLUMNS
    for panel, tile, cell in zip(panels, tiles, cells, strict=True):
        chart, words = _tile(panel, view._replace(values=tile.values))
        width, height = cell.width * column - GAP, cell.height * (ROW + GAP) - GAP
        x, y = GUTTER + cell.column * column, top + cell.row * (ROW + GAP)
        with canvas.part(x, y, width, height, chart.label(panel.title)):
            chart.draw_tile(canvas, width, height, **words)
    if not panels:
        with translation.override(settings.LANGUAGE_CODE):
            nothing = unknown or _("This board has no panels yet.")
            canvas.text(GUTTER, top + ROW / 2, nothing, size=14, token="muted")
    return Picture(canvas.svg(f"{board.title}, {when}", role="group"), canvas.width, canvas.height)


def moment_of(board: Board, view: View, now: datetime) -> str:
    """The moment that is shown, in words: to the minute where that is now."""
    stretch = view.stretch(board.zone, board.range, now)
    at, kind = stretch.now.timestamp(), "m" if stretch.is_live else "s"
    locale = translation.to_locale(settings.LANGUAGE_CODE)
    day = moments.moment(at, stretch.zone, "day", locale)
    return f"{day} {moments.moment(at, stretch.zone, kind, locale, with_zone=True)}"


def note_of(board: Board, view: View) -> str:
    """What stands under the title: the board's note, and the values that are chosen for its variables."""
    chosen = chosen_values(view.values, variables_of(board.variables))
    return " · ".join(
        filter(None, [board.note, *(f"{name}: {', '.join(some)}" for name, some in chosen.items() if some)])
    )


def _tile(panel: Panel, view: View) -> tuple[Chart, dict[str, str]]:
    """The chart of a panel, and the words around it. Of one that is late nobody knows any more how bad it is."""
    content = drawn(panel, view)
    words = {"title": panel.title, "caption": content["caption"], "note": content["note"]}
    return replace(content["chart"], level=content["level"]), words
