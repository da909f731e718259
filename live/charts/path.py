"""Points as SVG path strings: relative integers, x = the bucket's index, y = 0 (top) to 320 (bottom): as many
units as a tile of usual height has pixels, twice over on a small one.

300 points cost 1.3 kB this way and 4 kB as absolute decimals, a quarter of the CPU, and when the window slides by one
bucket nearly all bytes are those of the frame before, so a compressed socket sends 150 bytes. The browser stretches the
path to the tile (`preserveAspectRatio="none"`) and keeps the stroke (`vector-effect`).
"""

import re
from collections.abc import Collection, Sequence
from itertools import pairwise
from math import cos, floor, pi, sin
from operator import itemgetter, sub
from typing import NamedTuple, cast

from .values import Cleaned, runs

HEIGHT = 320

# "one to the right, d down", by d; negative d index from the end. A look-up is a third of the cost of formatting.
_STEP = [f"1 {d}" for d in range(HEIGHT + 1)] + [f"1{d}" for d in range(-HEIGHT, 0)]


_TOKEN = re.compile(r"[MlVHhz]|-?\d+(?:\.\d+)?")


class Trace(NamedTuple):
    """A drawn line: the stroke's path, the path of the area under it, and the (x, y) of points with no neighbour."""

    line: str
    area: str
    dots: list[tuple[int, int]]


def heights(values: Sequence[float], low: float, high: float, *, inside: bool = False) -> list[int]:
    """Return each value's y on an axis from `low` to `high`; what lies outside is put at the edge.

    `inside` promises that nothing lies outside, and saves the check.
    """
    if not inside:
        # Before scaling: far outside a tiny axis a y would be beyond a float.
        values = [low if v < low else high if v > high else v for v in values]
    scale = HEIGHT / (high - low)
    top = high + 0.5 / scale  # the half that makes int() round
    # For what is not negative, what int() returns, in half its time.
    return [floor((top - v) * scale) for v in values]


def height(value: float, low: float, high: float) -> int:
    """Return one value's y, like `heights`."""
    scale = HEIGHT / (high - low)
    return int((high + 0.5 / scale - min(max(value, low), high)) * scale)


def trace(
    cleaned: Cleaned,
    low: float,
    high: float,
    *,
    area: bool = False,
    xs: Sequence[int] | None = None,
    breaks: Collection[int] = (),
) -> Trace:
    """Draw cleaned values on an axis from `low` to `high`.

    A gap breaks the line; a lone point between gaps has no line to be on and comes back among the dots. `area` asks for
    the closed path down to zero, too. Values that are not evenly spaced have their `xs`. No line leads to the indices
    in `breaks`.
    """
    strokes, fills, dots = [], [], []
    base = height(0.0, low, high)  # of an area: zero, or the edge that is nearest to it
    values = cleaned.values
    inside = cleaned.low is not None and cleaned.high is not None and low <= cleaned.low and cleaned.high <= high
    spans = [(0, len(values))] if cleaned.whole else runs(values)
    if breaks:
        cuts = [[start, *[i for i in range(start + 1, stop) if i in breaks], stop] for start, stop in spans]
        spans = [piece for edges in cuts for piece in pairwise(edges)]
    for start, stop in spans:
        ys = heights(cast(Sequence[float], values[start:stop]), low, high, inside=inside)
        x = start if xs is None else xs[start]
        if len(ys) == 1:
            dots.append((x, ys[0]))
            continue
        rises = map(sub, ys[1:], ys)
        if xs is None:
            steps = itemgetter(*rises)(_STEP)  # the fastest way to look up many; a lone one is not in a tuple
        else:
            strides = map(sub, xs[start + 1 : stop], xs[start:stop])
            steps = [f"{stride} {rise}" for stride, rise in zip(strides, rises, strict=True)]
        stroke = f"M{x} {ys[0]}l{' '.join(steps) if len(ys) > 2 or xs is not None else steps}"
        strokes.append(stroke)
        if area:
            fills.append(f"{stroke}V{base}H{x}z")
    return Trace("".join(strokes), "".join(fills), dots)


def band(lows: Cleaned, highs: Cleaned, low: float, high: float) -> str:
    """Draw the ground between two lines of evenly spaced values, as `trace` draws lines; a gap in either breaks it."""
    both = [None if bottom is None else top for bottom, top in zip(lows.values, highs.values, strict=True)]
    parts = []
    for start, stop in runs(both):
        if stop - start == 1:  # it would have no width
            continue
        above = heights(cast(Sequence[float], highs.values[start:stop]), low, high)
        below = heights(cast(Sequence[float], lows.values[start:stop]), low, high)[::-1]
        there = " ".join(_STEP[rise] for rise in map(sub, above[1:], above))
        back = " ".join(f"-{_STEP[rise]}" for rise in map(sub, below[1:], below))
        parts.append(f"M{start} {above[0]}l{there}V{below[0]}l{back}z")
    return "".join(parts)


def placed(path: str, left: float, top: float, across: float, down: float) -> str:
    """Return a path drawn here in pixels instead: absolute, each unit `across` by `down`, from (left, top)."""
    tokens: Sequence[str] = _TOKEN.findall(path)
    commands: list[str] = []
    x = y = 0.0
    command, index = "", 0
    while index < len(tokens):
        if tokens[index].isalpha():
            command = tokens[index]
            index += 1
        if command == "z":
            commands.append("Z")
            continue
        if command in "VHh":
            amount = float(tokens[index])
            index += 1
            if command == "V":
                y = amount
            else:
                x = amount if command == "H" else x + amount
        else:
            dx, dy = float(tokens[index]), float(tokens[index + 1])
            index += 2
            if command == "M":
                x, y = dx, dy
            else:
                x, y = x + dx, y + dy
        commands.append(f"{'M' if command == 'M' else 'L'}{left + x * across:.2f} {top + y * down:.2f}")
    return "".join(commands)


def sector(x: float, y: float, outer: float, inner: float, start: float, end: float) -> str:
    """Return the path of a piece of a ring around (x, y) from `start` to `end`, in turns clockwise from the top.

    A whole turn is two closed circles, wound against each other so that the inner one stays empty.
    """
    if end - start >= 1:
        return _circle(x, y, outer, 1) + _circle(x, y, inner, 0)
    large = 1 if end - start > 0.5 else 0
    a, b = _at(x, y, outer, start), _at(x, y, outer, end)
    c, d = _at(x, y, inner, end), _at(x, y, inner, start)
    return f"M{a}A{outer:.2f} {outer:.2f} 0 {large} 1 {b}L{c}A{inner:.2f} {inner:.2f} 0 {large} 0 {d}Z"


def _at(x: float, y: float, radius: float, turn: float) -> str:
    angle = 2 * pi * turn
    return f"{x + radius * sin(angle):.2f} {y - radius * cos(angle):.2f}"


def _circle(x: float, y: float, radius: float, sweep: int) -> str:
    top, bottom = f"{x:.2f} {y - radius:.2f}", f"{x:.2f} {y + radius:.2f}"
    arc = f"A{radius:.2f} {radius:.2f} 0 1 {sweep} "
    return f"M{top}{arc}{bottom}{arc}{top}Z"
