"""The newest values in rows: of the window's buckets, or one for each name."""

from django import forms
from django.utils.translation import gettext_lazy

from boards.chart_arguments import words
from boards.common_options import NAMES, UNIT, WINDOW, X_AXIS
from boards.kinds import Group, Kind, register
from boards.options import Option
from boards.sources import Source, grid, means, window
from live import charts

ROWS = Option(
    "rows",
    10,
    forms.IntegerField(
        label=gettext_lazy("Rows"),
        min_value=1,
        max_value=50,
        help_text=gettext_lazy("How many there are at most, 1 to 50."),
    ),
)


@register
class Table(Kind):
    name, label, group = "table", gettext_lazy("table"), Group.TEXT
    options = (UNIT, WINDOW, X_AXIS, ROWS)
    window_in_caption = True

    def chart(self, source: Source) -> charts.Chart:
        """The newest rows that have a value: means of the window's buckets, and the newest values themselves."""
        if source[X_AXIS] == NAMES:
            values = grid(source)
            return charts.table(values.series, names=values.categories, most=source[ROWS], **words(source))
        within = window(source, min_step=source.interval)
        columns = means(source, within)
        rows = [index for index, row in enumerate(zip(*columns, strict=True)) if any(cell is not None for cell in row)]
        return charts.table(
            [
                charts.Series(name, [column[row] for row in rows])
                for name, column in zip(source.names(), columns, strict=True)
            ],
            times=[within.at(row) for row in rows],
            zone=source.zone,
            most=source[ROWS],
            **words(source),
        )
