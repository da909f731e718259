"""Areas over the window or over names: each from zero, or stacked."""

from dataclasses import replace

from django.utils.translation import gettext_lazy as _

from boards.data.sources import Source
from boards.data.state_history import newest_level
from boards.kinds import Group, Kind, refuse_negative
from boards.options import LINES, MIRRORED, STACKED, XY, Problems, Values
from live import charts


class Area(Kind):
    name, label, group = "area", _("area"), Group.TRENDS
    symbol = "M3 19.5V14l6-6 5 4 7-6v13.5z"
    options = (*XY, *LINES, STACKED, MIRRORED)

    def problems(self, values: Values) -> Problems:
        if values[STACKED] and values[MIRRORED]:
            return {MIRRORED.name: _("A stack cannot be mirrored: its layers lie upon each other.")}
        return super().problems(values)

    def level(self, source: Source) -> str:
        # The limits of a stack are its sum's.
        return "" if source[STACKED] else newest_level(source)

    def chart(self, source: Source) -> charts.Chart:
        series = source.series()
        for line in series["series"] if source[STACKED] else ():
            refuse_negative(line.label or source.title, line.values, _("layers upon each other"))
        stacked = source[STACKED]
        options = source.line_axis() | {"stacked": stacked, "mirrored": source[MIRRORED] and not stacked}
        chart = charts.area(**series, **options)
        return replace(chart, level=self.level(source))
