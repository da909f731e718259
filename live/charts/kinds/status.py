"""A list of states. Each is a colour, an icon and a word, so that none of the three is needed to tell them apart."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby

from ..marks import LEVELS
from ..output.canvas import Canvas
from ..output.chart import Area, Chart, Data, chart_kind
from ..output.html import text
from ..output.levels import ATTENTION, badge, badge_width, draw_badge, worst
from ..text.alternative import MAX_CLAUSES, name
from ..text.formats import compact
from ..text.numbers import NO_VALUE
from .empty import no_data

MAX_DAYS = 90
MAX_LABEL_BESIDE = 14  # characters of a label that has room for what is said beside it
DAY_WORDS = {"ok": "OK", "warn": "warning", "bad": "critical", "off": "no data"}


@dataclass(frozen=True, slots=True)
class StatusItem:
    """The state of one thing.

    `level` is "ok", "warn", "bad" or "off", `word` says it ("Up"), `detail` says more, `since` since when it is so.
    `days` are the levels of the last days, oldest first, 90 at most; None is a day without data.
    `late` is of one that has not been heard of: nobody knows its state, and `word` says so beside a clock.
    """

    label: str
    level: str
    word: str
    detail: str = ""
    since: str = ""
    days: Sequence[str | None] = ()
    late: bool = False


@chart_kind("status")
def status(items: Sequence[StatusItem], *, title: str = "", locale: str = "en") -> Chart:
    """Return a list of states. No items give the empty state; a missing word is an en dash.

    Raises ValueError for more than 90 days.
    """
    if not items:
        return no_data(kind="status")
    if any(len(item.days) > MAX_DAYS for item in items):
        raise ValueError(f"a status has at most {MAX_DAYS} days")
    clauses = [f"{name(item.label)} {name(item.word or NO_VALUE)}" for item in items[:MAX_CLAUSES]]
    rest = f"; and {len(items) - MAX_CLAUSES} more" if len(items) > MAX_CLAUSES else ""
    head = f"{name(title)}: " if title else ""

    def write() -> str:
        rows = "".join([_row(item, locale) for item in items])
        long = any(len(item.label) > MAX_LABEL_BESIDE for item in items)
        names = " one" if len(items) == 1 else " long" if long else ""
        return f'<ul class="chart-states{names}">{rows}</ul>'

    def data() -> Data:
        rows = [(item.label, item.word or NO_VALUE, item.since, item.detail) for item in items]
        return Data(("", "State", "Since", "Detail"), rows)

    return Chart(
        "status",
        f"{head}{'; '.join(clauses)}{rest}",
        write,
        lambda canvas, area: _draw(canvas, area, items, locale),
        data,
        worst([item.level for item in items if not item.late]),
        names_level=True,
    )


def _more(item: StatusItem) -> str:
    return " · ".join(filter(None, [item.since, item.detail]))


def _row(item: StatusItem, locale: str) -> str:
    more = _more(item)
    detail = f"<small>{text(more)}</small>" if more else ""
    days = _days(tuple(item.days), locale) if item.days else ""
    shown = badge("late" if item.late else item.level, item.word or NO_VALUE)
    level = f' class="{item.level}"' if item.level in ATTENTION and not item.late else ""
    return f"<li{level}><bdi>{text(item.label)}</bdi>{shown}{detail}{days}</li>"


def _levels(days: Sequence[str | None]) -> list[str]:
    return [day if day in LEVELS else "off" for day in days]


def _share(levels: Sequence[str], locale: str) -> str:
    """Return how many of the days with data were fine, in words: "98.9 % OK"."""
    known = [level for level in levels if level != "off"]
    return f"{compact(100 * known.count('ok') / len(known), '%', locale)} OK" if known else DAY_WORDS["off"]


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
    counts = [f"{levels.count(level)} {DAY_WORDS[level]}" for level in LEVELS if level in levels]
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
        word = item.word or NO_VALUE
        size = min(badge_width(word) + 2, area.width * 0.5)
        left = area.x + area.width - size
        canvas.text(area.x, y + 19, item.label, size=13, room=max(left - 12 - area.x, 0))
        draw_badge(canvas, left, y + 19, level, word, size)
        canvas.text(area.x, y + 37, more, token="muted", room=area.width)
        if item.days:
            levels = _levels(item.days)
            step = area.width / len(levels)
            for day, day_level in enumerate(levels):
                x, opacity = area.x + day * step, 0.4 if day_level == "off" else 1
                canvas.rect(x, y + high - 20, step * 0.72, 14, day_level, radius=1, opacity=opacity)
        y += high
