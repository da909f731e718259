"""How bad a value is: the level that its thresholds give it, where each level lies on a range, its icon and word."""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from ..values import Threshold
from .canvas import Canvas, width_of
from .html import text

LEVEL_WORDS = {"ok": "OK", "warn": "Warning", "bad": "Critical"}
_SEVERITY = {"ok": 0, "warn": 1, "bad": 2}
ATTENTION = ("warn", "bad")  # levels that a tile shows from afar
ICON_PIXELS = 16.0

# 16 by 16: the outline and the sign in it. Outlines differ, too: disc, triangle, octagon, circle.
_OUTLINES = {"warn": "M8 1.5l7 12.5H1z", "bad": "M5 1h6l4 4v6l-4 4H5l-4-4V5z"}
_SIGNS = {
    "ok": "M4.8 8.3l2.2 2.2 4.2-4.6",
    "warn": "M8 6v3.6M8 11.9v.1",
    "bad": "M5.5 5.5l5 5M10.5 5.5l-5 5",
    "off": "M5 8h6",
}
_ICONS = {
    "ok": f'<circle cx="8" cy="8" r="7"/><path d="{_SIGNS["ok"]}"/>',
    "off": f'<circle class="o" cx="8" cy="8" r="6"/><path class="o" d="{_SIGNS["off"]}"/>',
    "late": '<circle class="o" cx="8" cy="8" r="6"/><path class="o" d="M8 4.8V8l2.2 1.6"/>',
    **{level: f'<path class="f" d="{path}"/><path d="{_SIGNS[level]}"/>' for level, path in _OUTLINES.items()},
}


# In a title row the badge is the outline.
_PLAIN_SIGNS = {"warn": "M8 2.5l6 10.5H2z", "bad": "M4 4l8 8M12 4l-8 8"}


class Band(NamedTuple):
    """A part of a range, in percent, in which all values have one level."""

    level: str
    start: float
    end: float


def _known_level(level: str) -> str:
    return level if level in _SEVERITY else "bad"


def level_of(value: float, thresholds: Sequence[Threshold]) -> str:
    """Return the worst level whose threshold a value has reached, "ok" if it has reached none, "" if there is none."""
    usable = [threshold for threshold in thresholds if threshold.value == threshold.value]
    passed = [_known_level(t.level) for t in usable if (value >= t.value if t.above else value <= t.value)]
    return max(passed, key=_SEVERITY.__getitem__, default="ok") if usable else ""


@lru_cache(maxsize=256)
def bands(thresholds: tuple[Threshold, ...], low: float, high: float) -> Sequence[Band]:
    """Return the levels of the range from `low` to `high`, in order; none without thresholds. `low` < `high`."""
    inside = sorted({t.value for t in thresholds if low < t.value < high})
    edges = [low, *inside, high]
    parts: list[Band] = []
    for start, end in pairwise(edges):
        level = level_of(start + (end - start) / 2, thresholds)
        begin, stop = 100 * ((start - low) / (high - low)), 100 * ((end - low) / (high - low))
        if parts and parts[-1].level == level:
            begin = parts.pop().start
        if level:
            parts.append(Band(level, begin, stop))
    return parts


def badge(level: str, word: str) -> str:
    """Return icon and word of a level, as an element that takes the level's colour. Not a known level: "off"."""
    level = level if level in _ICONS else "off"
    icon = f'<svg viewBox="0 0 16 16" aria-hidden="true">{_ICONS[level]}</svg>'
    return f'<span class="chart-badge {level}">{icon}{text(word)}</span>'


def level_badge(level: str) -> str:
    """Return a level that asks for attention, as it stands in the title row of a tile; "" for any other."""
    if level not in _PLAIN_SIGNS:
        return ""
    icon = f'<svg viewBox="0 0 16 16" aria-hidden="true"><path d="{_PLAIN_SIGNS[level]}"/></svg>'
    return f'<span class="chart-level {level}">{icon}{text(LEVEL_WORDS[level])}</span>'


def draw_level_badge(canvas: Canvas, right: float, y: float, level: str) -> float:
    """Draw the same to the left of `right`, with the baseline at `y`; return its width."""
    if level not in _PLAIN_SIGNS:
        return 0.0
    width = badge_width(LEVEL_WORDS[level])
    draw_badge(canvas, right - width, y, level, LEVEL_WORDS[level], width)
    return width


def worst(levels: Iterable[str]) -> str:
    """Return the worst of some levels; "" where none says anything."""
    return max((level for level in levels if level in _SEVERITY), key=_SEVERITY.__getitem__, default="")


def badge_width(word: str) -> float:
    """Return about how many pixels `draw_badge` takes."""
    return ICON_PIXELS + 6 + width_of(word, 13, 600)


def draw_badge(canvas: Canvas, x: float, y: float, level: str, word: str, room: float) -> None:
    """Draw the icon and the word of a level from `x`, with the baseline at `y`."""
    position = f'transform="translate({x:.2f} {y - 12.5:.2f})"'
    if level in _OUTLINES:
        canvas.path(_OUTLINES[level], fill=level, stroke=level, attributes=position)
    else:
        canvas.circle(x + 8, y - 4.5, 6.9 if level == "off" else 7, level)
    if level == "off":
        canvas.circle(x + 8, y - 4.5, 5.1, "surface")
    sign = level if level == "off" else "surface"
    canvas.path(_SIGNS[level], stroke=sign, width=1.8, attributes=position)
    canvas.text(x + ICON_PIXELS + 6, y, word, size=13, weight=600, token=level, room=max(room - ICON_PIXELS - 6, 0))
