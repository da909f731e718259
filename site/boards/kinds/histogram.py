"""How the points of the window are spread."""

from datetime import UTC, datetime

from django import forms
from django.utils.translation import gettext_lazy as _

from boards.data.sources import Source
from boards.kinds import Group, Kind
from boards.options import FIXED_WINDOW, UNIT, WINDOW, Option
from live import charts
from series.storage.query import newest_values

MAX_VALUES = 5000
PARTS = _("Into about how many parts the values are put, 2 to 60; by itself if empty.")
BINS: Option[int | None] = Option("bins", None, forms.IntegerField, _("Bins"), PARTS, min_value=2, max_value=60)


class Histogram(Kind):
    name, label, group = "histogram", _("histogram"), Group.DISTRIBUTION
    symbol = "M3 20v-5h4.5V9.5H12V4h4.5v8H21v8z"
    options = (UNIT, WINDOW, FIXED_WINDOW, BINS)

    def chart(self, source: Source) -> charts.Chart:
        """Of the points of all series together, the 5,000 newest; and what is computed, in each bucket."""
        within = source.window()
        start = datetime.fromtimestamp(within.start, UTC)
        values = newest_values(source.ids, start=start, end=source.end_of(within), most=MAX_VALUES)
        if len(source.ids) < len(source.lines):
            computed = (line for key, line in source.buckets(within).items() if not isinstance(key, int))
            values += [bucket.mean for line in computed for bucket in line if bucket]
        return charts.histogram(values, bins=source[BINS], **source.words())
