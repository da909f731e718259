"""Shares of a whole: a slice for the newest value of each series."""

from django.utils.translation import gettext_lazy as _

from boards.data.sources import Source
from boards.kinds import Group, Kind, refuse_negative
from boards.options import UNIT
from live import charts


class Donut(Kind):
    name, label, group = "donut", _("donut"), Group.SINGLE_VALUE
    symbol = "M12 3.5a8.5 8.5 0 1 1 0 17 8.5 8.5 0 1 1 0-17M12 9a3 3 0 1 1 0 6 3 3 0 1 1 0-6M12 3.5V9"
    options = (UNIT,)

    def chart(self, source: Source) -> charts.Chart:
        slices = [(name, source.value(line)) for name, line in zip(source.names(), source.lines, strict=True)]
        for name, value in slices:
            refuse_negative(name, [value], _("shares of a whole"))
        shown = [(name, value) for name, value in slices if value is not None]
        known = [line.colour for line, (_name, value) in zip(source.lines, slices, strict=True) if value is not None]
        return charts.donut(shown, colours=known, **source.words())
