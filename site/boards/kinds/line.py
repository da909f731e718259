"""Lines over the window, or over names."""

from dataclasses import replace

from django import forms
from django.utils.translation import gettext_lazy as _

from boards.data.sources import Source
from boards.data.state_history import newest_level
from boards.kinds import Group, Kind
from boards.options import AXIS, LINES, MIRRORED, XY, Option, Problems, Section, Values
from live import charts

STEPS = _("Each step of the axis is ten times the one before.")
LOGARITHMIC = Option("logarithmic", False, forms.BooleanField, _("Logarithmic"), STEPS, Section.AXIS)


class Line(Kind):
    name, label, group = "line", _("line"), Group.TRENDS
    symbol = "M3 17 8.5 10l4 3.5L21 5"
    options = (*XY, *LINES, LOGARITHMIC, MIRRORED)

    def problems(self, values: Values) -> Problems:
        if values[LOGARITHMIC] and values[MIRRORED]:
            return {MIRRORED.name: _("A logarithmic axis cannot be mirrored: it has no zero.")}
        for end in AXIS if values[LOGARITHMIC] else ():
            if (values[end] or 0.0) <= 0 and values[end] is not None:
                return {end.name: _("A logarithmic axis cannot show zero and less: begin and end it above zero.")}
        return super().problems(values)

    def level(self, source: Source) -> str:
        return newest_level(source)

    def chart(self, source: Source) -> charts.Chart:
        log = source[LOGARITHMIC]
        options = source.line_axis() | {"log": log, "mirrored": source[MIRRORED] and not log}
        chart = charts.line(**source.series(with_extremes=True), **options)
        return replace(chart, level=self.level(source))
