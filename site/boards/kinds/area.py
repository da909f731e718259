"""Areas over the window or over names: each from zero, or stacked."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from boards.common_options import AXIS, MINIMUM_RANGE, SHOW_EXTREMES, STACKED, THRESHOLDS, UNIT, WINDOW, X_AXIS
from boards.kinds import Group, Kind, refuse_negative, register
from boards.sources import Source
from live import charts


@register
class Area(Kind):
    name, label, group = "area", _("area"), Group.TRENDS
    options = (UNIT, WINDOW, X_AXIS, *THRESHOLDS, *AXIS, MINIMUM_RANGE, STACKED, SHOW_EXTREMES)
    window_in_caption = True

    def chart(self, source: Source) -> charts.Chart:
        series = source.series()
        for line in series["series"] if source[STACKED] else ():
            refuse_negative(line.label or source.title, line.values, _("layers upon each other"))
        options: dict[str, Any] = {
            "minimum_range": source[MINIMUM_RANGE] or 0.0,
            "show_extremes": source[SHOW_EXTREMES],
        }
        return charts.area(**series, **source.axis(), **options, stacked=source[STACKED])
