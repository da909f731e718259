"""Shares of a whole: a slice for the newest value of each series."""

from django.utils.translation import gettext_lazy as _

from boards.kinds import Group, Kind, refuse_negative
from boards.options import UNIT
from boards.sources import Source
from live import charts


class Donut(Kind):
    name, label, group = "donut", _("donut"), Group.SINGLE_VALUE
    options = (UNIT,)

    def chart(self, source: Source) -> charts.Chart:
        slices = [(name, source.value(line)) for name, line in zip(source.names(), source.lines, strict=True)]
        for name, value in slices:
            refuse_negative(name, [value], _("shares of a whole"))
        return charts.donut([(name, value) for name, value in slices if value is not None], **source.words())
