"""Bars over the window or over names: beside each other, or stacked."""

from django import forms
from django.utils.translation import gettext_lazy

from boards.chart_arguments import axis, over_time, series
from boards.common_options import AXIS, STACKED, THRESHOLDS, TIME, UNIT, WINDOW, X_AXIS
from boards.kinds import Group, Kind, register
from boards.options import Option
from boards.sources import Source, means, window
from live import charts

MAX_BARS = 48
HORIZONTAL = Option(
    "horizontal",
    False,
    forms.BooleanField(
        label=gettext_lazy("Horizontal bars"),
        help_text=gettext_lazy("From left to right, with the names at their left."),
    ),
)


@register
class Bar(Kind):
    name, label, group = "bar", gettext_lazy("bars"), Group.TRENDS
    options = (UNIT, WINDOW, X_AXIS, *THRESHOLDS, *AXIS, STACKED, HORIZONTAL)
    window_in_caption = True

    def chart(self, source: Source) -> charts.Chart:
        """Over time each bar is the mean of its bucket, the last one, too: it stands for its time and not for now."""
        if source[X_AXIS] == TIME:
            within = window(source, max_buckets=MAX_BARS, min_step=source.interval)
            bars = over_time(source, within, means(source, within, newest_last=False))
        else:
            bars = series(source)
        return charts.bar(**bars, **axis(source), stacked=source[STACKED], horizontal=source[HORIZONTAL])
