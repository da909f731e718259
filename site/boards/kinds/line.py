"""Lines over the window, or over names."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from boards.chart_arguments import axis, line_options, series
from boards.common_options import AXIS, MINIMUM_RANGE, SHOW_EXTREMES, THRESHOLDS, UNIT, WINDOW, X_AXIS
from boards.kinds import Group, Kind, register
from boards.options import Option, Problems, Section, Values
from boards.sources import Source
from live import charts

LOGARITHMIC = Option(
    "logarithmic",
    False,
    forms.BooleanField(
        label=gettext_lazy("Logarithmic"), help_text=gettext_lazy("Each step of the axis is ten times the one before.")
    ),
    Section.AXIS,
)


@register
class Line(Kind):
    name, label, group = "line", gettext_lazy("line"), Group.TRENDS
    options = (UNIT, WINDOW, X_AXIS, *THRESHOLDS, *AXIS, MINIMUM_RANGE, LOGARITHMIC, SHOW_EXTREMES)
    window_in_caption = True

    def problems(self, values: Values) -> Problems:
        for end in AXIS if values[LOGARITHMIC] else ():
            value = values[end]
            if value is not None and value <= 0:
                return {end.name: _("A logarithmic axis cannot show zero and less: begin and end it above zero.")}
        return super().problems(values)

    def chart(self, source: Source) -> charts.Chart:
        return charts.line(**series(source), **axis(source), **line_options(source), log=source[LOGARITHMIC])
