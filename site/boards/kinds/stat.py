"""One number, how it changed over the window, and a small line of it."""

from django.utils.translation import gettext_lazy as _

from boards.data.lines import function_of
from boards.data.sources import Source
from boards.data.state_history import newest_level, rules_of
from boards.kinds import Group, Kind
from boards.options import FIXED_WINDOW, GOOD, THRESHOLDS, UNIT, WINDOW, thresholds_of
from live import charts
from series.durations import DAY, duration
from series.evaluation import AMOUNTS
from series.pauses import first_known

# The part of a window in which its first value counts as the value when the window began.
BEGINNING = 0.1
MIN_POINTS = 3


class Stat(Kind):
    name, label, group = "stat", _("figure"), Group.SINGLE_VALUE
    symbol = "M9 19V5l-6 9.5h8M14 8.5a3 3 0 1 1 6 0c0 3.5-6 6-6 10.5h6.5"
    width, height = 3, 2
    options = (UNIT, WINDOW, FIXED_WINDOW, *THRESHOLDS)
    one_series = True
    in_caption = (UNIT,)

    def level(self, source: Source) -> str:
        return newest_level(source)

    def chart(self, source: Source) -> charts.Chart:
        line = source.lines[0]
        is_late = source.is_late(line)
        if state := source.state(line):
            level = rules_of(source)[line.key].of(source.value(line) or 0.0).level
            return charts.stat(None, value_text=state, level=None if is_late else level, **source.words())
        value = source.newest[line.key][1] if line.key in source.newest else None
        within = source.window()
        (trend,) = source.trends(within)
        first = first_known(trend)
        # Between two points there is a line, and nothing to see on it.
        has_line = sum(bucket is not None for bucket in source.buckets(within)[line.key]) >= MIN_POINTS
        return charts.stat(
            value,
            # Compared only with what was measured about then, not with the first that ever was; and not the amount of
            # the whole window with that of its beginning.
            previous=trend[first] if first <= len(trend) * BEGINNING and function_of(line.key) not in AMOUNTS else None,
            previous_label=_before(source[WINDOW]),
            good=source[GOOD] or None if not is_late else None,
            trend=trend[first:] if has_line else (),
            level=thresholds_of(source.options).level(value) if value is not None and not is_late else None,
            **source.words(),
        )


def _before(window: float) -> str:
    """When a window began, in words."""
    if window == DAY:
        return str(_("yesterday"))
    return str(_("last week")) if window == 7 * DAY else str(_("%s ago") % duration(window))
