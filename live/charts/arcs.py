"""Parts of a ring as SVG paths in pixels, for drawings that stand alone; pages have strokes with dashes instead."""

from math import cos, pi, sin


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
