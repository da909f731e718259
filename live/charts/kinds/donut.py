"""Shares of a whole: a ring of slices around their sum, and a legend that says how much each is."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from ..marks import number
from ..output.amount import amount, draw_amount, drawable, long
from ..output.canvas import Canvas, shortened, width_of
from ..output.chart import Area, Chart, Data, chart_kind
from ..output.html import text, uncached_text
from ..path import sector
from ..text.alternative import name
from ..text.formats import compact, exact
from ..values import tokens_of
from .empty import no_data

MAX_SLICES = 6  # tokens that can be told apart
OTHER = "Other"
GAP_PERCENT = 0.7  # percent of the ring between two slices
THICKNESS_SHARE = 0.27  # of the radius, in a picture
ROW_PIXELS = 20.0  # pixels of a row of the legend, in a picture

Pairs = Mapping[str, float | None] | Sequence[tuple[str, float | None]]


class Slice(NamedTuple):
    """A slice as it is drawn: its colour's token, name and value (None is no data), and its share in whole percent."""

    token: str
    label: str
    value: float | None
    share: int


@chart_kind("donut")
def donut(
    slices: Pairs,
    *,
    title: str = "",
    unit: str = "",
    locale: str = "en",
    most: int = MAX_SLICES,
    colours: Sequence[int] = (),
) -> Chart:
    """Return a ring of slices with their sum in the middle.

    `slices` is a mapping of names to values, or a list of pairs, drawn in that order. The `most` largest (1 to 6) have
    a slice each, in the `colours` that they ask for (see `Series.colour`), and the rest are one slice "Other" at the
    end. Values that are missing or not finite are in the legend and not in the ring. Shares are whole percent that make
    100. All zero is an empty ring; no values at all give the empty state. Raises ValueError for a negative value and
    for another `most`, TypeError for slices that are none.
    """
    if not 1 <= most <= MAX_SLICES:
        raise ValueError(f"a donut has 1 to {MAX_SLICES} slices of their own, not {most!r}")
    pairs = _pairs(slices)
    if all(value is None for _, value in pairs):
        return no_data(kind="donut")
    total = sum([value for _, value in pairs if value])
    shown = _shown(pairs, total, most, colours)
    words = [f"{name(item.label)} {_share_words(item, locale)}" for item in shown]
    head = f"{name(title)}, total" if title else "Total"
    text_alternative = f"{head} {compact(total, unit, locale)}: {', '.join(words)}"

    def write() -> str:
        size = " long" if long(total, unit, locale) else ""
        rows = [
            f'<li class="{item.token}"><bdi>{text(item.label)}</bdi><i>{text(exact(item.value, unit, locale))}</i>'
            f"<b>{text(_share_words(item, locale))}</b></li>"
            for item in shown
        ]
        return (
            f'<div class="chart-shares"><div class="chart-ring"><svg viewBox="-50 -50 100 100" role="img" '
            f'aria-label="{uncached_text(text_alternative)}">{_ring(shown, total, unit, locale)}</svg>'
            f'<p class="chart-value{size}">{amount(total, unit, locale)}</p></div>'
            f'<ul class="chart-legend">{"".join(rows)}</ul></div>'
        )

    def draw(canvas: Canvas, area: Area) -> None:
        _draw(canvas, area, shown, total, unit, locale)

    return Chart("donut", text_alternative, write, draw, lambda: Data(("", "Value"), pairs, unit))


def _pairs(slices: Pairs) -> list[tuple[str, float | None]]:
    """Return names and values; None for every value that cannot be drawn."""
    if isinstance(slices, str | bytes) or not isinstance(slices, Mapping | Sequence):
        raise TypeError(f"slices must be a mapping or a list of pairs, not {type(slices).__name__}")
    pairs: list[tuple[str, float | None]] = []
    for pair in slices.items() if isinstance(slices, Mapping) else slices:
        if isinstance(pair, str | bytes) or not isinstance(pair, Sequence) or len(pair) != 2:
            raise TypeError(f"a slice is a name and a value, not {pair!r}")
        label, value = str(pair[0]), drawable(pair[1])
        if value is not None and value < 0:
            raise ValueError(f"a slice cannot be negative: {name(label)} is {value!r}")
        pairs.append((label, value))
    return pairs


def _shown(pairs: Sequence[tuple[str, float | None]], total: float, most: int, colours: Sequence[int]) -> list[Slice]:
    """Return the slices that are drawn, in order, with their shares."""
    largest_pairs: Sequence[tuple[str, float | None]] = pairs
    wanted = [*colours[: len(pairs)], *[0] * (len(pairs) - len(colours))]
    rest: list[tuple[str, float | None]] = []
    if len(pairs) > most:
        # Of equals the first; what has no value comes last.
        order = sorted(range(len(pairs)), key=lambda i: 1.0 if (value := pairs[i][1]) is None else -value)
        largest = set(order[:most])
        largest_pairs = [pair for i, pair in enumerate(pairs) if i in largest]
        wanted = [colour for i, colour in enumerate(wanted) if i in largest]
        rest = [(OTHER, sum([value or 0.0 for i, (_, value) in enumerate(pairs) if i not in largest]))]
    tokens = [*tokens_of(tuple(wanted), MAX_SLICES), *["off"] * len(rest)]
    drawn = [*largest_pairs, *rest]
    shares = _shares([value or 0.0 for _, value in drawn], total)
    return [Slice(token, *pair, share) for token, pair, share in zip(tokens, drawn, shares, strict=True)]


def _shares(values: Sequence[float], total: float) -> list[int]:
    """Return whole percents that make 100 together: what rounding down leaves goes to the largest remainders."""
    if not total:
        return [0] * len(values)
    parts = [100 * (value / total) for value in values]
    shares = [int(part) for part in parts]
    order = sorted(range(len(parts)), key=lambda i: shares[i] - parts[i])
    for index in order[: max(100 - sum(shares), 0)]:
        shares[index] += 1
    return shares


def _share_words(item: Slice, locale: str) -> str:
    """Return a share in words: what is there and rounds to nothing is less than 1 %, not 0 %."""
    if item.value is None:
        return compact(None)
    if item.value and not item.share:
        return f"<{compact(1, '%', locale)}"
    return compact(item.share, "%", locale)


def _arcs(shown: Sequence[Slice], total: float) -> list[tuple[Slice, float, float]]:
    """Return each slice that can be seen, with its start and length in percent of the ring.

    Between two is a gap, half of it taken from each; a slice that is hardly wider keeps half of its width.
    """
    visible = [item for item in shown if item.value and item.value / total > 0]
    arcs, at = [], 0.0
    for item in visible:
        part = 100 * ((item.value or 0.0) / total)
        gap = min(GAP_PERCENT, part / 2) if len(visible) > 1 else 0.0
        arcs.append((item, at + gap / 2, part - gap))
        at += part
    return arcs


def _ring(shown: Sequence[Slice], total: float, unit: str, locale: str) -> str:
    if not total:
        return "<circle/>"
    return "".join(
        [
            f'<circle class="{item.token}"{_dashes(start, length)}>'
            f"<title>{text(f'{item.label}: {exact(item.value, unit, locale)}')}</title></circle>"
            for item, start, length in _arcs(shown, total)
        ]
    )


def _dashes(start: float, length: float) -> str:
    """Return what makes a circle one slice. The whole ring is no dash: its ends would show where they meet."""
    if length >= 100:
        return ""
    return f' pathLength="100" stroke-dasharray="0 {number(start)} {number(length)} 100"'


def _draw(canvas: Canvas, area: Area, shown: Sequence[Slice], total: float, unit: str, locale: str) -> None:
    beside = area.width > 1.5 * area.height
    rows = min(len(shown), max(int((area.height if beside else area.height - 64) / ROW_PIXELS), 0))
    high = area.height if beside else area.height - (rows * ROW_PIXELS + 12 if rows else 0)
    radius = max(min((area.width * 0.5 - 12 if beside else area.width) / 2, high / 2, 200.0), 8.0)
    x = area.x + (radius + 8 if beside else area.width / 2)
    y = area.y + high / 2
    inner = radius * (1 - THICKNESS_SHARE)
    if not total:
        canvas.path(sector(x, y, radius, inner, 0, 1), fill="grid")
    for item, start, length in _arcs(shown, total) if total else ():
        canvas.path(sector(x, y, radius, inner, start / 100, (start + length) / 100), fill=item.token)
    size = min(radius * 0.36, 40.0)
    draw_amount(canvas, x, y + size * 0.36, total, unit, locale, size=size, room=inner * 1.7, anchor="middle")
    left = area.x + 2 * radius + 32 if beside else area.x
    right = area.x + (min(area.width, 2 * radius + 32 + 320) if beside else area.width)
    free = area.height - rows * ROW_PIXELS
    first = area.y + (max(free / 2, 0) if beside else free)
    for index, item in enumerate(shown[:rows]):
        base = first + index * ROW_PIXELS + 14
        share = _share_words(item, locale)
        canvas.rect(left, base - 9, 10, 10, item.token, radius=3)
        canvas.text(right, base, share, weight=600, anchor="end")
        space = right - left - 16 - width_of(share, 13, 600) - 8
        precise = exact(item.value, unit, locale)
        if space > 140 and item.value is not None:
            canvas.text(right - width_of("100 %", 12, 600) - 12, base, precise, token="muted", anchor="end")
            space -= width_of(precise, 13) + 16
        canvas.text(left + 16, base, shortened(item.label, space, 12), token="muted")
