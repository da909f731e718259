"""The summary of a board on its card: how many panels are critical, warn or are late, a few figures and a trend."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice

from boards.kinds import Group
from boards.newest_values import Figure, figures_of, sources_of
from boards.stored import StoredBoard
from live import charts

MAX_FIGURES = 3
# Panels of which a line is read before the card has none.
MAX_TRENDS_READ = 3


@dataclass(frozen=True)
class Summary:
    """``critical``, ``warnings`` and ``late`` are numbers of panels; ``broken``: of those that cannot be drawn at all.
    ``next_change``: when the clock alone will change it."""

    panels: int = 0
    has_series: bool = False
    critical: int = 0
    warnings: int = 0
    late: int = 0
    broken: int = 0
    has_data: bool = False
    figures: Sequence[Figure] = ()
    trend: charts.Chart | None = None
    next_change: datetime | None = field(default=None, compare=False)


def summary(stored: StoredBoard) -> Summary:
    """A board as it is now. Takes a few queries, however many panels and series it has."""
    sources, broken = sources_of(stored)
    panels, unreadable = figures_of(sources)
    by_figure = sorted(panels, key=lambda panel: panel.kind.group != Group.SINGLE_VALUE)
    figures = (figure for panel in by_figure for figure in panel.figures())
    trends = (trend for panel in by_figure[:MAX_TRENDS_READ] if (trend := panel.trend()))
    return Summary(
        panels=len(stored.panels),
        has_series=bool(sources),
        critical=sum(panel.level == "bad" for panel in panels),
        warnings=sum(panel.level == "warn" for panel in panels),
        late=sum(bool(panel.source.late) for panel in panels),
        broken=broken + unreadable,
        has_data=bool(panels),
        figures=tuple(islice(figures, MAX_FIGURES)),
        trend=next(trends, None),
        next_change=min((panel.next_change for panel in panels if panel.next_change), default=None),
    )
