"""Bars over the window or over names: beside each other, or stacked."""

from django import forms
from django.utils.translation import gettext_lazy as _

from boards.data.sources import Source
from boards.kinds import Group, Kind
from boards.options import STACKED, TIME, X_AXIS, XY, Option
from live import charts

MAX_BARS = 48
DIRECTION = _("From left to right, with the names at their left.")
HORIZONTAL = Option("horizontal", False, forms.BooleanField, _("Horizontal bars"), DIRECTION)


class Bar(Kind):
    name, label, group = "bar", _("bars"), Group.TRENDS
    symbol = "M5 20v-6M12 20V4M19 20v-10"
    options = (*XY, STACKED, HORIZONTAL)

    def chart(self, source: Source) -> charts.Chart:
        """Over time each bar is the mean of its bucket, the last one, too: it stands for its time and not for now."""
        if source[X_AXIS] == TIME:
            within = source.window(max_buckets=MAX_BARS, min_step=source.interval)
            bars = source.over_time(within, source.means(within, newest_last=False))
        else:
            bars = source.grid()
        return charts.bar(**bars, **source.axis(), stacked=source[STACKED], horizontal=source[HORIZONTAL])
