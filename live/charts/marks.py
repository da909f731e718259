"""What is drawn in a plot: paths, boxes, dots and limits, in the units of the plot, whatever they are drawn on.

A mark goes into a page by `html`, where the browser stretches it to the tile, and onto a `Canvas`, where every position
is known. Across, a path counts in buckets and the others in percent of the plot; down, a path counts 320 units and the
others percent. Classes name tokens: `s1` to `s8` for series, `ok`, `warn`, `bad`, `off` for levels.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from .path import HEIGHT

USUAL_RADIUS_PIXELS = 3  # that the style sheet gives a dot without one; without a position it is at the right
CELL_UNITS = 20  # across a percent of the plot, in the paths of cells: a pixel of a wide tile
CELL_CAP, CELL_GAP = 2, 2  # units across of the round end of a cell, and from there to where its neighbour begins
CELL_INSET = CELL_CAP + CELL_GAP
SHORT_CELL = 7  # units across that are seen of a cell, its ends included, before it leaves a gap
LEVELS = ("ok", "warn", "bad", "off")
SERIES = tuple([f"s{number}" for number in range(1, 9)])


@lru_cache(maxsize=4096)
def number(value: float) -> str:
    """Return a number for an attribute: two decimals at most, a dot in every locale, never "-0"."""
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


class Stroke(NamedTuple):
    """A line of series `token`."""

    token: str
    path: str


class Fill(NamedTuple):
    """The ground under a line: `flat` for the layer of a stack, a gradient to nothing otherwise; `faint` for the band
    around a line."""

    token: str
    path: str
    flat: bool = False
    faint: bool = False


class Paths(NamedTuple):
    """Paths that are stretched together. `left` and `width` are the part of the index axis that fills the plot."""

    left: float
    width: float
    fills: Sequence[Fill]
    strokes: Sequence[Stroke]

    def html(self) -> str:
        # No class on a gradient's area: any rule over `path` would win over the attribute that names the gradient.
        areas = [
            f'<path class="{"a" if fill.flat else "b"} {fill.token}" d="{fill.path}"/>'
            if fill.flat or fill.faint
            else f'<path fill="url(#chart-fill-{fill.token[1:]})" d="{fill.path}"/>'
            for fill in self.fills
        ]
        lines = [f'<path class="{stroke.token}" d="{stroke.path}"/>' for stroke in self.strokes]
        if not (areas or lines):
            return ""
        thin = " many" if len(lines) > 4 else ""
        return (
            f'<svg class="chart-lines{thin}" viewBox="{number(self.left)} 0 {number(self.width)} {HEIGHT}" '
            f'preserveAspectRatio="none">{"".join(areas)}{"".join(lines)}</svg>'
        )


class Box(NamedTuple):
    """A rectangle, in percent of the plot. `role` is its class: "bar", "band", "cell", "late"; `title` says what it is.

    A `title` is HTML already.
    """

    role: str
    token: str
    x: float
    y: float
    width: float
    height: float
    title: str = ""

    def html(self) -> str:
        x = f' x="{number(self.x)}%"' if self.x else ""
        y = f' y="{number(self.y)}%"' if self.y else ""
        if self.role == "late":  # hatched, by an attribute that no rule may win over
            return (
                f'<rect fill="url(#chart-hatch)"{x}{y} width="{number(self.width)}%" height="{number(self.height)}%"/>'
            )
        end = f"><title>{self.title}</title></rect>" if self.title else "/>"
        names = f"chart-{self.role} {self.token}" if self.role != "bar" else self.token
        return f'<rect class="{names}"{x}{y} width="{number(self.width)}%" height="{number(self.height)}%"{end}'


class Dot(NamedTuple):
    """A point in percent of the plot, its radius in pixels. A circle: WebKit draws a dot of a stroke as a streak."""

    token: str
    x: float
    y: float
    radius: float

    def html(self) -> str:
        radius = f' r="{number(self.radius)}"' if self.radius != USUAL_RADIUS_PIXELS else ""
        x = f' cx="{number(self.x)}%"' if self.x != 100 else ""
        return f'<circle class="{self.token}"{x} cy="{number(self.y)}%"{radius}/>'


class Limit(NamedTuple):
    """A dashed line across the plot at `at` percent from the top, or down it at `at` percent from the left."""

    token: str
    at: float
    upright: bool = False

    def html(self) -> str:
        at = number(self.at)
        position = f'x1="{at}%" x2="{at}%" y2="100%"' if self.upright else f'x2="100%" y1="{at}%" y2="{at}%"'
        return f'<line class="chart-limit {self.token}" {position}/>'


class Cells(NamedTuple):
    """A row of cells from `y` on, `height` high, in percent of the plot: for each its token, its left and its width."""

    y: float
    height: float
    cells: Sequence[tuple[str, float, float]]

    def html(self) -> str:
        # One path a token, of lines as thick as the row, stretched with it: their round caps are the cells' corners.
        # The shortest fill their width, so that all of a bad minute is seen; others leave a gap to their neighbours.
        parts: dict[str, list[str]] = {}
        ends: dict[str, int] = {}
        for token, x, width in self.cells:
            left, right = int(x * CELL_UNITS + 0.5), int((x + width) * CELL_UNITS + 0.5)
            wide = right - left
            inset = CELL_INSET
            if wide < SHORT_CELL + 2 * CELL_GAP:
                inset = max(wide - SHORT_CELL, 0) // 2 + CELL_CAP if wide > 2 * CELL_CAP else max(wide - 1, 0) // 2
            if token in parts:
                parts[token].append(f"m{left + inset - ends[token]} 0h{wide - 2 * inset}")
            else:
                parts[token] = [f"M{left + inset} {CELL_CAP}h{wide - 2 * inset}"]
            ends[token] = right - inset
        paths = [f'<path class="{token}" d="{"".join(cells)}"/>' for token, cells in parts.items()]
        return (
            f'<svg class="chart-cells" y="{number(self.y)}%" height="{number(self.height)}%" '
            f'viewBox="0 0 {100 * CELL_UNITS} {2 * CELL_CAP}" preserveAspectRatio="none">{"".join(paths)}</svg>'
        )


Mark = Paths | Box | Dot | Limit | Cells
