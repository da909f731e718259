"""A small line over the window, without axes."""

from django.utils.translation import gettext_lazy as _

from boards.data.sources import Source
from boards.kinds import Group, Kind
from boards.options import AXIS, FIXED_WINDOW, UNIT, WINDOW
from live import charts
from series.pauses import first_known


class Sparkline(Kind):
    name, label, group = "sparkline", _("sparkline"), Group.SINGLE_VALUE
    symbol = "M2 14l3-3 3 4 3-8 3 6 3-3 5 1"
    width, height = 3, 2
    options = (UNIT, WINDOW, FIXED_WINDOW, *AXIS)
    one_series = True

    def chart(self, source: Source) -> charts.Chart:
        (trend,) = source.trends(source.window())
        return charts.sparkline(trend[first_known(trend) :], **source.ends(), **source.words())
