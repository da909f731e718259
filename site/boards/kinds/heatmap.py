"""The mean of each hour of each weekday, as a colour."""

from datetime import UTC

from django.utils.translation import gettext_lazy as _

from boards.data.sources import Source
from boards.data.windows import HOUR, Window
from boards.kinds import Group, Kind
from boards.options import AXIS, UNIT, Option, Section, Values
from live import charts
from live.charts.text import moments
from series.durations import DAY, DurationField, DurationRange

THURSDAY = 3  # the day of the week on which clocks count from, Monday being 0
LIMITS = DurationRange(DAY, 366 * DAY)
REACH = _("A day to a year up to the last point: it shows hours of weekdays.")
WEEKS = Option(
    *("window", 7.0 * DAY, DurationField, _("Window"), REACH, Section.DATA, True),
    is_common=True,
    suggestions=(7.0 * DAY, 14.0 * DAY, 30.0 * DAY, 90.0 * DAY),
    validators=[LIMITS],
)


class HeatMap(Kind):
    name, label, group = "heatmap", _("heat map"), Group.DISTRIBUTION
    symbol = "M4 4h16v16H4zM4 9.3h16M4 14.7h16M9.3 4v16M14.7 4v16"
    options = (UNIT, WEEKS, *AXIS)
    one_series = True

    def caption(self, values: Values, fixed_time: str = "") -> list[str]:
        unit, window = super().caption(values, fixed_time)
        return [unit, str(_("mean by hour")), window]

    def chart(self, source: Source) -> charts.Chart:
        """On the board's clock. An hour that comes twice in a night is one, with the mean of both."""
        last = source.last().timestamp()
        within = Window.on_clock(source.zone, (last // HOUR + 1) * HOUR - source[WEEKS], last, HOUR)
        (values,) = source.means(within, newest_last=False)
        cells: list[list[list[float]]] = [[[] for _hour in range(24)] for _day in range(7)]
        for index, value in enumerate(values):
            if value is not None:
                day, hour = divmod(int(within.first) // HOUR + index, 24)
                cells[(day + THURSDAY) % 7][hour].append(value)
        return charts.heatmap(
            [[sum(cell) / len(cell) if cell else None for cell in hours] for hours in cells],
            rows=[moments.moment(day * DAY, UTC, "day-of-week", source.locale) for day in range(4, 11)],
            columns=[f"{hour:02}" for hour in range(24)],
            **source.ends(),
            **source.words(),
        )
