"""A small line over the window, without axes."""

from django.utils.translation import gettext_lazy

from boards.chart_arguments import ends, first_known, words
from boards.common_options import AXIS, UNIT, WINDOW
from boards.kinds import Group, Kind, register
from boards.sources import Source, trends, window
from live import charts


@register
class Sparkline(Kind):
    name, label, group = "sparkline", gettext_lazy("sparkline"), Group.SINGLE_VALUE
    options = (UNIT, WINDOW, *AXIS)
    one_series = True
    window_in_caption = True

    def chart(self, source: Source) -> charts.Chart:
        (trend,) = trends(source, window(source))
        return charts.sparkline(trend[first_known(trend) :], **ends(source), **words(source))
