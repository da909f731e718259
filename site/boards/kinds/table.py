"""The newest values in rows: of the window's buckets, or one for each name."""

from django import forms
from django.utils.translation import gettext_lazy as _

from boards.kinds import Group, Kind
from boards.options import FIXED_WINDOW, NAMES, UNIT, WINDOW, X_AXIS, Option
from boards.sources import Source
from live import charts

SIZE = _("How many there are at most, 1 to 50.")
ROWS = Option("rows", 10, forms.IntegerField, _("Rows"), SIZE, min_value=1, max_value=50)


class Table(Kind):
    name, label, group = "table", _("table"), Group.TEXT
    options = (UNIT, WINDOW, FIXED_WINDOW, X_AXIS, ROWS)

    def chart(self, source: Source) -> charts.Chart:
        """The newest rows that have a value: means of the window's buckets, and the newest values themselves."""
        options = {**source.words(), "most": source[ROWS]}
        if source[X_AXIS] == NAMES:
            grid = source.grid()
            return charts.table(grid["series"], names=grid["categories"], **options)
        within = source.window(min_step=source.interval)
        columns = source.means(within)
        rows = [index for index, row in enumerate(zip(*columns, strict=True)) if any(cell is not None for cell in row)]
        named = zip(source.names(), columns, strict=True)
        series = [charts.Series(name, [column[row] for row in rows]) for name, column in named]
        return charts.table(series, times=[within.at(row) for row in rows], zone=source.zone, **options)
