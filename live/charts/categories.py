"""A chart of lines over categories: a line with points, one per name on the axis."""

from collections.abc import Sequence
from functools import lru_cache

from django.utils.safestring import SafeString

from .empty import no_data
from .frame import (
    COLUMNS,
    MOST_COLUMNS,
    SHOWN,
    axes,
    bands,
    body,
    column,
    dot,
    grid,
    legend,
    percent,
    safe,
    strokes,
    text,
    value_ticks,
)
from .path import heights, trace
from .sentence import name, sentence
from .values import Cleaned, Line, Threshold, clean

MOST_POINTS = 60  # points over all lines that are drawn as dots; more would only thicken the line
MOST_LABELS = 12  # categories that all have a label; of more, every n-th has


def line_over_categories(
    labels: Sequence[str],
    lines: Sequence[Line],
    *,
    title: str = "",
    unit: str = "",
    locale: str = "en",
    minimum: float | None = None,
    maximum: float | None = None,
    thresholds: Sequence[Threshold] = (),
) -> SafeString:
    """Return the HTML of lines over categories, to follow a `<figcaption>`.

    Each line has one value per label; missing ones are gaps and surplus ones are left out. `minimum`, `maximum` and
    `thresholds` are as for `line_over_time`. No labels or no lines give the empty state.
    """
    size = len(labels)
    if not size or not lines:
        return no_data("No data")
    cleaned = [clean(line.values, size) for line in lines[:SHOWN]]
    ticks = value_ticks(cleaned, minimum, maximum, unit)
    span = f"{size} categories" if size > 1 else "1 category"
    label = sentence(title, lines, cleaned, unit, locale, lambda index: name(str(labels[index])), span, "")
    return safe(
        legend(lines, cleaned, unit, locale, latest=False)
        + body(
            axes(ticks, unit, locale),
            label,
            _plot(cleaned, size, ticks, thresholds),
            _read_out(labels, cleaned, unit, locale),
            _names(labels),
        )
    )


def _plot(cleaned: Sequence[Cleaned], size: int, ticks: tuple[float, ...], thresholds: Sequence[Threshold]) -> str:
    if not ticks:
        return grid((0, 1, 2, 3))
    low, high = ticks[0], ticks[-1]
    traces = [trace(data, low, high, area=len(cleaned) <= 2 and low == 0) for data in cleaned]
    # Category i has the i-th of `size` equal slots and its point in the middle.
    centres = [percent(2 * i + 1, 2 * size) for i in range(size)]
    dots = []
    all_points = size * len(cleaned) <= MOST_POINTS
    for index, (data, drawn) in enumerate(zip(cleaned, traces, strict=True), 1):
        points = drawn.dots
        if all_points:
            places = [i for i, value in enumerate(data.values) if value is not None]
            points = list(zip(places, heights([v for v in data.values if v is not None], low, high), strict=True))
        dots += [dot(index, centres[x], y, "3") for x, y in points]
    return grid(ticks) + bands(thresholds, low, high) + strokes(traces, f"-.5 0 {size} 400") + "".join(dots)


def _read_out(labels: Sequence[str], cleaned: Sequence[Cleaned], unit: str, locale: str) -> str:
    size = len(labels)
    picked: Sequence[int] = range(size)
    if size > MOST_COLUMNS:
        picked = [(2 * i + 1) * size // (2 * COLUMNS) for i in range(COLUMNS)]
    columns = [data.values for data in cleaned]
    return "".join([_cell(str(labels[i]), tuple([values[i] for values in columns]), unit, locale) for i in picked])


@lru_cache(maxsize=2048)
def _cell(label: str, values: tuple[float | None, ...], unit: str, locale: str) -> str:
    return column(label, values, unit, locale)


def _names(labels: Sequence[str]) -> str:
    size = len(labels)
    if size <= MOST_LABELS:
        many = " many" if size > 4 else ""
        items = "".join([f"<li>{text(label)}</li>" for label in labels])
        return f'<ol class="chart-x{many}" aria-hidden="true">{items}</ol>'
    every = -(-size // MOST_LABELS)
    places = []
    for i in range(0, size, every):
        odd = ' class="odd"' if i // every % 2 else ""
        places.append(f'<text x="{percent(2 * i + 1, 2 * size)}"{odd}>{text(_cut(labels[i]))}</text>')
    return f'<svg class="chart-x" aria-hidden="true">{"".join(places)}</svg>'


def _cut(label: str) -> str:
    """Shorten a label that stands among many; the read-out has it in full."""
    label = str(label)
    return label if len(label) <= 8 else label[:7] + "…"
