"""The kinds of panel that show states: which ones, since when, and the worst of each day."""

from datetime import date, datetime, time, timedelta, tzinfo

from django.utils import timezone
from django.utils.translation import gettext as _

from boards.freshness import duration
from boards.models import PanelSeries
from boards.sources import MOST_STATES, Run, Source, judge_of, runs, window
from boards.states import WORDS, Judge
from boards.windows import Window
from live import charts
from live.charts.text import moments
from series.storage.query import worst

MOST_DAYS = 90
DAY = timedelta(days=1)


def timeline(source: Source) -> charts.Chart:
    """A row for each series, the worst state of each bucket; what follows the same is one span with it."""
    within = window(source, most=MOST_STATES)
    found = runs(source, within, judge_of(source.panel))
    return charts.timeline(
        {name: [_span(within, run) for run in line] for name, line in zip(source.names(), found, strict=True)},
        start=within.start,
        end=within.end,
        zone=source.panel.board.zone,
        now=source.until,
        title=source.panel.title,
        locale=source.locale,
    )


def status(source: Source) -> charts.Chart:
    """The state of each series by its newest value, and since when as far as the window reaches back."""
    judge = judge_of(source.panel)
    past = runs(source, window(source, most=MOST_STATES), judge)
    days = history(source, judge)
    items = [
        _item(source, judge, line, name, line_past, tuple(line_days))
        for line, name, line_past, line_days in zip(source.lines, source.names(), past, days, strict=True)
    ]
    return charts.status(items, title=source.panel.title, locale=source.locale)


def _item(
    source: Source, judge: Judge, line: PanelSeries, name: str, past: list[Run], days: tuple[str | None, ...]
) -> charts.StatusItem:
    if line.series_id not in source.newest:
        return charts.StatusItem(name, "off", _(WORDS["off"]), days=days)
    at, value = source.newest[line.series_id]
    if line.series_id in source.late:
        return charts.StatusItem(name, "off", _(WORDS["off"]), since=_since(source, at), days=days)
    state = judge.of(value)
    detail = "" if judge.known(value) else charts.compact(value, source.panel.unit, source.locale)
    # In its bucket may have been worse, before it.
    run = past[-1] if past and past[-1].state == state else None
    if run is None:
        since = _since(source, at)
    elif run.first == 0:
        since = _("for more than %s") % duration(source.panel.window)
    else:
        since = _since(source, run.since)
    return charts.StatusItem(name, state.level, state.word, detail, since=since, days=days)


def history(source: Source, judge: Judge) -> list[list[str | None]]:
    """For each line the worst level of each of the last days on the board's clock, the oldest first; None without data.

    The last day is today, and so the next one begins with the clock: see ``next_day``. One query reads all the points
    of these days, which is what it costs.
    """
    number = min(source.panel.history_days, MOST_DAYS)
    if not number:
        return [[] for _line in source.lines]
    zone = source.panel.board.zone
    today = timezone.now().astimezone(zone).date()
    first = today - timedelta(days=number - 1)
    start, end = _midnight(first, zone), _midnight(today + DAY, zone)
    found = worst(source.ids, start=start, end=end, step_seconds=DAY.total_seconds(), rank=judge.rank(), zone=zone)
    return [[each and judge.ranked[each.rank].level for each in found[pk]] for pk in source.ids]


def next_day(zone: tzinfo) -> datetime:
    """When today ends on a clock."""
    return _midnight(timezone.now().astimezone(zone).date() + DAY, zone)


def _midnight(day: date, zone: tzinfo) -> datetime:
    return datetime.combine(day, time(), zone)


def _span(within: Window, run: Run) -> charts.Span:
    start, end = within.at(run.first), within.at(run.end)
    return charts.Span(start, end, run.state.level, run.state.word)


def _since(source: Source, at: datetime) -> str:
    """A time on the board's clock, with its date if that is not clear."""
    kind = "date m" if source.last() - at >= DAY else "m"
    return _("since %s") % moments.moment(at.timestamp(), source.panel.board.zone, kind, source.locale)
