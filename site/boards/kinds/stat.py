"""One number, how it changed over the window, and a small line of it."""

from django.utils.translation import gettext_lazy as _

from boards.kinds import Group, Kind
from boards.options import FIXED_WINDOW, GOOD, THRESHOLDS, UNIT, WINDOW, thresholds_of
from boards.sources import Source
from live import charts
from series.durations import duration
from series.pauses import first_known

# The part of a window in which its first value counts as the value when the window began.
BEGINNING = 0.1


class Stat(Kind):
    name, label, group = "stat", _("figure"), Group.SINGLE_VALUE
    options = (UNIT, WINDOW, FIXED_WINDOW, *THRESHOLDS)
    one_series = True
    in_caption = (UNIT,)

    def chart(self, source: Source) -> charts.Chart:
        value, is_late = source.value(source.lines[0]), source.is_late(source.lines[0])
        (trend,) = source.trends(source.window())
        first = first_known(trend)
        return charts.stat(
            value,
            # Compared only with what was measured about then, not with the first that ever was.
            previous=trend[first] if first <= len(trend) * BEGINNING else None,
            previous_label=_("%s ago") % duration(source[WINDOW]),
            good=source[GOOD] or None if not is_late else None,
            trend=trend[first:],
            level=thresholds_of(source.options).level(value) if value is not None and not is_late else None,
            **source.words(),
        )
