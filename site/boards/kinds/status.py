"""The state that each series is in, since when, and the worst of each of the last days."""

from datetime import datetime

from django import forms
from django.utils.translation import gettext_lazy as _

from boards.data.lines import Line
from boards.data.sources import Source
from boards.data.state_history import DAY, MAX_STATE_BUCKETS, Run, midnight, newest_level, rules_of, runs, worst_of_days
from boards.kinds import Group, Kind
from boards.options import FIXED_WINDOW, STATES, THRESHOLDS, UNIT, WINDOW, Option
from boards.states import WORDS, StateRules
from live import charts
from live.charts.text import moments
from series.durations import duration
from series.values import OTHER_CODE

COST = _(
    "The worst state of each of so many days, 90 at most. All their points are read each time that the panel is drawn: "
    "for series with a point a minute, not a second."
)
HISTORY_DAYS = Option("history_days", 0, forms.IntegerField, _("Days of history"), COST, min_value=0, max_value=90)


class Status(Kind):
    name, label, group = "status", _("status"), Group.STATUS
    symbol = "M5 6.5v.01M9.5 6.5H20M5 12v.01M9.5 12H20M5 17.5v.01M9.5 17.5H20"
    width, height = 3, 2
    options = (UNIT, WINDOW, FIXED_WINDOW, *THRESHOLDS, STATES, HISTORY_DAYS)
    in_caption = ()
    marks_missing_series = True

    def next_change(self, source: Source) -> datetime | None:
        return midnight(source, 1) if source[HISTORY_DAYS] else None

    def level(self, source: Source) -> str:
        return newest_level(source)

    def chart(self, source: Source) -> charts.Chart:
        """The state of each series by its newest value, and since when as far as the window reaches back."""
        rules = rules_of(source)
        past = runs(source, source.window(max_buckets=MAX_STATE_BUCKETS), rules)
        days = worst_of_days(source, rules, source[HISTORY_DAYS])
        items = [
            _item(source, rules[line.key], line, name, line_past, tuple(line_days))
            for line, name, line_past, line_days in zip(source.lines, source.names(), past, days, strict=True)
        ]
        return charts.status(items, title=source.title, locale=source.locale)


def _item(
    source: Source, rules: StateRules, line: Line, name: str, past: list[Run], days: tuple[str | None, ...]
) -> charts.StatusItem:
    at, value = source.newest.get(line.key, (None, None))
    if at is None or value is None:
        return charts.StatusItem(name, "off", str(_(WORDS["off"])), days=days)
    if source.is_late(line):
        return charts.StatusItem(name, "off", str(_("Late")), since=_since(source, at), days=days, late=True)
    state = rules.of(value)
    if line.key in source.texts:
        detail = source.state(line) if value == OTHER_CODE else ""
    else:
        detail = "" if value in rules.table else charts.compact(value, source[UNIT], source.locale)
    # In its bucket may have been worse, before it.
    run = past[-1] if past and past[-1].state == state else None
    if run and run.first == 0:
        since = _("for more than %s") % duration(source[WINDOW])
    else:
        since = _since(source, run.since if run else at)
    return charts.StatusItem(name, state.level, state.word, detail, since=since, days=days)


def _since(source: Source, at: datetime) -> str:
    """A time on the board's clock, with its date if that is not clear."""
    kind = "date m" if source.last() - at >= DAY else "m"
    return _("since %s") % moments.moment(at.timestamp(), source.zone, kind, source.locale)
