"""The newest values in rows: of the window's buckets, or one for each name."""

from django import forms
from django.utils.translation import gettext_lazy as _

from boards.data.sources import Source
from boards.data.state_history import states_of
from boards.kinds import Group, Kind
from boards.options import FIXED_WINDOW, NAMES, UNIT, WINDOW, X_AXIS, Option
from live import charts

SIZE = _("How many there are at most, 1 to 50.")
ROWS = Option("rows", 10, forms.IntegerField, _("Rows"), SIZE, is_common=True, min_value=1, max_value=50)


class Table(Kind):
    name, label, group = "table", _("table"), Group.TEXT
    symbol = "M3 5h18v14H3zM3 9.7h18M3 14.3h18M9.5 5v14"
    options = (UNIT, WINDOW, FIXED_WINDOW, X_AXIS, ROWS)

    def chart(self, source: Source) -> charts.Chart:
        """The newest rows that have a value: means of the window's buckets, and the newest values themselves."""
        options = {**source.words(), "most": source[ROWS]}
        if source[X_AXIS] == NAMES:
            grid = source.grid()
            states = [[state or "" for state in cells] for cells in source.cells(source.state)[1].values()]
            return charts.table(grid["series"], names=grid["categories"], value_texts=states, **options)
        within = source.window(min_step=source.interval)
        columns, states = source.means(within), states_of(source, within)
        rows = [index for index, row in enumerate(zip(*columns, strict=True)) if any(cell is not None for cell in row)]
        named = zip(source.names(), columns, strict=True)
        series = [charts.Series(name, [column[row] for row in rows]) for name, column in named]
        shown = [[column[row] for row in rows] for column in states]
        times = [within.at(row) for row in rows]
        return charts.table(series, times=times, zone=source.zone, value_texts=shown, **options)
