"""A chart with axes, whatever it draws: legend, labels, grid, marks and tooltip, on a page and on a canvas."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ..marks import Mark
from .canvas import Canvas, width_of
from .chart import Area, Chart, Data
from .html import Entry, Label, grid, legend, text, uncached_text, value_labels

LABEL_PIXELS = 11.0  # font size of labels along an axis
MIN_LEGEND_PIXELS, MIN_LABELS_PIXELS = 100, 60  # heights under which a picture has no legend, and no labels


@dataclass(slots=True)
class Plot:
    """The parts of a chart with axes.

    `y` are the labels beside the plot, top first: evenly spaced from edge to edge, or one in the middle of each row if
    `rows`. `x` are the labels below, `x_html` the same as HTML; `amounts` are what rows say at their right ends in the
    stead of labels below. `strong` is the rule of the grid that is stronger, counted from the top, or from the left if
    the plot has rows; `intervals` is 0 where there is no grid. `tooltip` is made only for a page. Marks are drawn in
    order, the last one on top. `more` counts series not drawn. `interval` is the time from edge to edge, which a page's
    script reads: see `TimeAxis.interval`.
    """

    text_alternative: str
    y: tuple[str, ...]
    x: Sequence[Label]
    x_html: str
    marks: Sequence[Mark]
    tooltip: Callable[[], str]
    legend: Sequence[Entry] = ()
    more: int = 0
    zone: str = ""
    interval: str = ""
    intervals: int = 0
    strong: int = 0
    rows: bool = False
    amounts: tuple[str, ...] = ()

    def chart(self, kind: str, data: Callable[[], Data]) -> Chart:
        """Return the plot as a chart of a kind."""
        return Chart(kind, self.text_alternative, self.html, self.draw, data)

    def html(self) -> str:
        """Return the plot as HTML."""
        rules, zero = grid(self.intervals, self.strong, self.rows)
        drawn = zero + "".join([mark.html() for mark in self.marks])
        listed = " listed" if self.amounts else ""
        below = value_labels(self.amounts, True).replace(" rows", " rows chart-amounts", 1) if listed else self.x_html
        zone = f' data-zone="{text(self.zone)}"' if self.zone else ""
        interval = f' data-time="{self.interval}"' if self.interval else ""
        return (
            f'{legend(self.legend, self.more)}<div class="chart-body{listed}"{zone}{interval}>'
            f"{value_labels(self.y, self.rows)}"
            f'<svg class="chart-plot{rules}" role="img" aria-label="{uncached_text(self.text_alternative)}">{drawn}'
            f"</svg>{self.tooltip()}{below}</div>"
        )

    def draw(self, canvas: Canvas, area: Area) -> None:
        """Draw the plot into a part of a canvas."""
        # A picture that is very low keeps its drawing and lets its words go.
        top = area.y + (draw_legend(canvas, self.legend, self.more, area) if area.height >= MIN_LEGEND_PIXELS else 0)
        foot = 20 if area.height >= MIN_LABELS_PIXELS else 2
        widest = max([width_of(label, LABEL_PIXELS) for label in self.y], default=0.0)
        # Not the gutter less its margin: a sum of floats taken apart again may be too little, and cut "1,200".
        room = min(max(widest, 16.0), area.width * 0.4 - 10)
        if self.zone:
            room = max(room, min(width_of(self.zone, LABEL_PIXELS), area.width * 0.6 - 10))
        gutter = room + 10
        x, y = area.x + gutter, top + 8
        beside = max([width_of(words, LABEL_PIXELS, 600) + 10 for words in self.amounts], default=0.0)
        width, height = max(area.width - gutter - beside, 1.0), max(area.y + area.height - foot - y, 1.0)
        self._rules(canvas, x, y, width, height)
        if area.height >= MIN_LABELS_PIXELS:
            self._labels(canvas, x, y, width, height, room)
        canvas.marks(self.marks, x, y, width, height)
        if not self.y:
            canvas.text(x + width / 2, y + height / 2, "No data", token="muted", anchor="middle", room=width)

    def _rules(self, canvas: Canvas, x: float, y: float, width: float, height: float) -> None:
        for rule in range(self.intervals + 1 if self.intervals else 0):
            token, part = "axis" if rule == self.strong else "grid", rule / self.intervals
            if self.rows:
                canvas.line(x + part * width, y, x + part * width, y + height, token)
            else:
                canvas.line(x, y + part * height, x + width, y + part * height, token)

    def _labels(self, canvas: Canvas, x: float, y: float, width: float, height: float, room: float) -> None:
        count = len(self.y)
        for index, label in enumerate(self.y):
            part = (index + 0.5) / count if self.rows else index / max(count - 1, 1)
            canvas.text(x - 10, y + part * height + 4, label, size=LABEL_PIXELS, token="muted", anchor="end", room=room)
        for index, words in enumerate(self.amounts):
            middle = y + (index + 0.5) / count * height + 4
            canvas.text(x + width + 10, middle, words, size=LABEL_PIXELS, weight=600)
        if self.zone:
            canvas.text(x - 10, y + height + 18, self.zone, size=LABEL_PIXELS, token="muted", anchor="end", room=room)
        right_edge = float("-inf")
        for tick in sorted(self.x, key=lambda tick: tick.at):
            names = tick.names.split()
            anchor = "start" if "first" in names else "end" if "last" in names else "middle"
            size = width_of(tick.words, LABEL_PIXELS)
            at = x + tick.at * width
            left = at - {"start": 0.0, "middle": size / 2, "end": size}[anchor]
            if left < right_edge:  # no room beside the one before
                continue
            weight, token = (600, "ink") if "day" in names else (400, "muted")
            canvas.text(at, y + height + 18, tick.words, size=LABEL_PIXELS, weight=weight, token=token, anchor=anchor)
            right_edge = left + size + 8


def draw_legend(canvas: Canvas, entries: Sequence[Entry], more: int, area: Area) -> float:
    """Draw a legend in as many rows as it needs, three at most; return their height in pixels."""
    if not any(entry.label or entry.value for entry in entries) and not more:
        return 0.0
    x, row = area.x, 0
    items = [(e.token, e.label, " ".join(filter(None, [e.value, e.detail]))) for e in entries if e.label or e.value]
    if more:
        items.append(("", f"+ {more} more", ""))
    for token, label, value in items:
        room = min(area.width - 16, 200.0)
        size = min(width_of(label, 12), room) + 16 + (width_of(value, 12, 600) + 6 if value else 0)
        if x > area.x and x + size > area.x + area.width:
            x, row = area.x, row + 1
            if row == 3:
                break
        y = area.y + 14 + 18 * row
        if token:
            canvas.rect(x, y - 8, 10, 8, token, radius=2)
        x += 16 if token else 0
        used = canvas.text(x, y, label, token="muted", room=room)
        x += used + (6 if used else 0)
        x += canvas.text(x, y, value, weight=600, room=area.x + area.width - x) + 14
    return 20.0 + 18 * min(row, 2)
