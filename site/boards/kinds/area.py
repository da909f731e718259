"""Areas over the window or over names: each from zero, or stacked."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from boards.chart_arguments import axis, line_options, series
from boards.common_options import AXIS, MINIMUM_RANGE, SHOW_EXTREMES, STACKED, THRESHOLDS, UNIT, WINDOW, X_AXIS
from boards.kinds import Group, Kind, refuse_negative, register
from boards.sources import Source
from live import charts


@register
class Area(Kind):
    name, label, group = "area", gettext_lazy("area"), Group.TRENDS
    options = (UNIT, WINDOW, X_AXIS, *THRESHOLDS, *AXIS, MINIMUM_RANGE, STACKED, SHOW_EXTREMES)
    window_in_caption = True

    def chart(self, source: Source) -> charts.Chart:
        lines = series(source)
        for line in lines["series"] if source[STACKED] else ():
            refuse_negative(line.label or source.title, line.values, _("layers upon each other"))
        return charts.area(**lines, **axis(source), **line_options(source), stacked=source[STACKED])
