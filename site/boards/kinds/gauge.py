"""One number on an arc from an end to the other."""

from django.utils.translation import gettext_lazy as _

from boards.data.sources import Source
from boards.data.state_history import newest_level
from boards.kinds import Group, Kind
from boards.options import AXIS, MAXIMUM, MINIMUM, THRESHOLDS, UNIT, Problems, Values
from live import charts
from live.charts.text.formats import exact

# Where it begins and ends unless options say so.
ENDS = (0.0, 100.0)
ENDS_OF_RATIO = (0.0, 1.0)


class Gauge(Kind):
    name, label, group = "gauge", _("gauge"), Group.SINGLE_VALUE
    symbol = "M4 18a8.5 8.5 0 1 1 16 0M12 15.5 16 9.5"
    width, height = 3, 2
    options = (UNIT, *THRESHOLDS, *AXIS)
    one_series = True

    def problems(self, values: Values) -> Problems:
        start, end = _ends(values)
        if start < end or (values[MINIMUM] is not None and values[MAXIMUM] is not None):
            return super().problems(values)
        words = _("A gauge from %(start)s to %(end)s has no length; say where it begins and where it ends.")
        name = MINIMUM.name if values[MAXIMUM] is None else MAXIMUM.name
        return {name: words % {"start": exact(start), "end": exact(end)}}

    def level(self, source: Source) -> str:
        return newest_level(source)

    def chart(self, source: Source) -> charts.Chart:
        low, high = _ends(source.options)
        low, high = (low, high) if low < high else ENDS
        axis = source.axis() | {"minimum": low, "maximum": high}
        if source.is_late(source.lines[0]):
            axis["thresholds"] = []  # they would say how good or bad it is
        return charts.gauge(source.value(source.lines[0]), **axis)


def _ends(values: Values) -> tuple[float, float]:
    low, high = ENDS_OF_RATIO if values[UNIT] == "ratio" else ENDS
    start, end = values[MINIMUM], values[MAXIMUM]
    return low if start is None else start, high if end is None else end
