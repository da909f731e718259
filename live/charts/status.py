"""A list of states. Each is a colour, an icon and a word, so that none of the three is needed to tell them apart."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby

from .canvas import Canvas
from .chart import Area, Chart, Data
from .empty import no_data
from .formats import compact
from .frame import text
from .levels import badge_width, draw_badge
from .marks import LEVELS
from .numbers import NONE
from .sentence import CLAUSES, name

MOST_DAYS = 90
WORDS = {"ok": "OK", "warn": "warning", "bad": "critical", "off": "no data"}

# 16 by 16. The outlines differ, not only what is inside: disc, triangle, octagon, ring.
_ICONS = {
    "ok": '<circle cx="8" cy="8" r="7"/><path d="M4.8 8.3l2.2 2.2 4.2-4.6"/>',
    "warn": '<path class="f" d="M8 1.5l7 12.5H1z"/><path d="M8 6v3.6M8 11.9v.1"/>',
    "bad": '<path class="f" d="M5 1h6l4 4v6l-4 4H5l-4-4V5z"/><path d="M5.5 5.5l5 5M10.5 5.5l-5 5"/>',
    "off": '<circle class="o" cx="8" cy="8" r="6"/><path class="o" d="M5 8h6"/>',
}


@dataclass(frozen=True, slots=True)
class StatusItem:
    """The state of one thing.

    `level` is "ok", "warn", "bad" or "off", `word` says it ("Up"), `detail` says more, `since` since when it is so.
    `days` are the levels of the last days, oldest first, 90 at most; None is a day without data.
    """

    label: str
    level: str
    word: str
    detail: str = ""
    since: str = ""
    days: Sequence[str | None] = ()


def badge(level: str, word: str) -> str:
    """Return icon and word of a level, as an element that takes the level's colour. Not a known level: "off"."""
    level = level if level in LEVELS else "off"
    icon = f'<svg viewBox="0 0 16 16" aria-hidden="true">{_ICONS[level]}</svg>'
    return f'<span class="chart-badge {level}">{icon}{text(word)}</span>'


def status(items: Sequence[StatusItem], *, title: str = "", locale: str = "en") -> Chart:
    """Return a list of states. No items give the empty state; a missing word is an en dash.

    Raises ValueError for more than 90 days.
    """
    if not items:
        return no_data(kind="status")
    if any(len(each.days) > MOST_DAYS for each in items):
        raise ValueError(f"a status has at most {MOST_DAYS} days")
    said = [f"{name(each.label)} {name(each.word or NONE)}" for each in items[:CLAUSES]]
    rest = f"; and {len(items) - CLAUSES} more" if len(items) > CLAUSES else ""
    head = f"{name(title)}: " if title else ""

    def write() -> str:
        rows = "".join([_row(each, locale) for each in items])
        return f'<ul class="chart-states{" one" if len(items) == 1 else ""}">{rows}</ul>'

    def data() -> Data:
        rows = [(each.label, each.word or NONE, each.since, each.detail) for each in items]
        return Data(("", "State", "Since", "Detail"), rows)

    return Chart(
        "status", f"{head}{'; '.join(said)}{rest}", write, lambda canvas, area: _draw(canvas, area, items, locale), data
    )


def _more(item: StatusItem) -> str:
    return " · ".join(filter(None, [item.since, item.detail]))


def _row(item: StatusItem, locale: str) -> str:
    more = _more(item)
    detail = f"<small>{text(more)}</small>" if more else ""
    days = _days(tuple(item.days), locale) if item.days else ""
    return f"<li><bdi>{text(item.label)}</bdi>{badge(item.level, item.word or NONE)}{detail}{days}</li>"


def _levels(days: Sequence[str | None]) -> list[str]:
    return [day if day in LEVELS else "off" for day in days]


def _share(levels: Sequence[str], locale: str) -> str:
    """Return how many of the days with data were fine, in words: "98.9 % OK"."""
    known = [each for each in levels if each != "off"]
    return f"{compact(100 * known.count('ok') / len(known), '%', locale)} OK" if known else WORDS["off"]


@lru_cache(maxsize=1024)
def _days(days: tuple[str | None, ...], locale: str) -> str:
    """Return the cells of the days: for each level one path of dashes, a dash a day."""
    levels = _levels(days)
    at, runs = 0, dict.fromkeys(LEVELS, "")
    for level, group in groupby(levels):
        size = len(list(group))
        runs[level] += f"M{at} 0h{size}"
        at += size
    paths = "".join([f'<path class="{level}" d="{path}"/>' for level, path in runs.items() if path])
    counts = [f"{levels.count(each)} {WORDS[each]}" for each in LEVELS if each in levels]
    span, begin = (f"Last {at} days", f"{at} days ago") if at > 1 else ("Last day", "")
    label = text(f"{span}: {', '.join(counts)}")
    drawing = f'<svg viewBox="0 -.5 {at} 1" preserveAspectRatio="none" role="img" aria-label="{label}">'
    ends = f"<small>{begin}</small><small>{text(_share(levels, locale))}</small><small>today</small>"
    return f'<div class="chart-days">{drawing}{paths}</svg>{ends}</div>'


def _draw(canvas: Canvas, area: Area, items: Sequence[StatusItem], locale: str) -> None:
    """Draw as many rows as there is room for; the last says how many are not there."""
    y = area.y
    for index, item in enumerate(items):
        more = _more(item)
        high = 30 + (16 if more else 0) + (22 if item.days else 0)
        if y + high > area.y + area.height + 1:
            canvas.text(area.x, min(y + 14, area.y + area.height), f"+ {len(items) - index} more", token="muted")
            return
        level = item.level if item.level in LEVELS else "off"
        word = item.word or NONE
        size = min(badge_width(word) + 2, area.width * 0.5)
        left = area.x + area.width - size
        canvas.text(area.x, y + 19, item.label, size=13, room=max(left - 12 - area.x, 0))
        draw_badge(canvas, left, y + 19, level, word, size)
        canvas.text(area.x, y + 37, more, token="muted", room=area.width)
        if item.days:
            levels = _levels(item.days)
            step = area.width / len(levels)
            for day, each in enumerate(levels):
                canvas.rect(
                    area.x + day * step,
                    y + high - 20,
                    step * 0.72,
                    14,
                    each,
                    radius=1,
                    opacity=0.4 if each == "off" else 1,
                )
        y += high
