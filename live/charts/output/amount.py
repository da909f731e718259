"""One number, large, with its unit at 60 %: on a page and on a canvas."""

from functools import lru_cache

from ..text.formats import parts
from ..text.numbers import NARROW_SPACE
from ..values import is_drawable
from .canvas import Canvas, shortened, width_of
from .html import text

UNIT_SHARE = 0.6  # size of the unit, in sizes of the number
WIDTH_RESERVE = 1.06  # than estimated is allowed for: at this size it is pixels
MIN_FONT_PIXELS = 12.0  # pixels of type
MAX_CHARACTERS = 8  # characters beyond which an amount is written smaller


def drawable(value: float | None) -> float | None:
    """Return a number that can be drawn, as a float or an integer, and None for every other: a database has decimals,
    too."""
    if value is None or not is_drawable(value):
        return None
    return value if isinstance(value, int) else float(value)


@lru_cache(maxsize=4096)
def amount(value: float | None, unit: str, locale: str) -> str:
    """Return the number as HTML; a value that is missing or not finite is an en dash."""
    pieces = []
    for number, symbol in parts(value, unit, locale):
        small = f"<small>{NARROW_SPACE}{text(symbol)}</small>" if symbol else ""
        pieces.append(f"{text(number)}{small}")
    return NARROW_SPACE.join(pieces)


@lru_cache(maxsize=4096)
def long(value: float | None, unit: str, locale: str) -> bool:
    """Tell whether a number with its unit is too long for the usual size inside a ring."""
    return (
        sum([len(number) + UNIT_SHARE * len(symbol) for number, symbol in parts(value, unit, locale)]) > MAX_CHARACTERS
    )


def draw_amount(
    canvas: Canvas,
    x: float,
    y: float,
    value: float | None,
    unit: str,
    locale: str,
    *,
    size: float,
    room: float,
    anchor: str = "start",
    token: str = "ink",
) -> float:
    """Write the number with the baseline at `y`, smaller if it needs more than `room`; return the width it takes.

    `x` is its left edge, or its middle with `anchor` "middle". The number ends and the unit begins at one place, so
    that neither runs into the other in a font that is wider than estimated.
    """
    pieces = parts(value, unit, locale)
    number, symbol = pieces[0]
    if len(pieces) > 1:
        number, symbol = NARROW_SPACE.join([f"{number}{NARROW_SPACE}{symbol}" for number, symbol in pieces]), ""
    full, gap = width_of(number, size * WIDTH_RESERVE, 600), size * 0.18 if symbol else 0.0
    needed = full + gap + width_of(symbol, size * UNIT_SHARE, 600)
    if needed > room and size > MIN_FONT_PIXELS:
        fitting = max(size * room / needed * 0.99, MIN_FONT_PIXELS)
        return draw_amount(canvas, x, y, value, unit, locale, size=fitting, room=room, anchor=anchor, token=token)
    # What is too long even so is cut, the unit first.
    number = shortened(number, room, size * WIDTH_RESERVE, 600)
    used = width_of(number, size * WIDTH_RESERVE, 600)
    symbol = shortened(symbol, room - used - gap, size * UNIT_SHARE, 600)
    small = gap + width_of(symbol, size * UNIT_SHARE, 600) if symbol else 0.0
    left = x - (used + small) / 2 if anchor == "middle" else x
    if not symbol:
        canvas.text(x, y, number, size=size, weight=600, token=token, anchor=anchor)
        return used
    canvas.text(left + used, y, number, size=size, weight=600, token=token, anchor="end")
    canvas.text(left + used + gap, y, symbol, size=size * UNIT_SHARE, weight=600)
    return used + small
