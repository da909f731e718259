"""The mean of each hour of each weekday, as a colour."""

from dataclasses import replace
from datetime import UTC

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from boards.chart_arguments import ends, words
from boards.common_options import AXIS, UNIT, WINDOW
from boards.durations import DAY, DurationField, DurationRange
from boards.kinds import Group, Kind, register
from boards.options import Values
from boards.sources import HOUR, Source, means
from boards.windows import Window
from live import charts
from live.charts import formats

THURSDAY = 3  # the day of the week on which clocks count from, Monday being 0
WEEKS: DurationField = DurationField(
    label=WINDOW.field.label,
    help_text=gettext_lazy("A day to a year up to the last point: it shows hours of weekdays."),
    validators=[DurationRange(DAY, 366 * DAY)],
)


@register
class HeatMap(Kind):
    name, label, group = "heatmap", gettext_lazy("heat map"), Group.DISTRIBUTION
    options = (UNIT, replace(WINDOW, default=7 * DAY, field=WEEKS), *AXIS)
    one_series = True
    window_in_caption = True

    def caption(self, values: Values) -> list[str]:
        unit, window = super().caption(values)
        return [unit, _("mean by hour"), window]

    def chart(self, source: Source) -> charts.Chart:
        """On the board's clock. An hour that comes twice in a night is one, with the mean of both."""
        last = source.last().timestamp()
        within = Window.on_clock(source.zone, (last // HOUR + 1) * HOUR - source[WINDOW], last, HOUR)
        (values,) = means(source, within, newest_last=False)
        cells: list[list[list[float]]] = [[[] for _hour in range(24)] for _day in range(7)]
        for index, value in enumerate(values):
            if value is not None:
                day, hour = divmod(int(within.first) // HOUR + index, 24)
                cells[(day + THURSDAY) % 7][hour].append(value)
        return charts.heatmap(
            [[sum(cell) / len(cell) if cell else None for cell in hours] for hours in cells],
            rows=[formats.moment(day * DAY, UTC, "day-of-week", source.locale) for day in range(4, 11)],
            columns=[f"{hour:02}" for hour in range(24)],
            **ends(source),
            **words(source),
        )
