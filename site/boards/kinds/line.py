"""Lines over the window, or over names."""

from dataclasses import replace

from django import forms
from django.utils.translation import gettext_lazy as _

from boards.kinds import Group, Kind, newest_level
from boards.options import AXIS, LINES, XY, Option, Problems, Section, Values
from boards.sources import Source
from live import charts

STEPS = _("Each step of the axis is ten times the one before.")
LOGARITHMIC = Option("logarithmic", False, forms.BooleanField, _("Logarithmic"), STEPS, Section.AXIS)


class Line(Kind):
    name, label, group = "line", _("line"), Group.TRENDS
    symbol = "M3 17 8.5 10l4 3.5L21 5"
    options = (*XY, *LINES, LOGARITHMIC)

    def problems(self, values: Values) -> Problems:
        for end in AXIS if values[LOGARITHMIC] else ():
            if (values[end] or 0.0) <= 0 and values[end] is not None:
                return {end.name: _("A logarithmic axis cannot show zero and less: begin and end it above zero.")}
        return super().problems(values)

    def chart(self, source: Source) -> charts.Chart:
        chart = charts.line(**source.series(with_extremes=True), **source.line_axis(), log=source[LOGARITHMIC])
        return replace(chart, level=newest_level(source))
