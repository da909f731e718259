"""Lines over the window, or over names."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from boards.common_options import AXIS, MINIMUM_RANGE, SHOW_EXTREMES, THRESHOLDS, UNIT, WINDOW, X_AXIS
from boards.kinds import Group, Kind, register
from boards.options import Option, Problems, Section, Values
from boards.sources import Source
from live import charts

STEPS = _("Each step of the axis is ten times the one before.")
LOGARITHMIC = Option("logarithmic", False, forms.BooleanField, _("Logarithmic"), STEPS, Section.AXIS)


@register
class Line(Kind):
    name, label, group = "line", _("line"), Group.TRENDS
    options = (UNIT, WINDOW, X_AXIS, *THRESHOLDS, *AXIS, MINIMUM_RANGE, LOGARITHMIC, SHOW_EXTREMES)
    window_in_caption = True

    def problems(self, values: Values) -> Problems:
        for end in AXIS if values[LOGARITHMIC] else ():
            if (values[end] or 0.0) <= 0 and values[end] is not None:
                return {end.name: _("A logarithmic axis cannot show zero and less: begin and end it above zero.")}
        return super().problems(values)

    def chart(self, source: Source) -> charts.Chart:
        options: dict[str, Any] = {
            "minimum_range": source[MINIMUM_RANGE] or 0.0,
            "show_extremes": source[SHOW_EXTREMES],
        }
        return charts.line(**source.series(), **source.axis(), **options, log=source[LOGARITHMIC])
