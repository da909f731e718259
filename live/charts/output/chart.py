"""A chart, made once from values and written in every medium: on a page, in a file of its own, as a table.

The function of a kind returns a `Chart` and is registered here by name, so that what draws a chart by the name of its
kind need not import the kinds. Nothing is written before it is needed: a file does not cost the page's HTML.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice, zip_longest
from typing import NamedTuple, TypeVar

from django.utils.safestring import SafeString

from ..values import Series, is_drawable
from .canvas import Canvas, Theme
from .html import safe
from .levels import ATTENTION, draw_level_badge, level_badge

Cell = str | float | datetime | None

PADDING_PIXELS = 16.0
MIN_PIXELS, MAX_PIXELS = 80.0, 8000.0  # of a side


class Area(NamedTuple):
    """A part of a canvas, in pixels."""

    x: float
    y: float
    width: float
    height: float


class Data(NamedTuple):
    """What a chart shows, as a table: the names of its columns and its rows.

    Numbers are plain, times are aware datetimes, a gap is None. `unit` is the unit of all numbers, "" for none.
    """

    head: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    unit: str = ""


def series_data(head: str, cells: Sequence[Cell], lines: Sequence[Series], unit: str) -> Data:
    """Return the data of series: `cells` are the first column, under `head`.

    Numbers are as they came, Decimals and whole ones too; those that cannot be drawn are gaps.
    """
    columns = [[v if v is not None and is_drawable(v) else None for v in line.values] for line in lines]
    rows = islice(zip_longest(cells, *columns), len(cells))
    return Data((head, *[line.label or "Value" for line in lines]), list(rows), unit)


@dataclass(slots=True)
class Chart:
    """What a kind's function returns. In a template it is its HTML.

    `kind` names the figure's class (`chart-line`), `text_alternative` says in words what is seen. The other three are
    what a kind brings: the HTML that follows the `<figcaption>`, what goes onto a canvas, and the data as a table (see
    `live.charts.output.table` for its HTML and CSV). `level` says how bad it is what it shows ("ok", "warn", "bad"), ""
    that nobody knows; `names_level` that its HTML has the word for it already.
    """

    kind: str
    text_alternative: str
    write: Callable[[], str]
    draw: Callable[[Canvas, Area], None]
    data: Callable[[], Data]
    level: str = ""
    names_level: bool = False

    @property
    def badge(self) -> SafeString:
        """Warning or critical, for the title row."""
        return safe("" if self.names_level else level_badge(self.level))

    def html(self) -> SafeString:
        """Return what follows the `<figcaption>` of a `<figure class="chart chart-…">`."""
        return safe(self.write())

    __str__ = __html__ = html

    def svg(
        self,
        *,
        title: str = "",
        caption: str = "",
        note: str = "",
        width: float = 720,
        height: float = 360,
        theme: Theme = "",
    ) -> str:
        """Return a stand-alone SVG file of `width` by `height` pixels, light or dark as its reader prefers, or one for
        everybody.

        `note` is a line that says that something is wrong. Raises ValueError for a size under 80 or over 8,000.
        """
        if not (MIN_PIXELS <= width <= MAX_PIXELS and MIN_PIXELS <= height <= MAX_PIXELS):
            raise ValueError(
                f"a picture is {MIN_PIXELS:.0f} to {MAX_PIXELS:.0f} pixels wide and high, not {width!r} by {height!r}"
            )
        canvas = Canvas(width, height, theme)
        self.draw_tile(canvas, width, height, title=title, caption=caption, note=note)
        return canvas.svg(self.label(title))

    def label(self, title: str = "") -> str:
        """Return the text alternative, with the title before it if it is not in there."""
        words = self.text_alternative
        return ": ".join(filter(None, [title if title not in words else "", words]))

    def draw_tile(
        self, canvas: Canvas, width: float, height: float, *, title: str = "", caption: str = "", note: str = ""
    ) -> None:
        """Draw the whole tile at the top left of a canvas: its ground, the words of `svg`, and the chart."""
        border = self.level if self.level in ATTENTION else "line"
        canvas.rect(0.5, 0.5, width - 1, height - 1, "surface", radius=10, border=border)
        room = width - 2 * PADDING_PIXELS
        right = width - PADDING_PIXELS
        if not self.names_level and (taken := draw_level_badge(canvas, right, 28, self.level)):
            right -= taken + 10
        used = canvas.text(PADDING_PIXELS, 28, title, size=14, weight=600, room=max(right - PADDING_PIXELS, 0))
        left = PADDING_PIXELS + used + (10 if used else 0)
        canvas.text(left, 28, caption, token="muted", room=max(right - left, 0))
        top = 38.0 if title or caption or self.badge else 12.0
        if note:
            canvas.text(PADDING_PIXELS, top + 12, note, weight=600, token="warn", room=room)
            top += 20
        self.draw(canvas, Area(PADDING_PIXELS, top, room, max(height - top - 12, 1.0)))


KINDS: dict[str, Callable[..., Chart]] = {}
Function = TypeVar("Function", bound=Callable[..., Chart])


def chart_kind(name: str) -> Callable[[Function], Function]:
    """Register the function of a kind under the name that `live.charts.output.figure` and the template tag know."""

    def register(function: Function) -> Function:
        KINDS[name] = function
        return function

    return register
